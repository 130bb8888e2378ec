"""What is doubtful about a table before any data are seen: which rows, and with which values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Literal

from kaframe.decisiontable.coverage import Example, Grid, TangledError, rows_of
from kaframe.decisiontable.policy import Policy

MOST_TOLD = 20  # of one kind and table; more of the same help nobody

Kind = Literal["impossible", "clash", "gap", "unreachable"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One doubt: the row (from 0) it is about, a second one that belongs to it, and values that show it.

    ``column`` is that of a cell nothing fits. Of a gap there is no row.
    """

    kind: Kind
    row: int = -1
    other: int = -1
    column: int = -1
    example: Example = ()


def find_doubts(grid: Grid, policy: Policy, points: Sequence[float], has_else: bool) -> list[Finding]:
    """Everything that can be proved; what is too tangled to prove is left unsaid."""
    impossible = grid.impossible()
    empty = {row for row, _ in impossible}
    found = [Finding("impossible", row, column=column) for row, column in impossible]
    if policy.can_clash:
        found += islice(_clashes(grid, policy, points), MOST_TOLD)
    try:
        if not has_else and (gap := grid.gap()) is not None:
            found.append(Finding("gap", example=gap))
        found += islice((one for one in _unreachable(grid, policy, points) if one.row not in empty), MOST_TOLD)
    except TangledError:
        pass
    return found


def _clashes(grid: Grid, policy: Policy, points: Sequence[float]) -> Iterator[Finding]:
    for first, second in combinations(range(grid.height), 2):
        if policy.hit == "any" and points[first] == points[second]:
            continue
        example = grid.overlap(first, second)
        if example is not None:
            yield Finding("clash", second, first, example=example)


def _unreachable(grid: Grid, policy: Policy, points: Sequence[float]) -> Iterator[Finding]:
    """Rows that hold only together with a row that goes before them."""
    if policy.can_clash or policy.adds_up:
        return
    ranks = _ranks(policy, points)
    deciding: set[int] = set()
    for rows, _ in grid.together:
        members = rows_of(rows)
        best = min((ranks[row] for row in members), default=-1)
        deciding |= {row for row in members if ranks[row] == best}
    for row in range(grid.height):
        if row not in deciding:
            before = [one for one in range(grid.height) if ranks[one] < ranks[row] and grid.covers(one, row)]
            yield Finding("unreachable", row, before[0] if before else -1, example=grid.overlap(row, row) or ())


def _ranks(policy: Policy, points: Sequence[float]) -> list[float]:
    """The place of every row in the order in which rows go before each other."""
    if policy.hit == "first":
        return [float(place) for place in range(len(points))]
    if policy.hit == "priority":
        return [float(policy.order.index(one)) for one in points]
    return [-one if policy.collect == "max" else one for one in points]
