"""What age does to a leaf: a value that is stale counts as missing, points of an old signal fade."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

from kaframe.bind import Duration, place_of
from kaframe.database import literal
from kaframe.errors import Location, Problem
from kaframe.rules.score import Decay, ScoreNode
from kaframe.scorecard.planned import PlannedNode, Span
from kaframe.scorecard.points import number

DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}


def days_of(time: Duration) -> int:
    """The days of a duration; a month counts as 30, a quarter as 91, a year as 365."""
    return time.count * DAYS[time.unit]


def ageing_problems(node: ScoreNode) -> list[Problem]:
    """A decay says one way to fade, over a time that is longer than nothing."""
    problems = []
    if node.fresh is not None and node.fresh.within.unit not in DAYS:
        problems.append(Problem(place_of(node.fresh, "within"), "KF2206", f"'fresh' of '{node.id}' counts working days",
                                "age is counted in calendar days: within: 180 days"))
    if node.decay is not None:
        problems += _decay_problems(node.id, node.decay)
    return problems


def _decay_problems(name: str, decay: Decay) -> list[Problem]:
    linear = decay.lose is not None or decay.every is not None
    if (decay.half_life is None) == (not linear) or (linear and (decay.lose is None or decay.every is None)):
        return [Problem(_doubled(decay), "KF2207", f"the decay of '{name}' needs 'half_life', or 'lose' and 'every'",
                        "half_life: 30 days, or lose: 0.5 with every: 30 days")]
    time = decay.half_life or decay.every
    assert time is not None
    if time.unit not in DAYS or days_of(time) == 0:
        at = place_of(decay, "half_life" if decay.half_life else "every")
        return [Problem(at, "KF2206", f"the decay of '{name}' over {time} is no time that passes",
                        "write a time of at least a day: 30 days")]
    if decay.whole_periods and decay.half_life is not None:
        return [Problem(place_of(decay, "whole_periods"), "KF2207", f"the decay of '{name}' halves without steps",
                        "'whole_periods' belongs to 'lose' and 'every'")]
    return []


def _doubled(decay: Decay) -> Location:
    """Where a second way to fade, or the half of one, is said; the decay itself when it says none."""
    said = [key for key in ("half_life", "lose", "every") if getattr(decay, key) is not None]
    return place_of(decay, said[-1]) if said else decay.at


def faded_span(node: ScoreNode, span: Span) -> Span:
    """The points that a leaf can give at any age."""
    if node.decay is None:
        return span
    return Span(min(span.low, node.decay.toward), max(span.high, node.decay.toward))


def fresh_sql(leaf: PlannedNode, as_of: date) -> str:
    """Whether the value is young enough; unknown when its day is."""
    assert leaf.fresh is not None
    assert leaf.node.fresh is not None
    return f"{_age(leaf.fresh.sql, as_of)} <= {days_of(leaf.node.fresh.within)}"


def factor_sql(leaf: PlannedNode, as_of: date) -> str:
    """The part of its points that a signal still has: 1 on its day, at last 0; a day to come counts as today."""
    decay = leaf.node.decay
    assert leaf.decay is not None
    assert decay is not None
    age = _age(leaf.decay.sql, as_of)
    if decay.half_life is not None:
        left = f"power({number(0.5)}, {age} / {number(days_of(decay.half_life))})"
        return f"CASE WHEN {age} <= 0 THEN {number(1)} ELSE {left} END"
    assert decay.lose is not None
    assert decay.every is not None
    every = days_of(decay.every)
    periods = f"{age} / {number(every)}"
    periods = f"floor({periods})" if decay.whole_periods else periods
    return (
        f"CASE WHEN {age} <= 0 THEN {number(1)} "
        f"WHEN {periods} * {number(decay.lose)} >= 1 THEN {number(0)} "
        f"ELSE {number(1)} - {periods} * {number(decay.lose)} END"
    )


def factor(decay: Decay, day: Any, as_of: date) -> float | None:
    """As ``factor_sql``, for one day."""
    if day is None:
        return None
    age: int = (as_of - day).days
    if age <= 0:
        return 1.0
    if decay.half_life is not None:
        return math.pow(0.5, age / days_of(decay.half_life))
    assert decay.lose is not None
    assert decay.every is not None
    periods: float = age / days_of(decay.every)
    periods = math.floor(periods) if decay.whole_periods else periods
    return max(1.0 - float(periods) * decay.lose, 0.0)


def _age(day: str, as_of: date) -> str:
    return f"({literal(as_of)} - CAST({day} AS DATE))"
