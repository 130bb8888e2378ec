"""Random scorecards over random data: the SQL, the exact arithmetic of the oracle and the explanation say the same."""

from __future__ import annotations

import json
import random
import tempfile
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaframe.data.ledger import QUALITY
from kaframe.database import Database
from kaframe.errors import Location
from kaframe.explain import ExplainedNode, explain_account
from kaframe.explain.sums import total_score
from kaframe.identify import identify_accounts
from kaframe.measure import measure_accounts
from kaframe.project import Project
from kaframe.rules.semantics import Rounding
from kaframe.score import score_accounts
from kaframe.scorecard.planned import Span
from kaframe.scorecard.points import rounded
from kaframe.scorecard.tree import plan_cards
from kaframe.status import colour_accounts
from kaframe.yamlfile import dump_yaml
from tests.scorecard.oracle import INFINITE, Oracle
from tests.scorecard.randomtables import tables
from tests.steps import AS_OF, Rows, make_database, make_project

SCALES = ([0, 10], [1, 10], [0, 100], [-5, 5])
COLUMNS = ("x", "y", "z")
TEXTS = ("gold", "silver", "tin")
TOLERANCE = 1e-7

quarters = st.integers(-80, 480).map(lambda count: count / 4)
thirds = st.integers(-60, 360).map(lambda count: count / 3)  # no number of digits holds them


@st.composite
def semantics(draw: Any) -> dict[str, Any]:
    """Every choice, made by chance; they never contradict each other."""
    low, high = draw(st.sampled_from(SCALES))
    middle = (low + high) / 2
    digits = st.sampled_from(["none", 0, 1, 2])
    renormalise = draw(st.sampled_from(["group", "scorecard"]))
    return {
        "scale": [low, high],
        "categories": {"good": high, "fair": middle, "poor": low},
        "edges": draw(st.sampled_from(["lower", "upper"])),
        "ends": draw(st.sampled_from(["clamp", "extend", "missing"])),
        "beyond_scale": draw(st.sampled_from(["clamp", "missing", "keep"])),
        "aggregate": draw(st.sampled_from(["weighted_mean", "mean", "sum"])),
        "weights": "relative",
        "start": draw(st.integers(low, high)),
        "clamp": draw(st.sampled_from(["scale", "none", [low, middle]])),
        "missing": draw(st.sampled_from(["skip", "skip", "neutral", middle, "fair", "no_data"])),
        "neutral": middle,
        "renormalise": renormalise,
        "minimum_coverage": draw(st.sampled_from([0, 0.25, 0.5])),
        "rounding": {
            "leaf": draw(digits),
            "group": "none" if renormalise == "scorecard" else draw(digits),
            "total": draw(digits),
            "display": "none",
            "half": draw(st.sampled_from(["up", "even"])),
        },
        "tie": "first",
        "compare": "shown",
        "match": "first",
        "roll_up": {"parent": "left_out", "counts": "calculated", "missing": "skip", "none": "own"},
    }


@st.composite
def leaves(draw: Any, meaning: dict[str, Any]) -> dict[str, Any]:
    """A leaf of any kind."""
    low, high = meaning["scale"]
    points = st.one_of(st.integers(low - 2, high + 2), st.sampled_from(["good", "fair", "poor"]))
    kind = draw(st.sampled_from(["bands", "ranges", "curve", "cases", "table", "map", "raw", "category"]))
    leaf: dict[str, Any] = {"weight": draw(st.integers(1, 5))}
    if kind not in ("cases", "table", "map", "category"):
        leaf["value"] = draw(st.sampled_from(COLUMNS))
    edges = sorted(draw(st.sets(st.integers(0, 100), min_size=2, max_size=3)))
    if kind == "bands":
        words = draw(st.sampled_from(["at_least", "above"]))
        leaf["bands"] = [{words: edge, "points": draw(points)} for edge in reversed(edges)] + [{"else": draw(points)}]
    elif kind == "ranges":
        leaf["bands"] = [{"to": edges[0], "points": draw(points)}, {"from": edges[0], "to": edges[1],
                         "points": draw(points)}, {"else": draw(points)}]
    elif kind == "curve":
        leaf["curve"] = [[edge, draw(st.integers(low - 2, high + 2))] for edge in edges]
    elif kind == "cases":
        leaf["cases"] = [{"when": f"{draw(st.sampled_from(COLUMNS))} >= {edge}", "points": draw(points)}
                         for edge in edges] + [{"else": draw(points)}]
    elif kind == "table":
        leaf["table"] = draw(tables(meaning["scale"], COLUMNS))
    elif kind in ("map", "category"):
        leaf["value"] = "grade" if kind == "map" else "category"
        if kind == "map":
            leaf["map"] = {"gold": draw(points), "tin": draw(points)}
            leaf["map"] |= {"else": draw(points)} if draw(st.booleans()) else {}
        else:
            leaf["map"] = {name: name for name in meaning["categories"]}
    return {**leaf, **draw(modifiers(meaning))}


