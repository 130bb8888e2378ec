"""``notify.yaml``: which events are told to whom, on which channels, how often."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, get_args

from kaframe.bind import Label
from kaframe.errors import Location, Problem, RuleError
from kaframe.expression import Expression
from kaframe.yamlfile import Node

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[str, ...] = get_args(Weekday)
_RATE = re.compile(r"([0-9]{1,3}) per (?:([0-9]{1,3}) )?(day|week)s?")


@dataclass(frozen=True, slots=True)
class Rate:
    """At most so many messages in so many days, for one recipient on one channel."""

    count: int
    days: int

    @classmethod
    def from_node(cls, node: Node) -> Rate:
        """Read ``1 per day``, ``2 per 7 days`` or ``1 per week``."""
        found = _RATE.fullmatch(str(node.value))
        if not found or int(found[1]) == 0 or found[2] in ("0", "00", "000"):
            hint = "write it like '1 per day' or '2 per 7 days'"
            raise RuleError([Problem(node.at, "KF8001", f"'{node.value}' is no limit of messages", hint)])
        return cls(int(found[1]), int(found[2] or 1) * (7 if found[3] == "week" else 1))


@dataclass(frozen=True, slots=True)
class Digest:
    """What is collected is told by the first run of each period: a day, or a week from a weekday on."""

    days: Literal[1, 7]
    weekday: int = 0

    @classmethod
    def from_node(cls, node: Node) -> Digest:
        """Read ``daily``, ``weekly`` (from Monday on) or ``{on: friday}``."""
        day = node.get("on")
        if day is not None:
            return cls(7, WEEKDAYS.index(str(day.value)))
        return cls(1) if node.value == "daily" else cls(7)

    def start(self, day: date) -> date:
        """The first day of the period that a day belongs to."""
        return day if self.days == 1 else day - timedelta(days=(day.weekday() - self.weekday) % 7)


@dataclass(frozen=True, slots=True)
class Notice:
    """Which events are told, to whom, how.

    ``to`` names roles, members, ``owner`` (the account manager) or ``assignee`` (who has the task). Without
    ``channels`` all that the project declares are used. ``group_by`` says what one message is for: all
    accounts of a recipient, each account, or each event. ``attach`` names documents of these accounts that go with it.
    """

    at: Location
    id: str
    on: str | tuple[str, ...]
    to: tuple[str, ...]
    when: Expression | None = None
    channels: tuple[str, ...] = ()
    group_by: Literal["owner", "account", "none"] = "owner"
    at_most: Rate | None = None
    digest: Digest | None = None
    title: Label | None = None
    accounts: int = 20
    attach: tuple[Literal["plan"], ...] = ()
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)

    @property
    def label(self) -> Label | None:
        """What people call it: the subject of its messages."""
        return self.title

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of events, one or several."""
        return (self.on,) if isinstance(self.on, str) else self.on

    @property
    def is_own(self) -> bool:
        """Whether the project itself says so, not a pack."""
        return self.at.file.startswith("rules/")


@dataclass(frozen=True, slots=True)
class NotifyRules:
    """All notices, in the order of the file."""

    notices: tuple[Notice, ...] = ()

    def expressions(self) -> Iterator[Expression]:
        """Every condition of the file."""
        return (notice.when for notice in self.notices if notice.when is not None)
