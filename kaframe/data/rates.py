"""Exchange rates and renamed ids: the two small tables that others are read with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kaframe.data.accounts import KEPT, ORDER, SHOWN
from kaframe.data.casts import family, id_of
from kaframe.data.plan import TablePlan
from kaframe.data.stage import judged
from kaframe.data.tables import Rows
from kaframe.database import Database, quoted
from kaframe.errors import DataError, Location, Problem

SAME = "o.currency IS NOT DISTINCT FROM r.currency AND o.since IS NOT DISTINCT FROM r.since"
CHAIN_LIMIT = 50  # as many renamings of one id nobody has; more is a circle


def check_rates(rows: Rows, plan: TablePlan) -> None:
    """Every rate is above 0, and a currency has one for each day.

    Raises: DataError KF3065 when a currency has two rates for the same day, KF3068 when one is not above 0.
    """
    db, since = rows.db, _since(plan)
    [rate] = plan.amounts
    currency = f"UPPER(TRIM({quoted(plan.currency)}))"
    listed = f"SELECT {currency} AS currency, {since} AS since, {quoted(rate)} AS rate, {ORDER} FROM"
    found = f"({listed} {judged(db, plan.name)} WHERE {KEPT} AND {quoted(rate)} IS NOT NULL)"
    wrong = f"NOT rate > 0 OR (SELECT COUNT(DISTINCT o.rate) FROM {found} AS o WHERE {SAME}) > 1"
    if not db.value(f"SELECT COUNT(*) FROM {found} AS r WHERE {wrong}"):
        return
    rows.number()
    found = f"({listed} {judged(db, plan.name)} WHERE {KEPT} AND {quoted(rate)} IS NOT NULL)"
    ordered = f"SELECT * FROM {found} AS r WHERE {wrong} ORDER BY {ORDER}"
    raise DataError(_wrong_rates(rows, plan, db.rows(ordered))[:SHOWN])


def write_rates(db: Database, plan: TablePlan) -> None:
    """Make ``_kf_rates`` (currency, since, rate) of the loaded table of rates."""
    [rate] = plan.amounts
    db.execute(
        f"CREATE OR REPLACE TABLE _kf_rates AS SELECT UPPER(TRIM({quoted(plan.currency)})) AS currency, "
        f"{_since(plan)} AS since, {quoted(rate)} AS rate FROM {quoted(plan.name)} WHERE {quoted(rate)} IS NOT NULL"
    )
    db.execute(f"DROP TABLE {quoted(plan.name)}")


def _since(plan: TablePlan) -> str:
    return f"CAST({quoted(plan.time)} AS DATE)" if plan.time else "DATE '0001-01-01'"


def _wrong_rates(rows: Rows, plan: TablePlan, found: Sequence[Mapping[str, Any]]) -> list[Problem]:
    """Each row that is worth nothing, and of rows that contradict each other those after the first."""
    problems = []
    firsts: dict[tuple[str, date], Location] = {}
    for row in found:
        at = rows.place(row["_kf_source"], row["_kf_row"])
        if not row["rate"] > 0:
            message = f"the rate of {row['currency']} is {row['rate']:g}; one unit is always worth something"
            problems.append(Problem(at, "KF3068", message, "mend it, or leave the row out with 'where'"))
            continue
        first = firsts.setdefault((row["currency"], row["since"]), at)
        if first is not at:
            since = f" from {row['since']} on (column '{plan.time}')"
            days = since if plan.time else ", and no column 'since' tells them apart"
            message = f"two rates for {row['currency']}{days}"
            hint = f"first at {first.file}:{first.line}; keep one rate for each currency and day"
            problems.append(Problem(at, "KF3065", message, hint, also=first))
    return problems


def write_renamed(db: Database, plan: TablePlan | None) -> None:
    """Make ``renamed`` (old_id, new_id), chains followed to their end; empty without a list.

    Raises: DataError KF3066 for ids that are renamed in a circle or into two others.
    """
    if plan is None:
        db.create("renamed", [], {"old_id": "VARCHAR", "new_id": "VARCHAR"})
        return
    kinds = db.columns("renamed")
    old, new = (id_of(name, family(kinds[name])) for name in ("old_id", "new_id"))
    db.execute(
        f"CREATE OR REPLACE TABLE renamed AS SELECT DISTINCT {old} AS old_id, {new} AS new_id "
        f"FROM renamed WHERE {old} <> {new}"
    )
    split = db.rows("SELECT old_id FROM renamed GROUP BY old_id HAVING COUNT(*) > 1 ORDER BY ALL LIMIT 10")
    if split:
        raise DataError(
            [
                Problem(
                    plan.at,
                    "KF3066",
                    f"id '{row['old_id']}' is renamed into two others",
                    "keep one line for each old id",
                )
                for row in split
            ]
        )
    chained = "renamed AS a JOIN renamed AS b ON a.new_id = b.old_id"
    for _ in range(CHAIN_LIMIT):
        if not db.value(f"SELECT COUNT(*) FROM {chained}"):
            return
        db.execute(
            "CREATE OR REPLACE TABLE renamed AS SELECT a.old_id, COALESCE(b.new_id, a.new_id) AS new_id "
            "FROM renamed AS a LEFT JOIN renamed AS b ON a.new_id = b.old_id"
        )
    ring = db.value("SELECT MIN(old_id) FROM renamed WHERE new_id IN (SELECT old_id FROM renamed)")
    raise DataError(
        [
            Problem(
                plan.at,
                "KF3066",
                f"ids are renamed in a circle ('{ring}')",
                "leave out the line that leads back",
            )
        ]
    )
