"""What one analysis needs of the project: checked expressions over accounts and over rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from kaframe.bind import Duration, place_of
from kaframe.calendar import Calendar
from kaframe.database import literal, quoted
from kaframe.errors import Problem, RuleError, nearest
from kaframe.expression import Compiled, Expression, Scope, Type, compile_expression
from kaframe.names import account_relation, account_scope, table_scope
from kaframe.project import Project
from kaframe.rules.analyse import Analysis

NOTHING = Compiled("NULL", Type.MISSING, frozenset(), frozenset(), frozenset(), aggregate=False)
ACCOUNT_SEPARATOR = "chr(31)"  # stands in no name, so that two pairs of texts never look like one


class TableSettings(Protocol):
    """Settings of an analysis that looks at the rows of a table."""

    @property
    def at(self) -> object: ...
    @property
    def from_table(self) -> str: ...
    @property
    def where(self) -> Expression | None: ...


@dataclass(frozen=True, slots=True)
class Found:
    """What an analysis looks for, as a query, and what it can tell.

    The query gives ``account_id``, ``subject`` (text or NULL), ``worth``, ``good`` and one column for each name
    of ``units``: the evidence, with the unit that its numbers are written in.
    """

    query: str
    units: dict[str, str]


class Looking:
    """Collects what is wrong with one analysis, and whether this project lacks its data."""

    def __init__(self, project: Project, analysis: Analysis, calendar: Calendar) -> None:
        self.project = project
        self.analysis = analysis
        self.scope = account_scope(project, "analyse")
        self.problems: list[Problem] = []
        self.absent = False
        self._calendar = calendar

    def about_account(self, expression: Expression, expects: Type | None = None) -> Compiled:
        """An expression over the names that an account has."""
        return self._compile(expression, self.scope, expects)

    def in_scope(self, expression: Expression, scope: Scope) -> Compiled:
        """A condition over other names."""
        return self._compile(expression, scope, Type.BOOLEAN)

    def rows(
        self,
        settings: TableSettings,
        columns: Sequence[tuple[str, Expression, Type | None]],
        managed: bool = True,
    ) -> str:
        """A query over the rows of the table that count: ``account_id`` and each column, missing ones left out.

        Numbers come as exact decimals, so that their sums do not depend on the order of the rows.
        """
        table, project = settings.from_table, self.project
        known = project.catalog.tables.keys() | project.rules.expected.tables.keys()
        if table not in known and not project.doubts.may_define(table, ["tables", "packs"]):
            hint = nearest(table, known) or f"declared tables: {', '.join(sorted(known))}"
            message = f"no table '{table}' for analysis '{self.analysis.id}'"
            self.problems.append(Problem(place_of(self.analysis, "from"), "KF2161", message, hint))
            return "SELECT NULL"
        self.absent = self.absent or table not in project.catalog.tables
        scope = table_scope(project, table, aggregates=False)
        compiled = [(name, self._compile(expression, scope, kind)) for name, expression, kind in columns]
        where = [self._compile(settings.where, scope, Type.BOOLEAN).sql] if settings.where else []
        where += [f"({item.sql}) IS NOT NULL" for _, item in compiled]
        listed = ", ".join(f"{_cast(item)} AS {quoted(name)}" for name, item in compiled)
        only = " SEMI JOIN managed USING (account_id)" if managed else ""
        return f"SELECT account_id, {listed} FROM {quoted(table)}{only} WHERE {' AND '.join(where)}"

    def kin(self, like: Sequence[Expression], columns: Sequence[tuple[str, Compiled]] = ()) -> str:
        """Every account with ``kin``, the text that comparable accounts share, and the given columns.

        What this project does not have takes no part in the comparison.
        """
        absent = self.absent
        parts = [self.about_account(expression) for expression in like]
        self.absent = absent
        known = [part for part in parts if not part.absent]
        texts = [f"coalesce(CAST({part.sql} AS VARCHAR), '')" for part in known] or ["''"]
        kin = f"concat_ws({ACCOUNT_SEPARATOR}, {', '.join(texts)})"
        used = [*known, *(item for _, item in columns)]
        names = {name for part in used for name in part.names - part.absent}
        listed = "".join(f", {item.sql} AS {quoted(name)}" for name, item in columns)
        relation = account_relation(self.project, "analyse", names)
        return f"SELECT account_id, {kin} AS kin{listed} FROM {relation}"

    def day_before(self, duration: Duration, day: date | None = None) -> date:
        """The day so long before the run's day (or another one)."""
        return self._calendar.earlier(day or self.project.as_of, duration)

    @property
    def as_of(self) -> str:
        """The day of the run, printed."""
        return literal(self.project.as_of)

    def is_money(self, expression: Expression) -> bool:
        """Whether a value depends on the data: ``1`` counts rows and is worth nothing."""
        try:
            float(expression.text)
        except ValueError:
            return True
        return False

    def _compile(self, expression: Expression, scope: Scope, expects: Type | None) -> Compiled:
        try:
            compiled = compile_expression(expression, scope, expects)
        except RuleError as error:
            self.problems += error.problems
            return NOTHING
        if compiled.absent and "coalesce" not in compiled.functions:
            self.absent = True
        return compiled


def _cast(item: Compiled) -> str:
    if item.type is Type.NUMBER:
        return f"TRY_CAST({item.sql} AS DECIMAL(30, 6))"
    return item.sql if item.type in (Type.DATE, Type.BOOLEAN) else f"CAST({item.sql} AS VARCHAR)"
