"""Measures: aggregates of tables as of a day, and measures of measures."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from kaframe.database import Database
from kaframe.errors import RuleError
from kaframe.measure import check, measure_accounts
from kaframe.names import plan_measures
from tests.steps import AS_OF, Rows, make_database, make_project

ACCOUNTS = [
    {"account_id": "A", "region": "south"},
    {"account_id": "B", "region": "north"},
    {"account_id": "C", "region": "south"},
]
ORDERS = [
    {"account_id": "A", "amount": 100.0, "day": AS_OF},
    {"account_id": "A", "amount": 50.0, "day": AS_OF - timedelta(days=400)},
    {"account_id": "B", "amount": 7.0, "day": AS_OF - timedelta(days=400)},
]
TABLES: dict[str, Rows] = {"accounts": ACCOUNTS, "orders": ORDERS}


def measured(tmp_path: Path, rules: str, tables: dict[str, Rows] = TABLES) -> dict[str, dict[str, object]]:
    """Every account's measures under these rules."""
    project = make_project(tmp_path, {"measure": rules}, tables)
    with make_database(tables) as db:
        measure_accounts(project, db)
        return {row["account_id"]: row for row in db.rows("SELECT * FROM measures")}


def test_aggregates_see_only_their_rows(tmp_path: Path) -> None:
    """``where`` limits each measure on its own, though the table is read once."""
    found = measured(
        tmp_path,
        """
        measures:
          recent: {from: orders, where: "day > as_of - interval 12 month", value: sum(amount), empty: 0}
          ever: {from: orders, value: sum(amount)}
          orders: {from: orders, value: count()}
    """,
    )
    assert [(found[name]["recent"], found[name]["ever"], found[name]["orders"]) for name in "ABC"] == [
        (100, 150, 2),
        (0, 7, 1),
        (0, None, None),
    ]


def test_without_empty_an_account_without_rows_is_missing(tmp_path: Path) -> None:
    """Nothing bought is not zero bought, unless the rule says so; a count is no exception."""
    found = measured(
        tmp_path,
        """
        measures:
          recent: {from: orders, where: "day > as_of - interval 12 month", value: count()}
    """,
    )
    assert [found[name]["recent"] for name in "ABC"] == [1, None, None]


def test_measures_of_measures_come_in_their_order(tmp_path: Path) -> None:
    """A measure may stand above those that it uses."""
    found = measured(
        tmp_path,
        """
        measures:
          doubled: {value: halved * 4}
          halved: {value: ever / 2}
          ever: {from: orders, value: sum(amount)}
    """,
    )
    assert [found[name]["doubled"] for name in "ABC"] == [300, 14, None]


def test_one_pass_over_each_table(tmp_path: Path) -> None:
    """However many measures use a table, the engine's own plan scans it once, and the accounts once."""
    from kaframe.measure import measures_query

    lines = "\n".join(f"  m{i}: {{from: orders, where: amount > {i}, value: sum(amount)}}" for i in range(20))
    project = make_project(tmp_path, {"measure": f"measures:\n{lines}\n"}, TABLES)
    with make_database(TABLES) as db:
        (plan,) = db.rows(f"EXPLAIN (FORMAT JSON) {measures_query(plan_measures(project))}")
    assert plan["explain_value"].count('"SEQ_SCAN') == len(TABLES)


def test_circle_is_refused(tmp_path: Path) -> None:
    """Two measures that use each other are told with the chain."""
    project = make_project(tmp_path, {"measure": "measures:\n  a: {value: b + 1}\n  b: {value: a + 1}\n"}, TABLES)
    problems = check(project)
    assert [problem.code for problem in problems] == ["KF2111"]
    assert "a -> b -> a" in problems[0].message or "b -> a -> b" in problems[0].message


@pytest.mark.parametrize(
    ("rules", "code", "words"),
    [
        ("measures:\n  a: {from: oders, value: sum(amount)}\n", "KF2112", "orders"),
        ("measures:\n  a: {from: orders, value: sum(amout)}\n", "KF2010", "amount"),
        ("measures:\n  region: {from: orders, value: sum(amount)}\n", "KF2110", "column"),
        ("measures:\n  a: {from: orders, value: amount}\n", "KF2013", "sum"),
    ],
    ids=["table", "column", "clash", "no aggregate"],
)
def test_mistakes_are_told_with_the_way_out(tmp_path: Path, rules: str, code: str, words: str) -> None:
    """Each mistake has its code, its place and a hint."""
    problems = check(make_project(tmp_path, {"measure": rules}, TABLES))
    assert len(problems) == 1, problems
    assert words in problems[0].message + problems[0].hint
    assert problems[0].at is not None
    assert problems[0].at.file == "rules/measure.yaml"
    assert problems[0].code in (code, "KF2014")


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    """Three broken measures give three problems."""
    rules = "measures:\n" + "".join(f"  m{i}: {{value: nothing_{i}}}\n" for i in range(3))
    project = make_project(tmp_path, {"measure": rules}, TABLES)
    with pytest.raises(RuleError) as refused:
        plan_measures(project)
    assert len(refused.value.problems) == 3


def test_without_aggregates_nothing_is_copied(tmp_path: Path) -> None:
    """Measures that only rename or compute columns are a view over the accounts."""
    tables: dict[str, Rows] = {"accounts": [{"account_id": "A", "revenue": 10.0}]}
    project = make_project(tmp_path, {"measure": "measures:\n  double: {value: revenue * 2}\n"}, tables)
    with make_database(tables) as db:
        measure_accounts(project, db)
        kind = db.value("SELECT table_type FROM information_schema.tables WHERE table_name = 'measures'")
        assert kind == "VIEW"
        assert db.rows("SELECT double FROM measures") == [{"double": 20.0}]


def test_as_of_is_the_only_clock(tmp_path: Path) -> None:
    """The same project on another day gives that day's values."""
    rules = "measures:\n  days: {value: days_since(started)}\n"
    tables: dict[str, Rows] = {"accounts": [{"account_id": "A", "started": date(2026, 6, 1)}]}
    project = make_project(tmp_path, {"measure": rules}, tables)
    found = []
    for day in (AS_OF, date(2026, 6, 11)):
        db: Database = make_database(tables)
        measure_accounts(project.on(day), db)
        found.append(db.value("SELECT days FROM measures"))
    assert found == [29, 10]
