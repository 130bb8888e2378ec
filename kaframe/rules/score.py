"""``score.yaml``: scorecards, trees of groups and leaves that turn values into points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kaframe.bind import Label, bind
from kaframe.errors import Location
from kaframe.expression import Expression
from kaframe.yamlfile import Node

Aggregate = Literal["weighted_mean", "mean", "min", "max", "sum"]
Missing = Literal["skip", "worst", "neutral", "best", "no_data"]


@dataclass(frozen=True, slots=True)
class Band:
    """Points for values at or beyond an edge; ``else`` catches the rest. Bands are read from the first on."""

    at: Location
    points: float
    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    below: float | None = None
    otherwise: bool = False

    @classmethod
    def from_node(cls, node: Node) -> Band:
        """``{at_least: 0.3, points: 100}``, or ``{else: 0}`` for what is left."""
        rest = node.get("else")
        if rest is not None:
            return cls(node.at, float(rest.plain()), otherwise=True)
        return bind(node, cls)


@dataclass(frozen=True, slots=True)
class Case:
    """Points where a condition holds; the first that does wins."""

    at: Location
    points: float
    when: Expression | None = None
    reason: Label | None = None

    @classmethod
    def from_node(cls, node: Node) -> Case:
        """``{when: condition, points: 40}``, or ``{else: 0}`` for what is left."""
        rest = node.get("else")
        if rest is not None:
            return cls(node.at, float(rest.plain()))
        return bind(node, cls)


@dataclass(frozen=True, slots=True)
class ScoreNode:
    """A group (``children``) or a leaf: ``cases``, or a ``value`` with ``bands``, ``curve``, ``map`` or none of them.

    Without one the value is the points.

    ``weight`` is relative to its sisters. ``missing`` overrides what the card's semantics do with a missing value.
    """

    at: Location
    id: str
    weight: float = 1.0
    label: Label | None = None
    children: tuple[ScoreNode, ...] = ()
    aggregate: Aggregate = "weighted_mean"
    value: Expression | None = None
    bands: tuple[Band, ...] = ()
    curve: tuple[Any, ...] = ()
    cases: tuple[Case, ...] = ()
    map: Mapping[str, float] | None = None
    missing: Any = None
    start: float = 0.0
    note: Label | None = None

    def leaves(self, path: str = "") -> Iterator[tuple[str, ScoreNode]]:
        """Every leaf below (or this one) with its path, in the order they are written."""
        own = f"{path}.{self.id}" if path else self.id
        if not self.children:
            yield own, self
        for child in self.children:
            yield from child.leaves(own)


@dataclass(frozen=True, slots=True)
class Semantics:
    """Every choice that decides what a score means; each scorecard has its own, by name or spelled out."""

    at: Location
    id: str
    scale: tuple[float, ...] = (0.0, 100.0)
    missing: Any = "skip"
    renormalise: Literal["group", "scorecard"] = "group"
    minimum_coverage: float = 0.5
    digits: int = 1
    note: Label | None = None


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One scorecard: whom it applies to, what its numbers mean, and the tree."""

    at: Location
    id: str
    children: tuple[ScoreNode, ...]
    label: Label | None = None
    primary: bool = False
    applies: Expression | None = None
    aggregate: Aggregate = "weighted_mean"
    semantics: str = "kaframe"


@dataclass(frozen=True, slots=True)
class ScoreRules:
    """All scorecards and the named semantics that the rules bring."""

    scorecards: tuple[Scorecard, ...] = ()
    semantics: tuple[Semantics, ...] = ()

    def meaning(self, card: Scorecard) -> Semantics | None:
        """The semantics that a card names."""
        return next((item for item in self.semantics if item.id == card.semantics), None)

    def primary(self) -> Scorecard | None:
        """The card that the bare words score, status and weakest mean."""
        named = [card for card in self.scorecards if card.primary]
        return (named or list(self.scorecards) or [None])[0]  # type: ignore[list-item]
