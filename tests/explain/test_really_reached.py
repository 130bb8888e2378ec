"""What an explanation proposes is put through the engine: the colour comes, and a little less does not bring it."""

from __future__ import annotations

import itertools
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaframe.data.ledger import QUALITY
from kaframe.explain import Explanation, explain_account
from kaframe.identify import identify_accounts
from kaframe.measure import measure_accounts
from kaframe.project import Project
from kaframe.score import score_accounts
from kaframe.status import colour_accounts
from kaframe.yamlfile import dump_yaml
from tests.scorecard.test_arithmetic import explained_leaves
from tests.steps import AS_OF, Rows, make_database, make_project

NUMBERS = ("a", "b", "c", "d")  # every leaf has a column of its own, as only one value is to change
GRADES = ("gold", "silver", "tin")
RANDOM = "KAFRAME_RANDOM" in os.environ  # many other examples each time; else the same, as no run is to fail by luck
slow = settings(
    max_examples=60 if RANDOM else 12, derandomize=not RANDOM, deadline=None, suppress_health_check=list(HealthCheck)
)


@dataclass(frozen=True)
class World:
    """A project of one account: what its rules say, and its values."""

    rules: dict[str, str]
    row: dict[str, Any]

    def explained(self, folder: Path, changed: dict[str, Any] | None = None) -> Explanation:
        """What the engine and the explanation say, with some values changed."""
        tables: dict[str, Rows] = {"accounts": [{**self.row, **(changed or {})}, FULL]}
        project = make_project(folder, self.rules, tables)
        with make_database(tables) as db:
            return self.computed(project, db)

    def computed(self, project: Project, db: Any) -> Explanation:
        db.create("sources", [], {"table_name": "VARCHAR", "source": "VARCHAR"})
        for name in ("orphans", "quality"):
            db.create(name, [], QUALITY if name == "quality" else {"table_name": "VARCHAR", "source": "VARCHAR"})
        for step in (measure_accounts, identify_accounts, score_accounts, colour_accounts):
            step(project, db)
        return explain_account(project, db, "A")[0]


FULL = {"account_id": "Z", **dict.fromkeys(NUMBERS, 1.0), "grade": "tin", "seen": AS_OF}  # so that columns have types


@st.composite
def leaf(draw: Any, column: str) -> dict[str, Any]:
    """A leaf over one column: a curve in either direction, bands, raw points, or both with limits."""
    kind = draw(st.sampled_from(["curve", "bands", "raw"]))
    found: dict[str, Any] = {"value": column, "weight": draw(st.integers(1, 4))}
    if kind == "raw":
        found["clamp"] = [0, 100]  # a sum asks what bounds its parts
    edges = sorted(draw(st.sets(st.integers(0, 40), min_size=2, max_size=4)))
    points = st.integers(0, 100)
    if kind == "curve":
        found["curve"] = [[edge, draw(points)] for edge in edges]
    elif kind == "bands":
        word = draw(st.sampled_from(["at_least", "above"]))
        found["bands"] = [{word: edge, "points": draw(points)} for edge in reversed(edges)] + [{"else": draw(points)}]
    return found


@st.composite
def worlds(draw: Any) -> World:
    """Two groups of two leaves and a map, semantics that round or not, edges that belong or not."""
    how = st.sampled_from(["weighted_mean", "mean", "min", "max", "sum", "worst_of"])
    digits = draw(st.sampled_from(["none", 0, 1, 2]))
    meaning = {
        "scale": [0, 100], "minimum_coverage": 0, "missing": draw(st.sampled_from(["skip", "worst"])),
        "categories": {"good": 100, "fair": 50, "poor": 0},
        "rounding": {"total": digits, "group": draw(st.sampled_from(["none", 0, 1])),
                     "leaf": draw(st.sampled_from(["none", 0, 1])), "half": draw(st.sampled_from(["up", "even"]))},
    }  # fmt: skip
    children = {
        "one": {"weight": 3, "aggregate": draw(how), "children": {name: draw(leaf(name)) for name in "ab"}},
        "two": {"weight": 2, "aggregate": draw(how), "children": {name: draw(leaf(name)) for name in "cd"}},
        "grade": {"weight": 1, "map": dict(zip(GRADES, (100, 60, 0), strict=True)), "value": "grade"},
    }
    score = {
        "semantics": {"own": meaning},
        "scorecards": {"main": {"semantics": "own", "aggregate": draw(how), "children": children}},
    }
    word = draw(st.sampled_from(["at_least", "above"]))
    colours = {"good": {word: draw(st.integers(60, 90))}, "fair": {word: 40}, "bad": "else"}
    status = {"rgb": {"main": {**colours, "compare": draw(st.sampled_from(["shown", "calculated"]))}}}
    numbers = st.one_of(st.none(), st.integers(-5, 45).map(float), st.integers(0, 120).map(lambda thirds: thirds / 3))
    row = {"account_id": "A", **{name: draw(numbers) for name in NUMBERS}, "grade": draw(st.sampled_from(GRADES)),
           "seen": AS_OF}  # fmt: skip
    rules = {"score": dump_yaml(score), "status": dump_yaml(status),
             "identify": "tiers: [{id: key, key: true, when: true}]\n"}  # fmt: skip
    return World(rules, row)