@st.composite
def modifiers(draw: Any, meaning: dict[str, Any]) -> dict[str, Any]:
    """Age, limits and what a missing value counts as."""
    low, high = meaning["scale"]
    found: dict[str, Any] = {}
    if draw(st.integers(0, 3)) == 0:
        found["fresh"] = {"on": "seen", "within": draw(st.sampled_from(["30 days", "2 months", "1 quarter"]))}
    if draw(st.integers(0, 3)) == 0:
        found["decay"] = {"from": "seen"} | draw(st.sampled_from([
            {"half_life": "30 days"}, {"lose": 0.25, "every": "1 month"},
            {"lose": 0.5, "every": "20 days", "whole_periods": True}, {"half_life": "2 weeks", "toward": low},
        ]))
    if draw(st.integers(0, 3)) == 0:
        found["clamp"] = [low, (low + high) / 2]
        found["missing"] = draw(st.sampled_from(["worst", "best", "skip", low]))
    return found


@st.composite
def groups(draw: Any, meaning: dict[str, Any], depth: int) -> dict[str, Any]:
    """A group of leaves and groups."""
    low, high = meaning["scale"]
    children = {
        f"n{place}": draw(groups(meaning, depth - 1) if depth and draw(st.integers(0, 2)) == 0 else leaves(meaning))
        for place in range(draw(st.integers(1, 4)))
    }
    found: dict[str, Any] = {"weight": draw(st.integers(1, 5)), "children": children}
    how = draw(st.sampled_from([None, "weighted_mean", "mean", "min", "max", "sum", "worst_of"]))
    found |= {"aggregate": how} if how else {}
    found |= {"start": draw(st.integers(-3, 3))} if how == "sum" and draw(st.booleans()) else {}
    found |= {"clamp": [low, high - 1]} if draw(st.integers(0, 5)) == 0 else {}
    return found


@st.composite
def worlds(draw: Any) -> tuple[dict[str, Any], dict[str, Any], Rows]:
    """A card, its semantics, and accounts."""
    meaning = draw(semantics())
    card = draw(groups(meaning, 2))
    card.pop("weight")
    numbers = st.one_of(st.none(), st.integers(0, 100).map(float), quarters, thirds)
    accounts = [
        {
            "account_id": f"A{place}",
            **{column: draw(numbers) for column in COLUMNS},
            "grade": draw(st.sampled_from([None, *TEXTS])),
            "category": draw(st.sampled_from([None, *meaning["categories"]])),
            "seen": draw(st.one_of(st.none(), st.integers(-3, 120).map(lambda days: AS_OF - timedelta(days=days)))),
        }
        for place in range(6)
    ]
    everything = {"account_id": "Z", "x": 1.0, "y": 2.0, "z": 3.0, "grade": "tin", "category": "good", "seen": AS_OF}
    return card, meaning, [*accounts, everything]


def written(card: dict[str, Any], meaning: dict[str, Any]) -> str:
    """The score.yaml; a leaf whose text names a category says no map."""
    def without_maps(node: dict[str, Any]) -> dict[str, Any]:
        if "children" in node:
            return {**node, "children": {name: without_maps(child) for name, child in node["children"].items()}}
        return {key: value for key, value in node.items() if not (key == "map" and node.get("value") == "category")}

    rules = {"semantics": {"chance": meaning}, "scorecards": {"main": {**without_maps(card), "semantics": "chance"}}}
    return dump_yaml(json.loads(json.dumps(rules)))


def computed(folder: Path, card: dict[str, Any], meaning: dict[str, Any], accounts: Rows) -> tuple[Project, Database]:
    """The project and its tables up to the colours; all accounts are managed."""
    rules = {
        "score": written(card, meaning),
        "identify": "tiers: [{id: key, key: true, when: true}]\n",
        "status": f"rgb: {{main: {{good: {{at_least: {sum(meaning['scale']) / 2}}}, bad: else}}}}\n",
    }
    tables: dict[str, Rows] = {"accounts": accounts}
    project = make_project(folder, rules, tables)
    db = make_database(tables)
    db.create("sources", [], {"table_name": "VARCHAR", "source": "VARCHAR"})
    db.create("quality", [], QUALITY)
    for step in (measure_accounts, identify_accounts, score_accounts, colour_accounts):
        step(project, db)
    return project, db


def near(found: float | None, expected: Fraction | None) -> bool:
    """Whether the engine's number is the exact one, up to the binary tail of nine digits."""
    if found is None or expected is None:
        return found is None and expected is None
    return abs(Fraction(found) - expected) <= Fraction(TOLERANCE)


