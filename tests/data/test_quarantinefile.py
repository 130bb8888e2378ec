"""The quarantine as a file."""

from __future__ import annotations

import csv
import re
import unicodedata
from pathlib import Path

import pytest

from kaframe.data import write_quarantine
from kaframe.data.quarantinefile import quarantine_file
from kaframe.database import Database
from tests.data.dataproject import load
from tests.test_hostile_texts import FILE_NAMES

PREFIXES = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "＠")


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


def test_forty_hostile_names_are_forty_files_inside() -> None:
    """No path, no name of Windows, none that another file system takes for the same, none too long."""
    files = [quarantine_file(name) for name in FILE_NAMES]
    assert len(files) >= 40
    assert len({unicodedata.normalize("NFC", file).casefold() for file in files}) == len(files)
    for file in files:
        folder, _, name = file.partition("/")
        assert (folder, name.count("/"), name.count("\\")) == ("quarantine", 0, 0)
        assert len(name.encode()) <= 100
        assert re.fullmatch(r"[\w-]+\.csv", name)
        assert not re.fullmatch(r"(con|prn|aux|nul|com\d|lpt\d)\.csv", name, re.IGNORECASE)


def test_a_table_cannot_be_called_out_of_the_folder(tmp_path: Path) -> None:
    """Its bad rows stay in the run's folder, and ``sources`` says where."""
    config = "tables:\n  ../../evil: {source: {reader: csv, path: o.csv}, types: {n: number}}\n"
    loaded = load(tmp_path / "project", config, {"o.csv": "account_id,n\nA1,x\n"}, "n")
    folder = tmp_path / "run"
    folder.mkdir()
    [path] = write_quarantine(loaded.db, folder)
    assert path.resolve().is_relative_to(folder.resolve())
    assert [folder / file for (file,) in loaded.rows("sources", "quarantine_file") if file] == [path]


@pytest.mark.parametrize("prefix", PREFIXES, ids=repr)
def test_no_cell_is_live(prefix: str, tmp_path: Path) -> None:
    """Ten prefixes, in the name of the file, of the column and in the value: a spreadsheet computes none of them."""
    name = prefix if prefix in "=+-@＝＋＠" else ""
    cell = prefix.replace("\0", "") + "1+1"
    column = f"{name}n"
    config = f"tables:\n  o: {{source: {{reader: csv, path: '{name}o.csv'}}, types: {{'{column}': number}}}}\n"
    text = f'account_id,{column}\nA1,"{cell}"\n'
    loaded = load(tmp_path, config + f"labels: {{'{column}': x}}\n", {f"{name}o.csv": text})
    [path] = write_quarantine(loaded.db, tmp_path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert len(cells) == 10
    assert [one for one in cells if one.startswith(PREFIXES)] == []


def test_without_bad_rows_there_is_no_folder(tmp_path: Path) -> None:
    """Neither when nothing was loaded, nor when all rows were good."""
    with Database(threads=1) as db:
        assert write_quarantine(db, tmp_path) == []
    config = "tables:\n  fine: {source: {reader: csv, path: f.csv}}\n"
    (tmp_path / "good").mkdir()
    loaded = load(tmp_path / "good", config, {"f.csv": "account_id,n\nA1,1\n"}, "n")
    assert write_quarantine(loaded.db, tmp_path) == []
    assert [path.name for path in tmp_path.iterdir()] == ["good"]
