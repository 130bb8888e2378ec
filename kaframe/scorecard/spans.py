"""The points that a group can give, from those of its children."""

from __future__ import annotations

from collections.abc import Iterable

from kaframe.rules.score import Semantics
from kaframe.scorecard.planned import MEANS, PlannedNode, Span

EDGE = 1e-9  # what points may lack of a category's and still be in it


def group_span(group: PlannedNode, meaning: Semantics) -> Span:
    """The fewest and the most points of a group all of whose children are known."""
    low = joined(group, [child.span.low for child in group.children], meaning)
    high = joined(group, [child.span.high for child in group.children], meaning)
    return Span(low, high)


def joined(group: PlannedNode, points: Iterable[float], meaning: Semantics) -> float:
    """The group's points when every child has some."""
    given = list(points)
    how = group.how
    if how in MEANS:
        weighted = zip(given, group.children, strict=True)
        value = sum(own * child.weight for own, child in weighted if child.weight)
    elif how == "sum":
        value = (group.node.start or 0.0) + sum(given)
    elif how == "worst_of":
        value = min(category(own, meaning) for own in given)
    else:
        value = min(given) if how == "min" else max(given)
    return limited(group, value)


def limited(group: PlannedNode, value: float) -> float:
    """The value within the group's limits."""
    return value if group.limits is None else min(max(value, group.limits[0]), group.limits[1])


def category(points: float, meaning: Semantics) -> float:
    """The points of the category that points are in: the best one that they reach, or else the worst."""
    reached = [edge for edge in meaning.categories.values() if points >= edge - EDGE]
    return max(reached) if reached else min(meaning.categories.values())
