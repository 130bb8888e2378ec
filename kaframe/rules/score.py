"""``score.yaml``: scorecards, trees of groups and leaves that turn values into points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from kaframe.bind import Duration, Label, bind, places_in
from kaframe.decimals import TAIL, rounded, written
from kaframe.errors import Location
from kaframe.expression import Expression
from kaframe.rules.semantics import Aggregate, Ends, Rounding, Semantics
from kaframe.rules.table import DecisionTable
from kaframe.yamlfile import Node

__all__ = [
    "Aggregate", "Band", "Case", "Decay", "Fresh", "Rounding", "ScoreNode", "ScoreRules", "Scorecard", "Semantics",
]  # fmt: skip

Points = Any  # a number, or as written the name of a category of the semantics


@dataclass(frozen=True, slots=True)
class Band:
    """Points for values in a range; ``else`` catches the rest. Bands are read from the first on.

    ``lower`` and ``upper`` (``from`` and ``to`` in YAML) are edges that leave it to the semantics whether they belong.
    """

    at: Location
    points: Points
    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    below: float | None = None
    lower: float | None = None
    upper: float | None = None
    otherwise: bool = False
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)

    @classmethod
    def from_node(cls, node: Node) -> Band:
        """``{at_least: 0.3, points: 100}``, or ``{else: 0}`` for what is left."""
        rest = node.get("else")
        if rest is not None:
            return cls(node.at, rest.plain(), otherwise=True)
        assert isinstance(node.value, dict)
        names = {"from": "lower", "to": "upper"}
        values = {names.get(key, key): value for key, value in node.value.items()}
        return bind(Node(values, node.at, keys=node.keys), cls, places=places_in(node))


@dataclass(frozen=True, slots=True)
class Case:
    """Points where a condition holds; the first that does wins."""

    at: Location
    points: Points
    when: Expression | None = None
    reason: Label | None = None
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)

    @classmethod
    def from_node(cls, node: Node) -> Case:
        """``{when: condition, points: 40}``, or ``{else: 0}`` for what is left."""
        rest = node.get("else")
        if rest is None:
            return bind(node, cls)
        reason = node.get("reason")
        values = {"points": rest} | ({"reason": reason} if reason is not None else {})
        return bind(Node(values, node.at, keys=node.keys), cls)


@dataclass(frozen=True, slots=True)
class Baseline:
    """The points against which a leaf gives reasons: what lies ``below`` (or ``above``) them counts."""

    points: float
    counts: Literal["below", "above"] = "below"

    @classmethod
    def from_node(cls, node: Node) -> Baseline:
        """A number, or ``{points: 12, counts: above}``."""
        return bind(node, cls) if isinstance(node.value, dict) else cls(float(node.plain()))


@dataclass(frozen=True, slots=True)
class Fresh:
    """How old a value may be: the day it is from, and the age up to which it counts."""

    at: Location
    on: Expression
    within: Duration
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Decay:
    """How points fade with the age of a signal: by half over ``half_life``, or by ``lose`` (a share) over ``every``.

    At last ``toward`` is left. ``whole_periods``: in steps at the end of each period.
    """

    at: Location
    day: Expression
    half_life: Duration | None = None
    lose: float | None = None
    every: Duration | None = None
    whole_periods: bool = False
    toward: float = 0.0
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)

    @classmethod
    def from_node(cls, node: Node) -> Decay:
        """``from`` is the day of the signal."""
        assert isinstance(node.value, dict)
        values = {"day" if key == "from" else key: value for key, value in node.value.items()}
        return bind(Node(values, node.at, keys=node.keys), cls)


@dataclass(frozen=True, slots=True)
class ScoreNode:
    """A group (``children``) or a leaf: ``cases``, ``table``, or a ``value`` and ``bands``, ``curve``, ``map`` or none.

    Without one the value is the points. ``weight`` is relative to its sisters. ``missing``, ``aggregate``, ``start``,
    ``clamp`` and ``ends`` override what the card's semantics say.
    """

    at: Location
    id: str
    weight: float = 1.0
    label: Label | None = None
    children: tuple[ScoreNode, ...] = ()
    aggregate: Aggregate | None = None
    value: Expression | None = None
    bands: tuple[Band, ...] = ()
    curve: tuple[Any, ...] = ()
    ends: Ends | None = None
    cases: tuple[Case, ...] = ()
    map: Mapping[str, Points] | None = None
    table: DecisionTable | None = None
    baseline: Baseline | None = None
    fresh: Fresh | None = None
    decay: Decay | None = None
    missing: Any = None
    start: float | None = None
    clamp: Any = None
    note: Label | None = None
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)

    def leaves(self, path: str = "") -> Iterator[tuple[str, ScoreNode]]:
        """Every leaf below (or this one) with its path, in the order they are written."""
        own = f"{path}.{self.id}" if path else self.id
        if not self.children:
            yield own, self
        for child in self.children:
            yield from child.leaves(own)


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One scorecard: whom it applies to, what its numbers mean, and the tree.

    Cards of one ``family`` are alternatives: an account gets one of them, the ``default`` where no other applies.
    """

    at: Location
    id: str
    children: tuple[ScoreNode, ...]
    label: Label | None = None
    primary: bool = False
    family: str = ""
    default: bool = False
    applies: Expression | None = None
    aggregate: Aggregate | None = None
    start: float | None = None
    clamp: Any = None
    semantics: str = "kaframe"
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class ScoreRules:
    """All scorecards and the named semantics, complete, that they rest on."""

    scorecards: tuple[Scorecard, ...] = ()
    semantics: tuple[Semantics, ...] = ()

    def meaning(self, card: Scorecard) -> Semantics | None:
        """The semantics that a card names."""
        return next((item for item in self.semantics if item.id == card.semantics), None)

    def display(self, card: str) -> tuple[int, str]:
        """How the points of a card are shown: to how many digits, and where ties go."""
        found = next((one for one in self.scorecards if one.id == card), None)
        meaning = self.meaning(found) if found else None
        return (meaning.rounding.shown, meaning.rounding.half) if meaning else (TAIL, "up")

    def shown(self, card: str, points: float) -> str:
        """Points of a card as people read them."""
        return written(rounded(points, *self.display(card)))

    def family(self, card: Scorecard) -> tuple[Scorecard, ...]:
        """The cards of which an account gets one: those of the card's family, as written, or the card alone."""
        return tuple(one for one in self.scorecards if one is card or (card.family and one.family == card.family))

    def primaries(self) -> tuple[str, ...]:
        """The cards that the bare words score, status and weakest mean: the primary one and its family."""
        primary = self.primary()
        return tuple(card.id for card in self.family(primary)) if primary else ()

    def primary(self) -> Scorecard | None:
        """The card that the bare words score, status and weakest mean."""
        named = [card for card in self.scorecards if card.primary]
        return (named or list(self.scorecards) or [None])[0]  # type: ignore[list-item]
