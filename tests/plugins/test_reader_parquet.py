"""The parquet reader: what it offers, gives, refuses."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import kaframe
from kaframe.database import Database
from tests.plugins.sources import MakeSource


def write(path: Path, **columns: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path)


def test_columns_have_the_types_of_the_footer(source: MakeSource, tmp_path: Path) -> None:
    """A column is what the file says it is."""
    write(tmp_path / "a.parquet", id=["x"], paid=[1.5], n=[1], on=[date(2024, 3, 4)], ok=[True])
    found = source.types(source("parquet", path="a.parquet"))
    assert found == {"id": "text", "paid": "number", "n": "number", "on": "date", "ok": "boolean"}


def test_lists_and_records_are_one_column_each(source: MakeSource, tmp_path: Path) -> None:
    """What is in them is no column of the file; a column that is only missing is text."""
    write(tmp_path / "a.parquet", l=[[1, 2]], r=[{"a": 1, "b": {"c": ["x"]}}], nothing=pa.array([None]), last=[1])
    found = source.types(source("parquet", path="a.parquet"))
    assert found == {"l": "text", "r": "text", "nothing": "text", "last": "number"}


def test_footers_are_read_without_pyarrow(source: MakeSource, tmp_path: Path) -> None:
    """It, and pandas behind it, would cost more time and memory than the whole run of a small project."""
    write(tmp_path / "a.parquet", id=["1"])
    code = (
        "import sys; from pathlib import Path; "
        "from kaframe.errors import Location; from kaframe.plugins import load_plugins; "
        "from kaframe.records import Source; reader = load_plugins(None).readers['parquet']; "
        "source = Source('t', 'parquet', {'path': 'a.parquet'}, Path(sys.argv[1]), Location('kaframe.yaml')); "
        "assert [c.name for c in reader.columns(source)] == ['id'] and reader.read(source, ['id']).sql; "
        "print(*sorted({'pyarrow', 'pandas', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_rows_of_several_files_are_numbered_in_the_order_of_names(source: MakeSource, tmp_path: Path) -> None:
    """Files are matched by column name; a column that one lacks is missing there."""
    write(tmp_path / "data/b.parquet", extra=["z"], id=["3"])
    write(tmp_path / "data/a.parquet", id=["1", "2"])
    found = source.rows(source("parquet", path="data/*.parquet"), ["id", "extra"])
    assert found == [
        {"id": "1", "extra": None, "_row": 1},
        {"id": "2", "extra": None, "_row": 2},
        {"id": "3", "extra": "z", "_row": 3},
    ]


@pytest.mark.parametrize("name", ["a[1].parquet", "it's.parquet", "订单 2024.parquet", "year=2024.parquet"])
def test_odd_file_names_are_just_names(source: MakeSource, tmp_path: Path, name: str) -> None:
    """A bracket or a quote in a file name is no pattern and no SQL."""
    write(tmp_path / name, id=["1"])
    assert source.rows(source("parquet", path=name), ["id"]) == [{"id": "1", "_row": 1}]


def test_only_asked_columns_are_read(source: MakeSource, tmp_path: Path) -> None:
    """The query names the asked columns and the ordinal, nothing else."""
    write(tmp_path / "a.parquet", id=["1"], secret=["s"])
    declared = source("parquet", path="a.parquet")
    with Database() as db:
        assert list(db.describe(source.read(declared, ["id"]).sql)) == ["id", "_row"]


def test_a_million_rows_keep_the_order_of_the_file(source: MakeSource, tmp_path: Path) -> None:
    """The ordinal is the place in the file, whatever the threads do."""
    write(tmp_path / "a.parquet", n=pa.array(range(1, 1_000_001)))
    reading = source.read(source("parquet", path="a.parquet"), ["n"])
    with Database() as db:
        assert db.value(f"SELECT count(*) FROM ({reading.sql}) WHERE n = _row") == 1_000_000


def test_locate_gives_file_and_row(source: MakeSource, tmp_path: Path) -> None:
    """Row 3 is the first of the second file; an empty file between changes nothing."""
    write(tmp_path / "a.parquet", id=["1", "2"])
    write(tmp_path / "b.parquet", id=pa.array([], pa.string()))
    write(tmp_path / "c.parquet", id=["3", "4"])
    places = source.locate(source("parquet", path="*.parquet"), [1, 2, 3, 4])
    assert places == [("a.parquet", 1), ("a.parquet", 2), ("c.parquet", 1), ("c.parquet", 2)]


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        pytest.param(b"id,paid\n1,2\n", "is its reader another one", id="not parquet"),
        pytest.param(b"", "it is empty", id="empty"),
        pytest.param(b"%PDF-1.7", "it is a PDF document: export the table itself", id="pdf"),
        pytest.param(b"PAR1" + bytes(80) + b"PARE", "it is encrypted", id="encrypted"),
        pytest.param("cut", "its end is missing", id="truncated"),
    ],
)
def test_a_broken_file_is_named(source: MakeSource, tmp_path: Path, content: bytes | str, hint: str) -> None:
    """KF3050 stands at the file."""
    write(tmp_path / "a.parquet", id=["1"] * 1000)
    whole = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "a.parquet").write_bytes(content if isinstance(content, bytes) else whole[:-20])
    with pytest.raises(kaframe.DataError) as caught:
        source.columns(source("parquet", path="a.parquet"))
    problem = caught.value.problems[0]
    assert (problem.code, str(problem.at)) == ("KF3050", "a.parquet")
    assert hint in problem.hint


def test_a_garbled_column_name_is_a_broken_file(source: MakeSource, tmp_path: Path) -> None:
    """Names are UTF-8, or the file is damaged."""
    write(tmp_path / "a.parquet", marker=["1"])
    whole = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "a.parquet").write_bytes(whole.replace(b"marker", b"mar\xff\xfer"))
    with pytest.raises(kaframe.DataError, match=r"a.parquet: KF3050"):
        source.columns(source("parquet", path="a.parquet"))


def test_files_that_disagree_on_a_type_are_refused(source: MakeSource, tmp_path: Path) -> None:
    """A column cannot be text here and a number there."""
    write(tmp_path / "a.parquet", paid=[1.0])
    write(tmp_path / "b.parquet", paid=["1"])
    with pytest.raises(
        kaframe.DataError, match=r"b.parquet: KF3051 column 'paid' is text here and number in a.parquet"
    ):
        source.columns(source("parquet", path="*.parquet"))


@pytest.mark.parametrize(
    ("path", "code", "hint"),
    [
        pytest.param("ordrs.parquet", "KF3001", "did you mean 'orders.parquet'?", id="missing"),
        pytest.param("dta/orders.parquet", "KF3001", "the folder 'dta' does not exist", id="no such folder"),
        pytest.param(".", "KF3002", "name the files in it", id="folder"),
        pytest.param("*.pq", "KF3002", "", id="glob without match"),
    ],
)
def test_a_missing_file_is_answered_with_the_nearest(
    source: MakeSource, tmp_path: Path, path: str, code: str, hint: str
) -> None:
    """The place is the source in the configuration."""
    write(tmp_path / "orders.parquet", id=["1"])
    with pytest.raises(kaframe.DataError) as caught:
        source.columns(source("parquet", path=path))
    problem = caught.value.problems[0]
    assert (problem.code, str(problem.at)) == (code, "kaframe.yaml:7:3")
    assert hint in problem.hint


def test_an_unknown_column_is_answered_with_the_nearest(source: MakeSource, tmp_path: Path) -> None:
    """KF3019 names the source."""
    write(tmp_path / "a.parquet", amount=[1])
    with pytest.raises(kaframe.DataError, match=r"KF3019 .* has no column 'amont' .*'amount'"):
        source.read(source("parquet", path="a.parquet"), ["amont"])


def test_the_fingerprint_follows_the_content(source: MakeSource, tmp_path: Path) -> None:
    """Same bytes, same fingerprint; other bytes, another."""
    write(tmp_path / "a.parquet", id=["1"])
    declared = source("parquet", path="a.parquet")
    first = source.fingerprint(declared)
    write(tmp_path / "a.parquet", id=["1"])
    assert source.fingerprint(declared) == first
    write(tmp_path / "a.parquet", id=["2"])
    assert source.fingerprint(declared) != first
