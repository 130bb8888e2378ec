"""What the scope of an expression knows of names that cannot be read now."""

from __future__ import annotations

import pytest

from kaframe.errors import RuleError
from kaframe.expression import Name, Scope, Type
from kaframe.expression.characters import MOST_CHARACTERS
from tests.expression.scopes import AS_OF, compile_text

NAMES = {"amount": Name(Type.MISSING, in_doubt=True), "paid": Name(Type.NUMBER)}
SCOPE = Scope("a test", NAMES, AS_OF, may_be=lambda name: name == "margin")


@pytest.mark.parametrize(
    "text", ["amount > 1 and amount = 'x'", "margin || 'x'", "margin + paid > 1", "lower(amount) = 'x'"]
)
def test_what_rests_on_something_unread_is_not_told(text: str) -> None:
    """A column whose file could not be read, and a name that may be defined there, raise no second problem."""
    compile_text(text, SCOPE)
    with pytest.raises(RuleError):
        compile_text(text, Scope("a test", {"amount": Name(Type.NUMBER), "paid": Name(Type.NUMBER)}, AS_OF))


def test_other_names_are_unknown_all_the_same() -> None:
    """A misspelt name beside one in doubt is told."""
    with pytest.raises(RuleError, match="KF2010 unknown name 'magrin'") as caught:
        compile_text("magrin + margin", SCOPE)
    assert len(caught.value.problems) == 1


def test_the_last_character_that_is_taken() -> None:
    """An expression of exactly the limit is accepted, one character more is refused."""
    room = MOST_CHARACTERS - len("name = ''")
    compile_text(f"name = '{'x' * room}'")
    with pytest.raises(RuleError, match="KF2009"):
        compile_text(f"name = '{'x' * (room + 1)}'")


def test_the_longest_interval() -> None:
    """10,000 years of months, and as many days; one more is refused, before the engine overflows."""
    for unit in ("month", "day"):
        compile_text(f"d + interval 120000 {unit}")
        with pytest.raises(RuleError, match="KF2004 an interval of more than 10,000 years"):
            compile_text(f"d + interval 120001 {unit}")
