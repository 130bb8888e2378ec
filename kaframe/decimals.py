"""Points as people write them: rounded in decimal, as the semantics of their scorecard say."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

EXACT = 1e15  # what is larger has no digit behind the point as a double
TAIL = 9  # digits of a score; what a double has beyond them is noise


def rounded(value: float, digits: int | None, half: str) -> float:
    """The value at so many digits, ties ``up`` (away from zero) or to the ``even`` digit; None: its tail is cut."""
    if abs(value) >= EXACT:
        return value
    way = ROUND_HALF_EVEN if half == "even" else ROUND_HALF_UP
    nine = Decimal(repr(value)).quantize(Decimal(1).scaleb(-TAIL), ROUND_HALF_UP)
    return float(nine if digits is None else nine.quantize(Decimal(1).scaleb(-digits), way)) + 0.0  # never -0.0


def written(value: float) -> str:
    """The value with the digits that it has: 40, 52.14, -0.5."""
    return f"{value:.{TAIL}f}".rstrip("0").rstrip(".")
