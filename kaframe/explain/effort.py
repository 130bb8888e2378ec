"""The cheapest combination of changes that brings the next better colour, by the effort that measures declare.

A lever is a measure with an ``effort``, whose value is known and which leaves use as it stands. Each is moved on its
own, to a value at which points begin or end; where a curve runs through the target, one lever stops short on it. The
search is complete where points add up, which is what makes one lever on a curve enough.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kaframe.explain.reach import nearest_reach, value_points
from kaframe.explain.records import Combination, Move
from kaframe.explain.sums import Points, effective_shares, leaves_make_all, node_points, total_score
from kaframe.rules.measure import Effort, Measure
from kaframe.scorecard.leaves import kind_of
from kaframe.scorecard.planned import PlannedCard, PlannedNode

WHOLE = ("count", "days", "months")
MOST_WHOLE = 400  # whole numbers tried of one lever
MOST_TRIES = 20_000  # totals computed; beyond them the best found so far is told as such


@dataclass(frozen=True, slots=True)
class Lever:
    """A measure that can be moved, at its price, with the leaves that it moves."""

    name: str
    current: float
    effort: Effort
    is_whole: bool
    leaves: tuple[PlannedNode, ...]

    def cost(self, value: float) -> float:
        """What it takes to bring the measure to a value."""
        return abs(value - self.current) / self.effort.per * self.effort.cost

    def has_all_whole(self, edges: Sequence[float]) -> bool:
        """Whether it moves over so few whole numbers that each of them can be tried."""
        return self.is_whole and bool(edges) and max(edges) - min(edges) <= MOST_WHOLE

    def rounded(self, value: float) -> tuple[float, ...]:
        """The values that a measure of whole numbers can take instead of this one."""
        return (float(math.floor(value)), float(math.ceil(value))) if self.is_whole else (value,)


@dataclass(frozen=True, slots=True)
class Option:
    """A value that a lever can be brought to: what it costs and the points that its leaves have then."""

    value: float
    cost: float
    points: Points


def find_levers(card: PlannedCard, measures: Iterable[Measure], values: Mapping[str, Any]) -> list[Lever]:
    """The measures that can be moved, in the order of the card.

    ``values`` are those of the account. A measure that a leaf computes with (rather than uses as it stands) is no
    lever, as nobody could say what else it moves.
    """
    users: dict[str, list[PlannedNode]] = {}
    mixed: set[str] = set()
    for leaf in card.root.leaves():
        bare = leaf.node.value.text.strip() if leaf.node.value else ""
        for used in {used for part in leaf.parts() for used in part.names}:
            if used == bare and leaf.decay is None and not leaf.inputs:
                users.setdefault(used, []).append(leaf)
            else:
                mixed.add(used)
    return [
        Lever(measure.id, float(values[measure.id]), measure.effort, measure.unit in WHOLE, tuple(users[measure.id]))
        for measure in measures
        if measure.effort and measure.id in users.keys() - mixed and is_number(values.get(measure.id))
    ]


def find_cheapest(
    card: PlannedCard, leaves: Points, levers: Sequence[Lever], target: float, tries: int = MOST_TRIES
) -> Combination | None:
    """The cheapest way to a score of ``target`` points, all else unchanged; None when there is no lever.

    ``tries``: so many totals are computed at most; the best found by then is told as such. A combination
    without moves says that all levers together cannot bring it.
    """
    if not levers:
        return None
    search = _Search(card, target, dict(leaves), [(lever, _options(card, lever)) for lever in levers], tries)
    search.run()
    moves = tuple(
        Move(lever.name, lever.current, value, lever.cost(value))
        for lever in levers
        if (value := search.best.get(lever.name, lever.current)) != lever.current
    )
    return Combination(moves, sum(move.effort for move in moves), search.is_complete)


@dataclass(slots=True)
class _Search:
    """Depth first over the levers, the most points for the effort first, cut where nothing better can follow."""

    card: PlannedCard
    target: float
    leaves: dict[str, float | None]
    levers: list[tuple[Lever, list[Option]]]
    most_tries: int
    best: dict[str, float] = field(default_factory=dict)
    best_cost: float = math.inf
    tries: int = 0
    shares: Mapping[str, float] = field(init=False)
    adds_up: bool = field(init=False)

    def __post_init__(self) -> None:
        self.shares = effective_shares(self.card, node_points(self.card, self.leaves))
        all_tried = all(not lever.is_whole or lever.has_all_whole(_edges(lever)) for lever, _ in self.levers)
        means = all(group.is_mean for group in self.card.root.groups())
        self.adds_up = leaves_make_all(self.card) and means and all_tried
        self.levers.sort(key=self._best_rate, reverse=True)

    def run(self) -> None:
        """Look through all combinations."""
        self._descend(0, _State(self.leaves, {}, 0.0))

    @property
    def is_complete(self) -> bool:
        """Whether no cheaper combination exists, rather than none having been found."""
        return self.adds_up and self.tries < self.most_tries

    def _descend(self, place: int, state: _State) -> None:
        if self.tries >= self.most_tries or state.cost >= self.best_cost:
            return
        if self._is_enough(state.points):
            self.best, self.best_cost = state.values, state.cost
            return
        if place == len(self.levers):
            self._finish(state)
            return
        if self._least_cost(place, state) >= self.best_cost or not self._is_enough(self._at_most(place, state)):
            return
        lever, options = self.levers[place]
        for option in options:
            self._descend(place + 1, state.moved(lever, option))
        if state.last is None and len(lever.leaves) == 1:
            self._descend(place + 1, replace(state, last=lever))

    def _finish(self, state: _State) -> None:
        """The rest of the way by the lever that was kept for the last, exactly as far as it takes."""
        lever = state.last
        if lever is None:
            return
        self.tries += 1
        (leaf,) = lever.leaves
        reach = nearest_reach(self.card, state.points, leaf, self.target, lever.current)
        for value in lever.rounded(reach.value) if reach.value is not None else ():
            option = Option(value, lever.cost(value), {leaf.path: value_points(self.card, leaf, value)})
            end = state.moved(lever, option)
            if end.cost < self.best_cost and self._is_enough(end.points):
                self.best, self.best_cost = end.values, end.cost

    def _is_enough(self, points: Points) -> bool:
        self.tries += 1
        score = total_score(self.card, points)
        return score is not None and score >= self.target

    def _left(self, place: int, state: _State) -> list[tuple[Lever, list[Option]]]:
        return self.levers[place:] + [one for one in self.levers if one[0] is state.last]

    def _at_most(self, place: int, state: _State) -> dict[str, float | None]:
        """The points when every lever that is left gives each of its leaves all that it can."""
        found = dict(state.points)
        for _, options in self._left(place, state):
            for option in options:
                found |= {path: own for path, own in option.points.items() if _more(own, found[path])}
        return found

    def _least_cost(self, place: int, state: _State) -> float:
        """What the rest of the way costs at least: by the best rate of the levers that are left."""
        rate = max((self._best_rate(one) for one in self._left(place, state)), default=0.0)
        if not self.adds_up or rate <= 0:
            return state.cost
        reached = node_points(self.card, state.points)[""] or 0.0
        digits = self.card.meaning.rounding.digits
        return state.cost + max(0.0, self.target - 10.0**-digits - reached) / rate

    def _best_rate(self, one: tuple[Lever, list[Option]]) -> float:
        """The most points of the total that a lever brings for its effort."""
        return max((self._gain(option) / option.cost for option in one[1] if option.cost), default=0.0)

    def _gain(self, option: Option) -> float:
        return sum(
            self.shares[path] * ((own or 0.0) - (self.leaves[path] or 0.0)) for path, own in option.points.items()
        )


@dataclass(frozen=True, slots=True)
class _State:
    """Some levers moved; ``last`` is kept for the end, to go just as far as is needed."""

    points: dict[str, float | None]
    values: dict[str, float]
    cost: float
    last: Lever | None = None

    def moved(self, lever: Lever, option: Option) -> _State:
        """With one more lever at one of its options."""
        values = {**self.values, lever.name: option.value}
        return replace(self, points={**self.points, **option.points}, values=values, cost=self.cost + option.cost)


def is_number(value: Any) -> bool:
    """Whether a value can be moved by so much."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _more(own: float | None, than: float | None) -> bool:
    return own is not None and (than is None or own > than)


