"""The accounts: one row a key, from sources of their own or from the table that speaks of them."""

from __future__ import annotations

from kaframe.data.plan import TablePlan
from kaframe.data.stage import Fate
from kaframe.data.tables import Rows
from kaframe.database import Database, literal, quoted
from kaframe.errors import DataError, Problem

SHOWN = 10
KEPT = f"_kf_fate = {Fate.KEPT:d}"


def check_keys(db: Database, plan: TablePlan, judged: Rows) -> None:
    """Every account has a key of its own. Rows under an old id give way to the row of the new one.

    Raises: DataError KF3061 for rows without a key, KF3062 for keys that stand twice.
    """
    if plan_has_renamed(db):
        _merge_renamed(db)
    rows, keys, hashes = (
        int(count)
        for count in db.rows(
            f"SELECT COUNT(*) AS a, COUNT(account_id) AS b, COUNT(DISTINCT HASH(account_id)) AS c "
            f"FROM accounts WHERE {KEPT}"
        )[0].values()
    )
    if keys < rows:
        raise DataError(_empty_keys(db, plan, judged, rows - keys))
    # Different hashes are different keys; only when two are equal the keys themselves are compared.
    if hashes < rows:
        twice = _double_keys(db, plan, judged)
        if twice:
            raise DataError(twice)


def plan_has_renamed(db: Database) -> bool:
    """Whether any loaded account row had an old id."""
    return bool(db.value("SELECT COALESCE(BOOL_OR(_kf_renamed), FALSE) FROM accounts"))


def refuse_none(db: Database, plan: TablePlan) -> None:
    """A run over no account at all is a mistake. Raises: DataError KF3064."""
    if not db.value("SELECT COUNT(*) FROM (SELECT 1 FROM accounts LIMIT 1)"):
        raise DataError(
            [
                Problem(
                    plan.at,
                    "KF3064",
                    "there is not one account",
                    "is the source empty, or does 'where' leave all rows out?",
                )
            ]
        )


def derive_accounts(db: Database, plan: TablePlan) -> None:
    """Make ``accounts`` of the ids that a table speaks of, each with its latest name and parent.

    Reads: the judged rows of the table. Writes: ``accounts`` with account_id, name, parent.
    """
    time = quoted(plan.time) if plan.time else "NULL"
    latest = f"ROW({time}, _kf_source, _kf_row)"
    columns = {
        label: f"ARG_MAX(_kf_{label}, {latest}) FILTER (_kf_{label} IS NOT NULL)" if column else "NULL"
        for label, column in (("name", plan.name_column), ("parent", plan.parent))
    }
    db.execute(
        "CREATE OR REPLACE TABLE accounts AS SELECT account_id, "
        f"COALESCE(CAST({columns['name']} AS VARCHAR), account_id) AS name, "
        f"CAST({columns['parent']} AS VARCHAR) AS parent FROM {quoted(plan.name)} "
        f"WHERE {KEPT} AND account_id IS NOT NULL GROUP BY account_id"
    )
    db.execute(
        f"UPDATE {quoted(plan.name)} SET _kf_fate = {Fate.ORPHAN:d} WHERE {KEPT} AND account_id IS NULL"
    )


def _merge_renamed(db: Database) -> None:
    ordered = "ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY _kf_renamed, _kf_source, _kf_row)"
    db.execute(
        f"UPDATE accounts SET _kf_fate = {Fate.LEFT_OUT:d} WHERE _kf_renamed AND rowid IN "
        f"(SELECT rowid FROM (SELECT rowid, {ordered} AS n FROM accounts WHERE {KEPT}) WHERE n > 1)"
    )


def _empty_keys(db: Database, plan: TablePlan, judged: Rows, count: int) -> list[Problem]:
    judged.number()
    found = db.rows(
        f"SELECT _kf_source, _kf_row FROM accounts WHERE {KEPT} AND account_id IS NULL "
        f"ORDER BY ALL LIMIT {SHOWN}"
    )
    problems = [
        Problem(
            judged.place(row["_kf_source"], row["_kf_row"]),
            "KF3061",
            f"an account without a key (column '{plan.account}')",
            "give it one, or leave such rows out with 'where'",
        )
        for row in found
    ]
    return [*problems, *_more(count - len(found), "KF3061", "more accounts without a key")]


def _double_keys(db: Database, plan: TablePlan, judged: Rows) -> list[Problem]:
    twice = f"SELECT account_id FROM accounts WHERE {KEPT} GROUP BY account_id HAVING COUNT(*) > 1"
    keys = [row["account_id"] for row in db.rows(f"{twice} ORDER BY account_id LIMIT {SHOWN}")]
    problems = []
    if keys:
        judged.number()
    for key in keys:
        rows = db.rows(
            f"SELECT _kf_source, _kf_row FROM accounts WHERE {KEPT} AND account_id = {literal(key)} "
            "ORDER BY ALL LIMIT 2"
        )
        first, second = (judged.place(row["_kf_source"], row["_kf_row"]) for row in rows)
        problems.append(
            Problem(
                second,
                "KF3062",
                f"account key '{key}' stands twice ('{plan.account}')",
                f"first at {first.file}:{first.line}; one row an account",
                also=first,
            )
        )
    total = db.value(f"SELECT COUNT(*) FROM ({twice})") if keys else 0
    return [*problems, *_more(total - len(keys), "KF3062", "more account keys stand twice")]


def _more(count: int, code: str, words: str) -> list[Problem]:
    return [Problem(None, code, f"{count} {words}")] if count > 0 else []
