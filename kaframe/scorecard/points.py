"""SQL for the arithmetic of points: constants, sums, limits, rounding."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kaframe.decimals import TAIL
from kaframe.rules.semantics import Rounding
from kaframe.scorecard.planned import Span

WIDE = 1e8  # points up to here fit DECIMAL(18, 9) with room to spare
NARROW = 9e6  # points up to here are, in units of their last digit, whole numbers that a DOUBLE holds exactly


def number(value: float) -> str:
    """A constant as the engine's DOUBLE: with an exponent it is one from the start.

    ``CAST(0.5 AS DOUBLE)`` would be folded anew in every pass of the planner, which doubles the time that a card of
    thousands of leaves takes to bind.
    """
    if not math.isfinite(value):
        return f"CAST('{'-' if value < 0 else ''}Infinity' AS DOUBLE)"
    text = repr(float(value))
    text = text if "e" in text else f"{text}e0"
    return f"({text})" if text.startswith("-") else text


def balanced(terms: Sequence[str], operator: str = "+") -> str:
    """The terms joined as a balanced tree: a long left-deep sum does not bind."""
    if len(terms) == 1:
        return terms[0]
    middle = len(terms) // 2
    return f"({balanced(terms[:middle], operator)} {operator} {balanced(terms[middle:], operator)})"


def extreme(terms: Sequence[str], kind: str) -> str:
    """The least or the greatest of the terms that are known."""
    return terms[0] if len(terms) == 1 else f"{kind}({', '.join(terms)})"


def clamped(value: str, low: float, high: float) -> str:
    """The value within limits; a missing one stays missing (LEAST and GREATEST would skip it)."""
    least, most = number(low), number(high)
    return f"CASE WHEN {value} < {least} THEN {least} WHEN {value} > {most} THEN {most} ELSE {value} END"


def rounded(value: str, digits: int | None, rounding: Rounding, span: Span) -> str:
    """Points at so many digits, as exact as in decimal; with None only the binary tail beyond nine digits is cut.

    Points that no decimal of the engine holds are rounded in binary: they can be told apart by less than their tail.
    """
    places = TAIL if digits is None else digits
    if span.low >= -NARROW and span.high <= NARROW and (rounding.half == "up" or places >= TAIL):
        return half_up(value, places)
    exact = _in_decimal(f"CAST({value} AS DECIMAL(18, {TAIL}))", places, rounding.half)
    if span.low >= -WIDE and span.high <= WIDE:
        return exact
    return f"CASE WHEN abs({value}) <= {number(WIDE)} THEN {exact} ELSE round({value}, {places}) END"


def half_up(value: str, places: int) -> str:
    """Numbers up to ``NARROW`` rounded as in decimal, at less cost; ties away from zero.

    Below 2**53 units a quotient lies at least a unit from a tie or is one, which is more than a division can err. What
    is added at last makes a negative zero a plain one.
    """
    units = f"round({value} * {number(10.0**TAIL)})"
    kept = units if places >= TAIL else f"round({units} / {number(10.0 ** (TAIL - places))})"
    return f"{kept} / {number(10.0 ** min(places, TAIL))} + {number(0)}"


def _in_decimal(exact: str, places: int, half: str) -> str:
    """Ties away from zero; under ``even`` those that end on an odd digit go back by one unit."""
    up = f"round({exact}, {places})"
    if half == "up" or places >= TAIL:
        return f"CAST({up} AS DOUBLE)"
    unit = f"CAST({10.0**-places:.{TAIL}f} AS DECIMAL(18, {TAIL}))"
    tie = f"abs({up} - {exact}) * 2 = {unit}"
    odd = f"CAST({up} * {10**places} AS BIGINT) % 2 <> 0"
    return f"CAST(CASE WHEN {tie} AND {odd} THEN {up} - sign({up}) * {unit} ELSE {up} END AS DOUBLE)"
