"""One layer of columns made from the layer below: renamed, computed, or just passed on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kaframe.data.plan import MadeColumn
from kaframe.errors import Problem, RuleError
from kaframe.expression import FUNCTIONS, Compiled, Expression, Function, Name, Scope, Type, compile_expression


@dataclass(frozen=True, slots=True)
class Terms:
    """What every expression over the data may use besides columns: the day of the run, and functions.

    Columns and conditions are checked before anybody knows the day of the run; no type depends on it.
    """

    as_of: date = date(2000, 1, 1)
    functions: Mapping[str, Function] = field(default_factory=lambda: FUNCTIONS)


def make_columns(
    inputs: Mapping[str, Type], expressions: Mapping[str, Expression], words: str, terms: Terms
) -> tuple[dict[str, MadeColumn], list[Problem]]:
    """The columns of a layer: those that ``expressions`` make, then what they neither rename nor hide."""
    made: dict[str, MadeColumn] = {}
    problems: list[Problem] = []
    renamed: set[str] = set()
    for name, expression in expressions.items():
        plain = expression.text.strip()
        if plain in inputs:
            made[name] = MadeColumn(name, inputs[plain], below=plain, uses=frozenset({plain}))
            renamed.add(plain)
            continue
        try:
            compiled = compile_column(expression, inputs, words, terms)
        except RuleError as error:
            problems.extend(error.problems)
            made[name] = MadeColumn(name, Type.MISSING, expression=expression)
        else:
            made[name] = MadeColumn(name, compiled.type, expression=expression, uses=compiled.names)
    spelt: dict[str, str] = {}
    for name, expression in expressions.items():
        if spelt.setdefault(name.casefold(), name) != name:
            message = f"the columns '{spelt[name.casefold()]}' and '{name}' differ only in upper and lower case"
            problems.append(Problem(expression.at, "KF1344", message, "rename one of them"))
    hidden = {name.casefold() for name in made}
    for name, kind in inputs.items():
        if name not in renamed and name.casefold() not in hidden:
            made[name] = MadeColumn(name, kind, below=name, uses=frozenset({name}))
    return made, problems


def compile_column(expression: Expression, inputs: Mapping[str, Type], words: str, terms: Terms) -> Compiled:
    """An expression over the columns below. Raises: RuleError."""
    compiled = compile_expression(expression, row_scope(inputs, words, terms))
    if compiled.type is Type.INTERVAL:
        raise RuleError(
            [
                Problem(
                    expression.at,
                    "KF1342",
                    "an interval is no value of a column",
                    "compute a day or a number of days",
                )
            ]
        )
    return compiled


def column_sql(column: MadeColumn, inputs: Mapping[str, Type], words: str, terms: Terms) -> str:
    """How the column is printed over the layer below."""
    if column.expression is None:
        return '"' + column.below.replace('"', '""') + '"'
    return compile_column(column.expression, inputs, words, terms).sql


def row_scope(inputs: Mapping[str, Type], words: str, terms: Terms) -> Scope:
    """The names of a row: the columns below."""
    return Scope(words, {name: Name(kind) for name, kind in inputs.items()}, terms.as_of, functions=terms.functions)


def source_scope(raw: Mapping[str, Type], columns: Mapping[str, MadeColumn], words: str, terms: Terms) -> Scope:
    """The names that a source's ``where`` may use: its raw columns and those made of them, which go first."""
    names = {name: Name(kind) for name, kind in raw.items()}
    for name, column in columns.items():
        if column.expression is None or column.type is not Type.MISSING:
            names[name] = Name(column.type, sql=f"({column_sql(column, raw, words, terms)})")
    return Scope(words, names, terms.as_of, functions=terms.functions)