def explained_leaves(nodes: tuple[ExplainedNode, ...]) -> list[ExplainedNode]:
    """The leaves of an explanation."""
    return [leaf for node in nodes for leaf in (explained_leaves(node.children) if node.children else [node])]


def lost_by_leaves(node: ExplainedNode) -> Decimal:
    """What the leaves of a node lose together; every group below it says the same of its own."""
    if not node.children:
        return Decimal(repr(node.lost))
    together = sum((lost_by_leaves(child) for child in node.children), Decimal(0))
    assert Decimal(repr(node.lost)) == together, node.path
    return together


thorough = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@thorough
@given(worlds())
def test_sql_says_what_the_oracle_says(world: tuple[dict[str, Any], dict[str, Any], Rows]) -> None:
    """Points, coverage, low and high of every account, whatever the card and its semantics."""
    card, meaning, accounts = world
    oracle = Oracle(card, meaning, AS_OF)
    with tempfile.TemporaryDirectory() as folder:
        project, db = computed(Path(folder), card, meaning, accounts)
        with db:
            rows = {row["account_id"]: row for row in db.rows("SELECT * FROM score_main")}
            explained = {row["account_id"]: explain_account(project, db, row["account_id"])[0] for row in accounts}
            reasons = db.rows("SELECT * FROM reasons")
        planned = plan_cards(project)[0]
    for account in accounts:
        name = account["account_id"]
        row, expected = rows[name], oracle.score(account)
        found = (row["points"], row["low"], row["high"])
        assert near(row["points"], expected.points), (name, found, expected)
        assert near(row["low"], expected.low), (name, found, expected)
        assert near(row["high"], expected.high), (name, found, expected)
        assert abs(row["coverage"] - float(expected.coverage)) < 1e-4
        one = explained[name]
        lost = sum(lost_by_leaves(node) for node in one.nodes)
        if one.score is not None:
            terms = [Decimal(repr(term)) for term in (one.score, one.other, one.rounded)]
            assert sum(terms) + lost == Decimal(repr(one.best)), (name, one.score, lost, one.other, one.rounded)
        known = {leaf.path: None if leaf.imputed else leaf.points for leaf in explained_leaves(one.nodes)}
        assert near(total_score(planned, known), expected.points), (name, known)
        told = {reason["node"] for reason in reasons if reason["account_id"] == name}
        assert told <= {leaf.path for leaf in explained_leaves(one.nodes)}


@thorough
@given(worlds(), st.integers(0, 2**32))
def test_whatever_is_missing_the_score_is_in_the_interval(
    world: tuple[dict[str, Any], dict[str, Any], Rows], seed: int
) -> None:
    """Any points that a leaf can give, in place of a missing value, land within [low, high]; both ends are reached."""
    card, meaning, accounts = world
    oracle, chance = Oracle(card, meaning, AS_OF), random.Random(seed)
    for account in accounts:
        known = {path: oracle.leaf_points(leaf, account, in_sum) for path, leaf, in_sum in oracle.leaves()}
        spans = {path: oracle.span(leaf, in_sum) for path, leaf, in_sum in oracle.leaves()}
        expected = oracle.score(account)
        for _ in range(5):
            filled = {
                path: own if own is not None else oracle.rounded(_between(spans[path], chance), "leaf")
                for path, own in known.items()
            }
            total = oracle.total(filled)
            assert total is not None
            assert expected.low is None or expected.low <= total
            assert expected.high is None or total <= expected.high


def _between(span: tuple[Fraction, Fraction], chance: random.Random) -> Fraction:
    low, high = (max(min(end, INFINITE), -INFINITE) for end in span)
    return low + (high - low) * Fraction(chance.randrange(0, 101), 100)


@pytest.mark.parametrize("half", ["up", "even"])
def test_ties_are_decided_in_decimal(half: str) -> None:
    """Of 2,000 ties at every number of digits none goes the wrong way, on either side of 0."""
    rounding = Rounding(Location("f"), None, None, 1, None, half)  # type: ignore[arg-type]
    with Database() as db:
        for digits in (0, 1, 2, 3):
            unit = Decimal(1).scaleb(-digits)
            values = [float((Decimal(count) + Decimal("0.5")) * unit) for count in range(-250, 250)]
            db.create("ties", [{"v": value} for value in values], {"v": "DOUBLE"})
            rows = db.rows(f"SELECT v, {rounded('v', digits, rounding, Span(-1000, 1000))} AS r FROM ties")
            db.execute("DROP TABLE ties")
            for row in rows:
                exact = Decimal(repr(row["v"]))
                way = "ROUND_HALF_UP" if half == "up" else "ROUND_HALF_EVEN"
                assert Decimal(repr(row["r"])) == exact.quantize(unit, way)
                assert row["r"] == rounding.rounded(row["v"], digits)
