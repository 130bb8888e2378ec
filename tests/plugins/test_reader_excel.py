"""The excel reader: typed cells, sheets by name, and workbooks that are none."""

from __future__ import annotations

import contextlib
import random
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kaframe.errors import DataError, Problem
from tests.plugins.sources import MakeSource

xlwt = pytest.importorskip("xlwt")


def write(folder: Path, rows: Sequence[Sequence[Any]], name: str = "a.xlsx", sheet: str = "订单") -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(row)
    book.create_sheet("退货").append(["单号"])
    book.save(folder / name)


def write_old(folder: Path, rows: Sequence[Sequence[Any]], name: str = "a.xls") -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("订单")
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            page.write(number, place, cell, day if isinstance(cell, date) else xlwt.Style.default_style)
    book.save(str(folder / name))


def problem_of(source: MakeSource, **options: Any) -> Problem:
    declared = source("excel", **{"path": "a.xlsx", **options})
    with pytest.raises(DataError) as caught:
        source.columns(declared)
    return caught.value.problems[0]


@pytest.mark.parametrize("old", [False, True], ids=["xlsx", "xls"])
def test_cells_keep_their_types(source: MakeSource, tmp_path: Path, old: bool) -> None:
    """Numbers that are whole are whole, days are days, and Chinese is Chinese."""
    rows = [["客户编号", "客户", "金额", "日期", "有效"], [1001, "长城", 1.5, date(2024, 3, 4), True],
            [1002, "百货", 2, date(2024, 3, 5), False]]  # fmt: skip
    name = "a.xls" if old else "a.xlsx"
    (write_old if old else write)(tmp_path, rows, name)
    declared = source("excel", path=name, sheet="订单")
    assert source.types(declared) == {
        "客户编号": "number", "客户": "text", "金额": "number", "日期": "date", "有效": "boolean",
    }  # fmt: skip
    assert source.rows(declared, ["日期", "客户编号", "有效"]) == [
        {"日期": date(2024, 3, 4), "客户编号": 1001, "有效": True, "_row": 1},
        {"日期": date(2024, 3, 5), "客户编号": 1002, "有效": False, "_row": 2},
    ]


def test_mixed_columns_are_text_without_point_zero(source: MakeSource, tmp_path: Path) -> None:
    """An id column with a stray letter keeps 1001 as 1001; text that looks like a number stays text."""
    write(tmp_path, [["id", "code", "at"], [1001, "00123", datetime(2024, 3, 4, 10, 30)], ["A7", "7", None]])
    declared = source("excel", path="a.xlsx")
    assert source.rows(declared, ["id", "code"]) == [
        {"id": "1001", "code": "00123", "_row": 1}, {"id": "A7", "code": "7", "_row": 2},
    ]  # fmt: skip
    assert source.types(declared) == {"id": "text", "code": "text", "at": "timestamp"}


def test_rows_above_the_header_and_empty_ones_are_skipped(source: MakeSource, tmp_path: Path) -> None:
    """Places are those of the sheet; a column without a title has a name when it has values."""
    write(tmp_path, [["Report"], [], [None, "id", None, "paid"], [], [None, 1, "x", 2], [], [None, 3, None, 4]])
    declared = source("excel", path="a.xlsx", header_row=3)
    assert list(source.types(declared)) == ["id", "column_3", "paid"]
    assert [row["id"] for row in source.rows(declared, ["id"])] == [1, 3]
    assert source.locate(declared, [1, 2]) == [("a.xlsx", 5), ("a.xlsx", 7)]


def test_missing_values_can_be_declared(source: MakeSource, tmp_path: Path) -> None:
    """A dash makes no text of a number column."""
    write(tmp_path, [["v"], [1], ["-"]])
    assert source.types(source("excel", path="a.xlsx", missing=["-"])) == {"v": "number"}


