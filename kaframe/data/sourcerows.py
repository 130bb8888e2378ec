"""The rows of one source as SQL: raw columns typed, bad values named, the source's own columns made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kaframe.data.casts import ID_KINDS, SQL_TYPES, Cast, cast_column, family, id_of, name_of
from kaframe.data.layers import Terms, column_sql, source_scope
from kaframe.data.plan import RawColumn, SourcePlan, below
from kaframe.data.reading import Opened
from kaframe.database import literal, quoted
from kaframe.expression import Type, compile_expression

SHOWN_VALUE = 60
NOT_OF_TYPE = {
    Type.NUMBER: "not a number",
    Type.BOOLEAN: "neither true nor false",
    Type.DATE: "not a day",
    Type.TIMESTAMP: "not a time",
}


@dataclass(frozen=True, slots=True)
class SourceRows:
    """One source of a table and what is asked of it.

    ``types`` are the columns that the appended table needs, ``roles`` the hidden ones that say whose row
    it is and
    the column behind each, ``computed`` the columns that later expressions use.
    """

    number: int
    plan: SourcePlan
    types: Mapping[str, Type]
    roles: Mapping[str, str]
    computed: frozenset[str]
    terms: Terms
    timezone: str
    numbered: bool

    def raw_columns(self) -> list[str]:
        """The raw columns that are needed."""
        asked = {*self.types, *self.roles.values(), *self.plan.where_uses}
        return sorted(below(self.plan.columns, asked) | self._raw_in_where())

    def query(self, opened: Opened) -> str:
        """The asked columns, the roles, and hidden ones: source, ordinal, reason, whether it is kept."""
        raw = self._raw_types()
        columns = [f"{self._column(name, raw)} AS {quoted(name)}" for name in self.types]
        columns += [f"{self._role(role, name, raw)} AS {role}" for role, name in self.roles.items()]
        columns += [f"{self.number} AS _kf_source", "_row AS _kf_row", "_kf_reason", "_kf_odd"]
        columns.append(f"{self._keep(raw)} AS _kf_keep")
        return f"SELECT {', '.join(columns)} FROM ({self._typed(opened)})"

    @property
    def _words(self) -> str:
        return f"a column of source '{self.plan.source.label}'"

    def _raw_types(self) -> dict[str, Type]:
        return {name: self.plan.raw[name].type for name in self.raw_columns()}

    def _raw_in_where(self) -> frozenset[str]:
        return self.plan.where_uses - self.plan.columns.keys()

    def _in_expressions(self) -> frozenset[str]:
        """The raw columns that are more than passed on: conditions and formulas must not see NaN."""
        made = {name for name in self.types if name in self.plan.columns and self.plan.columns[name].expression}
        return below(self.plan.columns, made | self.computed | self.plan.where_uses) | self._raw_in_where()

    def _column(self, name: str, raw: Mapping[str, Type]) -> str:
        column = self.plan.columns.get(name)
        if column is not None and column.expression is None:
            return quoted(column.below)
        sql = column_sql(column, raw, self._words, self.terms) if column else "NULL"
        return f"CAST({sql} AS {SQL_TYPES[self.types[name]]})"

    def _role(self, role: str, name: str, raw: Mapping[str, Type]) -> str:
        """An id or name as text, from the raw value itself where that is possible: no digit is lost."""
        column = self.plan.columns.get(name)
        if column is None:
            return "CAST(NULL AS VARCHAR)"
        if column.expression is None:
            return f"_raw{role}"
        return id_of(f"({column_sql(column, raw, self._words, self.terms)})", ID_KINDS[column.type])

    def _keep(self, raw: Mapping[str, Type]) -> str:
        if self.plan.where is None:
            return "TRUE"
        asked = {name: column for name, column in self.plan.columns.items() if name in self.plan.where_uses}
        words = f"a condition on rows of source '{self.plan.source.label}'"
        scope = source_scope(raw, asked, words, self.terms)
        return f"COALESCE({compile_expression(self.plan.where, scope, Type.BOOLEAN).sql}, FALSE)"

    def casts(self, opened: Opened) -> dict[str, Cast]:
        """How each raw column is typed."""
        return {
            name: cast_column(self.plan.raw[name], opened.types[name], self.timezone) for name in self.raw_columns()
        }

    def can_be_bad(self, opened: Opened) -> bool:
        """Whether a value may break the contract."""
        return any(cast.bad for cast in self.casts(opened).values())

    def can_be_odd(self, opened: Opened) -> bool:
        """Whether NaN and infinity are looked for while reading."""
        casts, bare = self.casts(opened), self._bare(self.casts(opened))
        return any(cast.odd for name, cast in casts.items() if name not in bare)

    def _bare(self, casts: Mapping[str, Cast]) -> frozenset[str]:
        used = self._in_expressions()
        return frozenset(name for name, cast in casts.items() if cast.bare and name not in used)

    def _typed(self, opened: Opened) -> str:
        """Raw columns with their types, and what is wrong with the row."""
        casts = self.casts(opened)
        bare = self._bare(casts)
        columns = [f"{cast.bare if name in bare else cast.sql} AS {quoted(name)}" for name, cast in casts.items()]
        for role, name in self.roles.items():
            column = self.plan.columns.get(name)
            if column is not None and column.expression is None:
                kind = family(opened.types[column.below])
                shape = name_of if role == "_kf_name" else id_of
                columns.append(f"{shape(f'r.{quoted(column.below)}', kind)} AS _raw{role}")
        guarded = {name: cast for name, cast in casts.items() if name not in bare}
        columns += [
            f"{'r._row' if self.numbered or opened.copied else 'CAST(0 AS BIGINT)'} AS _row",
            f"{_reason(self.plan.raw, casts)} AS _kf_reason",
            f"{_odd(guarded)} AS _kf_odd",
        ]
        return f"SELECT {', '.join(columns)} FROM {opened.relation} AS r"


def _reason(raw: Mapping[str, RawColumn], casts: Mapping[str, Cast]) -> str:
    """Why the row breaks the contract, all columns in one sentence; NULL for a good row."""
    bad = {name: cast.bad for name, cast in casts.items() if cast.bad}
    if not bad:
        return "CAST(NULL AS VARCHAR)"
    sentences = ", ".join(_sentence(raw[name], sql) for name, sql in bad.items())
    return f"CASE WHEN {' OR '.join(bad.values())} THEN CONCAT_WS('; ', {sentences}) END"


def _sentence(column: RawColumn, bad: str) -> str:
    start, end = literal(f"column {column.name}: '"), literal(f"' is {NOT_OF_TYPE[column.type]}")
    value = f"LEFT(CAST(r.{quoted(column.name)} AS VARCHAR), {SHOWN_VALUE})"
    return f"CASE WHEN {bad} THEN {start} || {value} || {end} END"


def _odd(casts: Mapping[str, Cast]) -> str:
    """The columns whose value is NaN or infinite; NULL for nearly every row."""
    odd = {name: cast.odd for name, cast in casts.items() if cast.odd}
    if not odd:
        return "CAST(NULL AS VARCHAR[])"
    named = ", ".join(f"CASE WHEN {sql} THEN {literal(name)} END" for name, sql in odd.items())
    return f"CASE WHEN {' OR '.join(odd.values())} THEN [{named}] END"
