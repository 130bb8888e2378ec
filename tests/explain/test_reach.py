"""The search for the smallest change, on cards of every form, against a search by hand."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kaframe.explain import explain_account
from kaframe.explain.facts import LeafFacts
from kaframe.explain.reach import counted_reach, find_reach, nearest_reach
from kaframe.explain.records import Option
from kaframe.explain.sums import effective_shares, exact_parts, leaf_losses, node_points, total_score
from kaframe.explain.ways import Sought, find_options, leaf_reach
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


@pytest.mark.parametrize(
    ("text", "aggregate", "points", "target", "value"),
    [
        ("{a: {value: x}, b: {value: y}}", "sum", {"a": 0.5, "b": 37.5}, 50.0, 12.45),
        ("{a: {value: x}, b: {value: y, clamp: [0, 30]}}", "sum", {"a": -70.0, "b": 5.0}, 20.0, 14.95),
        ("{a: {value: x}, b: {value: y}}", "worst_of", {"a": 20.0, "b": 100.0}, 50.0, 50.0),
        ("{a: {value: x}, b: {value: y}}", "worst_of", {"a": 60.0, "b": 75.0}, 50.1, None),
    ],
    ids=["nothing bounds a leaf", "nor this one", "at a category", "beyond its sister's"],
)
def test_smallest_change_of_sums_and_categories(
    text: str, aggregate: str, points: dict[str, float | None], target: float, value: float | None
) -> None:
    """Where nothing bounds a leaf its value is as near as anywhere else; 49.95 is rounded to 50.0."""
    card = planned(text, aggregate)
    found = nearest_reach(card, points, card.root.children[0], target, points["a"]).value
    assert found == (None if value is None else pytest.approx(value, abs=1e-6))


def test_leaves_that_are_rounded_need_half_a_unit_less() -> None:
    """16 of 100 is enough with 83.3 beside it; 15.5 is rounded to 16, and 14.851485 gives 15.5."""
    card = planned("{a: {value: x, curve: [[0, 0.5], [100, 101.5]]}, b: {value: y}}")
    rounding = replace(card.meaning.rounding, leaf=0, total=0)
    card = replace(card, meaning=replace(card.meaning, rounding=rounding))
    found = nearest_reach(card, {"a": 1.0, "b": 83.3}, card.root.children[0], 50.0, 0.0)
    assert found.value == pytest.approx(15 / 1.01, abs=1e-6)
    assert found.points == 16


@pytest.mark.parametrize(
    ("sign", "edge", "current", "passing"),
    [("above", 75, 1.0, "above"), ("above", 0, -1.0, "above"), ("below", 75, 80.0, "below"), ("at_least", 75, 1.0, "")],
)
def test_edges_that_are_not_enough_themselves(sign: str, edge: float, current: float, passing: str) -> None:
    """Nobody is told *at 75* where 75 does not do."""
    card = planned(f"{{a: {{value: x, bands: [{{{sign}: {edge}, points: 100}}, {{else: 0}}]}}, b: {{value: y}}}}")
    found = find_reach(card, {"a": 0.0, "b": 100.0}, card.root.children[0], 100.0, current)
    assert found.value == pytest.approx(edge, abs=1e-6)
    assert found.passing == passing


def test_counted_values_are_whole() -> None:
    """Nobody has 2.9 tickets."""
    card = planned(FALLING)
    found = counted_reach(card, {"a": 20.0, "b": 80.0}, card.root.children[0], 75.5, 8.0)
    assert found.value == 2.0


def test_names_and_cases() -> None:
    """Values that are names or conditions are told as such."""
    assert options("{value: grade, map: {gold: 100, silver: 60, else: 0}}") == (Option("gold"), Option("silver"))
    assert options("{cases: [{when: x > 1, points: 100}, {else: 0}]}") == (Option("x > 1"),)


TABLE = (
    "{table: {%s, inputs: {x: x, y: y}, rows: [{when: ['> 5', '-'], points: 90}, {when: ['-', '> 3'], points: 80}, "
    "{when: ['> 8', '> 3'], points: 0}], else: 70}}"
)

CLASHING = [("x > 5", ["y > 3", "x > 8, y > 3"]), ("y > 3", ["x > 5", "x > 8, y > 3"]), ("else", [])]
LESS = [("x > 5", ["x > 8, y > 3"]), ("y > 3", ["x > 8, y > 3"]), ("else", [])]


@pytest.mark.parametrize(
    ("leaf", "told"),
    [
        ("{cases: [{when: x < 10, points: 0}, {when: x < 50, points: 90}, {else: 100}]}",
         [("x < 50", ["x < 10"]), ("else", [])]),
        ("{cases: [{when: x < 50, points: 0}, {when: x < 10, points: 100}, {else: 20}]}", []),
        ("{cases: [{when: x < 10, points: 0}, {when: x > 20, points: 90}, {else: 0}]}", [("x > 20", [])]),
        ("{cases: [{when: x > 9, points: 90}, {when: x > 5, points: 100}, {else: 0}]}", [("x > 9", []), ("x > 5", [])]),
        ("{cases: [{when: x > 5, points: 0}, {when: x <= 5, points: 10}, {when: y > 3, points: 100}, {else: 0}]}",
         [("y > 3", ["x > 5", "x <= 5"])]),
        (TABLE % "hit: first", [("x > 5", []), ("y > 3", []), ("else", [])]),
        (TABLE % "hit: unique", CLASHING),
        (TABLE % "hit: any", CLASHING),
        (TABLE % "hit: collect, collect: min", LESS),
        (TABLE % "hit: collect, collect: max", [("x > 5", []), ("y > 3", []), ("else", [])]),
        (TABLE % "hit: priority, order: [0, 80, 90]", LESS),
        ("{table: {hit: first, inputs: {x: x}, rows: [{when: ['> 5'], points: 0}, {when: ['<= 5'], points: 90}], "
         "else: 100}}", [("x <= 5", [])]),
    ],
    ids=["a case before", "never reached", "apart", "another that is enough", "missing values", "first", "unique",
         "any", "min", "max", "priority", "no gap for else"],
)  # fmt: skip
def test_what_goes_before_a_condition_is_told(leaf: str, told: list[tuple[str, list[str]]]) -> None:
    """A condition that another hides is no way; where it may, that is said."""
    assert [(one.when, list(one.unless)) for one in options(leaf)] == told


def options(leaf: str) -> tuple[Option, ...]:
    """What brings 60 points, where the other leaf has 60."""
    text = f"scorecards: {{c: {{children: {{a: {leaf}, b: {{value: z}}}}}}}}\n"
    with tempfile.TemporaryDirectory() as folder:
        project = make_project(Path(folder), {"score": text}, {"accounts": ACCOUNTS})
    (card,) = plan_cards(project)
    sought = Sought(project, card, {"a": 0.0, "b": 60.0}, 60.0, find_options(project, card))
    return leaf_reach(sought, card.root.children[0], None, LeafFacts()).options


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
    ("ageing", "days", "why"),
    [("decay: {from: seen, half_life: 30 days}", 90, "decays"),
     ("fresh: {on: seen, within: 30 days}, missing: worst", 90, "stale"),
     ("fresh: {on: seen, within: 30 days}, missing: worst", None, "undated"),
     ("fresh: {on: seen, within: 30 days}, missing: worst", 30, "")],
)  # fmt: skip
def test_what_ages_says_why_no_value_brings_the_colour(
    tmp_path: Path, ageing: str, days: int | None, why: str
) -> None:
    """Points that fade, a day too old to count or none: nothing is proposed, and the reason is told."""
    leaf = f"{{value: x, curve: [[0, 0], [10, 100]], {ageing}}}"
    rules = {
        "score": f"scorecards: {{main: {{children: {{old: {leaf}, y: {{value: y}}}}}}}}\n",
        "identify": "tiers: [{id: key, key: true, when: true}]\n",
        "status": "rgb: {main: {good: {at_least: 75}, bad: else}}\n",
    }
    seen = None if days is None else AS_OF - timedelta(days=days)
    rows: Rows = [{"account_id": "A", "x": 1.0, "y": 50.0, "seen": seen}, {"account_id": "Z", "seen": AS_OF}]
    tables = {"accounts": rows}
    project = make_project(tmp_path, rules, tables)
    with make_database(tables) as db:
        db.create("sources", [], {"table_name": "VARCHAR", "source": "VARCHAR"})
        for step in (measure_accounts, identify_accounts, score_accounts, colour_accounts):
            step(project, db)
        (one,) = explain_account(project, db, "A")
    assert [node.reach.why for node in one.nodes if node.reach] == [why, ""]
