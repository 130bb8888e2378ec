"""The columns of accounts that come from a table: one value for all rows of an account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kaframe.config import AccountsConfig
from kaframe.data.layers import Terms, row_scope
from kaframe.data.plan import Derived, MadeColumn, TablePlan
from kaframe.data.sources import Planner
from kaframe.errors import Problem, RuleError
from kaframe.expression import Compiled, Expression, Scope, Type, compile_expression

OWN = ("account_id", "name", "parent")


def plan_derived(config: AccountsConfig, table: TablePlan, planner: Planner) -> Derived:
    """The columns and the condition of the accounts, checked against the table that they come from."""
    made: dict[str, MadeColumn] = {}
    for name, expression in config.columns.items():
        kind, uses = Type.MISSING, frozenset[str]()
        try:
            if name.casefold() in OWN:
                raise RuleError([_taken(name, expression)])
            compiled = compile_derived(expression, table, planner.terms)
            kind, uses = compiled.type, compiled.names - {"account_id"}
        except RuleError as error:
            planner.trouble.take(error)
        made[name] = MadeColumn(name, kind, expression=expression, uses=uses)
    if config.where is None:
        return Derived(made)
    try:
        where_uses = compile_wanted(config.where, made, planner.terms).names
    except RuleError as error:
        planner.trouble.take(error)
        return Derived(made)
    return Derived(made, config.where, where_uses)


def compile_derived(expression: Expression, table: TablePlan, terms: Terms) -> Compiled:
    """An aggregate over the rows of an account. Raises: RuleError."""
    types = {**table.types, "account_id": Type.TEXT}
    scope = replace(row_scope(types, f"a column of accounts from table '{table.name}'", terms), aggregates=True)
    compiled = compile_expression(expression, scope)
    if compiled.type is Type.INTERVAL:
        message = "an interval is no value of a column"
        raise RuleError([Problem(expression.at, "KF1342", message, "compute a day or a number of days")])
    return compiled


def compile_wanted(where: Expression, columns: Mapping[str, MadeColumn], terms: Terms) -> Compiled:
    """The condition on accounts. Raises: RuleError."""
    types = {**dict.fromkeys(OWN, Type.TEXT), **{name: column.type for name, column in columns.items()}}
    scope: Scope = row_scope(types, "a condition on accounts", terms)
    return compile_expression(where, scope, Type.BOOLEAN)


def _taken(name: str, expression: Expression) -> Problem:
    hint = "'name:' and 'parent:' of accounts say which columns these are"
    return Problem(expression.at, "KF1353", f"every account has a column '{name}' already", hint)
