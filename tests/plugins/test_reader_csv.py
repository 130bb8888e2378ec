"""The csv reader: every record of a file is either a row or a rejected one with its line."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kaframe
from kaframe.errors import DataError, Location, Problem
from kaframe.plugins import load_plugins
from kaframe.records import Source
from tests.plugins.sources import MakeSource


def write(folder: Path, text: str | bytes, name: str = "a.csv", encoding: str = "utf-8") -> None:
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode(encoding))


def values(source: MakeSource, names: list[str], **options: Any) -> list[tuple[Any, ...]]:
    """The rows as tuples, without their ordinals."""
    declared = source("csv", **{"path": "a.csv", **options})
    return [tuple(row[name] for name in names) for row in source.rows(declared, names)]


def bad(source: MakeSource, names: list[str], **options: Any) -> list[tuple[int, str]]:
    """Line and reason of what was rejected."""
    reading = source.read(source("csv", **{"path": "a.csv", **options}), names)
    return [(row.line, row.reason) for row in reading.rejected]


def problem_of(source: MakeSource, **options: Any) -> Problem:
    declared = source("csv", **{"path": "a.csv", **options})
    with pytest.raises(DataError) as caught:
        source.read(declared, list(source.types(declared)))
    return caught.value.problems[0]


# --- what is given -----------------------------------------------------------------------------------------


def test_rows_are_text_and_numbered(source: MakeSource, tmp_path: Path) -> None:
    """Values stay as they stand in the file; an empty field is missing."""
    write(tmp_path, 'id,name,paid\n007,"Wang, Li",1.50\n8,,\n')
    assert source.rows(source("csv", path="a.csv"), ["paid", "id", "name"]) == [
        {"paid": "1.50", "id": "007", "name": "Wang, Li", "_row": 1},
        {"paid": None, "id": "8", "name": None, "_row": 2},
    ]


def test_marks_that_nobody_sees_belong_to_no_name(source: MakeSource, tmp_path: Path) -> None:
    """Two byte order marks, as a joined export has them, and a zero-width space."""
    write(tmp_path, "\ufeff\ufeffid, name\u200b ,paid\n1,Li,2\n")
    assert list(source.types(source("csv", path="a.csv"))) == ["id", "name", "paid"]


def test_the_line_of_names_is_told(source: MakeSource, tmp_path: Path) -> None:
    """Where blank lines, or Excel's own, stand above it."""
    write(tmp_path, "sep=;\n\nid;name\n1;Li\n")
    assert problem_of(source).hint == "write 'header: 3'"
    assert list(source.types(source("csv", path="a.csv", header=3))) == ["id", "name"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param(["1", "-2.5", "0.5", "1e-05"], "number", id="number"),
        pytest.param(["00123", "7"], "text", id="leading zero"),
        pytest.param(["+4930123"], "text", id="telephone"),
        pytest.param(["1234567890123456"], "text", id="too long for a float"),
        pytest.param(["12E4"], "text", id="article number"),
        pytest.param(["true", "FALSE", ""], "boolean", id="boolean"),
        pytest.param(["2024-03-04", "2024-12-31"], "date", id="day"),
        pytest.param(["2024-02-30"], "text", id="no such day"),
        pytest.param(["03/04/2024"], "text", id="ambiguous day"),
        pytest.param(["2024-03-04T10:00:00Z", "2024-03-04 10:00", "2024-03-04"], "timestamp", id="timestamp"),
        pytest.param(["", ""], "text", id="nothing"),
        pytest.param(["1", "N/A"], "text", id="mixed"),
        pytest.param(["inf", "nan"], "text", id="not finite"),
    ],
)
def test_types_are_guessed_from_the_text(
    source: MakeSource, tmp_path: Path, cells: list[str], expected: str
) -> None:
    """A value that could be something else stays text."""
    write(tmp_path, "".join(f"{cell},x\n" for cell in ["v", *cells]))
    assert source.types(source("csv", path="a.csv"))["v"] == expected


