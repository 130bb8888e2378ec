"""Which names an expression may use, where, and what is said about others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kaframe.errors import Location, RuleError
from kaframe.expression import Expression, Type
from kaframe.names import ORDER, account_relation, account_scope, plan_measures, table_scope, words_of
from kaframe.project import Project
from tests.steps import make_database, make_project

ACCOUNTS = [{"account_id": "A", "size": 3.0, "region": "north"}, {"account_id": "B", "size": 1.0, "region": "south"}]
ORDERS = [{"account_id": "A", "amount": 5.0}]
MEASURES = """\
measures:
  double: {value: revenue * 2}
  revenue: {from: orders, value: sum(amount), empty: 0}
"""
CARD = """\
scorecards:
  main: {primary: true, children: {size: {value: size}}}
  other: {children: {size: {value: size}}}
"""
PACK = """\
version: 1
accounts: {columns: {wallet: {type: number}, size: {type: text}}}
tables: {orders: {columns: {profit: {type: number}}}, visits: {columns: {visited_on: {type: date}}}}
"""


def project(folder: Path, **rules: str) -> Project:
    return make_project(folder, {"measure": MEASURES, **rules}, {"accounts": ACCOUNTS, "orders": ORDERS})


def codes(found: Project) -> list[str]:
    with pytest.raises(RuleError) as caught:
        plan_measures(found)
    return [problem.code for problem in caught.value.problems]


def test_measures_stand_after_those_they_use(tmp_path: Path) -> None:
    """Whatever their order in the file."""
    assert [item.measure.id for item in plan_measures(project(tmp_path))] == ["revenue", "double"]


def test_a_circle_is_told_with_its_way(tmp_path: Path) -> None:
    """And hides no other mistake."""
    rules = "measures: {a: {value: b}, b: {value: c}, c: {value: a}, d: {value: nothing_such}}\n"
    found = make_project(tmp_path, {"measure": rules}, {"accounts": ACCOUNTS})
    with pytest.raises(RuleError) as caught:
        plan_measures(found)
    (circle,) = [problem for problem in caught.value.problems if problem.code == "KF2111"]
    way = circle.message.rpartition(": ")[2].split(" -> ")
    assert way[0] == way[-1]
    assert set(way) == {"a", "b", "c"}
    assert "KF2010" in [problem.code for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("measure", "code"),
    [
        ("size: {value: '1'}", "KF2110"),
        ("tier: {value: '1'}", "KF2113"),
        ("as_of: {value: '1'}", "KF2113"),
        ("x: {from: oders, value: count()}", "KF2112"),
        ("x: {from: orders, value: sum(amuont)}", "KF2010"),
        ("x: {from: orders, value: amount}", "KF2014"),
        ("x: {value: sum(size)}", "KF2013"),
        ("x: {value: tier}", "KF2012"),
    ],
)
def test_what_a_measure_cannot_be(tmp_path: Path, measure: str, code: str) -> None:
    """Names that are taken, tables and columns that are not there, rows and accounts mixed."""
    assert codes(project(tmp_path, measure=f"measures: {{{measure}}}\n")) == [code]


def test_what_a_pack_can_use_is_absent_here(tmp_path: Path) -> None:
    """A measure that rests on it alone is left out; with ``coalesce`` it is not."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/pack.yaml").write_text(PACK, encoding="utf-8")
    rules = """\
measures:
  profit: {from: orders, value: sum(profit)}
  visits: {from: visits, value: count()}
  share: {value: "ratio(size, wallet)"}
  known: {value: "coalesce(wallet, size)"}
  of_absent: {value: profit * 2}
"""
    planned = {item.measure.id: item.absent for item in plan_measures(project(tmp_path, measure=rules))}
    assert planned == {"profit": True, "visits": True, "share": True, "known": False, "of_absent": True}
    assert account_scope(project(tmp_path, measure=rules), "identify").names["size"].type is Type.NUMBER


def test_nothing_sees_what_a_later_step_makes(tmp_path: Path) -> None:
    """Each name is known from a step on, and stays known; before, it is known to come."""
    found = project(tmp_path, score=CARD)
    since: dict[str, str] = {}
    for step in ORDER:
        scope = account_scope(found, step)
        assert set(since) <= scope.names.keys()
        assert not scope.names.keys() & scope.later.keys()
        since |= {name: step for name in scope.names if name not in since}
    assert (since["revenue"], since["past.status"], since["tier"]) == ("measure", "identify", "assign")
    assert (since["score"], since["score.other"], since["coverage"]) == ("status", "status", "status")
    assert (since["status"], since["weakest.other"], since["stage"]) == ("stage", "stage", "strategy")


def test_a_relation_has_a_row_an_account_and_a_column_a_name(tmp_path: Path) -> None:
    """Also for accounts that no table of earlier steps knows."""
    found = project(tmp_path)
    tables: dict[str, Any] = {"measures": ACCOUNTS, "tiers": [
        {"account_id": "A", "tier": "gold", "key_account": True, "candidate": False}]}  # fmt: skip
    with make_database(tables, {"past_tiers": [{"account_id": "B", "tier": "silver"}]}) as db:
        db.execute("CREATE VIEW managed AS SELECT 'A' AS account_id")
        names = ["tier", "past.tier"]
        relation = account_relation(found, "assign", names)
        rows = db.rows(f'SELECT account_id, size, tier, "past.tier" FROM {relation} ORDER BY account_id')
        managed = db.rows(f"SELECT account_id FROM {account_relation(found, 'assign', names, managed=True)}")
    assert rows == [
        {"account_id": "A", "size": 3.0, "tier": "gold", "past.tier": None},
        {"account_id": "B", "size": 1.0, "tier": None, "past.tier": "silver"},
    ]
    assert managed == [{"account_id": "A"}]


def test_rows_of_a_table_have_its_columns_only(tmp_path: Path) -> None:
    """Accounts and measures are no columns of orders."""
    scope = table_scope(project(tmp_path), "orders")
    assert set(scope.names) == {"account_id", "amount"}
    assert scope.aggregates
    assert not table_scope(project(tmp_path), "orders", aggregates=False).aggregates


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("revenue - 1", {"revenue"}),
        ("case when region = 'north' then a else b end", {"case", "when", "region", "then", "a", "else", "b", "end"}),
        ("x = 'it''s y'", {"x"}),
        ("销售额 * 2", {"销售额"}),
    ],
)
def test_words_of_an_expression(text: str, words: set[str]) -> None:
    """What stands in quotes is text, not a name."""
    assert words_of(Expression(text, Location("x"), 0)) == words
