"""Functions that a company adds: an expression over parameters, checked like any other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kaframe.errors import Location
from kaframe.expression.compile import compile_expression
from kaframe.expression.functions import Argument, Call, Function
from kaframe.expression.scope import Scope
from kaframe.expression.types import Compiled, Expression, Name, Type

_ANY_DAY = date(2000, 1, 1)


def make_macro(
    name: str, parameters: Mapping[str, Type], text: str, *, summary: Mapping[str, str], example: str
) -> Function:
    """A function that stands for an expression over its parameters.

    Nothing but the language itself can be written in it, so that it is as safe as a rule.
    Raises: RuleError with what is wrong with the text; its place is ``function <name>``.
    """
    expression = Expression(text, Location(f"function {name}", 1, 1))

    def expand(values: Mapping[str, str], as_of: date) -> Compiled:
        names = {word: Name(kind, values.get(word, "")) for word, kind in parameters.items()}
        return compile_expression(expression, Scope(f"function {name}", names, as_of))

    def print_call(call: Call) -> str:
        values = {word: piece.sql for word, piece in zip(parameters, call.arguments, strict=True)}
        return expand(values, call.as_of).sql

    arguments = tuple(Argument(word, frozenset({kind})) for word, kind in parameters.items())
    returns = expand({}, _ANY_DAY).type
    return Function(name, arguments, returns, "scalar", summary, example, print_call, "inexact")
