"""Each published system beyond its documented rows: around every edge and at random, beside its own arithmetic.

The formulas here are written from what the vendors say, not from kaframe's code, and never use binary numbers.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from kaframe import score, status
from tests.scorecard.test_semantics import STEPS, accounts, name, rules
from tests.steps import make_database, make_project

Given = Mapping[str, Any]
Answer = tuple[Fraction | None, str]
CATEGORIES = {"good": 100, "average": 60, "poor": 0}
ROWS = 250


def exact(value: float | None) -> Fraction | None:
    """The number as it is written, not as a double holds it."""
    return None if value is None else Fraction(repr(value))


def half_up(value: Fraction, digits: int = 0) -> Fraction:
    """Rounded in decimal, halves up; of numbers that are not below 0."""
    scaled = value * 10**digits
    whole = Decimal(scaled.numerator) / Decimal(scaled.denominator)
    return Fraction(int(whole.quantize(Decimal(1), ROUND_HALF_UP))) / 10**digits


def mean(parts: Sequence[tuple[int, Fraction | None]]) -> Fraction | None:
    """The weighted mean of what is known."""
    known = [(weight, value) for weight, value in parts if value is not None]
    weights = sum(weight for weight, _ in known)
    return sum((weight * value for weight, value in known), Fraction(0)) / weights if weights else None


def coloured(points: Fraction | None, edges: Sequence[tuple[str, str, str]], rest: str) -> Answer:
    """The first colour whose edge the points reach."""
    if points is None:
        return None, "no_data"
    for colour, sign, edge in edges:
        if points > Fraction(edge) or (sign == ">=" and points == Fraction(edge)):
            return points, colour
    return points, rest


def gainsight(row: Given) -> Answer:
    """Weights are any numbers, what is missing takes no part, nothing is rounded, lower edges are excluded."""
    usage = mean([(20, exact(row["a"])), (15, exact(row["b"]))])
    return coloured(mean([(35, usage), (22, exact(row["c"]))]), [("green", ">", "75"), ("yellow", ">", "50")], "red")


def totango(row: Given) -> Answer:
    """Dimensions are rounded to integers, then the whole is."""
    points = {key: None if row[key] is None else Fraction(CATEGORIES[row[key]]) for key in "abc"}
    use = mean([(33, points["a"]), (67, points["b"])])
    voice = points["c"]
    total = mean([(55, None if use is None else half_up(use)), (45, voice)])
    total = None if total is None else half_up(total)
    return coloured(total, [("good", ">=", "75"), ("average", ">=", "40")], "poor")


def attributes(row: Given) -> Answer:
    """Any poor is poor, all present good is good, anything else is average; missing ones are left out."""
    there = [row[key] for key in "abc" if row[key] is not None]
    if not there:
        return None, "no_data"
    found = "poor" if "poor" in there else "good" if set(there) == {"good"} else "average"
    return Fraction(CATEGORIES[found]), found


def catalyst(row: Given) -> Answer:
    """Inputs from 1 to 10, a group's mean, highest, lowest, groups by weight, a tenth in decimal, half up."""
    given = {key: value for key in "abcde" if (value := exact(row[key])) is not None}
    known = {key: min(max(value, Fraction(1)), Fraction(10)) for key, value in given.items()}
    group = [known[key] for key in "ab" if key in known]
    average = sum(group, Fraction(0)) / len(group) if group else None
    parts = [(50, average), (30, max((known[key] for key in "cd" if key in known), default=None)), (20, known.get("e"))]
    total = mean(parts)
    total = None if total is None else half_up(total, 1)
    return coloured(total, [("healthy", ">=", "7"), ("neutral", ">=", "4")], "at_risk")


def planhat(row: Given) -> Answer:
    """It starts at 5, factors add and subtract, it stays within 0 and 10 and is whole."""
    total = 5 + sum((exact(row[key]) or Fraction(0) for key in "ab"), Fraction(0))
    total = half_up(min(max(total, Fraction(0)), Fraction(10)))
    return coloured(total, [("good", ">=", "7"), ("neutral", ">=", "4")], "bad")


def churnzero(row: Given) -> Answer:
    """Ranges hold their tops; what is unknown gives no points; whole points."""
    logins, nps = exact(row["a"]), exact(row["b"])
    total = Fraction(0)
    if logins is not None:
        total += 0 if logins <= 0 else Fraction(27) if logins <= 5 else Fraction(60)
    if nps is not None:
        total += min(max(nps, Fraction(0)), Fraction(10)) * 4
    return coloured(half_up(total), [("green", ">=", "70"), ("yellow", ">=", "40")], "red")


