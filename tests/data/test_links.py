"""Tables that find their accounts through others."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaframe.data.links import load_order
from kaframe.errors import KaframeError
from tests.data.dataproject import codes, load, make

ORDERS = (
    "account_id,order_id,day\nA1,1,2026-01-01\nA1,1,2026-01-02\nA2,2,2026-01-01\nA1,3,2026-01-01\nA2,3,2026-01-01\n"
    "A9,4,2026-01-01\nA1,5,2026-12-31\n,6,2026-01-01\n"
)
RETURNS = "order,amount\n1,10\n1,11\n2,20\n3,30\n4,40\n5,50\n6,60\n7,70\n,80\n"
CONFIG = (
    "tables:\n"
    "  returns: {source: {reader: csv, path: returns.csv}, through: {table: orders, on: order, key: order_id}}\n"
    "  orders: {source: {reader: csv, path: orders.csv}, time: day}\n"
)
FILES: dict[str, str | bytes] = {"orders.csv": ORDERS, "returns.csv": RETURNS}


def test_the_account_is_that_of_the_rows_with_the_same_key(tmp_path: Path) -> None:
    """Two lines of one order are one way to its account; no row is doubled, none is lost."""
    loaded = load(tmp_path, CONFIG, FILES, uses="amount")
    assert loaded.rows("returns", "account_id", "amount") == [("A1", 10.0), ("A1", 11.0), ("A2", 20.0)]
    assert loaded.source("returns") == {
        "rows_read": 9, "kept": 9, "quarantined": 0, "left_out": 0, "after_as_of": 0, "orphans": 6,
    }  # fmt: skip


def test_keys_that_lead_to_none_or_to_several_are_listed(tmp_path: Path) -> None:
    """With how many accounts they lead to: unknown orders, orders of nobody, orders that have not come yet."""
    rows = load(tmp_path, CONFIG, FILES).rows("orphans", "table_name", "account_id", "row_count", "accounts")
    returns = [row[1:] for row in rows if row[0] == "returns"]
    assert returns == [("3", 1, 2), ("4", 1, 0), ("5", 1, 0), ("6", 1, 0), ("7", 1, 0), (None, 1, 0)]


def test_a_table_may_go_through_one_that_goes_through_a_third(tmp_path: Path) -> None:
    """However they stand in the file; and a number finds its text."""
    config = (
        "tables:\n"
        "  refunds: {source: {reader: ndjson, path: refunds.ndjson}, through: {table: returns, on: return_no}}\n"
        "  returns: {source: {reader: csv, path: returns.csv}, through: {table: orders, on: order_id}}\n"
        "  orders: {source: {reader: csv, path: orders.csv}}\n"
    )
    files: dict[str, str | bytes] = {
        "orders.csv": ORDERS,
        "returns.csv": "return_no,order_id\n70,1\n71,2\n",
        "refunds.ndjson": '{"return_no": 70, "paid": 5}\n{"return_no": 71.0, "paid": 6}\n',
    }
    loaded = load(tmp_path, config, files, uses="paid")
    assert loaded.rows("refunds", "account_id", "paid") == [("A1", 5.0), ("A2", 6.0)]


def test_the_list_of_accounts_can_be_the_way(tmp_path: Path) -> None:
    """By another number that every account has; a row under an old id comes to the new one."""
    config = (
        "accounts: {source: {reader: csv, path: accounts.csv}, renamed: renamed.csv}\n"
        "tables:\n  bills: {source: {reader: csv, path: bills.csv}, through: {table: accounts, on: tax}}\n"
    )
    files: dict[str, str | bytes] = {
        "accounts.csv": "account_id,tax\nA1,T1\nB2,T2\nA3,T3\nA4,T3\n",
        "renamed.csv": "old_id,new_id\nB2,A2\n",
        "bills.csv": "tax,paid\nT1,1\nT2,2\nT3,3\n",
    }
    loaded = load(tmp_path, config, files, uses="paid")
    assert loaded.rows("bills", "account_id", "paid") == [("A1", 1.0), ("A2", 2.0)]
    assert loaded.rows("orphans", "account_id", "accounts") == [("T3", 2)]


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ("a: {source: S, through: {table: order, on: order_id}}", ["KF1350"]),
        ("a: {source: S, through: {table: orders, on: ordr}}", ["KF1341"]),
        ("a: {source: S, through: {table: orders, on: order_id, key: ordr}}", ["KF1341"]),
        ("a: {source: S, account: account_id, through: {table: orders, on: order_id}}", ["KF1352"]),
        ("a: {source: S, through: {table: a, on: order_id}}", ["KF1351"]),
        ("a: {source: S, through: {table: b, on: day}}\n  b: {source: S, through: {table: a, on: day}}", ["KF1351"]),
        ("a: {source: S, through: {table: gone, on: day}}\n  gone: {source: {reader: csv, path: x.csv}}", ["KF3001"]),
        ("a: {source: S, through: {tabel: orders, on: day}}", ["KF1104"]),
    ],
    ids=["table", "column", "other column", "both", "itself", "circle", "unreadable", "key"],
)
def test_ways_that_lead_nowhere_are_told(tmp_path: Path, tables: str, expected: list[str]) -> None:
    """At check time, each once."""
    source = "{reader: csv, path: orders.csv}"
    config = f"tables:\n  orders: {{source: {source}}}\n  {tables.replace('S,', source + ',')}\n"
    with pytest.raises(KaframeError) as caught:
        make(tmp_path, config, FILES)
    assert codes(caught.value) == expected


def test_accounts_do_not_come_from_a_table_that_looks_for_them(tmp_path: Path) -> None:
    """There would be none to find."""
    with pytest.raises(KaframeError) as caught:
        make(tmp_path, f"accounts: {{from: returns}}\n{CONFIG}", FILES)
    assert codes(caught.value) == ["KF1351"]


def test_tables_are_loaded_after_those_they_go_through(tmp_path: Path) -> None:
    """The order of the file counts for all others."""
    plan = make(tmp_path, CONFIG, FILES).catalog.plan
    assert plan is not None
    assert load_order(plan.tables) == ["orders", "returns"]
