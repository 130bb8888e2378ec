"""SQL from the values of leaves to their points: the rule, age, limits, rounding, what a missing value counts as.

A column ``~missing:<path>`` says whether the value of a leaf is missing although it has points.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kaframe.database import quoted
from kaframe.scorecard.ageing import factor_sql, fresh_sql
from kaframe.scorecard.leaves import kind_of
from kaframe.scorecard.planned import PlannedCard, PlannedNode, Span
from kaframe.scorecard.points import clamped, number, rounded


def value_column(leaf: PlannedNode) -> str:
    """The column of a leaf's value."""
    return quoted(f"value:{leaf.path}")


def known(leaf: PlannedNode) -> str:
    """Whether a leaf's value is known."""
    return f"NOT {_missing(leaf)}" if leaf.instead is not None else f"{quoted(leaf.path)} IS NOT NULL"


def values(leaves: Sequence[PlannedNode], as_of: date) -> list[str]:
    """The first columns: values, and what the age of a leaf says."""
    found = [f"{leaf.value.sql} AS {value_column(leaf)}" for leaf in leaves if leaf.value]
    found += [f"{fresh_sql(leaf, as_of)} AS {quoted('~fresh:' + leaf.path)}" for leaf in leaves if leaf.fresh]
    return found + [f"{factor_sql(leaf, as_of)} AS {quoted('~left:' + leaf.path)}" for leaf in leaves if leaf.decay]


def with_points(query: str, leaves: Sequence[PlannedNode], kept: Sequence[str], card: PlannedCard) -> str:
    """The query with the points of every leaf beside the ``kept`` columns, in as few stages as they need."""
    points = [f"{_ruled(leaf)} AS {quoted(leaf.path)}" for leaf in leaves]
    query = f"SELECT {', '.join([*kept, *points])} FROM ({query})"
    if any(_is_limited(leaf) or card.meaning.rounding.leaf is not None for leaf in leaves):
        limited = [f"{_limited(leaf, card)} AS {quoted(leaf.path)}" for leaf in leaves]
        query = f"SELECT {', '.join([*kept, *limited])} FROM ({query})"
    if any(leaf.instead is not None for leaf in leaves):
        filled = [column for leaf in leaves for column in _filled(leaf)]
        query = f"SELECT {', '.join([*kept, *filled])} FROM ({query})"
    return query


def _ruled(leaf: PlannedNode) -> str:
    """The points that the rule gives, faded, and none for a stale value."""
    points = kind_of(leaf.node).sql(leaf, value_column(leaf))
    if leaf.node.decay is not None:
        toward = number(leaf.node.decay.toward)
        points = f"{toward} + (({points}) - {toward}) * {quoted('~left:' + leaf.path)}"
    return f"CASE WHEN {quoted('~fresh:' + leaf.path)} THEN {points} END" if leaf.fresh else points


def _is_limited(leaf: PlannedNode) -> bool:
    limits = leaf.limits
    return limits is not None and (leaf.raw.low < limits[0] or leaf.raw.high > limits[1])


def _limited(leaf: PlannedNode, card: PlannedCard) -> str:
    """The points within limits, rounded where leaves are."""
    points, span = quoted(leaf.path), leaf.raw
    if _is_limited(leaf) and leaf.limits is not None:
        low, high = leaf.limits
        if card.meaning.beyond_scale == "missing" and leaf.node.clamp is None:
            points = f"CASE WHEN {points} BETWEEN {number(low)} AND {number(high)} THEN {points} END"
        else:
            points = clamped(points, low, high)
        span = Span(low, high)
    rounding = card.meaning.rounding
    return points if rounding.leaf is None else rounded(points, rounding.leaf, rounding, span)


def _filled(leaf: PlannedNode) -> list[str]:
    name = quoted(leaf.path)
    if leaf.instead is None:
        return [name]
    return [f"coalesce({name}, {number(leaf.instead)}) AS {name}", f"{name} IS NULL AS {_missing(leaf)}"]


def _missing(leaf: PlannedNode) -> str:
    return quoted("~missing:" + leaf.path)
