"""Points rounded in decimal, and written with the digits that they have."""

from __future__ import annotations

import math

import pytest

from kaframe.decimals import rounded, written


@pytest.mark.parametrize(
    ("value", "digits", "half", "expected"),
    [
        (8.45, 1, "up", 8.5), (8.45, 1, "even", 8.4), (8.55, 1, "even", 8.6), (-0.5, 0, "up", -1.0),
        (40.122, 0, "up", 40.0), (0.1 + 0.2, None, "up", 0.3), (2.4999999999, 0, "up", 3.0),
        (2.499999999, 0, "up", 2.0),
    ],
)  # fmt: skip
def test_ties_go_where_the_semantics_say(value: float, digits: int | None, half: str, expected: float) -> None:
    """In decimal, after the tail of a double is cut."""
    assert rounded(value, digits, half) == expected


def test_nothing_is_no_less_than_nothing() -> None:
    """Nobody reads -0 points."""
    assert math.copysign(1, rounded(-0.4, 0, "up")) == 1
    assert written(rounded(-0.4, 0, "up")) == "0"


@pytest.mark.parametrize(
    ("value", "text"), [(40.0, "40"), (52.14, "52.14"), (-0.5, "-0.5"), (1234567.25, "1234567.25"), (100.0, "100")]
)
def test_points_are_written_without_needless_zeros(value: float, text: str) -> None:
    """As people write them."""
    assert written(value) == text