@pytest.mark.parametrize(("cell", "says"), [("=1+1", "a formula that was never computed"), ("#DIV/0!", "#DIV/0!")])
def test_what_was_not_computed_is_a_bad_row(source: MakeSource, tmp_path: Path, cell: str, says: str) -> None:
    """Nothing is taken for empty that is not; where nobody uses the column it is no matter."""
    write(tmp_path, [["id", "w", "v"], [1, "a", 4], [2, "b", cell], [3, "c", 5]])
    made = source("excel", path="a.xlsx")
    reading = source.read(made, ["id", "v"])
    assert reading.arrow.column("v").to_pylist() == [4, 5]
    assert reading.arrow.column("_row").to_pylist() == [1, 3]
    assert [(bad.line, bad.reason) for bad in reading.rejected] == [
        (3, f"cell C3 holds {says}; open the workbook and save it")
    ]
    assert source.read(made, ["id", "w"]).rejected == []


def test_an_error_can_be_declared_missing(source: MakeSource, tmp_path: Path) -> None:
    """``#N/A`` is how many workbooks say that a look-up found nothing."""
    write(tmp_path, [["id", "v"], [1, "#N/A"], [2, 5]])
    assert [row["v"] for row in source.rows(source("excel", path="a.xlsx", missing=["#N/A"]), ["v"])] == [None, 5]


def test_columns_beyond_z_have_two_letters(source: MakeSource, tmp_path: Path) -> None:
    """The cell is named as Excel does."""
    write(tmp_path, [[f"c{n}" for n in range(30)], ["=1+1" if n == 27 else n for n in range(30)]])
    made = source("excel", path="a.xlsx")
    [bad] = source.read(made, ["c27"]).rejected
    assert bad.reason.startswith("cell AB2 holds ")


def test_workbooks_are_matched_by_column_name(source: MakeSource, tmp_path: Path) -> None:
    """The file that an office program leaves beside an open workbook is none."""
    write(tmp_path, [["id", "v"], [1, 2]], "1.xlsx")
    write(tmp_path, [["w", "id"], [3, 4]], "2.xlsx")
    (tmp_path / "~$2.xlsx").write_bytes(b"lock")
    declared = source("excel", path="*.xlsx")
    assert source.rows(declared, ["id", "v"]) == [
        {"id": 1, "v": 2, "_row": 1},
        {"id": 4, "v": None, "_row": 2},
    ]
    assert source.locate(declared, [2]) == [("2.xlsx", 2)]


@pytest.mark.parametrize(
    ("rows", "options", "code", "says"),
    [
        pytest.param(
            [["a"]],
            {"sheet": "订 单"},
            "KF3040",
            "did you mean '订单'?; its sheets are 订单, 退货",
            id="sheet",
        ),
        pytest.param(
            [["a", "b", "a"], [1, 2, 3]], {}, "KF3015", "column 'a' stands twice: columns 1 and 3", id="twice"
        ),
        pytest.param([["a"]], {"header_row": 5}, "KF3003", "no column names in row 5", id="header row"),
        pytest.param([], {}, "KF3003", "no column names in row 1", id="empty sheet"),
        pytest.param([["a"]], {"path": "b.xlsx"}, "KF3001", "did you mean 'a.xlsx'?", id="missing"),
    ],
)
def test_a_wrong_declaration_is_explained(
    source: MakeSource, tmp_path: Path, rows: list[list[Any]], options: dict[str, Any], code: str, says: str
) -> None:
    """With the nearest name."""
    write(tmp_path, rows)
    problem = problem_of(source, **options)
    assert problem.code == code
    assert says in str(problem)


