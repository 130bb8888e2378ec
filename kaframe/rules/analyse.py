"""``analyse.yaml``: what is looked for in the data of managed accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from kaframe.bind import Duration, Label, bind
from kaframe.errors import Location, Problem, RuleError, nearest
from kaframe.expression import Expression
from kaframe.yamlfile import Node

Direction = Literal["up", "down"]
Period = Literal["week", "month", "quarter"]
HALF_A_YEAR = Duration(6, "month")
A_YEAR = Duration(1, "year")


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that holds for an account by its measures."""

    when: Expression


@dataclass(frozen=True, slots=True)
class Level:
    """Behaviour: the ``recent`` periods against the ``history`` periods before them.

    Told when the change is at least ``percent`` and ``z`` standard deviations of the history. Only accounts that
    bought in ``at_least`` of those periods have a level.
    """

    at: Location
    from_table: str = field(metadata={"key": "from"})
    time: Expression
    value: Expression
    direction: Direction
    where: Expression | None = None
    period: Period = "month"
    recent: int = 3
    history: int = 12
    percent: float = 0.2
    z: float = 2.0
    at_least: int = 6


@dataclass(frozen=True, slots=True)
class Frequency:
    """Behaviour: no row for ``times`` as long as is usual between two days with rows.

    Only accounts with ``at_least`` such days ``within`` the time looked at have a habit that can be broken.
    """

    at: Location
    from_table: str = field(metadata={"key": "from"})
    time: Expression
    value: Expression
    where: Expression | None = None
    within: Duration = A_YEAR
    times: float = 3.0
    at_least: int = 6


@dataclass(frozen=True, slots=True)
class Mix:
    """What the account buys has shifted: the total variation distance of the shares ``by`` something.

    With less than ``at_least`` rows in either time chance alone shifts a mix.
    """

    at: Location
    from_table: str = field(metadata={"key": "from"})
    time: Expression
    value: Expression
    by: Expression
    where: Expression | None = None
    recent: Duration = HALF_A_YEAR
    history: Duration = A_YEAR
    shift: float = 0.2
    at_least: int = 30


@dataclass(frozen=True, slots=True)
class WhiteSpace:
    """What ``min_share`` of comparable accounts buy and this one does not, the ``most`` valuable first."""

    at: Location
    from_table: str = field(metadata={"key": "from"})
    time: Expression
    value: Expression
    by: Expression
    where: Expression | None = None
    like: tuple[Expression, ...] = ()
    within: Duration = A_YEAR
    min_share: float = 0.6
    min_peers: int = 5
    most: int = 3


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the customers by their quintiles; the first that holds. ``tell`` makes it an insight."""

    at: Location
    id: str
    label: Label
    when: Expression
    tell: bool = False
    good: bool | None = None


@dataclass(frozen=True, slots=True)
class Rfm:
    """Recency, frequency and monetary value of every buying account, each as a quintile among all of them."""

    at: Location
    from_table: str = field(metadata={"key": "from"})
    time: Expression
    value: Expression
    segments: tuple[Segment, ...]
    where: Expression | None = None
    within: Duration = A_YEAR


@dataclass(frozen=True, slots=True)
class Trend:
    """A line through the last ``periods``: its slope as a share of their mean, and its fit (r squared)."""

    at: Location
    from_table: str = field(metadata={"key": "from"})
    time: Expression
    value: Expression
    direction: Direction
    where: Expression | None = None
    period: Period = "month"
    periods: int = 12
    slope: float = 0.02
    fit: float = 0.5


@dataclass(frozen=True, slots=True)
class Wallet:
    """A share of wallet that is ``below`` so much of the median of comparable accounts."""

    at: Location
    share: Expression
    wallet: Expression
    like: tuple[Expression, ...] = ()
    below: float = 0.75
    min_peers: int = 5


@dataclass(frozen=True, slots=True)
class SilentContact:
    """People at the account with whom nobody has spoken ``after`` so long."""

    at: Location
    from_table: str = field(metadata={"key": "from"})
    contact: Expression
    last: Expression
    after: Duration
    where: Expression | None = None


Settings = Condition | Level | Frequency | Mix | WhiteSpace | Rfm | Trend | Wallet | SilentContact
KINDS: Mapping[str, type[Any]] = {
    "condition": Condition,
    "mix": Mix,
    "white_space": WhiteSpace,
    "rfm": Rfm,
    "trend": Trend,
    "wallet": Wallet,
    "silent_contact": SilentContact,
}
BEHAVIOURS: Mapping[str, type[Any]] = {"level": Level, "frequency": Frequency}


@dataclass(frozen=True, slots=True)
class Analysis:
    """Something that is looked for in the data of managed accounts, and the sentence that tells it.

    ``about`` is the kind that the insight has in the table when it is not the kind of the analysis. ``worth``
    is the money at stake; left out, it is what the kind works out. ``good``: None is neutral, or up to the
    direction.
    """

    at: Location
    id: str
    kind: str
    sentence: Label
    settings: Any
    label: Label | None = None
    about: str = ""
    applies: Expression | None = None
    worth: Expression | None = None
    good: bool | None = None
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)

    @classmethod
    def from_node(cls, node: Node) -> Analysis:
        """The common keys, and the settings of its kind. Raises: RuleError for keys of other kinds."""
        record = _record_of(node)
        keys = {slot.metadata.get("key", slot.name) for slot in fields(record)} - {"at"}
        common = {slot.name for slot in fields(cls)} - {"at", "settings", "places"}
        legal = keys | common | {"watch"} if record in BEHAVIOURS.values() else keys | common
        problems = [
            Problem(
                node.keys[key],
                "KF1104",
                f"unknown key '{key}' in an analysis of the kind {_kind(node)}",
                nearest(key, legal) or f"it has {', '.join(sorted(keys))}",
            )
            for key in node.keys
            if key not in legal and node.get(key) is not None
        ]
        if problems:
            raise RuleError(problems)
        return bind(node, cls, settings=bind(node, record))

    @property
    def insight_kind(self) -> str:
        """The kind that its insights have."""
        return self.about or self.kind


@dataclass(frozen=True, slots=True)
class AnalyseRules:
    """The analyses, in the order they are written."""

    analyses: tuple[Analysis, ...] = ()


def _kind(node: Node) -> str:
    found = node.get("kind")
    if found is None:
        hint = f"kinds: {', '.join(KINDS)}, behaviour"
        raise RuleError([Problem(node.at, "KF1105", "missing key 'kind'", hint)])
    return str(found.value)


def _record_of(node: Node) -> type[Any]:
    kind = _kind(node)
    if kind != "behaviour":
        return KINDS[kind]
    watch = node.get("watch")
    return BEHAVIOURS[str(watch.value) if watch else "level"]
