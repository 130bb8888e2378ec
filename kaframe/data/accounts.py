"""The accounts: one row a key, from sources of their own or from the table that speaks of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kaframe.data.casts import SQL_TYPES
from kaframe.data.derived import compile_derived, compile_wanted
from kaframe.data.layers import Terms
from kaframe.data.ledger import Ledger
from kaframe.data.plan import MadeColumn, TablePlan
from kaframe.data.stage import Fate, judged
from kaframe.data.tables import Rows
from kaframe.database import Database, literal, quoted
from kaframe.errors import DataError, Problem
from kaframe.expression import Expression

SHOWN = 10
KEPT = f"_kf_fate = {Fate.KEPT:d}"
ORDER = "_kf_source, _kf_row"


def check_keys(rows: Rows) -> None:
    """Every account has a key of its own. A row under an old id gives way to the row of the new one.

    Raises: DataError KF3061 for rows without a key, KF3062 for keys that stand twice.
    """
    db, plan = rows.db, rows.stage.plan
    if rows.stage.setting.renamed:
        _merge_renamed(db)
    counts = "COUNT(*) AS a, COUNT(account_id) AS b, COUNT(DISTINCT HASH(account_id)) AS c"
    found = db.rows(f"SELECT {counts} FROM {judged(db, 'accounts')} WHERE {KEPT}")[0]
    problems = _empty_keys(rows, plan, found["a"] - found["b"]) if found["b"] < found["a"] else []
    # Different hashes are different keys; only when two are equal the keys themselves are compared.
    if found["c"] < found["b"]:
        problems += _double_keys(rows, plan)
    if problems:
        raise DataError(problems)


def refuse_none(db: Database, plan: TablePlan, ledger: Ledger) -> None:
    """A run over no account at all is a mistake. Raises: DataError KF3064, with the first row in quarantine."""
    if not db.value("SELECT COUNT(*) FROM (SELECT 1 FROM accounts LIMIT 1)"):
        hint = "is the source empty, or does 'where' leave all rows out?"
        bad = [row for row in ledger.quarantined if row["table_name"] == plan.name]
        if bad:
            hint = f"{len(bad)} bad rows; {bad[0]['file']}:{bad[0]['line']}: {bad[0]['reason']}"
        raise DataError([Problem(plan.at, "KF3064", "there is not one account", hint)])


@dataclass(frozen=True, slots=True)
class Deriving:
    """How accounts are made of a table: their own columns, and which of them are wanted."""

    columns: Mapping[str, MadeColumn]
    where: Expression | None
    terms: Terms
    ledger: Ledger

    def derive(self, rows: Rows) -> None:
        """Make ``accounts`` of the ids that a table speaks of, each with its latest name and parent.

        Reads: the judged rows of the table. Writes: ``accounts`` with account_id, name, parent and their own
        columns; rows that speak of no account, or of one that is not wanted, become orphans.
        """
        db, plan = rows.db, rows.stage.plan
        latest = f"ROW({f'{quoted(plan.time)}, ' if plan.time else ''}{ORDER})"
        columns = {
            label: f"ARG_MAX(_kf_{label}, {latest}) FILTER (_kf_{label} IS NOT NULL)" if column else "NULL"
            for label, column in (("name", plan.name_column), ("parent", plan.parent))
        }
        own = "".join(f", {self._value(column, plan)} AS {quoted(name)}" for name, column in self.columns.items())
        db.execute(
            "CREATE OR REPLACE TABLE accounts AS SELECT account_id, "
            f"COALESCE(CAST({columns['name']} AS VARCHAR), account_id) AS name, "
            f"CAST({columns['parent']} AS VARCHAR) AS parent{own} FROM {judged(db, plan.name)} "
            f"WHERE {KEPT} AND account_id IS NOT NULL GROUP BY account_id"
        )
        self._leave_out(db)
        orphan = f"_kf_fate = {Fate.ORPHAN:d}"
        unknown = "NOT COALESCE(account_id IN (SELECT account_id FROM accounts), FALSE)"
        db.execute(f"UPDATE {quoted(plan.name)} SET {orphan} WHERE {KEPT} AND {unknown}")

    def _value(self, column: MadeColumn, plan: TablePlan) -> str:
        assert column.expression is not None
        return f"CAST({compile_derived(column.expression, plan, self.terms).sql} AS {SQL_TYPES[column.type]})"

    def _leave_out(self, db: Database) -> None:
        """Accounts that are not wanted go, and are counted."""
        if self.where is None:
            return
        wanted = f"COALESCE({compile_wanted(self.where, self.columns, self.terms).sql}, FALSE)"
        count = db.value(f"SELECT COUNT(*) FROM accounts WHERE NOT {wanted}")
        db.execute(f"DELETE FROM accounts WHERE NOT {wanted}")
        self.ledger.add_quality("accounts", "left_out", {"account_id": count})


def _merge_renamed(db: Database) -> None:
    ordered = f"ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY _kf_renamed, {ORDER})"
    table = judged(db, "accounts")
    later = f"SELECT _kf_id FROM (SELECT _kf_id, {ordered} AS n FROM {table} WHERE {KEPT}) WHERE n > 1"
    left_out = f"_kf_fate = {Fate.LEFT_OUT:d}"
    db.execute(f"UPDATE accounts SET {left_out} WHERE _kf_renamed AND rowid IN ({later})")


def _empty_keys(rows: Rows, plan: TablePlan, count: int) -> list[Problem]:
    rows.number()
    table = judged(rows.db, "accounts")
    found = rows.db.rows(f"SELECT {ORDER} FROM {table} WHERE {KEPT} AND account_id IS NULL ORDER BY ALL LIMIT {SHOWN}")
    message = f"an account without a key (column '{plan.account}')"
    hint = "give it one, or leave such rows out with 'where'"
    problems = [Problem(rows.place(row["_kf_source"], row["_kf_row"]), "KF3061", message, hint) for row in found]
    return [*problems, *_more(count - len(found), "KF3061", "more accounts without a key")]


def _double_keys(rows: Rows, plan: TablePlan) -> list[Problem]:
    rows.number()
    db, table = rows.db, judged(rows.db, "accounts")
    keyed = f"{table} WHERE {KEPT} AND account_id IS NOT NULL"
    twice = f"SELECT account_id FROM {keyed} GROUP BY account_id HAVING COUNT(*) > 1"
    problems = []
    for key in [row["account_id"] for row in db.rows(f"{twice} ORDER BY account_id LIMIT {SHOWN}")]:
        same = f"{KEPT} AND account_id = {literal(key)}"
        pair = db.rows(f"SELECT {ORDER} FROM {table} WHERE {same} ORDER BY ALL LIMIT 2")
        first, second = (rows.place(row["_kf_source"], row["_kf_row"]) for row in pair)
        message = f"account key '{key}' stands twice ('{plan.account}')"
        hint = f"first at {first.file}:{first.line}; one row an account"
        problems.append(Problem(second, "KF3062", message, hint, also=first))
    total = db.value(f"SELECT COUNT(*) FROM ({twice})")
    return [*problems, *_more(total - len(problems), "KF3062", "more account keys stand twice")]


def _more(count: int, code: str, words: str) -> list[Problem]:
    return [Problem(None, code, f"{count} {words}")] if count > 0 else []
