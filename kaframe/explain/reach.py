"""The smallest single change that brings the next better colour: an exact search through a leaf's bands or curve."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from kaframe.explain.records import Reach
from kaframe.explain.sums import Points, total_score
from kaframe.rules.score import Band
from kaframe.scorecard.points import most_points
from kaframe.scorecard.tree import PlannedCard, PlannedNode

HALVINGS = 100  # of an interval of points: far below what a double can tell apart
SIGNIFICANT = (2, 3, 4, 5, 6, 9, 12)  # a value is told with as few digits as still reach the colour

Enough = Callable[[float | None], bool]


def find_reach(card: PlannedCard, leaves: Points, leaf: PlannedNode, target: float, current: float | None) -> Reach:
    """What the leaf's value must become, all else unchanged, for the score to reach ``target`` points.

    ``current`` is its value now, None when it is missing or no number. The change found is the smallest: no value
    nearer to the current one is enough.
    """

    def enough(points: float | None) -> bool:
        score = total_score(card, {**leaves, leaf.path: points})
        return score is not None and score >= target

    most = most_points(leaf, card.meaning)
    if not enough(most):
        return Reach()
    node = leaf.node
    if node.map is not None or node.cases:
        return _reach_by_name(leaf, enough)
    needed = _least_points(enough, most, card.meaning.scale[0])
    values = [value for value in _candidates(leaf, needed, current) if enough(value_points(leaf, value))]
    if not values:
        return Reach()
    best = min(values, key=lambda value: (_distance(leaf, value, current), value))
    value = _shortened(best, current, lambda shorter: enough(value_points(leaf, shorter)))
    return Reach(value=value, points=value_points(leaf, value))


def value_points(leaf: PlannedNode, value: float) -> float:
    """The points that a number gives at a leaf with bands, a curve, or neither (the value is the points)."""
    node = leaf.node
    if node.bands:
        return next(band.points for band in node.bands if _takes(band, value))
    if node.curve:
        return _on_curve(node.curve, value)
    return value


def whole_value(leaf: PlannedNode, units: dict[str, str]) -> bool:
    """Whether the leaf's value is counted: tickets, days, months."""
    return bool(leaf.node.value and units.get(leaf.node.value.text.strip()) in ("count", "days", "months"))


def counted_reach(card: PlannedCard, leaves: Points, leaf: PlannedNode, target: float, current: float | None) -> Reach:
    """As ``find_reach`` for values that are whole numbers."""
    found = find_reach(card, leaves, leaf, target, current)
    if found.value is None or found.value == int(found.value):
        return found

    def enough(value: float) -> bool:
        score = total_score(card, {**leaves, leaf.path: value_points(leaf, value)})
        return score is not None and score >= target

    nearby = [float(math.floor(found.value)), float(math.ceil(found.value))]
    fitting = [value for value in nearby if enough(value)]
    if not fitting:
        return Reach()
    value = min(fitting, key=lambda one: abs(one - (current if current is not None else one)))
    return Reach(value=value, points=value_points(leaf, value))


def _reach_by_name(leaf: PlannedNode, enough: Enough) -> Reach:
    node = leaf.node
    if node.map is not None:
        fitting = [(name, points) for name, points in node.map.items() if enough(points)]
    else:
        fitting = [(case.when.text if case.when else "else", case.points) for case in node.cases if enough(case.points)]
    return Reach(
        options=tuple(name for name, _ in fitting), points=min((points for _, points in fitting), default=None)
    )


def _least_points(enough: Enough, most: float, worst: float) -> float:
    """The fewest points of the leaf that are enough; more points never lower a total."""
    low, high = min(worst, most), most
    if enough(low):
        return low
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if enough(middle):
            high = middle
        else:
            low = middle
    return high


def _candidates(leaf: PlannedNode, needed: float, current: float | None) -> Iterator[float]:
    """Values at which the points begin or end to be enough, and the nearest numbers on either side."""
    if current is not None:
        yield current
    for edge in _edges(leaf, needed):
        yield edge
        yield math.nextafter(edge, math.inf)
        yield math.nextafter(edge, -math.inf)


def _edges(leaf: PlannedNode, needed: float) -> Iterable[float]:
    node = leaf.node
    if node.bands:
        limits = [(band.at_least, band.above, band.at_most, band.below) for band in node.bands]
        return [edge for band in limits for edge in band if edge is not None]
    if not node.curve:
        return [needed]
    found = [float(corner[0]) for corner in node.curve]
    for (x0, y0), (x1, y1) in pairwise(node.curve):
        if min(y0, y1) <= needed <= max(y0, y1) and y0 != y1:
            crossing = x0 + (needed - y0) * (x1 - x0) / (y1 - y0)
            reach = (x1 - x0) * 1e-12  # the crossing itself may fall short by the last bit
            found += [crossing, crossing + reach, crossing - reach]
    return found


def _takes(band: Band, value: float) -> bool:
    return (
        (band.at_least is None or value >= band.at_least)
        and (band.above is None or value > band.above)
        and (band.at_most is None or value <= band.at_most)
        and (band.below is None or value < band.below)
    )


def _on_curve(corners: tuple[tuple[float, float], ...], value: float) -> float:
    if value <= corners[0][0]:
        return float(corners[0][1])
    for (x0, y0), (x1, y1) in pairwise(corners):
        if value <= x1:
            return float(y0 + (value - x0) * ((y1 - y0) / (x1 - x0)))
    return float(corners[-1][1])


def _distance(leaf: PlannedNode, value: float, current: float | None) -> float:
    """How far it is from now; from a missing value, how many points it asks for."""
    return abs(value - current) if current is not None else value_points(leaf, value)


def _shortened(value: float, current: float | None, enough: Callable[[float], bool]) -> float:
    """The value with as few digits as possible, moved away from the current one and never short of the colour."""
    if value == 0 or not math.isfinite(value):
        return value
    for digits in SIGNIFICANT:
        places = digits - 1 - math.floor(math.log10(abs(value)))
        up = current is None or value >= current
        scale = 10.0**places
        shorter = (math.ceil(value * scale - 1e-9) if up else math.floor(value * scale + 1e-9)) / scale
        near = abs(shorter - value) <= max(abs(value - (current or 0.0)) * 0.05, abs(value) * 0.005)
        if near and enough(shorter):
            return shorter
    return value