def rank(one: Explanation) -> int:
    assert one.decision is not None
    return ["good", "fair", "bad", "no_data"].index(one.decision.status)


@slow
@given(worlds())
def test_every_proposed_value_brings_the_colour(world: World) -> None:
    """One value changed in the data, and the published colour is the one that was promised, or better."""
    with tempfile.TemporaryDirectory() as folder:
        now = world.explained(Path(folder))
        if now.target is None or now.target.blocked:
            return
        wanted = ["good", "fair", "bad"].index(now.target.status)
        for one in explained_leaves(now.nodes):
            column = one.path.rpartition(".")[2]
            assert one.reach is not None
            assert one.reach.why == ""
            tried = [one.reach.value] if one.reach.value is not None else [option.when for option in one.reach.options]
            for value in tried:
                assert rank(world.explained(Path(folder), {column: value})) <= wanted, (one.path, value)
            if one.reach.value is None or one.value is None:
                continue
            away = one.reach.value - one.value
            if abs(away) > abs(one.reach.value) / 12:  # a value is told with few digits: off by up to half a percent
                short = one.value + away * 0.94
                assert rank(world.explained(Path(folder), {column: short})) > wanted, (one.path, short)


@slow
@given(worlds())
def test_what_cannot_alone_really_cannot(world: World) -> None:
    """Where no value is told, none of a hundred brings the colour; nor one that is nearer than the one that is told."""
    with tempfile.TemporaryDirectory() as folder:
        now = world.explained(Path(folder))
        if now.target is None or now.target.blocked:
            return
        wanted = ["good", "fair", "bad"].index(now.target.status)
        for one in explained_leaves(now.nodes):
            column = one.path.rpartition(".")[2]
            if column == "grade" or one.reach is None:
                continue
            tried = [float(value) for value in (-1, *range(0, 41, 4), 41, 100)]
            if one.value is not None and one.reach.value is not None:
                away = abs(one.reach.value - one.value) * 0.94
                tried = [value for value in tried if abs(value - one.value) < away]
            elif one.reach.is_possible:
                continue
            for value in tried:
                assert rank(world.explained(Path(folder), {column: value})) > wanted, (one.path, value)


EFFORT = {
    "measure": """
        measures:
          a_now: {value: a, unit: count, effort: {cost: %d, per: 1}}
          b_now: {value: b, unit: count, effort: {cost: %d, per: 1}}
          c_now: {value: c, unit: count, effort: {cost: %d, per: 1}}
    """,
    "identify": "tiers: [{id: key, key: true, when: true}]\n",
    "score": """
        scorecards:
          main:
            aggregate: %s
            children:
              a: {weight: 3, value: a_now, curve: [[0, 0], [8, 100]]}
              b: {weight: 2, value: b_now, bands: [{at_least: 5, points: 100}, {at_least: 2, points: 70}, {else: 10}]}
              c: {weight: 2, value: c_now, curve: [[0, 100], [6, 0]]}
    """,
    "status": "rgb: {main: {good: {at_least: 70}, fair: {at_least: 40}, bad: else}}\n",
}


@pytest.mark.parametrize("how", ["weighted_mean", "min", "max"])
@slow
@given(
    costs=st.tuples(*[st.integers(1, 9)] * 3), values=st.tuples(st.integers(0, 8), st.integers(0, 5), st.integers(0, 6))
)
def test_no_whole_numbers_are_cheaper(how: str, costs: tuple[int, ...], values: tuple[int, ...]) -> None:
    """All 378 combinations of whole values go through the engine at once: none that brings the colour costs less."""
    rules = {**EFFORT, "measure": EFFORT["measure"] % costs, "score": EFFORT["score"] % how}
    row = dict(zip("abc", map(float, values), strict=True))
    combinations = list(itertools.product(range(9), range(6), range(7)))
    others = [{"account_id": f"X{place}", **dict(zip("abc", map(float, one), strict=True))}
              for place, one in enumerate(combinations)]  # fmt: skip
    tables: dict[str, Rows] = {"accounts": [{"account_id": "A", **row}, *others]}
    with tempfile.TemporaryDirectory() as folder, make_database(tables) as db:
        now = World({}, {}).computed(make_project(Path(folder), rules, tables), db)
        colours = {one["account_id"]: one["status"] for one in db.rows("SELECT account_id, status FROM colours")}
    if now.target is None:
        return
    better = ["good", "fair", "bad"][: ["good", "fair", "bad"].index(now.target.status) + 1]
    efforts = [
        sum(abs(new - old) * cost for new, old, cost in zip(one, values, costs, strict=True))
        for place, one in enumerate(combinations)
        if colours[f"X{place}"] in better
    ]
    assert now.cheapest is not None
    assert now.cheapest.moves
    moved = {**row, **{move.measure[0]: move.value for move in now.cheapest.moves}}
    place = combinations.index(tuple(int(moved[name]) for name in "abc"))
    assert colours[f"X{place}"] in better
    assert now.cheapest.effort == pytest.approx(min(efforts))
    assert now.cheapest.is_cheapest == (how == "weighted_mean")
