"""What stands between an account and its next colour, where it is no single value of one leaf."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaframe.explain import Explanation
from tests.explain.test_really_reached import World
from tests.steps import make_database, make_project

ROW = {"account_id": "A", "a": 4.0, "b": 5.0, "grade": "tin"}
STATUS = "rgb: {main: {good: {%s: 75}, fair: {at_least: 40}, bad: else%s}}\n"


def told(
    folder: Path, children: str, more: str = "", word: str = "at_least", past: dict[str, str] | None = None
) -> Explanation:
    """One account on a card of these leaves; ``past`` is its last colour."""
    rules = {
        "score": f"scorecards: {{main: {{children: {{{children}}}}}}}\n",
        "status": STATUS % (word, more),
        "identify": "tiers: [{id: key, key: true, when: true}]\n",
    }
    tables = {"accounts": [ROW, {**ROW, "account_id": "B"}]}
    given = [{"account_id": "A", "card": "main", **past}] if past else []
    with make_database(tables, {"past_colours": given}) as db:
        return World(rules, ROW).computed(make_project(folder, rules, tables), db)


A = "a: {value: a, curve: [[0, 0], [10, 100]]}"
TABLE = """t: {table: {hit: collect, collect: sum, inputs: {a: a, b: b},
    rows: [{when: ['> 1', '-'], points: 20}, {when: ['-', '> 9'], points: 40}, {when: ['-', '> 1'], points: 40}],
    else: 0}}"""


@pytest.mark.parametrize(
    ("children", "path", "why"),
    [
        (f"{A}, other: {{value: a, curve: [[0, 100], [10, 0]]}}", "a", "shared"),
        (f"{A}, other: {{value: a * 2 + b, curve: [[0, 0], [40, 100]]}}", "a", "shared"),
        (f"{A}, other: {{cases: [{{when: a > 3, points: 50}}, {{else: 100}}]}}", "a", "shared"),
        (TABLE, "t", "together"),
    ],
    ids=["another curve", "a sum", "a condition", "rows that add up"],
)
def test_where_no_single_value_can_be_told(tmp_path: Path, children: str, path: str, why: str) -> None:
    """What one leaf gains another may lose; rows that add up are no single value: neither is said to be impossible."""
    one = told(tmp_path, children)
    reach = {node.path: node.reach for node in one.nodes}[path]
    assert reach is not None
    assert (reach.why, reach.value, reach.options) == (why, None, ())


def test_another_name_of_the_same_value_counts_too(tmp_path: Path) -> None:
    """A measure that only gives a column another name moves with it."""
    rules = {
        "measure": "measures: {used: {value: a}}\n",
        "score": f"scorecards: {{main: {{children: {{{A}, u: {{value: used, curve: [[0, 100], [10, 0]]}}}}}}}}\n",
        "status": STATUS % ("at_least", ""),
        "identify": "tiers: [{id: key, key: true, when: true}]\n",
    }
    tables = {"accounts": [ROW]}
    with make_database(tables) as db:
        one = World(rules, ROW).computed(make_project(tmp_path, rules, tables), db)
    assert [node.reach.why for node in one.nodes if node.reach] == ["shared", "shared"]


def test_an_edge_that_does_not_belong_is_passed(tmp_path: Path) -> None:
    """``above: 75`` is not reached with 75, by no leaf."""
    one = told(tmp_path, A, word="above")
    assert one.target is not None
    assert (one.target.above, one.target.points) == (True, 75)
    (node,) = one.nodes
    assert node.reach is not None
    assert node.reach.points is not None
    assert node.reach.points > 75
    assert told(tmp_path, A).nodes[0].reach.value == pytest.approx(7.5, abs=0.01)  # type: ignore[union-attr]


def test_a_cap_that_holds_stands_before_a_better_colour(tmp_path: Path) -> None:
    """It changes nothing today, and would keep the account where it is: nothing is promised."""
    cap = ", exceptions: [{id: cap, when: b > 1, at_most: %s, reason: r}]"
    assert told(tmp_path, A, cap % "fair").target.blocked == "exception"  # type: ignore[union-attr]
    assert told(tmp_path, A, cap % "74").target.blocked == "exception"  # type: ignore[union-attr]
    assert told(tmp_path, A, cap % "75").target.blocked == ""  # type: ignore[union-attr]
    assert told(tmp_path, A, cap.replace("b > 1", "b > 9") % "fair").target.blocked == ""  # type: ignore[union-attr]


def test_a_hold_is_a_part_of_the_way(tmp_path: Path) -> None:
    """Who was worse needs the margin, and must keep it; who was not, neither."""
    patience = ", recover: 3, hold: 14 days"
    past = {"status": "fair", "calculated": "fair", "last_colour": "fair"}
    held = told(tmp_path, A, patience, past=past).target
    assert held is not None
    assert (held.status, held.points, held.hold) == ("good", 78, "14 days")
    new = told(tmp_path, A, patience).target
    assert new is not None
    assert (new.points, new.hold) == (75, "")
