"""One query that reads all sources of a table and tells the fate of every row.

Layers, inside out: typed raw columns of a source; the columns that the source makes of them; the sources appended;
the columns of the table; amounts in the project's currency; the account and the fate of each row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from kaframe.data.casts import SQL_TYPES, Cast, cast_column, family, id_of
from kaframe.data.layers import column_sql, row_scope, source_scope
from kaframe.data.plan import RawColumn, TablePlan, below
from kaframe.data.reading import Opened
from kaframe.database import literal, quoted
from kaframe.expression import Type, compile_expression

KINDS = {Type.NUMBER: "float", Type.TEXT: "text", Type.MISSING: "text"}
SHOWN_VALUE = 60
NOT_OF_TYPE = {
    Type.NUMBER: "not a number",
    Type.BOOLEAN: "neither true nor false",
    Type.DATE: "not a day",
    Type.TIMESTAMP: "not a time",
}


class Fate(IntEnum):
    """What becomes of a row that was read."""

    KEPT = 0
    QUARANTINED = 1
    LEFT_OUT = 2
    AFTER_AS_OF = 3
    ORPHAN = 4


@dataclass(frozen=True, slots=True)
class Setting:
    """What reading a table depends on besides its plan.

    ``orphans``: rows are matched with ``accounts``; ``renamed``: ids are looked up in ``renamed``; ``currency``: what
    amounts are converted into.
    """

    as_of: date
    timezone: str
    currency: str
    orphans: bool = False
    renamed: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """The query for one table and the columns it is asked for (besides those that say whose row it is).

    ``numbered``: ``_kf_row`` holds the ordinal of each row in its source; else it may be 0, which is quicker.
    """

    plan: TablePlan
    wanted: frozenset[str]
    setting: Setting
    numbered: bool = True

    @property
    def appended(self) -> list[str]:
        """The columns that are needed of the appended sources."""
        return sorted(below(self.plan.columns, self.wanted | set(self._roles(2).values())))

    def raw_columns(self, number: int) -> list[str]:
        """The raw columns that are needed of a source."""
        source = self.plan.sources[number]
        made = {*self.appended, *self._roles(1).values(), *source.where_uses}
        return sorted(below(source.columns, made) | (source.where_uses - source.columns.keys()))

    def in_expressions(self, number: int) -> frozenset[str]:
        """The raw columns of a source that are more than passed on: conditions and formulas must not see NaN."""
        source, table = self.plan.sources[number], self.plan.columns
        computed = {name for name in self.wanted if table[name].expression}
        appended = below(table, computed | self.plan.where_uses | set(self.plan.amounts))
        appended |= {
            name for name in self.appended if name in source.columns and source.columns[name].expression
        }
        return below(source.columns, appended | source.where_uses) | source.where_uses

    def query(self, opened: Sequence[Opened]) -> str:
        """The whole query; hidden columns begin with ``_kf_``."""
        rows = " UNION ALL ".join(self._source(number, one) for number, one in enumerate(opened))
        made = self._convert(self._make(f"({rows})"))
        return self._judge(self._own(f"({made})"))

    # --- one source ----------------------------------------------------------------------------------------

    def _source(self, number: int, opened: Opened) -> str:
        source, plan = self.plan.sources[number], self.plan
        raw = {name: source.raw[name].type for name in self.raw_columns(number)}
        words, day = f"a column of source '{source.source.label}'", self.setting.as_of
        columns = []
        for name in self.appended:
            column = source.columns.get(name)
            sql = column_sql(column, raw, words, day) if column else "NULL"
            columns.append(
                f"CAST({sql} AS {SQL_TYPES[plan.appended[name]]}) AS {quoted(name)}"
                if column is None or column.expression
                else f"{sql} AS {quoted(name)}"
            )
        for role, name in self._roles(1).items():
            columns.append(f"{self._role_of_source(number, role, name, raw)} AS {role}")
        keep = "TRUE"
        if source.where:
            asked = {name: column for name, column in source.columns.items() if name in source.where_uses}
            scope = source_scope(raw, asked, words, day)
            keep = f"COALESCE({compile_expression(source.where, scope, Type.BOOLEAN).sql}, FALSE)"
        hidden = f"{number} AS _kf_source, _row AS _kf_row, _kf_reason, _kf_odd, {keep} AS _kf_keep"
        return f"SELECT {', '.join([*columns, hidden])} FROM ({self._typed(number, opened)})"

    def _typed(self, number: int, opened: Opened) -> str:
        """Raw columns with their types, and what is wrong with the row."""
        source = self.plan.sources[number]
        casts = {
            name: cast_column(source.raw[name], opened.types[name], self.setting.timezone)
            for name in self.raw_columns(number)
        }
        used = self.in_expressions(number)
        bare = {name for name, cast in casts.items() if cast.bare and name not in used}
        columns = [
            f"{cast.bare if name in bare else cast.sql} AS {quoted(name)}" for name, cast in casts.items()
        ]
        guarded = {name: cast for name, cast in casts.items() if name not in bare}
        for role, name in self._roles(1).items():
            raw = self._raw_behind(number, name)
            if raw:
                columns.append(f"{id_of('r.' + quoted(raw), family(opened.types[raw]))} AS _raw{role}")
        columns += [
            f"{'r._row' if self.numbered or opened.copied else 'CAST(0 AS BIGINT)'} AS _row",
            f"{_reason(source.raw, casts)} AS _kf_reason",
            f"{_odd(guarded)} AS _kf_odd",
        ]
        return f"SELECT {', '.join(columns)} FROM {opened.relation} AS r"

    def _roles(self, layer: int) -> dict[str, str]:
        """Hidden columns that say whose row it is, for columns that this layer (1 source, 2 table) makes."""
        plan = self.plan
        roles = {"_kf_account": plan.account, "_kf_name": plan.name_column, "_kf_parent": plan.parent}
        return {
            role: plan.columns[name].below if layer == 1 else name
            for role, name in roles.items()
            if name and (plan.columns[name].expression is None) == (layer == 1)
        }

    def _raw_behind(self, number: int, name: str) -> str:
        column = self.plan.sources[number].columns.get(name)
        return column.below if column else ""

    def _role_of_source(self, number: int, role: str, name: str, raw: dict[str, Type]) -> str:
        source = self.plan.sources[number]
        column = source.columns.get(name)
        if column is None:
            return "CAST(NULL AS VARCHAR)"
        if column.below:
            return f"_raw{role}"
        sql = column_sql(column, raw, f"a column of source '{source.source.label}'", self.setting.as_of)
        return id_of(f"({sql})", KINDS.get(column.type, "other"))

    # --- the table -----------------------------------------------------------------------------------------

    def _make(self, rows: str) -> str:
        inputs = {name: self.plan.appended[name] for name in self.appended}
        words = f"a column of table '{self.plan.name}'"
        columns = [
            f"{column_sql(self.plan.columns[name], inputs, words, self.setting.as_of)} AS {quoted(name)}"
            for name in sorted(self.wanted)
        ]
        columns += self._roles(1)
        for role, name in self._roles(2).items():
            column = self.plan.columns[name]
            sql = column_sql(column, inputs, words, self.setting.as_of)
            columns.append(f"{id_of(f'({sql})', KINDS.get(column.type, 'other'))} AS {role}")
        columns += ["_kf_source", "_kf_row", "_kf_reason", "_kf_odd", "_kf_keep"]
        return f"SELECT {', '.join(columns)} FROM {rows}"

    def _convert(self, rows: str) -> str:
        """Amounts become the project's currency, by the latest rate at or before the row's day."""
        plan = self.plan
        amounts = sorted(set(plan.amounts) & self.wanted)
        if not plan.currency or not amounts:
            return f"SELECT *, FALSE AS _kf_no_rate FROM ({rows})"
        currency = f"UPPER(TRIM(t.{quoted(plan.currency)}))"
        own = f"{currency} = {literal(self.setting.currency.upper())}"
        changed = ", ".join(
            f"CASE WHEN {own} THEN t.{quoted(name)} ELSE t.{quoted(name)} * k.rate END AS {quoted(name)}"
            for name in amounts
        )
        given = " OR ".join(f"t.{quoted(name)} IS NOT NULL" for name in amounts)
        lost = f"COALESCE(k.rate IS NULL AND NOT COALESCE({own}, FALSE) AND ({given}), FALSE)"
        if plan.time:
            day = f"CAST(t.{quoted(plan.time)} AS DATE)"
            join = f"ASOF LEFT JOIN _kf_rates AS k ON {currency} = k.currency AND {day} >= k.since"
        else:
            latest = (
                "SELECT currency, ARG_MAX(rate, since) AS rate FROM _kf_rates "
                f"WHERE since <= {literal(self.setting.as_of)} GROUP BY currency"
            )
            join = f"LEFT JOIN ({latest}) AS k ON {currency} = k.currency"
        return f"SELECT t.* REPLACE ({changed}), {lost} AS _kf_no_rate FROM ({rows}) AS t {join}"

    def _own(self, rows: str) -> str:
        """Whose row it is, under the newest id; whether it is wanted; its day."""
        plan, day = self.plan, self.setting.as_of
        keep = "_kf_keep"
        if plan.where:
            scope = row_scope(plan.types, f"a condition on rows of table '{plan.name}'", day)
            keep = (
                f"(_kf_keep AND COALESCE({compile_expression(plan.where, scope, Type.BOOLEAN).sql}, FALSE))"
            )
        columns = [
            f"CAST({quoted(name)} AS {SQL_TYPES[plan.columns[name].type]}) AS {quoted(name)}"
            for name in sorted(self.wanted)
        ]
        columns += [role for layer in (1, 2) for role in self._roles(layer) if role != "_kf_account"]
        columns += ["_kf_source", "_kf_row", "_kf_reason", "_kf_odd", "_kf_no_rate", f"{keep} AS _kf_keep"]
        account = "_kf_account" if plan.account else "CAST(NULL AS VARCHAR) AS _kf_account"
        if not (self.setting.renamed and plan.account):
            return f"SELECT {', '.join([*columns, account])}, FALSE AS _kf_renamed FROM {rows}"
        return (
            f"SELECT {', '.join(columns)}, COALESCE(n.new_id, _kf_account) AS _kf_account, "
            f"n.new_id IS NOT NULL AS _kf_renamed FROM {rows} LEFT JOIN renamed AS n ON n.old_id = _kf_account"
        )

    def _judge(self, rows: str) -> str:
        """The table's columns and the fate of each row."""
        plan, time = self.plan, quoted(self.plan.time) if self.plan.time else ""
        cases = [
            f"WHEN _kf_reason IS NOT NULL THEN {Fate.QUARANTINED:d}",
            f"WHEN NOT _kf_keep THEN {Fate.LEFT_OUT:d}",
        ]
        if time:
            cases += [
                f"WHEN {time} IS NULL THEN {Fate.QUARANTINED:d}",
                f"WHEN CAST({time} AS DATE) > {literal(self.setting.as_of)} THEN {Fate.AFTER_AS_OF:d}",
            ]
        if self.setting.orphans:
            known = "(_kf_account IN (SELECT account_id FROM accounts))"
            cases.append(f"WHEN NOT COALESCE({known}, FALSE) THEN {Fate.ORPHAN:d}")
        reason = "_kf_reason"
        if time:
            no_time = literal(f"column {plan.time}: no day")
            reason = f"COALESCE(_kf_reason, CASE WHEN _kf_keep AND {time} IS NULL THEN {no_time} END) AS _kf_reason"
        fate = f"CAST(CASE {' '.join(cases)} ELSE {Fate.KEPT:d} END AS UTINYINT) AS _kf_fate"
        derived = [role for layer in (1, 2) for role in self._roles(layer) if role != "_kf_account"]
        derived = [] if plan.name == "accounts" else derived
        columns = [
            *self._identity(),
            *self._others(),
            *derived,
            "_kf_source",
            "_kf_row",
            "_kf_odd",
            "_kf_no_rate",
            "_kf_renamed",
            reason,
            fate,
        ]
        return f"SELECT {', '.join(columns)} FROM ({rows})"

    def _identity(self) -> list[str]:
        if not self.plan.account:
            return []
        if self.plan.name != "accounts":
            return ["_kf_account AS account_id"]
        parent = "_kf_parent" if self.plan.parent else "CAST(NULL AS VARCHAR)"
        return ["_kf_account AS account_id", "COALESCE(_kf_name, _kf_account) AS name", f"{parent} AS parent"]

    def _others(self) -> list[str]:
        taken = {"account_id", "name", "parent"} if self.plan.name == "accounts" else {"account_id"}
        taken = taken if self.plan.account else set()
        return [quoted(name) for name in sorted(self.wanted) if name.casefold() not in taken]


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