def _options(card: PlannedCard, lever: Lever) -> list[Option]:
    """Staying, and every value that brings more than a cheaper one: where points begin or end, or whole numbers."""
    found = [
        Option(value, lever.cost(value), {leaf.path: value_points(card, leaf, value) for leaf in lever.leaves})
        for value in {lever.current, *_stops(lever)}
    ]
    found.sort(key=lambda option: (option.cost, option.value))
    return [option for place, option in enumerate(found) if not _is_beaten(option, found[:place])]


def _stops(lever: Lever) -> Iterator[float]:
    """The values to try: every edge with its neighbours; of whole numbers all between the outermost edges."""
    edges = _edges(lever)
    if lever.has_all_whole(edges):
        yield from map(float, range(math.floor(min(edges)) - 1, math.ceil(max(edges)) + 2))
        return
    for edge in edges:
        for near in (edge, math.nextafter(edge, math.inf), math.nextafter(edge, -math.inf)):
            yield from lever.rounded(near)


def _edges(lever: Lever) -> list[float]:
    return [edge for leaf in lever.leaves for edge in kind_of(leaf.node).edges(leaf, leaf.span.high)]


def _is_beaten(option: Option, cheaper: Iterable[Option]) -> bool:
    """Whether a cheaper value gives every leaf at least as many points."""
    return any(
        all((other.points[path] or 0.0) >= (own or 0.0) for path, own in option.points.items()) for other in cheaper
    )
