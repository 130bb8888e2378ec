"""The workbook as a spreadsheet reads it: sheets, forms, colours; nothing in it computes."""

from __future__ import annotations

import importlib
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kaframe.database import Database
from kaframe.plugins import load_plugins
from kaframe.records import RunView
from tests.plugins.runviews import example_view, insight, small_view, task
from tests.test_hostile_texts import FILE_NAMES, TEXTS

PREFIXES = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＠")


def written(view: RunView, folder: Path) -> Path:
    return load_plugins(None).reports["report_xlsx"].write(view, folder)


def read(path: Path) -> dict[str, Any]:
    """The sheets by name, as openpyxl has them."""
    book = openpyxl.load_workbook(path)
    return {sheet.title: sheet for sheet in book}


@pytest.fixture(scope="module")
def example() -> Iterator[RunView]:
    with Database() as db:
        yield example_view(db)


def test_the_example_in_chinese(example: RunView, tmp_path: Path) -> None:
    """A row a managed account, worst first, with headings in its language; every task, insight and action."""
    sheets = read(written(example, tmp_path))
    assert list(sheets) == ["客户", "任务", "洞察", "行动"]
    accounts = list(sheets["客户"].iter_rows(values_only=True))
    assert accounts[0][:5] == ("客户编号", "客户名称", "状态", "得分", "等级")
    assert {row[0] for row in accounts[1:]} == {row["account_id"] for row in example.rows("managed.measures")}
    colours = [row[2] for row in accounts[1:]]
    assert colours == sorted(colours, key=["红", "黄", "绿", "数据不足"].index)
    assert len(set(colours)) > 2
    assert sheets["任务"].max_row - 1 == len(example.rows("tasks"))
    assert sheets["洞察"].max_row - 1 == len(example.rows("managed.insights"))
    assert sheets["行动"].max_row - 1 == len(example.rows("managed.actions"))


def test_values_have_their_form(example: RunView, tmp_path: Path) -> None:
    """Amounts are numbers with a thousand's comma, days are days, points are those that people read."""
    sheet = read(written(example, tmp_path))["客户"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    row = sheet[2]
    money, day = row[heads["近12个月销售额"] - 1], row[heads["起始日"] - 1]
    assert (money.data_type, money.number_format) == ("n", "#,##0.00")
    account = next(one for one in example.rows("managed.measures") if one["account_id"] == row[0].value)
    assert money.value == account["revenue_12m"]
    assert (day.is_date, day.value.date()) == (True, date(2026, 6, 30))
    points = {one["account_id"]: example.shown(one["card"], one["points"]) for one in example.rows("managed.colours")
              if one["card"] == example.primary}  # fmt: skip
    assert row[heads["得分"] - 1].value == points[row[0].value]


def test_it_looks_sober_and_can_be_filtered(example: RunView, tmp_path: Path) -> None:
    """Headings stay in sight, every sheet has a filter over all of it, colours are those of the rules."""
    for sheet in read(written(example, tmp_path)).values():
        assert sheet.freeze_panes == "C2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert all(cell.font.b and cell.fill.fgColor.rgb == "FF17324D" for cell in sheet[1])
    sheet = read(written(example, tmp_path))["客户"]
    reds = {cell.fill.fgColor.rgb for cell in sheet["C"] if cell.value == "红"}
    assert reds == {"FF" + example.colours[example.primary]["red"].lstrip("#").upper()}


def test_the_worst_come_first_on_the_card_of_their_segment(tmp_path: Path) -> None:
    """Each account by the colours of its own card; of one colour the lowest points; last those without any."""
    small = small_view(("Alpha", "Beta", "Gamma", "Delta"))
    own = [row for row in small.rows("colours") if row["account_id"] == "A1"]
    young = [{**own[0], "account_id": account, "card": "young", "status": status, "points": 40.0}
             for account, status in (("A2", "warm"), ("A3", "cold"))]  # fmt: skip
    view = small_view(("Alpha", "Beta", "Gamma", "Delta"), colours=[*own, *young])
    colours = {**view.colours, "young": {"warm": "#2e9e5b", "cold": "#d43d3d"}}
    sheets = read(written(replace(view, colours=colours, family=("health", "young")), tmp_path))
    accounts = list(sheets["Accounts"].iter_rows(min_row=2, values_only=True))
    assert [(row[0], row[2]) for row in accounts] == [
        ("A3", "cold"), ("A2", "warm"), ("A1", "green"), ("A0", "no_data"),
    ]  # fmt: skip


def test_role_that_nobody_has_is_an_empty_cell(tmp_path: Path) -> None:
    """Who owns an account stands in the column of the role; of two members the first, of none nothing."""
    rows = [
        {"account_id": account, "role": "manager", "member": member, "holder": member, "via": "rule"}
        for account, member in (("A0", "kim"), ("A0", "lee"), ("A1", None))
    ]
    (head, *accounts) = read(written(small_view(owners=rows), tmp_path))["Accounts"].iter_rows(values_only=True)
    place = head.index("Manager")
    assert {row[0]: row[place] for row in accounts} == {"A0": "Kim", "A1": None, "A2": None}


@pytest.mark.parametrize("prefix", PREFIXES, ids=repr)
def test_no_cell_is_a_formula(prefix: str, tmp_path: Path) -> None:
    """Ten prefixes in every text of every sheet, headings and labels among them: texts they stay, also when edited."""
    text = f'{prefix}HYPERLINK("http://evil.example","x")'
    view = small_view(
        names=[text] * 3,
        insights=[insight("A0", text, insight=text)],
        tasks=[task("A0", text, 2, member=text)],
        owners=[{"account_id": "A0", "role": text, "member": text, "holder": text, "via": "rule"}],
        actions=[{"account_id": "A0", "strategy": text, "action": text, "task_key": text, "title": text, "role": text,
                  "member": text, "due_on": date(2026, 7, 1), "because": text}],
    )  # fmt: skip
    path = written(view, tmp_path)
    rows = [row for sheet in read(path).values() for row in sheet.iter_rows()]
    cells = [cell for row in rows for cell in row if cell.value is not None]
    live = [cell for cell in cells if isinstance(cell.value, str) and "HYPERLINK" in cell.value]
    assert len(live) >= 16
    assert {cell.data_type for cell in cells if isinstance(cell.value, str)} == {"s"}
    assert all(cell.quotePrefix for cell in live) or prefix in ("\r", "\0")
    with zipfile.ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if b"<f>" in archive.read(name) or b"<f " in archive.read(name)]


