"""The quarantine as a file."""

from __future__ import annotations

import csv
from pathlib import Path

from kaframe.data import write_quarantine
from tests.data.dataproject import load


def test_bad_rows_are_written_for_people(tmp_path: Path) -> None:
    """One file a table with bad rows, by file and line; a formula in it is text."""
    loaded = load(
        tmp_path,
        "tables:\n  orders: {source: {reader: csv, path: '=o.csv'}, types: {n: number}}\n"
        "  fine: {source: {reader: csv, path: f.csv}}\n",
        {"=o.csv": 'account_id,n\nA1,"=1+1"\nA1,2\nA1,五\n', "f.csv": "account_id,n\nA1,1\n"},
        "n",
    )
    [path] = write_quarantine(loaded.db, tmp_path)
    assert path.relative_to(tmp_path).as_posix() == "quarantine/orders.csv"
    assert [loaded.rows("sources", "quarantine_file")[0]] == [("quarantine/orders.csv",)]
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["file"], row["line"], row["reason"]) for row in rows] == [
        ("'=o.csv", "2", "column n: '=1+1' is not a number"),
        ("'=o.csv", "4", "column n: '五' is not a number"),
    ]
    assert rows[1]["row_text"] == '{"account_id":"A1","n":"五"}'


def test_nothing_bad_writes_nothing(tmp_path: Path) -> None:
    """No empty folder either."""
    assert write_quarantine(load(tmp_path, "", {}).db, tmp_path) == []
    assert not (tmp_path / "quarantine").exists()
