"""The example, multiplied: the same accounts again and again under new ids, so that the later steps have much to do."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

OWN_MANAGED = 42  # managed accounts of the example on its last day


def write_many(example: Path, folder: Path, managed: int) -> None:
    """A project with about that many managed accounts: every CSV row once for each copy of its account."""
    copies = max(1, round(managed / OWN_MANAGED))
    shutil.copytree(example, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".kaframe", "report", "notices"))
    for path in sorted((folder / "data").rglob("*.csv")):
        _multiply(path, copies)


def _multiply(path: Path, copies: int) -> None:
    encoding = "gb18030" if path.name == "accounts.csv" else "utf-8"
    with path.open(encoding=encoding, newline="") as file:
        header, *rows = csv.reader(file)
    ids = [
        place for place, name in enumerate(header) if name in ("account_id", "客户编号", "上级客户", "old_id", "new_id")
    ]
    unique = [place for place, name in enumerate(header) if name in ("ticket_id",)]
    if not ids:
        return
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for copy in range(copies):
            for row in rows:
                if len(row) == len(header):
                    writer.writerow(
                        [
                            f"{value}-{copy}" if (value and place in ids) or place in unique else value
                            for place, value in enumerate(row)
                        ]
                    )
