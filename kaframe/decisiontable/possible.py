"""An axis without the values that its input can never have: tiers that do not exist, counts below 0, shares above 1."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from kaframe.decisiontable.axis import Axis, Part
from kaframe.ranges import REAL, Domain, Spans, WordSet


def limited(axis: Axis, domain: Domain | None) -> Axis:
    """The axis with the parts in which a known value of the domain lies, each shown by such a value; and missing."""
    if domain is None or not domain.is_limited:
        return axis
    kept = [(place, found) for place, part in enumerate(axis.parts) if (found := _possible(part, domain)) is not None]
    taken = tuple(
        sum(1 << new for new, (old, _) in enumerate(kept) if bits >> old & 1) for bits in axis.taken
    )
    return replace(axis, parts=tuple(part for _, part in kept), taken=taken)


def _possible(part: Part, domain: Domain) -> Part | None:
    known = domain.values.known
    if part.missing:
        return part if domain.values.missing else None
    if isinstance(known, WordSet):
        return _with_word(part, known)
    low, high = part.low, part.high
    if not all(end is None or isinstance(end, Decimal) for end in (low, high)):
        return part  # days and moments: their domains are everything there is
    first = _edge(low, float("-inf"), part.is_point)
    last = _edge(high, float("inf"), part.is_point, below=True)
    left = Spans.of(known.step, [(first, last)]).meet(known)
    return None if left.is_empty else _point(Decimal(repr(left.example())))


def _with_word(part: Part, known: WordSet) -> Part | None:
    if part.is_point:
        return part if isinstance(part.low, str | bool) and known.contains(part.low) else None
    if known.but:
        return part
    inside = sorted(word for word in known.words if isinstance(word, str) and _between(part, word))
    return _point(inside[0]) if inside else None


def _between(part: Part, word: str) -> bool:
    low, high = part.low, part.high
    return (not isinstance(low, str) or low < word) and (not isinstance(high, str) or word < high)


def _edge(end: Any, infinite: float, is_point: bool, below: bool = False) -> float:
    """The first or last number of a part, whose ends do not belong to it unless it is one number."""
    if end is None:
        return infinite
    number = float(end)
    if is_point:
        return number
    return float(REAL.before(number) if below else REAL.after(number))


def _point(value: Any) -> Part:
    return Part(value, value)
