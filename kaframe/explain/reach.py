"""The smallest single change that brings the next better colour: an exact search through a leaf's bands or curve."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

from kaframe.explain.records import Option, Reach
from kaframe.explain.sums import Points, node_points, total_by_leaf
from kaframe.scorecard.leaves import kind_of
from kaframe.scorecard.leaves.options import Options
from kaframe.scorecard.planned import PlannedCard, PlannedNode
from kaframe.scorecard.spans import limited

HALVINGS = 100  # of an interval of points: far below what a double can tell apart
CLOSE = 1e-10  # of the leaf's span: how near to the edge a straight line leads
CLOSEST = 1e-7  # points: as near as that also where nothing bounds a leaf
FARTHEST = 1e12  # points beyond which nobody looks
SHORT = 6  # digits after the point of a number that people wrote
LAST_DIGITS = 1e-8  # of a value: nearer to another number than anybody writes
PAST_HALF = 1e-8  # points: so far past a half that it no longer goes to the even number
FARTHEST_PLACE = 15  # of a digit
SIGNIFICANT = (2, 3, 4, 5, 6, 9, 12)  # a value is told with as few digits as still reach the colour

Enough = Callable[[float | None], bool]


def find_reach(card: PlannedCard, leaves: Points, leaf: PlannedNode, target: float, current: float | None) -> Reach:
    """What the leaf's value must become, all else unchanged, for the score to reach ``target`` points.

    ``current`` is its value now, None when it is missing or no number. The change found is the smallest, told with as
    few digits as are enough.
    """
    found = nearest_reach(card, leaves, leaf, target, current)
    if found.value is None:
        return found

    enough = _enough(card, leaves, leaf, target)
    value = _shortened(found.value, current, lambda value: enough(value_points(card, leaf, value)))
    return Reach(value=value, points=value_points(card, leaf, value), passing=_passing(value))


def nearest_reach(card: PlannedCard, leaves: Points, leaf: PlannedNode, target: float, current: float | None) -> Reach:
    """As ``find_reach``, to the last digit: no value nearer to the current one is enough."""
    enough = _enough(card, leaves, leaf, target)
    most, least = min(leaf.span.high, FARTHEST), max(leaf.span.low, -FARTHEST)
    if not enough(most):
        return Reach()
    if leaf.decay is not None:
        return Reach(why="decays")
    needed = _least_points(enough, most, least, _guesses(card, leaves, leaf, target))
    wanted = _before_rounding(card, needed)
    values = [value for value in _candidates(leaf, wanted, current) if enough(value_points(card, leaf, value))]
    if not values:
        return Reach()
    value = min(values, key=lambda value: (_distance(card, leaf, value, current), value))
    return Reach(value=value, points=value_points(card, leaf, value))


def named_reach(card: PlannedCard, leaves: Points, leaf: PlannedNode, target: float, options: Options) -> Reach:
    """As ``find_reach`` where values are names, conditions or rows: all that are enough."""
    enough = _enough(card, leaves, leaf, target)
    if not enough(min(leaf.span.high, FARTHEST)):
        return Reach()
    if leaf.decay is not None:
        return Reach(why="decays")
    if leaf.node.table is not None and leaf.node.table.policy.adds_up:
        return Reach(why="together")
    return _named(options, lambda points: enough(counted_points(card, leaf, points)))


def value_points(card: PlannedCard, leaf: PlannedNode, value: Any) -> float | None:
    """The points that a value, fresh and of today, gives at a leaf."""
    return counted_points(card, leaf, kind_of(leaf.node).points(leaf, value))


def counted_points(card: PlannedCard, leaf: PlannedNode, points: float | None) -> float | None:
    """The points that count at a leaf, of those that its rule gives: within its limits, rounded."""
    if points is None:
        return None
    meaning = card.meaning
    if leaf.limits is not None and not leaf.limits[0] <= points <= leaf.limits[1]:
        if meaning.beyond_scale == "missing" and leaf.node.clamp is None:
            return None
        points = limited(leaf, points)
    return points if meaning.rounding.leaf is None else meaning.rounding.rounded(points, meaning.rounding.leaf)


def whole_value(leaf: PlannedNode, units: dict[str, str]) -> bool:
    """Whether the leaf's value is counted: tickets, days, months."""
    return bool(leaf.node.value and units.get(leaf.node.value.text.strip()) in ("count", "days", "months"))


