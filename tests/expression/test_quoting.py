"""Columns whose names the language takes for something else."""

from __future__ import annotations

import pytest

from kaframe.errors import Location, RuleError
from kaframe.expression import Expression, Name, Scope, Type, compile_expression
from tests.expression.scopes import AS_OF

ODD = ("drop", "select", "case", "true", "like", "distinct", "order value", "amount (EUR)", "a-b", "%", 'size "L"')


def written(text: str) -> Expression:
    return Expression(text, Location("rules/test.yaml", 3, 9))


def scope(*names: str) -> Scope:
    return Scope("a test", {name: Name(Type.NUMBER) for name in names}, AS_OF)


@pytest.mark.parametrize("name", ODD)
def test_a_known_name_that_needs_quotes_is_answered_with_them(name: str) -> None:
    """As it stands it is refused, with the hint that mends it; in quotes it is the column."""
    known = scope(name)
    quoted = '"' + name.replace('"', '""') + '"'
    with pytest.raises(RuleError) as caught:
        compile_expression(written(f"round({name})"), known)
    assert f"{quoted} in double quotes" in caught.value.problems[0].hint
    assert compile_expression(written(f"round({quoted})"), known).names == {name}


def test_other_mistakes_keep_their_own_hint() -> None:
    """A name in quotes, a plain one, or one that is not there says nothing about the mistake."""
    known = scope("drop", "amount", "past.points")
    for text in ('round("drop") +', "round(amount) +", "dropped + amount", "past.points and 1", "'drop' + 1"):
        with pytest.raises(RuleError) as caught:
            compile_expression(written(text), known)
        assert not any("in double quotes" in problem.hint for problem in caught.value.problems), text


def test_the_hint_stands_at_the_first_problem_of_reading() -> None:
    """``a-b`` means a less b: a mistake about values keeps its own hint, what is not known gets that of the quotes."""
    known = Scope("a measure", {name: Name(Type.NUMBER) for name in ("a", "b", "a-b")}, AS_OF, aggregates=True)
    with pytest.raises(RuleError) as caught:
        compile_expression(written("a-b"), known)
    assert [problem.code for problem in caught.value.problems] == ["KF2014", "KF2014"]
    assert not any("in double quotes" in problem.hint for problem in caught.value.problems)
    with pytest.raises(RuleError) as caught:
        compile_expression(written("a-b+c"), known)
    hinted = [problem.code for problem in caught.value.problems if '"a-b" in double quotes' in problem.hint]
    assert ([problem.code for problem in caught.value.problems][-1], hinted) == ("KF2010", ["KF2010"])
