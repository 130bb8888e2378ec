"""The second wall stands by itself: what a tokenizer skips or makes up is refused, whatever its release."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from kaframe.errors import Location, RuleError
from kaframe.expression import Expression, Name, Type, convert
from kaframe.expression.compile import compile_tree
from kaframe.expression.tree import Node
from kaframe.expression.types import Findings
from kaframe.expression.words import check_tokens
from tests.expression.scopes import ROW, compile_text


def findings(text: str) -> Findings:
    return Findings(Expression(text, Location("rules/test.yaml", 1, 1)))


def token(kind: TokenType, text: str, start: int = 0) -> Token:
    return Token(kind, text, line=1, col=start + len(text), start=start, end=start + len(text) - 1)


@pytest.mark.parametrize(
    ("text", "tokens", "expected"),
    [
        pytest.param("", [], ("KF2006", 1, "the expression is empty"), id="nothing"),
        pytest.param("\\", [], ("KF2004", 1, "'\\' is not allowed in an expression"), id="skipped"),
        pytest.param(
            "a \\ b", [token(TokenType.VAR, "a"), token(TokenType.VAR, "b", 4)],
            ("KF2004", 3, "'\\' is not allowed in an expression"), id="skipped-between",
        ),
        pytest.param(
            "E'abc'", [token(TokenType.STRING, "E'abc'")],
            ("KF2004", 1, "text written as E'abc' is not allowed"), id="another-text",
        ),
        pytest.param(
            "`a`", [token(TokenType.IDENTIFIER, "`a`")],
            ("KF2004", 1, "'`' is not allowed in an expression"), id="another-name",
        ),
        pytest.param(
            "0x1F", [token(TokenType.NUMBER, "0x1F")],
            ("KF2004", 1, "the number '0x1F' is not allowed"), id="another-number",
        ),
    ],
)  # fmt: skip
def test_what_a_tokenizer_may_do_is_refused(text: str, tokens: list[Token], expected: tuple[str, int, str]) -> None:
    """Default deny, with the place."""
    noted = findings(text)
    assert not check_tokens(noted, tokens)
    (problem,) = noted.problems
    assert problem.at is not None
    assert (problem.code, problem.at.col, problem.message) == expected


def test_a_number_that_is_none_is_refused() -> None:
    """In a tree that was not written as an expression; it becomes no value by accident."""
    expression = Expression("1e", Location("rules/table.csv", 2, 3))
    with pytest.raises(RuleError, match=r"rules/table.csv:2:3: KF2002 '1e' is no number"):
        compile_tree(Node("number", 0, "1e"), expression, ROW, Type.NUMBER)
    assert compile_tree(Node("number", 0, "12"), expression, ROW, Type.NUMBER).sql == "12e0"


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        ("cast(5 as integer)", "5e0"),
        ("cast('5' as number)", "TRY_CAST('5' AS DOUBLE)"),
    ],
)
def test_casts_of_constants(text: str, sql: str) -> None:
    """A whole number stays exact; a text becomes a number or is missing."""
    assert sql in compile_text(text).sql


def test_a_text_column_says_how_it_gets_its_type() -> None:
    """Where rows that do not fit are kept apart, instead of becoming missing one by one."""
    scope = replace(ROW, names={**ROW.names, "cur": Name(Type.TEXT, declarable=True)})
    with pytest.raises(RuleError) as error:
        compile_text("abs(cur) > 2", scope)
    assert error.value.problems[0].hint.startswith("declare it at its source: types: {cur: number}")


@pytest.mark.parametrize(
    "text",
    [
        "case when f then a end filter (where g)",
        "cast(a as number) filter (where f)",
        "sum(a order by b) filter (where f)",
        "sum(a.b.c) filter (where f)",
    ],
)
def test_filter_belongs_to_a_call(text: str) -> None:
    """Behind anything else, and behind a call that is refused itself, it is refused."""
    with pytest.raises(RuleError, match="KF2004"):
        compile_text(text)


COLUMN, ONE, TWO = exp.column("a"), exp.Literal.number(1), exp.Literal.number(2)


@pytest.mark.parametrize(
    ("condition", "kind"),
    [
        (exp.Is(this=COLUMN, expression=exp.Null()), "is null"),
        (exp.Is(this=COLUMN, expression=exp.true()), "is"),
        (exp.Like(this=COLUMN, expression=exp.Literal.string("x%")), "like"),
        (exp.In(this=COLUMN, expressions=[ONE, TWO]), "in"),
        (exp.Between(this=COLUMN, low=ONE, high=TWO), "between"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_not_may_hang_on_its_condition(monkeypatch: pytest.MonkeyPatch, condition: exp.Expr, kind: str) -> None:
    """Whichever way a release of the parser says ``not in``: it is never lost."""
    monkeypatch.setattr(convert, "parse", lambda findings: condition)
    plain = convert.read_tree(findings("a"))
    assert plain is not None
    assert plain.kind == kind
    negated = condition.copy()
    negated.set("negate", True)
    monkeypatch.setattr(convert, "parse", lambda findings: negated)
    assert convert.read_tree(findings("a")) == Node("not", plain.at, parts=(plain,))
