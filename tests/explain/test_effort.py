"""The cheapest combination: never dearer than what trying everything finds, always enough, never more than needed."""

from __future__ import annotations

import itertools
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallproject import write_project

from kaframe import flow
from kaframe.explain import STEPS, Explanation, explain_account
from kaframe.explain.effort import Lever, find_cheapest, find_levers
from kaframe.explain.published import computed
from kaframe.explain.reach import value_points
from kaframe.explain.sums import total_score
from kaframe.loading import load_project
from kaframe.rules.measure import Effort
from kaframe.scorecard.planned import PlannedCard
from kaframe.scorecard.tree import plan_cards

DAY = date(2026, 3, 31)
FILES = {
    "kaframe.yaml": """\
version: 1
project: small
language: en
timezone: Asia/Shanghai
packs: []
accounts: {source: {reader: csv, path: data/accounts.csv}, name: account}
reports: [report_json]
""",
    "data/accounts.csv": "account_id,account,growth,tickets,visits,text\nA1,Alpha,-0.1,5,1,x\nA2,Beta,0.2,0,9,y\n"
    "A3,Gamma,,5,1,z\n",
    "rules/measure.yaml": """\
version: 1
measures:
  grown: {value: growth, unit: percent, effort: {cost: 1, per: 0.01}}
  open_tickets: {value: tickets, unit: count, effort: 3}
  visited: {value: visits, unit: count, effort: 2}
""",
    "rules/identify.yaml": "version: 1\ntiers: [{id: all, key: true, when: true}]\n",
    "rules/score.yaml": """\
version: 1
scorecards:
  health:
    primary: true
    children:
      growth: {weight: 50, value: grown, curve: [[-0.2, 0], [0.2, 100]]}
      service:
        {weight: 30, value: open_tickets, bands: [{at_most: 0, points: 100}, {at_most: 2, points: 60}, {else: 0}]}
      care: {weight: 20, value: visited, curve: [[0, 0], [4, 100]]}
""",
    "rules/status.yaml": "version: 1\nrgb: {health: {green: {at_least: 75}, yellow: {at_least: 50}, red: else}}\n",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A card with a curve, bands and counted visits."""
    return write_project(tmp_path_factory.mktemp("effort"), FILES)


@pytest.fixture(scope="module")
def card(root: Path) -> PlannedCard:
    (planned,) = plan_cards(load_project(root, as_of=DAY))
    return planned


def explained(root: Path, account: str) -> Explanation:
    with computed(project := load_project(root, as_of=DAY), [flow.STEPS[name] for name in STEPS]) as db:
        (one,) = explain_account(project, db, account)
    return one


def points_of(card: PlannedCard, values: dict[str, float]) -> dict[str, float | None]:
    """The points of the leaves when their measures have these values."""
    return {leaf.path: value_points(card, leaf, values[leaf.node.value.text]) for leaf in card.root.leaves()}  # type: ignore[union-attr]


def levers_of(card: PlannedCard, values: dict[str, float], costs: dict[str, float]) -> list[Lever]:
    leaves = {leaf.node.value.text: leaf for leaf in card.root.leaves() if leaf.node.value}
    return [
        Lever(name, values[name], Effort(cost, 0.01 if name == "grown" else 1), name != "grown", (leaves[name],))
        for name, cost in costs.items()
    ]


def test_the_way_to_the_next_colour_is_told(root: Path) -> None:
    """From 25 points and red to yellow: by hand, growth is the cheapest by far, and one visit is cheaper than that."""
    one = explained(root, "A1")
    assert one.target is not None
    assert (one.score, one.target.points) == (17.5, 50)
    assert one.cheapest is not None
    assert one.cheapest.is_cheapest
    moves = {move.measure: (move.now, move.value, move.effort) for move in one.cheapest.moves}
    assert moves == {"visited": (1, 4, 6), "open_tickets": (5, 2, 9)} or one.cheapest.effort <= 15
    assert one.cheapest.moves[0].label


def test_nothing_is_told_of_the_best_and_of_what_is_unknown(root: Path) -> None:
    """Who is green needs no way; a measure that is missing cannot be moved."""
    assert explained(root, "A2").cheapest is None
    found = explained(root, "A3").cheapest
    assert found is not None
    assert "grown" not in {move.measure for move in found.moves}


def test_what_no_combination_can_bring_is_said(card: PlannedCard) -> None:
    """Visits alone, be there never so many, do not make the account green."""
    values = {"grown": -0.2, "open_tickets": 9.0, "visited": 0.0}
    found = find_cheapest(card, points_of(card, values), levers_of(card, values, {"visited": 1.0}), 75)
    assert found is not None
    assert (found.moves, found.effort) == ((), 0)
    assert find_cheapest(card, points_of(card, values), [], 75) is None


def test_only_measures_with_an_effort_are_levers(root: Path) -> None:
    """A leaf that computes with a measure makes it no lever: nobody could say what else moves."""
    (root / "rules/score.yaml").write_text(FILES["rules/score.yaml"].replace("value: visited", "value: visited * 1"))
    project = load_project(root, as_of=DAY)
    (planned,) = plan_cards(project)
    values = {"grown": 0.1, "open_tickets": 1, "visited": 1}
    found = find_levers(planned, project.rules.measure.measures, values)
    assert [lever.name for lever in found] == ["grown", "open_tickets"]
    (root / "rules/score.yaml").write_text(FILES["rules/score.yaml"])


prices = st.floats(0.1, 20).map(lambda price: round(price, 2))


@settings(max_examples=60, deadline=None)
@given(
    growth=st.integers(-30, 25).map(lambda percent: percent / 100),
    tickets=st.integers(0, 6),
    visits=st.integers(0, 5),
    costs=st.tuples(prices, prices, prices),
    target=st.sampled_from([30, 50, 62.5, 75, 90]),
)
def test_no_combination_is_cheaper(
    card: PlannedCard, growth: float, tickets: int, visits: int, costs: tuple[float, ...], target: float
) -> None:
    """Against every combination of whole tickets and visits with growth in steps of a hundredth of a percent."""
    values = {"grown": growth, "open_tickets": float(tickets), "visited": float(visits)}
    levers = levers_of(card, values, dict(zip(values, costs, strict=True)))
    points = points_of(card, values)
    if (total_score(card, points) or 0) >= target:
        return
    found = find_cheapest(card, points, levers, target)
    assert found is not None
    assert found.is_cheapest
    moved = values | {move.measure: move.value for move in found.moves}
    assert (total_score(card, points_of(card, moved)) or 0) >= target
    assert found.effort == pytest.approx(sum(lever.cost(moved[lever.name]) for lever in levers))
    assert found.effort <= cheapest_by_trying(card, values, levers, target) + 1e-6


def cheapest_by_trying(card: PlannedCard, values: dict[str, float], levers: list[Lever], target: float) -> float:
    """Every number of tickets and visits; the growth that is still needed then, to a hundredth of a percent."""
    price = {lever.name: lever for lever in levers}
    best = float("inf")
    for tickets, visits in itertools.product(range(8), range(6)):
        tried = {**values, "open_tickets": float(tickets), "visited": float(visits)}
        base = price["open_tickets"].cost(tickets) + price["visited"].cost(visits)
        low, high = round(values["grown"] * 10_000), 2_000
        if (total_score(card, points_of(card, {**tried, "grown": max(high, low) / 10_000})) or 0) < target:
            continue
        while low < high:
            middle = (low + high) // 2
            enough = (total_score(card, points_of(card, {**tried, "grown": middle / 10_000})) or 0) >= target
            low, high = (low, middle) if enough else (middle + 1, high)
        best = min(best, base + price["grown"].cost(low / 10_000))
    return best
