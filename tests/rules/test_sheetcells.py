"""Decision tables in workbooks as people keep them: sheets by name, numbers, days, merged cells, places."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kaframe.errors import Location, RuleError
from kaframe.rules.sheetcells import sheet_cells

HERE = Location("rules/score.yaml", 7, 11)
FILE = Location("rules/t.xlsx")


def write_book(path: Path, sheets: dict[str, Sequence[Sequence[Any]]], merged: Sequence[str] = ()) -> Path:
    """A workbook of Excel with these sheets; ``merged`` are ranges of the last one."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(list(row))
        for span in merged:
            page.merge_cells(span)
    book.save(path)
    return path


def texts(path: Path, sheet: str = "") -> list[list[str]]:
    """What each cell says."""
    return [[cell.text for cell in line] for line in sheet_cells(path, FILE, HERE, sheet)]


def test_cells_are_what_people_see(tmp_path: Path) -> None:
    """Numbers without .0, flags, days without a time, texts as they stand; blank rows count for the places only."""
    path = write_book(tmp_path / "t.xlsx", {"a": [
        ["销售额", "points", "since"], [">= 50000", 100, date(2026, 3, 31)], [],
        [50.5, True, datetime(2026, 1, 2, 8, 30)],
        ['"gold", "silver"', 0.05, None],
    ]})  # fmt: skip
    assert texts(path) == [
        ["销售额", "points", "since"], [">= 50000", "100", "2026-03-31"], ["50.5", "true", "2026-01-02 08:30:00"],
        ['"gold", "silver"', "0.05", ""],
    ]  # fmt: skip
    last = sheet_cells(path, FILE, HERE)[-1]
    assert str(last[1].at) == "rules/t.xlsx:5:2"


def test_a_merged_cell_holds_in_all_of_its_rows(tmp_path: Path) -> None:
    """Excel keeps its value in the first row alone; taken as empty the others would ask nothing."""
    path = write_book(tmp_path / "t.xlsx", {"a": [["tier", "x", "points"], ["gold", 1, 5], [None, 2, 6], [None, 3, 7]]},
                      ["A2:A4"])  # fmt: skip
    assert [line[0] for line in texts(path)] == ["tier", "gold", "gold", "gold"]


def test_a_sheet_is_named_where_there_are_several(tmp_path: Path) -> None:
    """By the name on its tab; none or a wrong one is answered with those that there are."""
    path = write_book(tmp_path / "t.xlsx", {"折扣": [["a"], [1]], "旺季": [["b"], [2]]})
    assert texts(path, "旺季") == [["b"], ["2"]]
    with pytest.raises(RuleError, match=r"KF2247 't.xlsx' has 2 sheets: which one\? \(write sheet: 折扣; its"):
        texts(path)
    with pytest.raises(RuleError, match=r"KF2247 't.xlsx' has no sheet '折口' \(its sheets are 折扣, 旺季"):
        texts(path, "折口")


@pytest.mark.parametrize("content", [b"", b"a,points\n1,2\n", b"PK\x03\x04 broken"], ids=["empty", "text", "zip"])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    """At the place where the rules name it, whatever the parser says."""
    path = tmp_path / "t.xlsx"
    path.write_bytes(content)
    with pytest.raises(RuleError, match=r"rules/score.yaml:7:11: KF2247 't.xlsx' is") as refused:
        texts(path)
    assert len(refused.value.problems) == 1


def test_an_empty_or_huge_sheet_is_refused(tmp_path: Path) -> None:
    """A decision table has a header, and not ten thousand rows."""
    with pytest.raises(RuleError, match="is empty, without even a header"):
        texts(write_book(tmp_path / "t.xlsx", {"a": []}))
    with pytest.raises(RuleError, match="too large for a decision table"):
        texts(write_book(tmp_path / "t.xlsx", {"a": [[number] for number in range(10_500)]}))
