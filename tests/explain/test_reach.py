"""The search for the smallest change, on cards of every form, against a search by hand."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

import pytest

from kaframe.explain import explain_account
from kaframe.explain.reach import counted_reach, find_reach
from kaframe.explain.sums import effective_shares, exact_parts, leaf_losses, node_points, total_score
from kaframe.identify import identify_accounts
from kaframe.measure import measure_accounts
from kaframe.score import score_accounts
from kaframe.scorecard.tree import PlannedCard, plan_cards
from kaframe.status import colour_accounts
from tests.steps import AS_OF, Rows, make_database, make_project

ACCOUNTS: Rows = [{"account_id": "A", "x": 1.0, "y": 1.0, "z": 1.0, "grade": "gold"}]


def planned(text: str, aggregate: str = "weighted_mean") -> PlannedCard:
    """A card of these leaves, made ready over accounts with the columns x, y, z and grade."""
    card = f"scorecards: {{c: {{aggregate: {aggregate}, children: {text}}}}}\n"
    with tempfile.TemporaryDirectory() as folder:
        return plan_cards(make_project(Path(folder), {"score": card}, {"accounts": ACCOUNTS}))[0]


CURVE = "{a: {weight: 1, value: x, curve: [[0, 0], [10, 100]]}, b: {weight: 1, value: y, curve: [[0, 0], [1, 100]]}}"
FALLING = "{a: {weight: 1, value: x, curve: [[0, 100], [10, 0]]}, b: {weight: 1, value: y}}"
BANDS = "{a: {value: x, bands: [{at_least: 10, points: 100}, {above: 5, points: 60}, {else: 0}]}, b: {value: y}}"


@pytest.mark.parametrize(
    ("text", "points", "current", "target", "value"),
    [
        (CURVE, {"a": 20.0, "b": 80.0}, 2.0, 75.0, 7.0),
        (CURVE, {"a": 20.0, "b": 80.0}, 2.0, 90.1, None),
        (FALLING, {"a": 20.0, "b": 80.0}, 8.0, 75.0, 3.0),
        (BANDS, {"a": 0.0, "b": 60.0}, 1.0, 60.0, 5.0),
        (BANDS, {"a": 60.0, "b": 60.0}, 6.0, 80.0, 10.0),
        (CURVE, {"a": None, "b": 80.0}, None, 75.0, 7.0),
    ],
    ids=["rising", "cannot", "falling", "above an edge", "at an edge", "missing"],
)
def test_smallest_change(
    text: str, points: dict[str, float | None], current: float | None, target: float, value: float | None
) -> None:
    """The value found is the nearest that is enough, up to half a unit of rounding."""
    card = planned(text)
    found = find_reach(card, points, card.root.children[0], target, current)
    assert found.value == (None if value is None else pytest.approx(value, abs=0.02))
    assert found.is_possible == (value is not None)


def test_strict_edge_is_really_passed() -> None:
    """``above: 5`` is not reached by 5 itself."""
    card = planned(BANDS)
    found = find_reach(card, {"a": 0.0, "b": 60.0}, card.root.children[0], 60.0, 1.0)
    assert found.value is not None
    assert found.value > 5
    assert found.points == 60


def test_counted_values_are_whole() -> None:
    """Nobody has 2.9 tickets."""
    card = planned(FALLING)
    found = counted_reach(card, {"a": 20.0, "b": 80.0}, card.root.children[0], 75.5, 8.0)
    assert found.value == 2.0


def test_names_and_cases() -> None:
    """Values that are names or conditions are told as such."""
    card = planned("{a: {value: grade, map: {gold: 100, silver: 60, else: 0}}, b: {value: y}}")
    found = find_reach(card, {"a": 0.0, "b": 60.0}, card.root.children[0], 60.0, None)
    assert found.options == ("gold", "silver")
    card = planned("{a: {cases: [{when: x > 1, points: 100}, {else: 0}]}, b: {value: y}}")
    assert find_reach(card, {"a": 0.0, "b": 60.0}, card.root.children[0], 75.0, None).options == ("x > 1",)


@pytest.mark.parametrize("aggregate", ["weighted_mean", "mean", "min", "max", "sum"])
def test_losses_make_the_whole(aggregate: str) -> None:
    """In every kind of group what the leaves lose and the total make the best; in sums the rest is the start's."""
    card = planned("{a: {weight: 3, value: x}, b: {weight: 1, value: y}, c: {weight: 1, value: z}}", aggregate)
    leaves: dict[str, float | None] = {"a": 30.0, "b": 20.0, "c": None}
    points = node_points(card, leaves)
    total = total_score(card, leaves)
    assert total is not None
    losses = leaf_losses(card, points, effective_shares(card, points))
    if aggregate == "sum":
        assert total == 50.0
    else:
        assert sum(losses.values()) + total == pytest.approx(100)


@pytest.mark.parametrize(
    ("parts", "total", "shown"),
    [
        ({"a": 1.04, "b": 2.05, "c": 3.02}, 6.1, {"a": 1.0, "b": 2.1, "c": 3.0}),
        ({"a": 0.0, "b": 9.96}, 10.0, {"a": 0.0, "b": 10.0}),
        ({"a": 3.33333, "b": 3.33333, "c": 3.33334}, 10.0, {"a": 3.3, "b": 3.3, "c": 3.4}),
        ({"a": -3.33333, "b": -3.33333, "c": -3.33334}, -10.0, {"a": -3.3, "b": -3.3, "c": -3.4}),
        ({"a": 0.01, "b": -3.33333, "c": -3.33333}, -6.7, {"a": 0.0, "b": -3.3, "c": -3.4}),
    ],
    ids=["largest remainder", "nothing stays nothing", "thirds", "gains", "a loss beside gains"],
)
def test_rounded_parts_add_up(parts: dict[str, float], total: float, shown: dict[str, float]) -> None:
    """Rounded, they make exactly the total, each less than a unit away from what it was."""
    found = exact_parts(parts, total, 1)
    assert sum(round(part * 10) for part in found.values()) == round(total * 10)
    assert all(abs(found[name] - parts[name]) < 0.1 for name in parts)
    assert found["a"] == shown["a"]


@pytest.mark.parametrize(
    ("ageing", "why"),
    [("decay: {from: seen, half_life: 30 days}", "decays"), 
     ("fresh: {on: seen, within: 30 days}, missing: worst", "stale")],
)
def test_what_ages_says_why_no_value_brings_the_colour(tmp_path: Path, ageing: str, why: str) -> None:
    """Points that fade, or a day too old to count: nothing is proposed, and the reason is told."""
    leaf = f"{{value: x, curve: [[0, 0], [10, 100]], {ageing}}}"
    rules = {
        "score": f"scorecards: {{main: {{children: {{old: {leaf}, y: {{value: y}}}}}}}}\n",
        "identify": "tiers: [{id: key, key: true, when: true}]\n",
        "status": "rgb: {main: {good: {at_least: 75}, bad: else}}\n",
    }
    seen = AS_OF - timedelta(days=90)
    tables: dict[str, Rows] = {"accounts": [{"account_id": "A", "x": 1.0, "y": 50.0, "seen": seen}]}
    project = make_project(tmp_path, rules, tables)
    with make_database(tables) as db:
        db.create("sources", [], {"table_name": "VARCHAR", "source": "VARCHAR"})
        for step in (measure_accounts, identify_accounts, score_accounts, colour_accounts):
            step(project, db)
        (one,) = explain_account(project, db, "A")
    assert [node.reach.why for node in one.nodes if node.reach] == [why, ""]