def test_types_are_guessed_from_twenty_thousand_rows(source: MakeSource, tmp_path: Path) -> None:
    """A text in row 19,999 is seen."""
    write(tmp_path, "v\n" + "1\n" * 19_998 + "N/A\n")
    assert source.types(source("csv", path="a.csv")) == {"v": "text"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(source: MakeSource, tmp_path: Path, delimiter: str) -> None:
    """Commas in the values do not mislead it."""
    rows = [["id", "sum"], ["1", "1,5"], ["2", "2,5"], ["3", "3,5"]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    write(tmp_path, text.getvalue())
    assert values(source, ["id", "sum"]) == [("1", "1,5"), ("2", "2,5"), ("3", "3,5")]


def test_tsv_has_tabs(source: MakeSource, tmp_path: Path) -> None:
    """The reader ``tsv`` is the same with another delimiter."""
    write(tmp_path, "a;b\tc\n1;2\t3\n", "a.tsv")
    assert source.types(source("tsv", path="a.tsv")) == {"a;b": "text", "c": "number"}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("last", [True, False], ids=["ended", "open end"])
def test_line_ends_do_not_matter(source: MakeSource, tmp_path: Path, end: str, last: bool) -> None:
    """Not even whether the last line has one; blank lines are no records."""
    write(tmp_path, end.join(["a,b", "1,2", "", "3,4"]) + (end if last else ""))
    assert values(source, ["a", "b"]) == [("1", "2"), ("3", "4")]


def test_mixed_line_ends_are_accepted(source: MakeSource, tmp_path: Path) -> None:
    """Files that were pasted together are read all the same."""
    write(tmp_path, "a,b\r\n1,2\n3,4\r5,6\n")
    assert values(source, ["a", "b"]) == [("1", "2"), ("3", "4"), ("5", "6")]


def test_lines_above_the_header_are_skipped(source: MakeSource, tmp_path: Path) -> None:
    """A title with a stray quote does no harm; lines are counted from the top of the file."""
    write(tmp_path, 'Report "Q1\n\na,b\n1,2\n3\n')
    assert values(source, ["a"], header=3) == [("1",)]
    assert bad(source, ["a"], header=3) == [(5, "expected 2 fields, found 1")]


def test_columns_without_a_name_get_one(source: MakeSource, tmp_path: Path) -> None:
    """Spaces around names are no part of them."""
    write(tmp_path, ", name ,\n0,x,\n")
    assert list(source.types(source("csv", path="a.csv"))) == ["column_1", "name", "column_3"]


def test_header_only_gives_no_rows(source: MakeSource, tmp_path: Path) -> None:
    """All columns are there, all text."""
    write(tmp_path, "id,paid\n")
    assert source.types(source("csv", path="a.csv")) == {"id": "text", "paid": "text"}
    assert values(source, ["id", "paid"]) == []


def test_files_are_matched_by_column_name(source: MakeSource, tmp_path: Path) -> None:
    """In the order of their names; each with its own delimiter; what one lacks is missing there."""
    write(tmp_path, "id,paid\n1,5\n", "m1.csv")
    write(tmp_path, "paid;extra;id\n6;x;2\n7\n8;y;4\n", "m2.csv")
    declared = source("csv", path="m*.csv")
    assert source.rows(declared, ["id", "extra"]) == [
        {"id": "1", "extra": None, "_row": 1},
        {"id": "2", "extra": "x", "_row": 2},
        {"id": "4", "extra": "y", "_row": 4},
    ]
    assert source.locate(declared, [4, 1]) == [("m2.csv", 4), ("m1.csv", 2)]


def test_missing_values_can_be_declared(source: MakeSource, tmp_path: Path) -> None:
    """``N/A`` no longer makes a text of a number column."""
    write(tmp_path, "v,w\n1,-\nN/A,x\n")
    declared = source("csv", path="a.csv", missing=["N/A", "-"])
    assert source.types(declared)["v"] == "number"
    assert values(source, ["v", "w"], missing=["N/A", "-"]) == [("1", None), (None, "x")]


# --- numbers in other forms --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "decimal", "thousands", "plain"),
    [
        pytest.param("1.234,50", ",", ".", "1234.50", id="german"),
        pytest.param("-1.234.567", ",", ".", "-1234567", id="groups only"),
        pytest.param("1,234.5", ".", ",", "1234.5", id="english"),
        pytest.param("1'234.5", ".", "'", "1234.5", id="swiss"),
        pytest.param("1\u202f234,5", ",", " ", "1234.5", id="french narrow space"),
        pytest.param("12,5", ",", "", "12.5", id="decimal comma"),
    ],
)
def test_numbers_are_written_with_a_point(
    source: MakeSource, tmp_path: Path, cell: str, decimal: str, thousands: str, plain: str
) -> None:
    """The declared form decides, and the column is a number."""
    write(tmp_path, f"v;w\n{cell};a {cell}\n7;\n")
    options = {"decimal": decimal, "thousands": thousands}
    assert source.types(source("csv", path="a.csv", **options)) == {"v": "number", "w": "text"}
    assert values(source, ["v", "w"], **options) == [(plain, f"a {cell}"), ("7", None)]


def test_a_point_where_a_comma_is_declared_is_no_number(source: MakeSource, tmp_path: Path) -> None:
    """``1.234`` may be a thousand: the row is rejected, not read as one and a bit."""
    write(tmp_path, "id;v\n1;1,5\n2;2,5\n3;1.234\n")
    assert values(source, ["v"], decimal=",") == [("1.5",), ("2.5",)]
    assert bad(source, ["v"], decimal=",") == [(4, "'1.234' in v is no number with the decimal mark ','")]


def test_text_that_looks_like_a_number_with_comma_stays(source: MakeSource, tmp_path: Path) -> None:
    """Only columns in which at least half of the values are numbers are rewritten."""
    write(tmp_path, "v;w\n1,5;1\nXL;1\nM;1\n")
    assert values(source, ["v"], decimal=",") == [("1,5",), ("XL",), ("M",)]


# --- what is rejected --------------------------------------------------------------------------------------

OPEN = 'the quote " that is opened here is not closed'
REJECTED = {
    "missing field": ("1,2,3\n4,5\n6,7,8\n", [(3, "expected 3 fields, found 2")], 2),
    "extra field": ("1,2,3\n4,5,6,7\n", [(3, "expected 3 fields, found 4")], 1),
    "embedded line ends": ('1,"x\ny\nz",3\n4,5\n', [(5, "expected 3 fields, found 2")], 1),
    "open quote": ('1,"x,3\n4,5,6\n7,"8",9\n', [(2, OPEN)], 2),
    "open quote, later empty one": ('1,"x,3\n4,"",6\n7,8,9\n', [(2, OPEN)], 2),
    "open quote in the last line": ('1,2,3\n4,"5,6\n', [(3, OPEN)], 1),
    "two open quotes": (
        '1,"x,3\n4,5,6\n7,"8,9\n10,11,12\n',
        [(2, OPEN), (4, OPEN)],
        2,
    ),
    "text after a quote": ('1,"x"y,3\n4,5,6\n', [(2, 'text follows a closing quote "')], 1),
    "text after a quote two lines down": ('1,"x\ny"z,3\n4,5,6\n', [(2, OPEN)], 1),
    "long record with an extra field": ('1,"x\ny",3,4\n5,6,7\n', [(2, "expected 3 fields, found 4")], 1),
    "nul": ("1,2,3\n4,5\0,6\n7,8,9\n", [(3, "the row holds a NUL byte")], 2),
    "huge field": (f"1,{'x' * 200_000},3\n4,5,6\n", [(2, "a field is longer than 131,072 characters")], 1),
    "all": ("x\ny\n", [(2, "expected 3 fields, found 1"), (3, "expected 3 fields, found 1")], 0),
}  # fmt: skip


@pytest.mark.parametrize(("body", "rejected", "kept"), REJECTED.values(), ids=REJECTED.keys())
def test_a_bad_row_is_named_and_takes_no_other_along(
    source: MakeSource, tmp_path: Path, body: str, rejected: list[tuple[int, str]], kept: int
) -> None:
    """The line is the one where the row begins; rows around it are kept."""
    write(tmp_path, "a,b,c\n" + body)
    assert bad(source, ["a"]) == rejected
    assert len(values(source, ["a"])) == kept


def test_the_text_of_a_bad_row_is_kept(source: MakeSource, tmp_path: Path) -> None:
    """As it stands in the file, cut when it is long."""
    write(tmp_path, "a,b\nonly one\n" + "x" * 9000 + "\n")
    reading = source.read(source("csv", path="a.csv"), ["a"])
    assert [row.text for row in reading.rejected] == ["only one", "x" * 500]


def test_ordinals_count_rejected_rows_too(source: MakeSource, tmp_path: Path) -> None:
    """So that an ordinal leads back to its line, past embedded line ends and bad rows."""
    write(tmp_path, 'a,b\n1,"x\ny"\nbad\n3,z\n\n4,"v\n5,w\n')
    declared = source("csv", path="a.csv")
    assert [row["_row"] for row in source.rows(declared, ["a"])] == [1, 3, 5]
    assert source.locate(declared, [1, 3, 5]) == [("a.csv", 2), ("a.csv", 5), ("a.csv", 8)]


def test_a_file_without_quotes_can_say_so(source: MakeSource, tmp_path: Path) -> None:
    """Then a quote is a character like any other."""
    write(tmp_path, 'a,b\n5" disk,"x\n')
    assert values(source, ["a", "b"], quote="", delimiter=",") == [('5" disk', '"x')]


# --- encodings ---------------------------------------------------------------------------------------------

CHINESE = "客户编号,客户名称\n001,北京长城贸易有限公司\n002,上海第一百货\n"


@pytest.mark.parametrize(
    ("stored", "declared"),
    [("gb18030", "gb18030"), ("gbk", "GBK"), ("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-8"),
     ("utf-16-le", "utf-16-le"), ("utf-16", "gb18030")],
)  # fmt: skip
def test_declared_encodings_and_byte_order_marks_are_read(
    source: MakeSource, tmp_path: Path, stored: str, declared: str
) -> None:
    """A byte order mark wins over what is declared and is no part of the first name."""
    write(tmp_path, CHINESE, encoding=stored)
    found = values(source, ["客户编号", "客户名称"], encoding=declared)
    assert found == [("001", "北京长城贸易有限公司"), ("002", "上海第一百货")]


@pytest.mark.parametrize(
    ("text", "stored", "declared", "code", "place", "guess"),
    [
        pytest.param(CHINESE, "gb18030", "utf-8", "KF3011", "a.csv:1:1", "gb18030", id="gb18030"),
        pytest.param(CHINESE, "utf-16-le", "utf-8", "KF3011", "a.csv", "utf-16-le", id="utf-16 without mark"),
        pytest.param(CHINESE, "gb18030", "latin-1", "KF3012", "a.csv", "gb18030", id="mojibake"),
        pytest.param(CHINESE, "utf-8", "gb18030", "KF3012", "a.csv", "utf-8", id="utf-8 after all"),
        pytest.param(
            "名前,住所\nたなか,とうきょう\n",
            "shift_jis",
            "utf-8",
            "KF3011",
            "a.csv:1:1",
            "shift_jis",
            id="sjis",
        ),
        pytest.param(
            "客戶,名稱\n一,臺灣銀行股份有限公司\n", "big5", "utf-8", "KF3011", "a.csv:1:1", "big5", id="big5"
        ),
        pytest.param(
            "a,b\nx,y\nMüller,Köln\n", "latin-1", "utf-8", "KF3011", "a.csv:3:1", "cp1252", id="latin"
        ),
    ],
)
def test_a_wrong_encoding_is_answered_with_a_guess(
    source: MakeSource,
    tmp_path: Path,
    text: str,
    stored: str,
    declared: str,
    code: str,
    place: str,
    guess: str,
) -> None:
    """With the line of the first byte that does not fit."""
    write(tmp_path, text, encoding=stored)
    problem = problem_of(source, encoding=declared)
    assert (problem.code, str(problem.at)) == (code, place)
    assert problem.hint == f"it looks like {guess}: write 'encoding: {guess}'"


def test_a_bad_byte_far_down_is_found(source: MakeSource, tmp_path: Path) -> None:
    """Row 40,001 is beyond what is sampled."""
    write(tmp_path, b"a,b\n" + b"1,2\n" * 40_000 + b"\xff,2\n")
    assert str(problem_of(source).at) == "a.csv:40002:1"


def test_an_unknown_encoding_is_answered_with_the_nearest(source: MakeSource, tmp_path: Path) -> None:
    """At the place of the source."""
    write(tmp_path, "a\n1\n")
    problem = problem_of(source, encoding="gb18003")
    assert (problem.code, str(problem.at), problem.hint) == (
        "KF3011",
        "kaframe.yaml:7:3",
        "did you mean 'gb18030'?",
    )


# --- files that cannot be read -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "options", "code", "says"),
    [
        pytest.param("", {}, "KF3003", "is empty", id="empty"),
        pytest.param("\n\n", {}, "KF3003", "is empty", id="blank lines"),
        pytest.param("a,b\n", {"header": 9}, "KF3003", "has no line 9", id="header beyond the end"),
        pytest.param("\n\na,b\n1,2\n", {}, "KF3003", "no column names", id="blank lines above"),
        pytest.param("sep=;\na;b\n1;2\n", {}, "KF3003", "no column names", id="sep of Excel"),
        pytest.param("sep=;\n", {}, "KF3003", "no column names", id="sep of Excel alone"),
        pytest.param(
            "id,name,ID\n1,2,3\n", {}, "KF3015", "column 'ID' stands twice: columns 1 and 3", id="twice"
        ),
        pytest.param('"id,name\n1,2\n', {}, "KF3020", "is not in order", id="quote in the header"),
        pytest.param("a\n1\n", {"path": "b.csv"}, "KF3001", "'b.csv' does not exist", id="missing"),
        pytest.param("a\n1\n", {"path": "."}, "KF3002", "is a folder", id="folder"),
    ],
)
def test_a_file_that_cannot_be_read_is_explained(
    source: MakeSource, tmp_path: Path, text: str, options: dict[str, Any], code: str, says: str
) -> None:
    """One problem with its code."""
    write(tmp_path, text)
    problem = problem_of(source, **options)
    assert problem.code == code
    assert says in problem.message


