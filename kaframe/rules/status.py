"""``status.yaml``: from points to colours of any number and name, with exceptions and patience."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from kaframe.bind import Label, bind, places_in
from kaframe.errors import Location
from kaframe.expression import Expression
from kaframe.rules.patience import Patience
from kaframe.rules.rollup import RollUp
from kaframe.yamlfile import Node

NO_DATA = "no_data"
SETTINGS = ("edges", "compare", "match", "recover", "hold", "for", "roll_up", "exceptions", "override")


@dataclass(frozen=True, slots=True)
class Threshold:
    """One colour and the points it begins at (``at_least``: edge included, ``above``: excluded), or the rest.

    ``from`` in YAML leaves it to ``edges`` whether the edge belongs.
    ``shade`` is how it is shown; ``good`` says that accounts of it need no improvement.
    """

    at: Location
    id: str
    at_least: float | None = None
    above: float | None = None
    rest: bool = field(default=False, metadata={"key": "else"})
    label: Label | None = None
    shade: str = ""
    good: bool | None = None
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)

    @classmethod
    def from_node(cls, node: Node, id: str, at: Location, edges: str = "lower") -> Threshold:
        """``green: {at_least: 75}``, ``{from: 75}``, ``red: {else: true, label: ...}`` or ``red: else``."""
        if not isinstance(node.value, dict):
            return cls(at, id, rest=True)
        values = dict(node.value)
        if "from" in values:
            own, other = ("at_least", "above") if edges == "lower" else ("above", "at_least")
            values[other if own in values else own] = values.pop("from")  # two edges are told by the check
        return bind(Node(values, node.at, keys=node.keys), cls, id=id, at=at, places=places_in(node))

    @property
    def edge(self) -> float | None:
        """The points it begins at; None for the colour that takes the rest."""
        return self.at_least if self.at_least is not None else self.above

    @property
    def edge_at(self) -> Location:
        """Where its edge stands."""
        return next((self.places[key] for key in ("at_least", "above", "from") if key in self.places), self.at)

    def beyond(self, margin: float) -> float:
        """The edge and a margin, added as people write them: 0.1 and 0.2 are 0.3."""
        return float(Decimal(repr(self.edge or 0.0)) + Decimal(repr(margin)))

    def takes(self, points: float, margin: float = 0.0) -> bool:
        """Whether points reach the colour's edge, ``margin`` beyond it."""
        if self.edge is None:
            return True
        return points >= self.beyond(margin) if self.at_least is not None else points > self.beyond(margin)


@dataclass(frozen=True, slots=True)
class StatusException:
    """A fact that decides whatever the points say; the first that takes part wins.

    ``status`` decides the colour, ``points`` the points (the colour follows from the thresholds). ``at_most`` caps and
    ``at_least`` lifts the colour (a name) or the points (a number); a limit takes part only where it changes something.
    """

    at: Location
    id: str
    when: Expression
    status: str = ""
    points: float | None = None
    at_most: str | float | None = None
    at_least: str | float | None = None
    reason: Label | None = None
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)

    @property
    def said(self) -> tuple[str, ...]:
        """Which of the four it says; exactly one."""
        given = {"status": self.status or None, "points": self.points,
                 "at_most": self.at_most, "at_least": self.at_least}  # fmt: skip
        return tuple(name for name, value in given.items() if value is not None)

    @property
    def colour(self) -> str | None:
        """The colour that it gives, caps at or lifts to."""
        named = (self.status or None, self.at_most, self.at_least)
        return next((value for value in named if isinstance(value, str)), None)

    @property
    def number(self) -> float | None:
        """The points that it gives, caps at or lifts to."""
        return next((v for v in (self.points, self.at_most, self.at_least) if isinstance(v, int | float)), None)


@dataclass(frozen=True, slots=True)
class StatusRule:
    """How one scorecard's points become a colour.

    What it leaves unsaid of ``edges`` (whether those written ``from`` belong to the colour), ``compare``, ``match`` and
    the roll-up is what the semantics of its card say.
    ``compare`` says which total is held against the edges: the one that is shown (rounded) or the calculated one. It
    improves only with points ``recover`` beyond the edge, on every published run over ``hold``; it worsens at once
    unless it has been worse on every published run over ``wait`` (``for:`` in YAML). ``exceptions`` are in the order in
    which they are asked: as written, or under ``match: last`` from the last on.
    """

    at: Location
    id: str
    colours: tuple[Threshold, ...]
    edges: Literal["lower", "upper"] = "lower"
    compare: Literal["shown", "calculated"] = "shown"
    match: Literal["first", "last"] = "first"
    recover: float = 0.0
    hold: Patience | None = None
    wait: Patience | None = field(default=None, metadata={"key": "for"})
    exceptions: tuple[StatusException, ...] = ()
    roll_up: RollUp | None = None
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)

    @classmethod
    def from_node(cls, node: Node, id: str) -> StatusRule:
        """The keys that are no settings are the colours, best first; ``red: else`` takes the rest."""
        assert isinstance(node.value, dict)
        said = {name: str(item.value) for name, item in node.value.items() if name in ("edges", "match")}
        colours = tuple(
            Threshold.from_node(item, name, node.keys.get(name, item.at), said.get("edges", "lower"))
            for name, item in node.value.items()
            if name not in SETTINGS
        )
        settings = {key: item for key, item in node.value.items() if key in SETTINGS}
        listed = settings.get("exceptions")
        if listed is not None and said.get("match") == "last" and isinstance(listed.value, list):
            settings["exceptions"] = Node(listed.value[::-1], listed.at)
        rest = Node(settings, node.at, keys={key: node.keys[key] for key in settings})
        return bind(rest, cls, id=id, colours=colours)

    @property
    def names(self) -> tuple[str, ...]:
        """The colours from the best to the worst."""
        return tuple(colour.id for colour in self.colours)

    @property
    def good(self) -> frozenset[str]:
        """The colours that need no improvement: those marked ``good``, else the best alone."""
        marked = [colour.id for colour in self.colours if colour.good]
        return frozenset(marked or self.names[:1])


@dataclass(frozen=True, slots=True)
class StatusRules:
    """The thresholds of every scorecard."""

    rgb: Mapping[str, StatusRule] = field(default_factory=dict)

    def of(self, card: str) -> StatusRule | None:
        """The thresholds of a card."""
        return self.rgb.get(card)
