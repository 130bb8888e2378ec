"""Columns of accounts that come from a table."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kaframe.errors import KaframeError
from tests.data.dataproject import codes, load, make

ORDERS = (
    "customer,region,day,amount\nA1,south,2026-01-01,10\nA1,north,2026-03-01,20\nA2,east,2026-02-01,-5\n"
    "A1,west,2026-12-01,99\n"
)
TABLE = "tables:\n  orders: {source: {reader: csv, path: o.csv}, account: customer, time: day}\n"
COLUMNS = 'columns: {region: "latest(region, day)", since: min(day), spent: sum(amount), orders_n: count()}'
FILES: dict[str, str | bytes] = {"o.csv": ORDERS}


def test_each_account_has_one_value_of_all_its_rows(tmp_path: Path) -> None:
    """As of the day: what is ordered later is not known. Only what somebody uses is made."""
    loaded = load(tmp_path, f"accounts: {{from: orders, {COLUMNS}}}\n{TABLE}", FILES, uses="region since spent")
    assert loaded.rows("accounts", "account_id", "region", "since", "spent") == [
        ("A1", "north", date(2026, 1, 1), 30.0),
        ("A2", "east", date(2026, 2, 1), -5.0),
    ]
    assert "orders_n" not in loaded.db.columns("accounts")


def test_accounts_that_are_not_wanted_are_counted_and_their_rows_shown(tmp_path: Path) -> None:
    """The row arithmetic stays exact."""
    loaded = load(tmp_path, f"accounts: {{from: orders, {COLUMNS}, where: spent > 0}}\n{TABLE}", FILES)
    assert [row[0] for row in loaded.rows("accounts", "account_id")] == ["A1"]
    assert loaded.quality()["accounts", "account_id", "left_out"] == 1
    assert loaded.source("orders") == {
        "rows_read": 4, "kept": 3, "quarantined": 0, "left_out": 0, "after_as_of": 1, "orphans": 1,
    }  # fmt: skip
    assert loaded.rows("orphans", "account_id", "row_count") == [("A2", 1)]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("columns: {region: region}", ["KF2014"]),
        ('columns: {region: "latest(regoin, day)"}', ["KF2010"]),
        ("columns: {name: min(region)}", ["KF1353"]),
        ("columns: {spent: sum(region)}", ["KF2011"]),
        ("columns: {spent: sum(amount)}, where: spend > 0", ["KF2010"]),
        ("columns: {spent: sum(amount)}, where: spent", ["KF2011"]),
        ("where: amount > 0", ["KF2010"]),
        ("types: {region: text}", ["KF1343"]),
    ],
)
def test_what_cannot_be_is_told(tmp_path: Path, keys: str, expected: list[str]) -> None:
    """A column that differs from row to row, misspelt names, wrong types: before anything runs."""
    with pytest.raises(KaframeError) as caught:
        make(tmp_path, f"accounts: {{from: orders, {keys}}}\n{TABLE}", FILES)
    assert codes(caught.value) == expected
