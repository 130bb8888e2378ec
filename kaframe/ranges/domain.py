"""What a name can be: its known values, and whether it can be missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from kaframe.expression import Type
from kaframe.expression.sql import print_text
from kaframe.ranges.spans import DAY, INFINITY, MOMENT, REAL, WHOLE, Spans
from kaframe.ranges.wordsets import ANY_TEXT, TRUE_OR_FALSE, WordSet

BEGINNING = datetime(1970, 1, 1)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Values:
    """A set of values of one name: known ones, and perhaps its being missing."""

    known: Spans | WordSet
    missing: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it."""
        return self.known.is_empty and not self.missing

    def meet(self, other: Values) -> Values:
        """What is in both."""
        return Values(self.known.meet(other.known), self.missing and other.missing)  # type: ignore[arg-type]

    def join(self, other: Values) -> Values:
        """What is in either."""
        return Values(self.known.join(other.known), self.missing or other.missing)  # type: ignore[arg-type]

    def complement(self) -> Values:
        """Everything else; what is not missing is known."""
        return Values(self.known.complement(), not self.missing)

    def only_known(self) -> Values:
        """Without being missing."""
        return Values(self.known)

    def only_missing(self) -> Values:
        """No known value, only being missing."""
        return Values(self.known.meet(self.known.complement()), missing=True)  # type: ignore[arg-type]

    def example(self) -> Any:
        """One of them; None for missing, which is taken only when nothing else is left."""
        return None if self.known.is_empty else self.known.example()


@dataclass(frozen=True, slots=True)
class Domain:
    """All values that a name can have, and its type, which says how a value is written."""

    type: Type
    values: Values

    @classmethod
    def of(cls, kind: Type) -> Domain:
        """Everything of that type."""
        known: Spans | WordSet
        if kind is Type.TEXT:
            known = ANY_TEXT
        elif kind is Type.BOOLEAN:
            known = TRUE_OR_FALSE
        elif kind is Type.DATE:
            known = Spans.of(DAY, [(date.min.toordinal(), date.max.toordinal())])
        elif kind is Type.TIMESTAMP:
            known = Spans.of(MOMENT, [(place_of_moment(datetime.min), place_of_moment(datetime.max))])
        else:
            known = Spans.all(REAL)
        return cls(kind, Values(known, missing=True))

    @classmethod
    def between(cls, low: float, high: float, *, whole: bool = False, missing: bool = True) -> Domain:
        """Numbers from ``low`` to ``high``, both included."""
        return cls(Type.NUMBER, Values(Spans.of(WHOLE if whole else REAL, [(low, high)]), missing))

    @classmethod
    def whole(cls, low: float = -INFINITY, *, missing: bool = True) -> Domain:
        """Whole numbers from ``low`` on."""
        return cls.between(low, INFINITY, whole=True, missing=missing)

    @classmethod
    def words(cls, words: Iterable[str], *, missing: bool = True) -> Domain:
        """Texts out of a list."""
        return cls(Type.TEXT, Values(WordSet(frozenset(words)), missing))

    @classmethod
    def flag(cls, *, missing: bool = True) -> Domain:
        """True or false."""
        return cls(Type.BOOLEAN, Values(TRUE_OR_FALSE, missing))

    @property
    def is_limited(self) -> bool:
        """Whether it is less than everything of its type."""
        return not Domain.of(self.type).values.known.meet(self.values.known.complement()).is_empty  # type: ignore[arg-type]

    def described(self) -> str:
        """What it can be, in words: ``one of 'key', 'none'`` or ``from 0 to 1``."""
        known = self.values.known
        if isinstance(known, WordSet):
            return f"one of {', '.join(sorted(map(self.written, known.words)))}"
        low, high = known.parts[0][0], known.parts[-1][1]
        if high == INFINITY:
            return f"{self.written(low)} or more"
        return f"from {self.written(low)} to {self.written(high)}"

    def written(self, value: Any) -> str:
        """A value as it is written in an expression."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str):
            return print_text(value)
        if self.type is Type.DATE:
            return f"date '{date.fromordinal(value).isoformat()}'"
        if self.type is Type.TIMESTAMP:
            return f"timestamp '{(BEGINNING + value * MICROSECOND).isoformat(' ')}'"
        return f"{value:.0f}" if value == int(value) and abs(value) < 1e15 else repr(float(value))


def place_of_day(day: date) -> int:
    """A day as the number it is counted by."""
    return day.toordinal()


def place_of_moment(moment: datetime) -> int:
    """A moment as the number it is counted by."""
    return (moment - BEGINNING) // MICROSECOND
