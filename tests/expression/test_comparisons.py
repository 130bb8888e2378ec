"""The comparisons of a condition, as they are shown to somebody whose account lacks one of them."""

from __future__ import annotations

import pytest

from kaframe.errors import Location
from kaframe.expression import Expression
from kaframe.expression.comparisons import comparisons
from tests.expression.scopes import ROW


def parts(text: str) -> list[tuple[str, str, str, float | None]]:
    """Text, measure, edge and carried share of every comparison."""
    found = comparisons(Expression(text, Location("rules/test.yaml", 1, 1)), ROW)
    return [(one.text, one.measure, one.needed, one.carries) for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a > 5", [("a > 5", "a", "5e0", None)]),
        ("5 <= a", [("5 <= a", "a", "5e0", None)]),
        ("a > 5 and b < 2", [("a > 5", "a", "5e0", None), ("b < 2", "b", "2e0", None)]),
        ("(a > 5 or (b < 2)) and f", [("a > 5", "a", "5e0", None), ("b < 2", "b", "2e0", None)]),
        ("pareto(a) < 0.8", [("pareto(a) < 0.8", "a", "", 0.8)]),
        ("0.8 > pareto(a)", [("0.8 > pareto(a)", "a", "", 0.8)]),
        ("pareto(a) < 0", [("pareto(a) < 0", "a", "", None)]),
        ("rank(a) <= 10", [("rank(a) <= 10", "a", "", None)]),
        ("name = 'x' and a = 5", []),
        ("name > 'x'", []),
        ("a + b > 5", []),
        ("gone > 5", []),
        ("not (a > 5)", []),
        ("a >", []),
    ],
)
def test_comparisons_of_a_condition(text: str, expected: list[tuple[str, str, str, float | None]]) -> None:
    """Of numbers, on either side, however they are joined; none that is turned round, of texts or of absent names."""
    assert parts(text) == expected
