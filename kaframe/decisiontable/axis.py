"""One input column cut into the parts between which its cells can tell: points, the gaps between them, and missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import reduce
from operator import and_, or_
from typing import Any

from kaframe.decisiontable.cells import Cell, Test
from kaframe.decisiontable.values import Value, show_value
from kaframe.expression import Type


@dataclass(frozen=True, slots=True)
class Part:
    """A single value (``low`` is ``high``), everything strictly between two, or, ``missing``, no value at all."""

    low: Value | None
    high: Value | None
    missing: bool = False

    @property
    def is_point(self) -> bool:
        """Whether it is one value."""
        return self.low is not None and self.low == self.high


@dataclass(frozen=True, slots=True)
class Axis:
    """An input column: its name, its parts in order, and for every row the parts that its cells take, as bits."""

    name: str
    parts: tuple[Part, ...]
    taken: tuple[int, ...]

    @property
    def known(self) -> int:
        """The bits of all parts but the missing one."""
        return sum(1 << place for place, part in enumerate(self.parts) if not part.missing)


def make_axis(name: str, kind: Type, rows: Sequence[Sequence[Cell]], whole: bool = False) -> Axis:
    """The axis of a column from each row's cells in it (several where the same expression has several columns).

    ``whole``: its values are whole numbers.
    """
    tests = [test for cells in rows for cell in cells for test in cell.tests]
    parts = [Part(value, value) for value in (False, True)] if kind is Type.BOOLEAN else _parts(tests, kind, whole)
    known = len(parts)
    if any(test.sign == "null" for test in tests):
        parts.append(Part(None, None, missing=True))
    scale = _Scale({part.low: place for place, part in enumerate(parts) if part.is_point}, known, len(parts), kind)
    taken = tuple(reduce(and_, (scale.taken(cell) for cell in cells)) for cells in rows)
    return Axis(name, tuple(parts), taken)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where every value that cells name stands among the parts, of which ``known`` are not missing."""

    places: Mapping[Value | None, int]
    known: int
    size: int
    kind: Type

    def taken(self, cell: Cell) -> int:
        """The parts for which a cell holds, as bits; for a missing value only ``null`` and ``-`` do."""
        if cell.asks_nothing:
            return (1 << self.size) - 1
        found = reduce(or_, (self.held(test) for test in cell.tests))
        if not cell.negated:
            return found
        return ((1 << self.known) - 1) & ~found

    def held(self, test: Test) -> int:
        """The parts for which one test holds."""
        if test.sign == "null" or test.low is None:
            return 1 << self.known
        place = self.places[_comparable(test.low, self.kind)]
        if test.sign == "range":
            assert test.high is not None
            end = self.places[_comparable(test.high, self.kind)] + test.with_high
            return self.between(place + (not test.with_low), end)
        ends = {"=": (place, place + 1), "<": (0, place), "<=": (0, place + 1), ">": (place + 1, self.known),
                ">=": (place, self.known)}  # fmt: skip
        if test.sign == "<>":
            return self.between(0, self.known) & ~(1 << place)
        return self.between(*ends[test.sign])

    def between(self, first: int, end: int) -> int:
        return (1 << end) - (1 << first) if end > first else 0


def show_part(part: Part) -> str:
    """An example value from a part, as a cell would say it."""
    low, high = part.low, part.high
    if part.missing:
        return "(missing)"
    if part.is_point:
        assert low is not None
        return show_value(low)
    if isinstance(low or high, str):
        return "(another text)"
    return show_value(_between(low, high))


def _parts(tests: Sequence[Test], kind: Type, whole: bool) -> list[Part]:
    values: list[Any] = sorted({_comparable(value, kind) for test in tests for value in (test.low, test.high)
                                if value is not None})
    if not values:
        return [Part(None, None)]
    parts = [Part(None, values[0])]
    for place, value in enumerate(values):
        after = values[place + 1] if place + 1 < len(values) else None
        parts += [Part(value, value), Part(value, after)]
    return [part for part in parts if part.is_point or not _is_hollow(part, kind, whole)]


def _comparable(value: Value, kind: Type) -> Value:
    """Days in a column of moments begin at midnight."""
    if kind is Type.TIMESTAMP and isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return value


def _is_hollow(part: Part, kind: Type, whole: bool) -> bool:
    """Whether no value of the type lies between two that follow each other."""
    low, high = part.low, part.high
    if low is None or high is None:
        return kind is Type.TEXT and high == "" and low is None
    if isinstance(low, Decimal) and isinstance(high, Decimal):
        return whole and low // 1 + 1 >= high
    if isinstance(low, date) and isinstance(high, date) and kind is Type.DATE:
        return high - low <= timedelta(days=1)
    return False


def _between(low: Any, high: Any) -> Value:
    """A value strictly between two, as round as it can be."""
    given = low if low is not None else high
    if given is None:
        return Decimal(0)
    step: Any = Decimal(1) if isinstance(given, Decimal) else timedelta(days=1)
    if low is None:
        found: Any = given - step
    elif high is None or low + step < high:
        found = low + step if isinstance(given, Decimal) is False or high is None else _middle(low, high)
    else:
        found = low + (high - low) / 2
    return found  # type: ignore[no-any-return]


def _middle(low: Decimal, high: Decimal) -> Decimal:
    """The middle of two numbers, whole where a whole one lies between them."""
    middle = (low + high) / 2
    whole = middle // 1
    return whole if low < whole < high else whole + 1 if low < whole + 1 < high else middle
