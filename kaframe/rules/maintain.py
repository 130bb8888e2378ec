"""``maintain.yaml``: what is done for accounts, or by members, at regular intervals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from kaframe.bind import Duration, Label
from kaframe.errors import Location
from kaframe.expression import Expression

A_WEEK = Duration(7, "day")


@dataclass(frozen=True, slots=True)
class Cadence:
    """Something that is due again ``every`` so often after it was last done.

    ``last`` is a date of the data; logged activities of the kinds ``activity`` (the cadence's id when empty)
    count as well, and the latest holds. It is shown as due ``lead`` before its day. ``first`` is the grace
    of an account of which no last time is known. ``each`` is accounts or members.
    """

    at: Location
    id: str
    every: Duration
    role: str
    title: Label
    label: Label | None = None
    applies: Expression | None = None
    last: Expression | None = None
    activity: str | tuple[str, ...] = ""
    lead: Duration = A_WEEK
    first: Duration | None = None
    each: Literal["accounts", "members"] = field(default="accounts", metadata={"key": "for"})
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of logged activity that count."""
        listed = (self.activity,) if isinstance(self.activity, str) else self.activity
        return tuple(kind for kind in listed if kind) or (self.id,)


@dataclass(frozen=True, slots=True)
class MaintainRules:
    """The cadences, in the order of the file."""

    cadences: tuple[Cadence, ...] = ()

    def expressions(self) -> Iterator[Expression]:
        """Every condition and date of the file."""
        for cadence in self.cadences:
            yield from (part for part in (cadence.applies, cadence.last) if part is not None)
