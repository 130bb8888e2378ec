"""What several rows that hold mean: DMN's hit policies, printed as SQL over the conditions of the rows.

A condition is true, false or unknown (NULL). Nothing is decided by a row of which nobody knows whether it holds: where
such a row could change the points, they are missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from kaframe.expression.sql import print_number

Hit = Literal["unique", "first", "priority", "any", "collect"]
Collect = Literal["sum", "min", "max", "count"]


@dataclass(frozen=True, slots=True)
class Policy:
    """A hit policy with what belongs to it: how points are collected, or the order of points."""

    hit: Hit
    collect: Collect | None = None
    order: tuple[float, ...] = ()

    @property
    def adds_up(self) -> bool:
        """Whether every row that holds has its part in the points."""
        return self.collect in ("sum", "count")

    @property
    def can_clash(self) -> bool:
        """Whether rows that hold together can contradict each other."""
        return self.hit in ("unique", "any")


    def rivals(self, place: int, points: Sequence[float]) -> list[int]:
        """The rows that take a row's points where they hold too: those before it, or those that contradict it.

        ``points`` are those of all rows; places count from 0.
        """
        own, others = points[place], [one for one in range(len(points)) if one != place]
        if self.hit == "unique":
            return others
        if self.hit == "first":
            return others[:place]
        if self.hit == "any":
            return [one for one in others if points[one] != own]
        if self.hit == "priority":
            return [one for one in others if self.order.index(points[one]) < self.order.index(own)]
        return [one for one in others if (points[one] < own if self.collect == "min" else points[one] > own)]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row as far as it decides: its condition in SQL and the points where it holds."""

    condition: str
    points: float


@dataclass(frozen=True, slots=True)
class _Group:
    """Rows that decide the same: the numbers of the rows, from 0."""

    points: float
    rows: tuple[int, ...]


def points_sql(policy: Policy, rows: Sequence[Outcome], otherwise: float | None) -> str:
    """The points that the rows decide; NULL where it is missing, unknown or contradictory."""
    rest = "NULL" if otherwise is None else print_number(otherwise)
    if policy.adds_up:
        return _added_up(policy, rows, rest)
    return _decided(policy, rows, [print_number(group.points) for group in _groups(policy, rows)], rest)


def row_sql(policy: Policy, rows: Sequence[Outcome], otherwise: float | None) -> str:
    """The number, from 1, of the row that decides, one behind the last for ``else``; NULL where none does.

    Where points are added up there is no such row.
    """
    if policy.adds_up:
        return "CAST(NULL AS INTEGER)"
    results = [_first_row(group, rows) for group in _groups(policy, rows)]
    return f"CAST({_decided(policy, rows, results, 'NULL' if otherwise is None else str(len(rows) + 1))} AS INTEGER)"


def clash_sql(policy: Policy, rows: Sequence[Outcome]) -> str:
    """Whether rows that hold contradict each other, whatever is unknown of the others; false where they cannot."""
    if not policy.can_clash:
        return "FALSE"
    holding = [f"CASE WHEN {_any(group, rows)} THEN 1 ELSE 0 END" for group in _groups(policy, rows)]
    return f"({joined(holding, '+')} > 1)"


def joined(terms: Sequence[str], operator: str) -> str:
    """The terms joined as a balanced tree: a long left-deep chain does not bind."""
    if len(terms) == 1:
        return terms[0]
    middle = len(terms) // 2
    return f"({joined(terms[:middle], operator)} {operator} {joined(terms[middle:], operator)})"


def _groups(policy: Policy, rows: Sequence[Outcome]) -> list[_Group]:
    """Rows that decide alike, in the order in which they go before each other."""
    if policy.hit in ("unique", "first"):
        return [_Group(row.points, (place,)) for place, row in enumerate(rows)]
    order: Iterable[float] = dict.fromkeys(row.points for row in rows)
    if policy.hit == "priority":
        order = policy.order
    elif policy.hit == "collect":
        order = sorted(order, reverse=policy.collect == "max")
    members = {points: tuple(place for place, row in enumerate(rows) if row.points == points) for points in order}
    return [_Group(points, places) for points, places in members.items() if places]


def _decided(policy: Policy, rows: Sequence[Outcome], results: Sequence[str], rest: str) -> str:
    groups = _groups(policy, rows)
    pairs = [(_any(group, rows), result) for group, result in zip(groups, results, strict=True)]
    if not policy.can_clash:
        arms = " ".join(f"WHEN {holds} THEN {result} WHEN {holds} IS NULL THEN NULL" for holds, result in pairs)
        return f"CASE {arms} ELSE {rest} END"
    arms = " ".join(f"WHEN {holds} THEN {result}" for holds, result in pairs)
    holding = joined([f"CAST({holds} AS INTEGER)" for holds, _ in pairs], "+")
    return f"CASE {holding} WHEN 0 THEN {rest} WHEN 1 THEN CASE {arms} END END"


def _added_up(policy: Policy, rows: Sequence[Outcome], rest: str) -> str:
    some = joined([row.condition for row in rows], "OR")
    if policy.collect == "count":
        terms = [f"CAST(CAST({row.condition} AS INTEGER) AS DOUBLE)" for row in rows]
    else:
        terms = [_added(row) for row in rows]
    return f"CASE WHEN {some} THEN {joined(terms, '+')} WHEN NOT {some} THEN {rest} END"


def _added(row: Outcome) -> str:
    """What a row adds; unknown, unless it adds nothing either way."""
    points, nothing = print_number(row.points), print_number(0.0)
    if row.points == 0:
        return nothing
    return f"CASE WHEN {row.condition} THEN {points} WHEN NOT {row.condition} THEN {nothing} END"


def _any(group: _Group, rows: Sequence[Outcome]) -> str:
    return joined([rows[place].condition for place in group.rows], "OR")


def _first_row(group: _Group, rows: Sequence[Outcome]) -> str:
    if len(group.rows) == 1:
        return str(group.rows[0] + 1)
    arms = " ".join(f"WHEN {rows[place].condition} THEN {place + 1}" for place in group.rows)
    return f"CASE {arms} END"
