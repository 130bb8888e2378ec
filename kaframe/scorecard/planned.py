"""A scorecard made ready: what every node is made of and the points it can give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from kaframe.expression import Compiled
from kaframe.rules.score import Scorecard, ScoreNode, Semantics

MEANS = ("weighted_mean", "mean")


class Span(NamedTuple):
    """The fewest and the most points that a node can give; infinite where nothing bounds them."""

    low: float
    high: float


UNBOUND = Span(float("-inf"), float("inf"))


@dataclass(frozen=True, slots=True)
class PlannedNode:
    """A node of a scorecard: its path, its weight as a share of its sisters', and what it is made of.

    ``node`` has every choice of the semantics filled in. A group has ``children``; a leaf has a ``value`` and what its
    kind asks besides (``inputs``: the conditions of cases, say), the days that ``fresh`` and ``decay`` count from, and
    what a missing value counts as (``instead``; None: nothing; ``needed``: no card without it). ``raw`` are the points
    that the rule gives, ``span`` those that are left within ``limits`` and after rounding.
    """

    path: str
    node: ScoreNode
    weight: float
    children: tuple[PlannedNode, ...] = ()
    value: Compiled | None = None
    inputs: tuple[Compiled | None, ...] = ()
    fresh: Compiled | None = None
    decay: Compiled | None = None
    raw: Span = UNBOUND
    span: Span = UNBOUND
    limits: tuple[float, float] | None = None
    instead: float | None = None
    needed: bool = False

    def leaves(self) -> Iterator[PlannedNode]:
        """Every leaf below, or this one."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()

    def groups(self) -> Iterator[PlannedNode]:
        """Every group from the deepest up, this one last."""
        for child in self.children:
            yield from child.groups()
        if self.children:
            yield self

    def parts(self) -> tuple[Compiled, ...]:
        """Every expression of a leaf."""
        return tuple(part for part in (self.value, *self.inputs, self.fresh, self.decay) if part)

    @property
    def how(self) -> str:
        """How a group's children become one number."""
        return self.node.aggregate or "weighted_mean"

    @property
    def is_mean(self) -> bool:
        """Whether a group is nothing but the mean of its children."""
        return self.how in MEANS and self.limits is None


@dataclass(frozen=True, slots=True)
class PlannedCard:
    """A scorecard ready to be computed. ``root`` holds the top-level nodes; ``absent`` are leaves left out.

    ``before`` are the conditions of the cards of its family that an account gets rather than this one.
    """

    card: Scorecard
    meaning: Semantics
    root: PlannedNode
    applies: Compiled | None
    absent: tuple[str, ...]
    before: tuple[Compiled, ...] = ()

    def names(self) -> frozenset[str]:
        """Every name that the card's expressions use."""
        parts: list[Compiled | None] = [self.applies, *self.before]
        for leaf in self.root.leaves():
            parts += leaf.parts()
        return frozenset(name for part in parts if part for name in part.names)

    @property
    def condition(self) -> str:
        """Which accounts get the card; nothing: all. A condition that is unknown does not hold."""
        own = [f"({self.applies.sql})"] if self.applies else []
        return " AND ".join([*own, *(f"NOT coalesce({one.sql}, FALSE)" for one in self.before)])

    def units(self, group: PlannedNode) -> list[tuple[PlannedNode, float]]:
        """What a mean is taken over, with shares of 1: its children, or, where weight is handed on across the card,
        the leaves and other groups that its means of means rest on."""
        if self.meaning.renormalise == "group" or not group.is_mean:
            return [(child, child.weight) for child in group.children]
        found: list[tuple[PlannedNode, float]] = []
        for child in group.children:
            if child.children and child.is_mean:
                found += [(unit, child.weight * share) for unit, share in self.units(child)]
            else:
                found.append((child, child.weight))
        return found


def reason_from(group: PlannedNode, child: PlannedNode, meaning: Semantics) -> tuple[float, float]:
    """From which points on a leaf gives a reason, and the sign of what counts: 1 below them, -1 above."""
    baseline = child.node.baseline
    if baseline is None:
        return most_lost(group, child, meaning), 1.0
    return baseline.points, 1.0 if baseline.counts == "below" else -1.0


def most_lost(group: PlannedNode, child: PlannedNode, meaning: Semantics) -> float:
    """The points from which a child loses some: the best of the scale; in a sum the most that it gives, or nothing
    where nothing bounds them."""
    if group.how != "sum":
        return meaning.best
    return child.span.high if child.span.high < float("inf") else 0.0