def test_an_unknown_column_is_refused(source: MakeSource, tmp_path: Path) -> None:
    """With the nearest name."""
    write(tmp_path, "amount,id\n1,2\n")
    with pytest.raises(kaframe.DataError, match=r"KF3019 .*did you mean 'amount'"):
        source.read(source("csv", path="a.csv"), ["amuont"])


# --- the arithmetic, and speed -----------------------------------------------------------------------------

CSV = load_plugins(None).readers["csv"]
CELL = st.text(alphabet='ab,;"\n\r 1é中', max_size=6)


@settings(max_examples=200, deadline=None)
@given(rows=st.lists(st.tuples(CELL, CELL, CELL), max_size=12))
def test_what_a_csv_writer_writes_is_read_back(
    rows: list[tuple[str, str, str]], tmp_path_factory: Any
) -> None:
    """Every row comes back with its own values, and locate finds each."""
    folder = tmp_path_factory.mktemp("csv")
    with (folder / "a.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("x", "y", "z"), *rows])
    declared = Source("t", "csv", {"path": "a.csv", "delimiter": ","}, folder, Location("kaframe.yaml", 1, 1))
    reading = CSV.read(declared, ["x", "y", "z"])
    assert list(reading.rejected) == []
    found = [(row["x"] or "", row["y"] or "", row["z"] or "") for row in reading.arrow.to_pylist()]
    assert found == rows
    lines = [line for _, line in CSV.locate(declared, range(1, len(rows) + 1))]
    assert lines == sorted(set(lines))


@settings(max_examples=150, deadline=None)
@given(text=st.text(alphabet='a,"\n', max_size=40))
def test_no_line_is_lost_whatever_the_text(text: str, tmp_path_factory: Any) -> None:
    """Rows and rejected rows together begin at different lines and cover every line that is not blank."""
    folder = tmp_path_factory.mktemp("csv")
    write(folder, "x,y\n" + text)
    declared = Source("t", "csv", {"path": "a.csv", "delimiter": ","}, folder, Location("kaframe.yaml", 1, 1))
    reading = CSV.read(declared, ["x", "y"])
    rows = reading.arrow.to_pylist()
    total = len(rows) + len(reading.rejected)
    ordinals = [row["_row"] for row in rows]
    assert len(set(ordinals)) == len(ordinals)
    places = CSV.locate(declared, range(1, total + 1))
    lines = [line for _, line in places]
    assert lines == sorted(set(lines))
    assert {row.line for row in reading.rejected} == {
        lines[i - 1] for i in range(1, total + 1) if i not in ordinals
    }


def test_broken_quotes_cost_no_more_than_good_rows(source: MakeSource, tmp_path: Path) -> None:
    """20,000 lines with an open quote, in well under the five seconds that bad input may take."""
    write(tmp_path, "a,b,c\n" + '1,"x,3\n4,5,6\n' * 20_000)
    began = time.perf_counter()
    reading = source.read(source("csv", path="a.csv"), ["a"])
    assert time.perf_counter() - began < 5
    assert len(reading.rejected) == 20_000


def test_the_fingerprint_follows_the_content(source: MakeSource, tmp_path: Path) -> None:
    """Another byte is another fingerprint."""
    write(tmp_path, "a\n1\n")
    first = source.fingerprint(source("csv", path="a.csv"))
    write(tmp_path, "a\n2\n")
    assert source.fingerprint(source("csv", path="a.csv")) != first
