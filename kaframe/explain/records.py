"""What an explanation consists of: plain frozen records, ready to be shown or written as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a value comes from: a measure over rows of a table, a measure of other values, or a column.

    ``rows`` are the rows that weigh most; ``total`` is the sum of ``column`` over all ``row_count`` rows that count.
    """

    name: str
    label: str
    value: Any
    unit: str = ""
    formula: str = ""
    condition: str = ""
    rule: str = ""
    table: str = ""
    sources: tuple[str, ...] = ()
    row_count: int | None = None
    column: str = ""
    total: float | None = None
    rows: tuple[Mapping[str, Any], ...] = ()
    uses: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """A name, a condition or a row of a table that brings the colour, unless one of the others holds too."""

    when: str
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """The smallest change of one leaf's value alone that brings the next better colour.

    ``value`` is the value it would need, ``passing`` when it lies only just above or below a short number that is not
    enough itself; ``options`` say it where values are names or conditions. Neither: no value of this leaf alone brings
    it, or ``why`` none can be told: its points fade with age (decays), whatever it becomes it stays too old to count
    (stale) or of no known day (undated), it counts elsewhere on the card too (shared), or it takes several rows of a
    table together (together). ``unknown`` names what the conditions or rows ask of and nobody knows now: it may stand
    before the options, as an unknown condition leaves no points.
    """

    value: float | None = None
    options: tuple[Option, ...] = ()
    points: float | None = None
    passing: Literal["", "above", "below"] = ""
    why: Literal["", "decays", "stale", "undated", "shared", "together"] = ""
    unknown: tuple[str, ...] = ()

    @property
    def is_possible(self) -> bool:
        """Whether this leaf alone can bring the colour."""
        return self.value is not None or bool(self.options)


@dataclass(frozen=True, slots=True)
class Deciding:
    """The case or row behind the points of a leaf: where it stands, and the reason that it gives."""

    rule: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ExplainedNode:
    """A group or leaf of the scorecard for one account.

    ``weight`` is what the rule says, ``share`` its part of the total when everything is known, ``effective`` its part
    of this account's total. ``lost`` adds up, over all leaves, to what the score lacks. ``points`` None: missing;
    ``imputed``: they only stand for a missing value; ``stale``: it is too old to count; ``undated``: nobody knows how
    old it is; ``left``: the part of its points that age has left. ``decided`` are the case or the rows behind the
    points; rows without points contradict each other.
    """

    path: str
    label: str
    rule: str
    weight: float
    share: float
    effective: float
    points: float | None
    lost: float
    how: str
    value: Any = None
    unit: str = ""
    formula: str = ""
    imputed: bool = False
    stale: bool = False
    undated: bool = False
    left: float | None = None
    decided: tuple[Deciding, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    reach: Reach | None = None
    children: tuple[ExplainedNode, ...] = ()


@dataclass(frozen=True, slots=True)
class Considered:
    """An exception that was looked at: whether it decides, is overridden, changes nothing, comes after the one that
    decides (later), is unknown, or does not hold."""

    id: str
    reason: str
    rule: str
    state: Literal["decides", "overridden", "changes_nothing", "later", "unknown", "does_not_hold"]


@dataclass(frozen=True, slots=True)
class Member:
    """A company that counts for its parent: with which points or colour, its share, and whether it could be counted."""

    account_id: str
    name: str
    status: str | None
    points: float | None
    weight: float | None
    share: float | None
    state: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Why the published colour is what it is, beside the calculated one.

    ``why`` is that of docs/tables.md; ``reason``, ``rule`` and ``author`` tell of the exception or override behind it.
    ``points`` are published, ``calculated_points`` those held against the edges. Of a hold or wait ``begun`` and
    ``runs`` say which run began it and how many have it; ``ready_on`` or ``runs_left`` when it can be over. ``lost``
    are sentences of colours set by hand that do not hold.
    """

    status: str
    calculated: str
    why: str
    since: date | None
    before: str = ""
    exception: str = ""
    reason: str = ""
    rule: str = ""
    author: str = ""
    until: date | None = None
    recover: float = 0.0
    hold: str = ""
    points: float | None = None
    calculated_points: float | None = None
    begun: date | None = None
    runs: int | None = None
    ready_on: date | None = None
    runs_left: int | None = None
    considered: tuple[Considered, ...] = ()
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """The next better colour and the points that it takes, or more than these (``above``). ``blocked`` names what
    stands before it; ``hold`` says how long the points must last before it comes."""

    status: str
    points: float
    blocked: str = ""
    above: bool = False
    hold: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A measure brought from its value now to another, and the effort of it."""

    measure: str
    now: float
    value: float
    effort: float
    label: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Combination:
    """The cheapest combination of changes that brings the next better colour; without moves none of them can.

    ``is_cheapest``: no cheaper one exists; otherwise it is the best that was found.
    """

    moves: tuple[Move, ...]
    effort: float
    is_cheapest: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """One account on one scorecard, from values to colour. ``score + lost of all leaves + other + rounded = best``.

    ``other`` is what the start, limits and categories of groups take or give, and for a parent whose points come from
    its ``members`` how far those are below its own; ``rounded`` is what the rounding of groups and of the total takes,
    where the leaves do not take that up too. ``gone``: the data no longer have the account, so that nobody can
    look up the rows behind its values; ``merged``: accounts that are one with it today, whose rows are among them.
    """

    account_id: str
    name: str
    tier: str
    card: str
    label: str
    rule: str
    as_of: date
    best: float
    score: float | None
    coverage: float
    minimum_coverage: float
    low: float | None
    high: float | None
    other: float
    rounded: float
    decision: Decision | None
    target: Target | None
    nodes: tuple[ExplainedNode, ...]
    left_out: tuple[str, ...]
    shown: float | None = None
    members: tuple[Member, ...] = ()
    cheapest: Combination | None = None
    gone: bool = False
    merged: tuple[str, ...] = ()