HUNDRED = [0, 49.9, 50, 50.1, 74.5, 75, 75.1, 100, 33.3, 66.7, None]
FACTORS = [-9, -5.5, -1.25, -0.5, 0, 0.5, 1.5, 1.49, 2, 5, 9, None]
NPS = [-2, 0, 0.1, 0.125, 3.375, 5, 9.99, 10, 11, None]
TEN = [1, 0, 3.9, 4, 6.95, 7, 8.45, 9.8, 10, 12, 7.5, None]
WORDS = ["good", "average", "poor", None]
TABLES: dict[str, tuple[str, Callable[[Given], Answer], dict[str, Any], dict[str, Any], Mapping[str, list[Any]]]] = {
    "gainsight": ("gainsight", gainsight, {"children": {
        "usage": {"weight": 35, "children": {"a": {"weight": 20, "value": "a"}, "b": {"weight": 15, "value": "b"}}},
        "voice": {"weight": 22, "children": {"c": {"value": "c"}}},
    }}, {"green": {"above": 75}, "yellow": {"above": 50}, "red": "else"}, dict.fromkeys("abc", HUNDRED)),
    "totango": ("totango", totango, {"children": {
        "use": {"weight": 55, "children": {"a": {"weight": 33, "value": "a"}, "b": {"weight": 67, "value": "b"}}},
        "voice": {"weight": 45, "children": {"c": {"weight": 100, "value": "c"}}},
    }}, {"good": {"at_least": 75}, "average": {"at_least": 40}, "poor": "else"}, dict.fromkeys("abc", WORDS)),
    "totango attributes": ("totango", attributes, {
        "aggregate": "worst_of", "children": {key: {"value": key} for key in "abc"},
    }, {"good": {"at_least": 100}, "average": {"at_least": 60}, "poor": "else"}, dict.fromkeys("abc", WORDS)),
    "catalyst": ("catalyst", catalyst, {"children": {
        "g1": {"weight": 50, "aggregate": "mean", "children": {"a": {"value": "a"}, "b": {"value": "b"}}},
        "g2": {"weight": 30, "aggregate": "max", "children": {"c": {"value": "c"}, "d": {"value": "d"}}},
        "g3": {"weight": 20, "aggregate": "min", "children": {"e": {"value": "e"}}},
    }}, {"healthy": {"at_least": 7}, "neutral": {"at_least": 4}, "at_risk": "else"}, dict.fromkeys("abcde", TEN)),
    "planhat": ("planhat", planhat, {"children": {"a": {"value": "a"}, "b": {"value": "b"}}},
                {"good": {"at_least": 7}, "neutral": {"at_least": 4}, "bad": "else"},
                dict.fromkeys("ab", FACTORS)),
    "churnzero": ("churnzero", churnzero, {"children": {
        "a": {"value": "a", "bands": [{"to": 0, "points": 0}, {"from": 0, "to": 5, "points": 27},
                                      {"from": 5, "points": 60}]},
        "b": {"value": "b", "curve": [[0, 0], [10, 40]]},
    }}, {"green": {"at_least": 70}, "yellow": {"at_least": 40}, "red": "else"},
                  {"a": [-1, 0, 0.01, 4.99, 5, 5.01, 80, None], "b": NPS}),
}  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_around_every_edge(tmp_path: Path, table: str) -> None:
    """Points and colours of random rows whose values stand at edges, just beside them, or are missing."""
    profile, formula, card, colours, values = TABLES[table]
    draw = random.Random(table)
    given = [{key: draw.choice(choices) for key, choices in values.items()} for _ in range(ROWS)]
    shape = {"card": card, "colours": colours, "rows": [{"given": row} for row in given]}
    data = {"accounts": accounts(shape)}
    project = make_project(tmp_path, rules(profile, shape), data)
    assert [*score.check(project), *status.check(project)] == []
    with make_database(data) as db:
        for step in STEPS:
            step(project, db)
        points = {row["account_id"]: row["points"] for row in db.rows("SELECT * FROM score_h")}
        shown = {row["account_id"]: row["status"] for row in db.rows("SELECT * FROM colours")}
    for place, row in enumerate(given):
        expected, colour = formula(row)
        found = points[name(place)]
        assert (found is None) == (expected is None), row
        assert expected is None or found == pytest.approx(float(expected), abs=1e-9), row
        assert shown[name(place)] == colour, (row, found)
    assert len(set(shown.values())) == len(colours) + ("no_data" in shown.values())  # every colour has been seen
