"""How values are printed: the only place that writes SQL for numbers, texts, names and guards.

What is printed runs on DuckDB, and keeps to words that PostgreSQL knows wherever that costs nothing.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from decimal import Decimal

from kaframe.expression.types import Piece, Type

LARGEST = "1.7976931348623157e308"
TYPES = {
    Type.NUMBER: "DOUBLE",
    Type.TEXT: "VARCHAR",
    Type.BOOLEAN: "BOOLEAN",
    Type.DATE: "DATE",
    Type.TIMESTAMP: "TIMESTAMP",
    Type.INTERVAL: "INTERVAL",
    Type.MISSING: "DOUBLE",
}
# Inexact numbers are compared at nine decimals: far below a cent, far above the noise of doubles.
SAME = 1e9


def print_name(name: str) -> str:
    """A quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


def print_text(value: str) -> str:
    """A text literal."""
    return "'" + value.replace("'", "''") + "'"


def print_number(value: Decimal | float) -> str:
    """A literal that every engine reads as a DOUBLE, never as a DECIMAL or an integer."""
    text = repr(float(value)).removesuffix(".0").replace("e+", "e")
    text = text if "e" in text else f"{text}e0"
    return f"({text})" if text.startswith("-") else text


def print_date(value: date) -> str:
    """A date literal."""
    return f"DATE '{value.isoformat()}'"


def print_missing(kind: Type) -> str:
    """A missing value of that type."""
    return "NULL" if kind is Type.MISSING else f"CAST(NULL AS {TYPES[kind]})"


def double(piece: Piece) -> str:
    """The number as a DOUBLE: integers of the data must neither overflow nor divide as integers."""
    return piece.sql if piece.double else f"CAST({piece.sql} AS DOUBLE)"


def money(piece: Piece) -> str:
    """The number with six decimals, exact: sums of it do not depend on the order of the rows.

    From 10^24 on it is missing, so that no sum of it leaves DECIMAL(38, 6).
    """
    return f"TRY_CAST({piece.sql} AS DECIMAL(30, 6))"


def day(piece: Piece) -> str:
    """The day of a date or timestamp."""
    return piece.sql if piece.type is Type.DATE else f"CAST({piece.sql} AS DATE)"


def finite(piece: Piece) -> Piece:
    """The piece with NaN and infinity turned into missing; nothing is printed where they cannot be."""
    if not piece.risky:
        return piece
    guarded = f"CASE WHEN ABS({piece.sql}) <= {LARGEST} THEN {piece.sql} END"
    return replace(piece, sql=f"({guarded})", risky=False)


def comparable(piece: Piece, *, rounded: bool) -> str:
    """What stands on one side of a comparison; both sides are rounded where one is inexact."""
    if not rounded:
        return finite(piece).sql
    if piece.constant is not None:
        scaled = float(piece.constant) * SAME + 0.5
        return print_number(math.floor(scaled) if math.isfinite(scaled) else float(piece.constant))
    return f"FLOOR({double(finite(piece))} * 1e9 + 0.5e0)"


def settled(piece: Piece) -> str:
    """The number without the noise of its last digits, before it is cut: floor(0.7 * 10 + 1) is 8."""
    return f"FLOOR({double(piece)} * 1e9 + 0.5e0) / 1e9" if piece.inexact else double(piece)


def round_half_up(number: str, digits: int) -> str:
    """Rounded half away from zero, as decimal arithmetic does it: 8.45 gives 8.5.

    A double next to 8.45 may lie just below it, so half a unit plus some units of its last place are
    added before cutting. From 1e15 units on a double has no such digits and stays as it is.
    """
    unit = print_number(Decimal(10) ** digits)
    edge = print_number(Decimal(10) ** (15 - digits))
    scaled = print_number(10.0**digits * (1 + 2**-51))
    cut = f"FLOOR(ABS({number}) * {scaled} + 0.500000001e0)"
    back = f"{cut} / {unit}" if digits >= 0 else f"{cut} * {print_number(Decimal(10) ** -digits)}"
    return f"(CASE WHEN ABS({number}) < {edge} THEN SIGN({number}) * {back} ELSE {number} END)"
