"""The quick way through plain text gives what the exact one gives, or nothing."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaframe import csvquick
from kaframe.csvquick import read_csv_quickly
from kaframe.csvtext import open_csv, walk_csv
from kaframe.errors import Location
from kaframe.records import BadRow, Source


@pytest.fixture(autouse=True)
def _small_files_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few lines are enough for a test."""
    monkeypatch.setattr(csvquick, "SMALLEST", 0)


def both(
    folder: Path, text: bytes, **options: Any
) -> tuple[list[list[str | None]] | None, list[list[str | None]] | None]:
    """The rows of the quick way and of the exact one, None where a row is rejected."""
    (folder / "a.csv").write_bytes(text)
    declared = Source("t", "csv", {"path": "a.csv", "delimiter": ",", **options}, folder, Location("k", 1, 1))
    (table,) = open_csv(declared)
    quick = read_csv_quickly(declared, table, table.names, ["", "-"])
    exact = [row for _, row in walk_csv(declared, table)]
    rows = [
        [None if field in ("", "-") else field for field in row]
        for row in exact
        if not isinstance(row, BadRow)
    ]
    found = None if quick is None else [list(row.values()) for row in quick.to_pylist()]
    return found, rows if len(rows) == len(exact) else None


@pytest.mark.parametrize(
    "text",
    [
        b"a,b\n1,2\n3,4\n",
        b"a,b\r\n1,2\r\n\r\n3,4",
        b"a,b\r1,2\r3,4\r",
        b"\xef\xbb\xbfa,b\n\n1,\n-,4\n",
        b"a\n1\n\n \n3\n",
        "客户,b\n北京,2\n".encode(),
        b"title\na,b\n1,2\n",
        b"a,b\n",
        b'a,b\n"x,\r\ny ""z""",""\n5" disk,"-"\n',
    ],
    ids=["lf", "crlf", "cr", "mark", "one column", "chinese", "title", "header only", "quotes"],
)
def test_plain_text_is_read_alike(tmp_path: Path, text: bytes) -> None:
    """Missing values as NULL."""
    options = {"header": 2} if text.startswith(b"title") else {}
    quick, exact = both(tmp_path, text, **options)
    assert quick is not None
    assert quick == exact


@pytest.mark.parametrize(
    "text",
    [
        b'a,b\n"1"x,2\n',
        b'a,b\n"1,2\n3,4\n',
        b"a,b\n1,2\n3\n",
        b"a,b\n1,2,3\n",
        b"a,b\n1,2\n3\0,4\n5,6\n7,8\n",
        b"a,b\n" + b"1,2\n" * 100_000 + b"\xff,2\n",
        b"a,b\n" + b"x" * 200_000 + b",2\n",
    ],
    ids=["text after a quote", "open quote", "missing field", "extra field", "nul", "bad byte", "huge field"],
)
def test_anything_odd_is_left_to_the_exact_way(tmp_path: Path, text: bytes) -> None:
    """It has the line and the reason."""
    (tmp_path / "a.csv").write_bytes(text)
    declared = Source("t", "csv", {"path": "a.csv"}, tmp_path, Location("k", 1, 1))
    (table,) = open_csv(declared)
    assert read_csv_quickly(declared, table, table.names, [""]) is None


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet='ab,-;"\n\r\t 1é中\u2028\x0b\x1c', max_size=40))
def test_no_text_is_read_otherwise(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Where the quick way gives rows, the exact one gives the same and rejects none."""
    quick, exact = both(tmp_path_factory.mktemp("quick"), ("x,y\n" + text).encode())
    assert quick == exact


def test_small_files_are_not_worth_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The exact way has read them before the quick one has begun."""
    monkeypatch.setattr(csvquick, "SMALLEST", 1 << 16)
    assert both(tmp_path, b"a,b\n1,2\n")[0] is None


CELL = st.text(alphabet='ab,-"\n 1中', max_size=5)


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(st.tuples(CELL, CELL), max_size=8), end=st.sampled_from(["\n", "\r\n"]))
def test_what_a_csv_writer_writes_is_read_alike(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], end: str
) -> None:
    """Quotes, doubled quotes and line ends in fields included."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=end).writerows([("x", "y"), *rows])
    quick, exact = both(tmp_path_factory.mktemp("quick"), text.getvalue().encode())
    assert quick is not None
    assert quick == exact
