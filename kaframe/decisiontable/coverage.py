"""What the rows of a table leave open, claim twice, or never decide: exact, with an example, without any data.

A table is a set of boxes: each row takes some parts of every axis. Which sets of rows hold together is found by going
down the axes and remembering what has been seen; a table that is too tangled for ``MOST_STEPS`` is left unproved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from kaframe.decisiontable.axis import Axis, Part, show_part

MOST_STEPS = 100_000

Example = tuple[tuple[str, Part], ...]


class TangledError(Exception):
    """The table has more different combinations than are looked at."""


@dataclass(frozen=True)
class Grid:
    """The axes of a table with ``height`` rows; row numbers count from 0."""

    axes: tuple[Axis, ...]
    height: int

    def impossible(self) -> list[tuple[int, int]]:
        """Rows that no value of some axis fits, with the place of the axis."""
        return [
            (row, place) for row in range(self.height) for place, axis in enumerate(self.axes) if not axis.taken[row]
        ]

    def overlap(self, first: int, second: int) -> Example | None:
        """Values with which two rows hold together."""
        chosen = []
        for axis in self.axes:
            common = axis.taken[first] & axis.taken[second]
            if not common:
                return None
            chosen.append((axis.name, axis.parts[_first_bit(common & axis.known or common)]))
        return tuple(chosen)

    def covers(self, outer: int, inner: int) -> bool:
        """Whether a row holds wherever another one does."""
        return all(axis.taken[inner] & ~axis.taken[outer] == 0 for axis in self.axes)

    @cached_property
    def together(self) -> tuple[tuple[int, Example], ...]:
        """Every set of rows that can hold together and alone, as bits, each once with example values; 0 is a gap.

        Raises: TangledError.
        """
        found: dict[int, Example] = {}
        for rows, chosen in self._walk():
            if rows not in found:
                found[rows] = tuple((axis.name, axis.parts[part]) for axis, part in zip(self.axes, chosen, strict=True))
        return tuple(found.items())

    def gap(self) -> Example | None:
        """Values, none of them missing, with which no row holds. Raises: TangledError."""
        return next((example for rows, example in self.together if not rows), None)

    def can_be(self, row: int | None, rivals: Sequence[int]) -> bool:
        """Whether a row (None: no row at all) can hold where none of the rivals does; yes where nobody can tell."""
        against = sum(1 << one for one in rivals)
        try:
            if row is None:
                return self.gap() is not None
            return any(rows >> row & 1 and not rows & against for rows, _ in self.together)
        except TangledError:
            return True

    def _walk(self) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Sets of rows with a part of every axis; each state of the search is looked into once."""
        seen: set[tuple[int, int, bool]] = set()
        waiting: list[tuple[int, tuple[int, ...], bool]] = [((1 << self.height) - 1, (), True)]
        while waiting:
            rows, chosen, known = waiting.pop()
            if len(chosen) == len(self.axes):
                if rows or known:
                    yield rows, chosen
                continue
            axis = self.axes[len(chosen)]
            for part, taking in enumerate(self._taking[len(chosen)]):
                below = (rows & taking, known and not axis.parts[part].missing)
                state = (len(chosen), *below)
                if state not in seen:
                    seen.add(state)
                    waiting.append((below[0], (*chosen, part), below[1]))
            if len(seen) > MOST_STEPS:
                raise TangledError

    @cached_property
    def _taking(self) -> tuple[tuple[int, ...], ...]:
        """For every axis and part the rows that take it, as bits."""
        return tuple(_transposed(axis) for axis in self.axes)


def _transposed(axis: Axis) -> tuple[int, ...]:
    """For every part the rows that take it; rows that take all of them are added at once."""
    everything = (1 << len(axis.parts)) - 1
    always, found = 0, [0] * len(axis.parts)
    for row, taken in enumerate(axis.taken):
        if taken == everything:
            always |= 1 << row
            continue
        for part in rows_of(taken):
            found[part] |= 1 << row
    return tuple(rows | always for rows in found)


def describe(example: Example) -> str:
    """``revenue = 15, tier = "gold"``."""
    return ", ".join(f"{name} = {show_part(part)}" for name, part in example)


def rows_of(bits: int) -> Sequence[int]:
    """The numbers of the rows (or parts) in a set."""
    found = []
    while bits:
        found.append(_first_bit(bits))
        bits &= bits - 1
    return found


def _first_bit(bits: int) -> int:
    return (bits & -bits).bit_length() - 1
