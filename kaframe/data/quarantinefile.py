"""The quarantine as people get it: one CSV a table, beside the snapshot of the run."""

from __future__ import annotations

import csv
import re
import unicodedata
from hashlib import sha256
from pathlib import Path

from kaframe.data.ledger import QUARANTINED
from kaframe.database import Database, literal
from kaframe.spreadsheet import harmless_cell

LONGEST = 80  # bytes of a name: file systems end at 255, and there is more to a path
OF_WINDOWS = re.compile(r"con|prn|aux|nul|com\d|lpt\d", re.IGNORECASE)  # no file may be called so there
COLUMNS = tuple(name for name in QUARANTINED if name != "table_name")


def quarantine_file(table: str) -> str:
    """Where the bad rows of a table are, in the folder of their run: always inside, and for each table another file.

    A plain name in small letters is kept. Of others the letters and digits stay, and eight characters of a hash keep
    them apart.
    """
    slug = re.sub(r"[^\w-]+", "-", unicodedata.normalize("NFC", table)).strip("-")
    slug = slug.encode()[:LONGEST].decode(errors="ignore")
    if slug and slug == table == table.casefold() and not OF_WINDOWS.fullmatch(table):
        return f"quarantine/{table}.csv"
    return f"quarantine/{slug or 'table'}-{sha256(table.encode()).hexdigest()[:8]}.csv"


def write_quarantine(db: Database, folder: Path) -> list[Path]:
    """Write a CSV into the folder's ``quarantine`` for each table with bad rows; nothing for none.

    Reads: ``quarantined``. Columns: source, file, line, reason, row_text; UTF-8 with a byte order mark, for Excel.
    """
    if not db.has("quarantined"):
        return []
    written = []
    for found in db.rows("SELECT DISTINCT table_name FROM quarantined ORDER BY ALL"):
        path = folder / quarantine_file(found["table_name"])
        path.parent.mkdir(mode=0o700, exist_ok=True)
        chosen = f"SELECT {', '.join(COLUMNS)} FROM quarantined WHERE table_name = {literal(found['table_name'])}"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            for row in db.rows(f"{chosen} ORDER BY file, line, reason"):
                writer.writerow(harmless_cell(value) for value in row.values())
        written.append(path)
    return written