def test_hostile_texts_are_cells(tmp_path: Path) -> None:
    """A hundred of them: the file can be read, and what a cell cannot hold is a blank."""
    view = small_view(names=TEXTS, insights=[insight("A0", text) for text in TEXTS])
    sheets = read(written(view, tmp_path))
    names = {row[0]: row[1] for row in sheets["Accounts"].iter_rows(min_row=2, values_only=True)}
    assert len(names) == len(TEXTS)
    for place, text in enumerate(TEXTS):
        if text.isprintable() and text.strip() == text and text:
            assert names[f"A{place}"] == text


def test_a_text_that_is_too_long_is_cut_where_people_see_it(tmp_path: Path) -> None:
    """At the limit of the format, with an ellipsis."""
    view = small_view(names=["x" * 40_000, "y" * 32_767])
    [long, full] = [row[1] for row in read(written(view, tmp_path))["Accounts"].iter_rows(min_row=2, values_only=True)]
    assert (len(long), long[-2:]) == (32_767, " …")
    assert full == "y" * 32_767


def test_the_same_run_is_the_same_bytes(tmp_path: Path) -> None:
    """No clock, no user, no computer in it."""
    first, second = (written(small_view(), tmp_path / name) for name in ("a", "b") if not (tmp_path / name).mkdir())
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_its_name_is_its_own(tmp_path: Path) -> None:
    """Whatever accounts are called: one file, and none beside it."""
    folder = tmp_path / "report"
    folder.mkdir()
    written(small_view(names=FILE_NAMES), folder)
    assert [path.name for path in tmp_path.rglob("*")] == ["report", "portfolio.xlsx"]


def test_a_run_without_accounts(tmp_path: Path) -> None:
    """Headings alone."""
    sheets = read(written(small_view(names=()), tmp_path))
    assert {sheet.max_row for sheet in sheets.values()} == {1}


def test_days_that_excel_cannot_count(tmp_path: Path) -> None:
    """They are texts."""
    old = insight("A0", "long ago", since=date(1899, 5, 1))
    sheet = read(written(small_view(insights=[old]), tmp_path))["Insights"]
    assert (sheet["F2"].value, sheet["F2"].data_type) == ("1899-05-01", "s")


def test_rows_that_a_sheet_cannot_hold_go_on_in_another() -> None:
    """None is lost; each has the headings."""
    write = load_plugins(None).reports["report_xlsx"].write
    workbook = importlib.import_module(f"{write.__module__}.workbook")
    sheet = workbook.Sheet("Tasks", [workbook.Column("n", "number")], [[number] for number in range(5)])
    found = workbook.split(sheet, most=2)
    assert [one.name for one in found] == ["Tasks", "Tasks 2", "Tasks 3"]
    assert [row for one in found for row in one.rows] == sheet.rows
    assert workbook.split(workbook.Sheet("Tasks", [], []))[0].rows == []
