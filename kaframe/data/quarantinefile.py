"""The quarantine as people get it: one CSV a table, beside the snapshot of the run."""

from __future__ import annotations

import csv
from pathlib import Path

from kaframe.data.ledger import QUARANTINED
from kaframe.database import Database, literal
from kaframe.spreadsheet import harmless_cell

COLUMNS = tuple(name for name in QUARANTINED if name != "table_name")


def write_quarantine(db: Database, folder: Path) -> list[Path]:
    """Write ``quarantine/<table>.csv`` into the folder for each table with bad rows; nothing for none.

    Reads: ``quarantined``. Columns: source, file, line, reason, row_text; UTF-8 with a byte order mark, for Excel.
    """
    if not db.has("quarantined"):
        return []
    written = []
    for found in db.rows("SELECT DISTINCT table_name FROM quarantined ORDER BY ALL"):
        path = folder / "quarantine" / f"{found['table_name']}.csv"
        path.parent.mkdir(mode=0o700, exist_ok=True)
        chosen = f"SELECT {', '.join(COLUMNS)} FROM quarantined WHERE table_name = {literal(found['table_name'])}"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            for row in db.rows(f"{chosen} ORDER BY file, line, reason"):
                writer.writerow(harmless_cell(value) for value in row.values())
        written.append(path)
    return written
