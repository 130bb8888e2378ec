"""One query that reads all sources of a table and tells the fate of every row.

Layers, inside out: typed raw columns of a source; the columns that the source makes of them; the sources
appended; the columns of the table; amounts in the project's currency; the account and the fate of each row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from kaframe.data.casts import ID_KINDS, SQL_TYPES, id_of
from kaframe.data.layers import Terms, column_sql, row_scope
from kaframe.data.plan import TablePlan, below
from kaframe.data.reading import Opened
from kaframe.data.sourcerows import SourceRows
from kaframe.database import Database, literal, quoted
from kaframe.expression import Type, compile_expression


class Fate(IntEnum):
    """What becomes of a row that was read."""

    KEPT = 0
    QUARANTINED = 1
    LEFT_OUT = 2
    AFTER_AS_OF = 3
    ORPHAN = 4


Fates = Mapping[tuple[int, int], int]  # the number of a source and a fate to a number of rows

USUAL = {
    "_kf_source": "0",
    "_kf_row": "0",
    "_kf_fate": f"{Fate.KEPT:d}",
    "_kf_reason": "CAST(NULL AS VARCHAR)",
    "_kf_odd": "CAST(NULL AS VARCHAR[])",
    "_kf_no_rate": "FALSE",
    "_kf_renamed": "FALSE",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """What reading a table depends on besides its plan.

    ``currency`` is what amounts are converted into; ``orphans``: rows are matched with ``accounts``;
    ``renamed``:
    ids are looked up in ``renamed``.
    """

    terms: Terms
    timezone: str
    currency: str
    orphans: bool = False
    renamed: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """The query for one table and the columns it is asked for (besides those that say whose row it is).

    ``numbered``: ``_kf_row`` holds the ordinal of each row in its source; else it may be 0, which is quicker.
    ``judged_later``: the fate of rows is changed once they are in memory.
    """

    plan: TablePlan
    wanted: frozenset[str]
    setting: Setting
    numbered: bool = True
    judged_later: bool = False

    def raw_columns(self, number: int) -> list[str]:
        """The raw columns that are needed of a source."""
        return self._source(number).raw_columns()

    def query(self, opened: Sequence[Opened]) -> str:
        """The whole query; hidden columns begin with ``_kf_``."""
        rows = " UNION ALL ".join(self._source(number).query(one) for number, one in enumerate(opened))
        made = self._convert(self._make(f"({rows})"))
        return self._judge(self._own(f"({made})"), self.hidden(opened))

    def _source(self, number: int) -> SourceRows:
        """What one source contributes."""
        table = self.plan.columns
        roles = self._roles()
        own = {role: table[name].below for role, name in roles.items() if table[name].expression is None}
        computed = {name for name in self.wanted if table[name].expression}
        return SourceRows(
            number=number,
            plan=self.plan.sources[number],
            types={name: self.plan.appended[name] for name in self._appended()},
            roles=own,
            computed=below(table, computed | self.plan.special | set(self.plan.amounts)),
            terms=self.setting.terms,
            timezone=self.setting.timezone,
            numbered=self.numbered,
        )

    def _appended(self) -> list[str]:
        """The columns that are needed of the appended sources."""
        made = {name for name in self._roles().values() if self.plan.columns[name].expression}
        return sorted(below(self.plan.columns, self.wanted | made))

    def _roles(self) -> dict[str, str]:
        """Hidden columns that say whose row it is, and the columns of the table behind them."""
        plan = self.plan
        roles = {"_kf_account": plan.account, "_kf_name": plan.name_column, "_kf_parent": plan.parent}
        return {role: name for role, name in roles.items() if name}

    def _make(self, rows: str) -> str:
        """The columns of the table."""
        inputs = {name: self.plan.appended[name] for name in self._appended()}
        words = f"a column of table '{self.plan.name}'"
        columns = [
            f"{column_sql(self.plan.columns[name], inputs, words, self.setting.terms)} AS {quoted(name)}"
            for name in sorted(self.wanted)
        ]
        for role, name in self._roles().items():
            column = self.plan.columns[name]
            if column.expression is None:
                columns.append(role)
            else:
                sql = column_sql(column, inputs, words, self.setting.terms)
                columns.append(f"{id_of(f'({sql})', ID_KINDS[column.type])} AS {role}")
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
        join = f"{self._rates()} ON {currency} = k.currency"
        if plan.time:
            join += f" AND CAST(t.{quoted(plan.time)} AS DATE) >= k.since"
        return f"SELECT t.* REPLACE ({changed}), {lost} AS _kf_no_rate FROM ({rows}) AS t {join}"

    def _rates(self) -> str:
        """The join with the rates: those of the row's day, or without days those of the run's."""
        if self.plan.time:
            return "ASOF LEFT JOIN _kf_rates AS k"
        until = f"since <= {literal(self.setting.terms.as_of)}"
        latest = f"SELECT currency, ARG_MAX(rate, since) AS rate FROM _kf_rates WHERE {until} GROUP BY currency"
        return f"LEFT JOIN ({latest}) AS k"

    def _own(self, rows: str) -> str:
        """Whose row it is, under the newest id; whether it is wanted."""
        plan = self.plan
        keep = "_kf_keep"
        if plan.where:
            words = f"a condition on rows of table '{plan.name}'"
            scope = row_scope(plan.types, words, self.setting.terms)
            keep = f"(_kf_keep AND COALESCE({compile_expression(plan.where, scope, Type.BOOLEAN).sql}, FALSE))"
        columns = [
            f"CAST({quoted(name)} AS {SQL_TYPES[plan.columns[name].type]}) AS {quoted(name)}"
            for name in sorted(self.wanted)
        ]
        columns += [role for role in self._roles() if role != "_kf_account"]
        columns += ["_kf_source", "_kf_row", "_kf_reason", "_kf_odd", "_kf_no_rate", f"{keep} AS _kf_keep"]
        if plan.through:
            columns += ["v.account_id AS _kf_account", "_kf_account AS _kf_key", "v.accounts AS _kf_accounts"]
            found = f"{rows} LEFT JOIN _kf_keys AS v ON v.key = _kf_account"
            return f"SELECT {', '.join(columns)}, FALSE AS _kf_renamed FROM {found}"
        if not (self.setting.renamed and plan.account):
            account = "_kf_account" if plan.account else "CAST(NULL AS VARCHAR) AS _kf_account"
            return f"SELECT {', '.join([*columns, account])}, FALSE AS _kf_renamed FROM {rows}"
        columns += ["COALESCE(n.new_id, _kf_account) AS _kf_account", "n.new_id IS NOT NULL AS _kf_renamed"]
        return f"SELECT {', '.join(columns)} FROM {rows} LEFT JOIN renamed AS n ON n.old_id = _kf_account"

    def _judge(self, rows: str, hidden: Sequence[str]) -> str:
        """The table's columns, and the fate of each row."""
        made = {"_kf_reason": f"{self._reason()} AS _kf_reason", "_kf_fate": f"{self._fate()} AS _kf_fate"}
        columns = [*self._identity(), *self._others(), *(made.get(name, name) for name in hidden)]
        return f"SELECT {', '.join(columns)} FROM ({rows})"

    def hidden(self, opened: Sequence[Opened]) -> list[str]:
        """The hidden columns that can differ from their usual value; each costs as much as a column of data."""
        plan, setting = self.plan, self.setting
        sources = list(enumerate(opened))
        bad = bool(plan.time) or any(self._source(number).can_be_bad(one) for number, one in sources)
        chosen = any(source.where for source in plan.sources) or plan.where is not None
        needed = {
            "_kf_source": len(opened) > 1,
            "_kf_row": self.numbered or any(one.copied for one in opened),
            "_kf_fate": bad or chosen or setting.orphans or setting.renamed or self.judged_later,
            "_kf_reason": bad or bool(plan.unique),
            "_kf_odd": any(self._source(number).can_be_odd(one) for number, one in sources),
            "_kf_no_rate": bool(plan.currency),
            "_kf_renamed": setting.renamed and not plan.through,
            "_kf_key": plan.through is not None,
            "_kf_accounts": plan.through is not None,
        }
        return [name for name, is_needed in needed.items() if is_needed]

    def _fate(self) -> str:
        cases = [
            f"WHEN _kf_reason IS NOT NULL THEN {Fate.QUARANTINED:d}",
            f"WHEN NOT _kf_keep THEN {Fate.LEFT_OUT:d}",
        ]
        if self.plan.time:
            time = quoted(self.plan.time)
            later = f"CAST({time} AS DATE) > {literal(self.setting.terms.as_of)}"
            cases += [
                f"WHEN {time} IS NULL THEN {Fate.QUARANTINED:d}",
                f"WHEN {later} THEN {Fate.AFTER_AS_OF:d}",
            ]
        if self.setting.orphans:
            known = "COALESCE(_kf_account IN (SELECT account_id FROM accounts), FALSE)"
            cases.append(f"WHEN NOT {known} THEN {Fate.ORPHAN:d}")
        return f"CAST(CASE {' '.join(cases)} ELSE {Fate.KEPT:d} END AS UTINYINT)"

    def _reason(self) -> str:
        """Why a row is bad. One without its day cannot be said to lie before ``as_of``."""
        if not self.plan.time:
            return "_kf_reason"
        lacks_day = f"_kf_keep AND {quoted(self.plan.time)} IS NULL"
        sentence = literal(f"column {self.plan.time}: no day")
        return f"COALESCE(_kf_reason, CASE WHEN {lacks_day} THEN {sentence} END)"

    def _identity(self) -> list[str]:
        """The columns that say whose row it is."""
        plan = self.plan
        if plan.name == "accounts":
            parent = "_kf_parent" if plan.parent else "CAST(NULL AS VARCHAR)"
            name = "COALESCE(_kf_name, _kf_account) AS name"
            return ["_kf_account AS account_id", name, f"{self._newest(parent)} AS parent"]
        derived = [role for role in self._roles() if role != "_kf_account"]
        return ["_kf_account AS account_id", *derived] if plan.account else []

    def _newest(self, parent: str) -> str:
        """A parent under its newest id."""
        if not (self.setting.renamed and self.plan.parent):
            return parent
        return f"COALESCE((SELECT MIN(n.new_id) FROM renamed AS n WHERE n.old_id = {parent}), {parent})"

    def _others(self) -> list[str]:
        taken = {"account_id", "name", "parent"} if self.plan.name == "accounts" else {"account_id"}
        taken = taken if self.plan.account else set()
        return [quoted(name) for name in sorted(self.wanted) if name.casefold() not in taken]


def judged(db: Database, table: str) -> str:
    """The rows of a table just read with all hidden columns; those left out have their usual value."""
    there = db.columns(table)
    usual = [f"{value} AS {name}" for name, value in USUAL.items() if name not in there]
    return f"(SELECT {', '.join(['*', 'rowid AS _kf_id', *usual])} FROM {quoted(table)})"