ENCRYPTED = bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 1016 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 500


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"id,paid\n1,2\n", "it is text: read it with 'reader: csv'", id="csv"),
        pytest.param(b"", "it is empty", id="empty"),
        pytest.param(b"\n<html><table></table></html>", "it is a web page", id="web page"),
        pytest.param(b"%PDF-1.7 of orders", "it is a PDF document: export the table itself", id="pdf"),
        pytest.param(b"PAR1\0\0", "it is a Parquet file: read it with 'reader: parquet'", id="parquet"),
        pytest.param(b'\n[{"id": 1}]', "it is JSON: read it with 'reader: json'", id="json"),
        pytest.param(b"PK\x03\x04 and then nothing", "save it as .xlsx again", id="broken archive"),
        pytest.param(bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 2000, "is no workbook", id="broken xls"),
        pytest.param(ENCRYPTED, "locked with a password", id="password"),
    ],
)
def test_a_file_that_is_no_workbook_is_named(source: MakeSource, tmp_path: Path, content: bytes, says: str) -> None:
    """KF3044 at the file."""
    (tmp_path / "a.xlsx").write_bytes(content)
    problem = problem_of(source)
    assert (problem.code, str(problem.at)) == ("KF3044", "a.xlsx")
    assert says in f"{problem.message} {problem.hint}"


def test_an_empty_sheet_before_the_right_one(source: MakeSource, tmp_path: Path) -> None:
    """The others are named, so that one of them can be declared."""
    book = openpyxl.Workbook()
    book.active.title = "Cover"
    book.create_sheet("Orders").append(["id"])
    book.save(tmp_path / "a.xlsx")
    problem = problem_of(source)
    assert (problem.code, problem.message) == ("KF3003", "sheet 'Cover' has no column names in row 1")
    assert problem.hint == "is 'header_row' right? name the sheet: 'sheet:'; there are Cover, Orders"


def test_a_truncated_workbook_is_named(source: MakeSource, tmp_path: Path) -> None:
    """Half a download is no workbook."""
    write(tmp_path, [["id"], *([number] for number in range(500))])
    whole = (tmp_path / "a.xlsx").read_bytes()
    (tmp_path / "a.xlsx").write_bytes(whole[: len(whole) // 2])
    assert problem_of(source).code == "KF3044"


def test_an_old_workbook_under_a_new_name_is_read(source: MakeSource, tmp_path: Path) -> None:
    """What is in the file counts, not what it is called."""
    write_old(tmp_path, [["id"], [1]], "a.xlsx")
    assert source.types(source("excel", path="a.xlsx")) == {"id": "number"}


def test_a_zip_bomb_is_refused_quickly(source: MakeSource, tmp_path: Path) -> None:
    """A workbook of 100 kB that unpacks to 100 MB is not opened."""
    write(tmp_path, [["id"], [1]])
    with zipfile.ZipFile(tmp_path / "a.xlsx", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", b"\0" * 100_000_000)
    problem = problem_of(source)
    assert problem.code == "KF3045"


def test_a_cell_at_the_far_corner_takes_no_terabyte(source: MakeSource, tmp_path: Path) -> None:
    """The process that reads the workbook fails, kaframe does not."""
    book = openpyxl.Workbook()
    book.active["A1"] = "id"
    book.active["XFD1048576"] = 1
    book.save(tmp_path / "a.xlsx")
    problem = problem_of(source)
    assert problem.code == "KF3044"
    assert "needs more memory" in problem.message


@pytest.mark.parametrize("seed", range(4))
def test_damaged_workbooks_are_explained(source: MakeSource, tmp_path: Path, seed: int) -> None:
    """Whichever bytes are wrong: rows, or one problem."""
    chance = random.Random(seed)
    write_old(tmp_path, [["id", "paid"], *([number, number * 1.5] for number in range(50))], "a.xlsx")
    whole = bytearray((tmp_path / "a.xlsx").read_bytes())
    for _ in range(20):
        whole[chance.randrange(len(whole))] = chance.randrange(256)
    (tmp_path / "a.xlsx").write_bytes(whole)
    with contextlib.suppress(DataError):
        assert source.types(source("excel", path="a.xlsx"))


def test_the_fingerprint_follows_the_content(source: MakeSource, tmp_path: Path) -> None:
    """A changed cell changes it."""
    write(tmp_path, [["id"], [1]])
    first = source.fingerprint(source("excel", path="a.xlsx"))
    write(tmp_path, [["id"], [2]])
    assert source.fingerprint(source("excel", path="a.xlsx")) != first
