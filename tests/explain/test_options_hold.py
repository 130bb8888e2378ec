"""Conditions, rows and names that an explanation proposes, put through the engine over every value around them."""

from __future__ import annotations

import itertools
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kaframe.explain.records import Option
from kaframe.yamlfile import dump_yaml
from tests.explain.test_really_reached import World, slow
from tests.scorecard.test_arithmetic import explained_leaves
from tests.steps import Rows, make_database, make_project

GRID = list(itertools.product(range(0, 12, 2), range(0, 12, 2), ("gold", "tin", "clay")))
AGGREGATES = ["weighted_mean", "mean", "min", "max", "sum", "worst_of"]
HITS = [{"hit": "first"}, {"hit": "unique"}, {"hit": "any"}, {"hit": "priority"},
        *({"hit": "collect", "collect": how} for how in ("min", "max", "sum", "count"))]  # fmt: skip
signs = st.sampled_from([">", ">=", "<", "<="])
edges = st.integers(0, 10)
points = st.sampled_from([0, 33.3, 50, 66.6, 80, 100])


@st.composite
def asked(draw: Any, column: str) -> str:
    return f"{column} {draw(signs)} {draw(edges)}"


@st.composite
def leaf(draw: Any) -> dict[str, Any]:
    """Cases or a table over p and q, which may hide each other, or a map."""
    kind = draw(st.sampled_from(["cases", "table", "table", "map"]))
    if kind == "map":
        rest = {"else": draw(points)} if draw(st.booleans()) else {}
        return {"value": "grade", "map": {"gold": draw(points), "tin": draw(points), **rest}}
    if kind == "cases":
        word = st.sampled_from(["{0}", "{1}", "{0} and {1}", "{0} or {1}", "not {0}"])
        whens = [draw(word).format(draw(asked("p")), draw(asked("q"))) for _ in range(draw(st.integers(1, 4)))]
        rest = [{"else": draw(points)}] if draw(st.booleans()) else []
        return {"cases": [{"when": when, "points": draw(points)} for when in whens] + rest}
    cell = st.one_of(st.just("-"), st.builds("{} {}".format, signs, edges))
    rows = [{"when": [draw(cell), draw(cell)], "points": draw(points)} for _ in range(draw(st.integers(1, 4)))]
    hit = draw(st.sampled_from(HITS))
    outcomes = st.permutations(sorted({row["points"] for row in rows}))
    order = {"order": draw(outcomes)} if hit["hit"] == "priority" else {}
    rest = {"else": draw(points)} if draw(st.booleans()) else {}
    return {"table": {**hit, **order, "inputs": {"p": "p", "q": "q"}, "rows": rows, **rest}}


@st.composite
def rules(draw: Any) -> dict[str, str]:
    """The leaf in a group beside another, and a third; every group rounded or not, and put together in any way."""
    how, digits = st.sampled_from(AGGREGATES), st.sampled_from(["none", 0, 1])
    meaning = {
        "scale": [0, 100], "minimum_coverage": 0, "missing": draw(st.sampled_from(["skip", "worst"])),
        "categories": {"good": 100, "fair": 50, "poor": 0},
        "rounding": {"leaf": draw(digits), "group": draw(digits), "total": draw(digits)},
    }  # fmt: skip
    limits = {"clamp": [0, draw(st.sampled_from([60, 100]))]} if draw(st.booleans()) else {}
    whole = {"clamp": [0, 100]}  # a sum asks what bounds its parts
    children = {"it": {**draw(leaf()), **limits}, "a": {"value": "a", **whole}}
    group = {"aggregate": draw(how), "weight": 2, "children": children}
    third = {"value": "b", **whole}
    card = {"semantics": "own", "aggregate": draw(how), "children": {"group": group, "b": third}}
    edge = draw(st.integers(55, 90))
    return {
        "score": dump_yaml({"semantics": {"own": meaning}, "scorecards": {"main": card}}),
        "status": dump_yaml({"rgb": {"main": {"good": {"at_least": edge}, "fair": {"at_least": 40}, "bad": "else"}}}),
        "identify": "tiers: [{id: key, key: true, when: true}]\n",
    }


def holds(text: str, row: dict[str, Any], others: list[str]) -> bool:
    """Whether a condition, a row or a name is true for an account, read as Python does."""
    if text == "else":
        return not any(holds(one, row, []) for one in others)
    if text in ("gold", "tin"):
        return bool(row["grade"] == text)
    return bool(eval(text.replace(", ", " and ").replace("-", "True"), {}, row))


def written(score: str) -> list[str]:
    """Everything that a rule asks before its ``else``, as an explanation calls it."""
    from kaframe.yamlfile import parse_yaml

    found = parse_yaml(score, "score.yaml").plain()["scorecards"]["main"]["children"]["group"]["children"]["it"]
    if "cases" in found:
        return [case["when"] for case in found["cases"] if "when" in case]
    if "map" in found:
        return ["gold", "tin"]
    rows = [[f"{name} {cell}" for name, cell in zip("pq", row["when"], strict=True) if cell != "-"]
            for row in found["table"]["rows"]]  # fmt: skip
    return [", ".join(row) or "-" for row in rows]


def told(options: tuple[Option, ...], row: dict[str, Any], others: list[str]) -> bool:
    """Whether the explanation promises the colour to an account that is so."""
    return any(
        holds(one.when, row, others) and not any(holds(other, row, others) for other in one.unless) for one in options
    )


percents = st.integers(0, 100)


@slow
@given(rules(), st.tuples(edges, edges, st.sampled_from(["gold", "tin", "clay"]), percents, percents))
def test_a_condition_is_told_exactly_where_the_colour_comes(texts: dict[str, str], now: tuple[Any, ...]) -> None:
    """Over 108 values of what the leaf asks, told and reached are the same; the terms add up exactly."""
    p, q, grade, a, b = now
    own = {"p": float(p), "q": float(q), "grade": grade, "a": float(a), "b": float(b)}
    changed = [{**own, "p": float(p), "q": float(q), "grade": grade} for p, q, grade in GRID]
    tables: dict[str, Rows] = {
        "accounts": [{"account_id": "A", **own}, *({"account_id": f"X{n}", **row} for n, row in enumerate(changed))]
    }
    with tempfile.TemporaryDirectory() as folder, make_database(tables) as db:
        one = World({}, {}).computed(make_project(Path(folder), texts, tables), db)
        colours = {row["account_id"]: row["status"] for row in db.rows("SELECT account_id, status FROM colours")}
        known = {row["account_id"]: row["group.it"] for row in db.rows('SELECT account_id, "group.it" FROM score_main')}
        imputed = "missing: worst" in texts["score"]
    if one.score is not None:
        lost = sum(Decimal(repr(leaf.lost)) for leaf in explained_leaves(one.nodes))
        besides = Decimal(repr(one.other)) + Decimal(repr(one.rounded))
        assert Decimal(repr(one.score)) + lost + besides == Decimal(repr(one.best))
    reach = next(leaf.reach for leaf in explained_leaves(one.nodes) if leaf.path == "group.it")
    if one.target is None or reach is None or reach.why:
        return
    better = ["good", "fair", "bad"][: ["good", "fair", "bad"].index(one.target.status) + 1]
    others = written(texts["score"])
    for number, row in enumerate(changed):
        promised, reached = told(reach.options, row, others), colours[f"X{number}"] in better
        assert not promised or reached, (row, reach.options)
        if known[f"X{number}"] is not None and not imputed:
            assert promised or not reached, (row, reach.options)
