"""The third wall: sqlglot reads the text with a grammar cut down to what the language needs.

Functions keep the name that was written, since the tables of functions that sqlglot would rewrite
by are empty here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from sqlglot import exp, parser, tokens
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import TokenType

from kaframe.expression.tree import MOST_CHARACTERS
from kaframe.expression.types import Findings
from kaframe.expression.words import check_tokens

_AFTER = "something is missing after '{}'"
_WHY = {
    "Expecting )": "a closing bracket ')' is missing after '{}'",
    "Expected END after CASE": "'case' needs its 'end' after '{}'",
    "Required keyword: 'this' missing for <class 'sqlglot.expressions.core.Not'>": _AFTER,
    "Required keyword: 'this' missing for <class 'sqlglot.expressions.core.Neg'>": _AFTER,
    "Required keyword: 'this'": "something is missing before '{}'",
    "Required keyword": _AFTER,
    "Expected type": "a type is missing after '{}'",
}


def _placed(make: Callable[[parser.Parser], exp.Expr | None]) -> Callable[[parser.Parser], exp.Expr | None]:
    """A parser of sqlglot whose result keeps the place of the word it starts with."""

    def parse_placed(reader: parser.Parser) -> exp.Expr | None:
        word = reader._prev
        found = make(reader)
        return found.update_positions(word) if found and word else found

    return parse_placed


_read_case = parser.Parser.NO_PAREN_FUNCTION_PARSERS["CASE"]


class _Kaframe(Dialect):
    """Plain SQL scalar expressions; no function, statement or keyword call is known to the grammar."""

    class Tokenizer(tokens.Tokenizer):
        COMMANDS: ClassVar[set[Any]] = set()

    class Parser(parser.Parser):
        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        FUNCTION_PARSERS: ClassVar = {"CAST": parser.Parser.FUNCTION_PARSERS["CAST"]}
        NO_PAREN_FUNCTIONS: ClassVar[dict[str, Any]] = {}
        NO_PAREN_FUNCTION_PARSERS: ClassVar = {"CASE": _placed(_read_case)}
        PRIMARY_PARSERS: ClassVar = {
            **parser.Parser.PRIMARY_PARSERS,
            TokenType.NULL: lambda self, token: self.expression(exp.Null(), token),
            TokenType.TRUE: lambda self, token: self.expression(exp.Boolean(this=True), token),
            TokenType.FALSE: lambda self, token: self.expression(exp.Boolean(this=False), token),
        }

        def _parse_interval(
            self, require_interval: bool = True, parse_function_unit: bool = True
        ) -> exp.Add | exp.Interval | None:
            word = self._curr
            found = super()._parse_interval(require_interval, parse_function_unit)
            return found.update_positions(word) if found and word else found


_DIALECT = _Kaframe()


def parse(findings: Findings) -> exp.Expr | None:
    """The one condition that the text is, or None with what is wrong noted."""
    text = findings.expression.text
    try:
        found = _DIALECT.tokenize(text)
    except TokenError:
        if (opened := text.rfind("/*")) > text.rfind("*/"):
            findings.add(opened, "KF2004", "a comment in an expression", "comments belong to YAML: # after a blank")
        else:
            findings.add(0, "KF2002", "the expression cannot be read")
        return None
    if not check_tokens(findings, found):
        return None
    try:
        reader = _DIALECT.parser(error_message_context=2 * MOST_CHARACTERS)
        trees = reader.parse_into(exp.Condition, found, text)
    except ParseError as error:
        _explain(findings, error)
        return None
    except RecursionError:
        findings.add(0, "KF2009", "the expression is nested too deep", "split it into measures")
        return None
    if len(trees) != 1 or not isinstance(trees[0], exp.Expr):
        findings.add(0, "KF2001", "more than one expression", "an expression gives one value; write one")
        return None
    return trees[0]


def _explain(findings: Findings, error: ParseError) -> None:
    """Say what sqlglot stumbled over, in words, at the character it names."""
    details = error.errors[0] if error.errors else {}
    offset = len(details.get("start_context") or "")
    shown = (details.get("highlight") or findings.expression.text[offset : offset + 20]).strip("'")
    description = details.get("description") or ""
    for start, words in _WHY.items():
        if description.startswith(start):
            findings.add(offset, "KF2002", words.format(shown))
            return
    hint = "is an operator or a comma missing before it?" if shown.isidentifier() else ""
    findings.add(offset, "KF2002", f"'{shown}' is not expected here", hint)