def counted_reach(card: PlannedCard, leaves: Points, leaf: PlannedNode, target: float, current: float | None) -> Reach:
    """As ``find_reach`` for values that are whole numbers."""
    found = find_reach(card, leaves, leaf, target, current)
    if found.value is None or found.value == int(found.value):
        return found

    enough = _enough(card, leaves, leaf, target)
    nearby = [float(math.floor(found.value)), float(math.ceil(found.value))]
    fitting = [value for value in nearby if enough(value_points(card, leaf, value))]
    if not fitting:
        return Reach()
    value = min(fitting, key=lambda one: abs(one - (current if current is not None else one)))
    return Reach(value=value, points=value_points(card, leaf, value))


def _named(options: Options, enough: Enough) -> Reach:
    """Every name, condition or row with enough points, unless one with too few goes before it."""
    lacking = frozenset(place for place, (_, points) in enumerate(options.ways) if not enough(points))
    found = []
    for place, (name, points) in enumerate(options.ways):
        others = options.unless(place, lacking) if place not in lacking else None
        if others is not None:
            found.append((Option(name, tuple(options.ways[other][0] for other in others)), points))
    return Reach(options=tuple(one for one, _ in found), points=min((points for _, points in found), default=None))


def _enough(card: PlannedCard, leaves: Points, leaf: PlannedNode, target: float) -> Enough:
    """Whether points of the leaf bring the score to the target, all else unchanged."""
    total = total_by_leaf(card, leaves, leaf)

    def enough(points: float | None) -> bool:
        score = total(points)
        return score is not None and score >= target

    return enough


def _guesses(card: PlannedCard, leaves: Points, leaf: PlannedNode, target: float) -> Iterator[float]:
    """Where the points are enough, if the total were a straight line; with rounding half a unit earlier."""
    least, most = max(leaf.span.low, -FARTHEST), min(leaf.span.high, FARTHEST)
    low, high = (node_points(card, {**leaves, leaf.path: end})[""] for end in (least, most))
    if low is None or high is None or high <= low:
        return
    digits = card.meaning.rounding.total
    for short in {0.0, 0.0 if digits is None else 0.5 * 10.0**-digits}:
        guess = least + (target - short - low) / (high - low) * (most - least)
        yield from (guess - CLOSE * (most - least), guess + CLOSE * (most - least))


def _least_points(enough: Enough, most: float, least: float, guesses: Iterable[float]) -> float:
    """The fewest points of the leaf that are enough; more points never lower a total."""
    low, high = least, most
    if enough(low):
        return low
    for guess in guesses:
        if low < guess < high:
            low, high = (low, guess) if enough(guess) else (guess, high)
    near = 2.5 * min(CLOSE * (most - least), CLOSEST)  # where a straight line led, there is nothing left to search
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if high - low <= near or not low < middle < high:
            break
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _before_rounding(card: PlannedCard, needed: float) -> set[float]:
    """The points that may be the fewest: those found, the short number beside them, and what is rounded up to them."""
    wanted = {needed, round(needed, SHORT)}
    if card.meaning.rounding.leaf is not None:
        unit = 10.0**-card.meaning.rounding.leaf
        half = (math.ceil(needed / unit - 10.0**-SHORT) - 0.5) * unit
        wanted |= {half, half + PAST_HALF}
    return wanted


def _candidates(leaf: PlannedNode, wanted: Iterable[float], current: float | None) -> Iterator[float]:
    """Values at which the points begin or end to be enough, and the nearest numbers on either side."""
    if current is not None:
        yield current
    for needed in wanted:
        for edge in kind_of(leaf.node).edges(leaf, needed):
            yield edge
            yield math.nextafter(edge, math.inf)
            yield math.nextafter(edge, -math.inf)


def _passing(value: float) -> Literal["", "above", "below"]:
    """Whether the value lies only just above or below a short number, which must be passed then."""
    edge = round(value, SHORT)
    if edge == value or abs(value - edge) > max(abs(value) * LAST_DIGITS, math.ulp(0.0)):
        return ""
    return "above" if value > edge else "below"


def _distance(card: PlannedCard, leaf: PlannedNode, value: float, current: float | None) -> float:
    """How far it is from now; from a missing value, how many points it asks for."""
    return abs(value - current) if current is not None else value_points(card, leaf, value) or 0.0


def _shortened(value: float, current: float | None, enough: Callable[[float], bool]) -> float:
    """The value with as few digits as possible, moved away from the current one and never short of the colour."""
    if value == 0 or not math.isfinite(value):
        return value
    for digits in SIGNIFICANT:
        places = min(max(digits - 1 - math.floor(math.log10(abs(value))), -FARTHEST_PLACE), FARTHEST_PLACE)
        up = current is None or value >= current
        scale = 10.0**places
        shorter = (math.ceil(value * scale - 1e-9) if up else math.floor(value * scale + 1e-9)) / scale
        near = abs(shorter - value) <= max(abs(value - (current or 0.0)) * 0.05, abs(value) * 0.005)
        if near and enough(shorter):
            return shorter
    return value
