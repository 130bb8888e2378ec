"""Sets of ordered values as closed spans: doubles, whole numbers, days and moments.

Each of these has a next value, a double too. So an edge that does not belong to a span is the span that begins one
value later, and nothing here has to be approximate.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

Number = float | int
INFINITY = math.inf
MOST_DIGITS = 17  # more decimals than that no double has


@dataclass(frozen=True, slots=True)
class Step:
    """How one value follows another. ``first`` and ``last`` give the nearest values at or after, at or before.

    Examples are taken as near to ``near`` as can be.
    """

    name: str
    after: Callable[[Number], Number]
    before: Callable[[Number], Number]
    first: Callable[[Number], Number]
    last: Callable[[Number], Number]
    near: Number = 0


def _kept(value: Number) -> Number:
    return value


def _whole(cut: Callable[[float], int]) -> Callable[[Number], Number]:
    return lambda value: value if math.isinf(value) else cut(value)


REAL = Step(
    "real",
    lambda value: math.nextafter(value, INFINITY),
    lambda value: math.nextafter(value, -INFINITY),
    _kept,
    _kept,
)
WHOLE = Step(
    "whole",
    _whole(lambda value: math.floor(value) + 1),
    _whole(lambda value: math.ceil(value) - 1),
    _whole(math.ceil),
    _whole(math.floor),
)
DAY = replace(WHOLE, name="day", near=date(2020, 1, 1).toordinal())
MOMENT = replace(WHOLE, name="moment", near=(datetime(2020, 1, 1) - datetime(1970, 1, 1)) // timedelta(microseconds=1))


@dataclass(frozen=True, slots=True)
class Spans:
    """Disjoint spans of values, both ends included, in order; infinity itself is no value."""

    step: Step
    parts: tuple[tuple[Number, Number], ...]

    @classmethod
    def of(cls, step: Step, parts: Iterable[tuple[Number, Number]]) -> Spans:
        """Any spans, in any order, put together where they touch."""
        exact = sorted((step.first(low), step.last(high)) for low, high in parts)
        joined: list[tuple[Number, Number]] = []
        for low, high in exact:
            if low > high or low == INFINITY or high == -INFINITY:
                continue
            if joined and low <= step.after(joined[-1][1]):
                joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
            else:
                joined.append((low, high))
        return cls(step, tuple(joined))

    @classmethod
    def all(cls, step: Step) -> Spans:
        """Every value there is."""
        return cls(step, ((-INFINITY, INFINITY),))

    @classmethod
    def compared(cls, step: Step, sign: str, edge: Number) -> Spans:
        """The values for which ``x <sign> edge`` holds."""
        if sign == "<>":
            return cls.compared(step, "=", edge).complement()
        parts = {
            "=": (edge, edge),
            ">=": (edge, INFINITY),
            ">": (step.after(edge), INFINITY),
            "<=": (-INFINITY, edge),
            "<": (-INFINITY, step.before(edge)),
        }
        return cls.of(step, [parts[sign]])

    @property
    def is_empty(self) -> bool:
        """Whether there is no value in it."""
        return not self.parts

    def meet(self, other: Spans) -> Spans:
        """The values that are in both."""
        return Spans.of(
            self.step,
            ((max(a, c), min(b, d)) for a, b in self.parts for c, d in other.parts if a <= d and c <= b),
        )

    def join(self, other: Spans) -> Spans:
        """The values that are in either."""
        return Spans.of(self.step, (*self.parts, *other.parts))

    def complement(self) -> Spans:
        """All other values."""
        rest: list[tuple[Number, Number]] = []
        low: Number = -INFINITY
        for first, last in self.parts:
            if first != -INFINITY:
                rest.append((low, self.step.before(first)))
            low = self.step.after(last)
        if not self.parts or self.parts[-1][1] != INFINITY:
            rest.append((low, INFINITY))
        return Spans.of(self.step, rest)

    def contains(self, value: Number) -> bool:
        """Whether the value is in it."""
        return any(low <= value <= high for low, high in self.parts)

    def example(self) -> Number:
        """A value in it that people read easily: 0, a whole number, few decimals; a day of our time."""
        near = self.step.near
        found = (_plain(self.step, low, high) for low, high in self.parts)
        return min(found, key=lambda value: abs(value - near))


def _plain(step: Step, low: Number, high: Number) -> Number:
    """The plainest value from ``low`` to ``high``."""
    if low <= step.near <= high:
        return step.near
    if step.near:
        return low if low > step.near else high
    if high < 0:
        return -_plain(step, -high, -low)
    for digits in range(MOST_DIGITS + 1 if step is REAL else 1):
        scale = 10**digits
        scaled = low * scale
        if math.isinf(scaled) or scaled > 2**53:
            break
        for numerator in (math.ceil(scaled), math.ceil(scaled) + 1):
            value: Number = numerator / scale if digits else numerator
            if low <= value <= high:
                return value
    return low
