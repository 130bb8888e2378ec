"""Exchange rates and renamed ids: the two small tables that others are read with."""

from __future__ import annotations

from kaframe.data.casts import family, id_of
from kaframe.data.plan import TablePlan
from kaframe.database import Database, quoted
from kaframe.errors import DataError, Problem

CHAIN_LIMIT = 50  # as many renamings of one id nobody has; more is a circle


def write_rates(db: Database, plan: TablePlan) -> None:
    """Make ``_kf_rates`` (currency, since, rate) of the loaded table of rates.

    Raises: DataError KF3065 when a currency has two rates for the same day, KF3068 when one is not above 0.
    """
    since = f"CAST({quoted(plan.time)} AS DATE)" if plan.time else "DATE '0001-01-01'"
    [rate] = plan.amounts
    db.execute(
        f"CREATE OR REPLACE TABLE _kf_rates AS SELECT UPPER(TRIM({quoted(plan.currency)})) AS currency, "
        f"{since} AS since, {quoted(rate)} AS rate FROM {quoted(plan.name)} WHERE {quoted(rate)} IS NOT NULL"
    )
    wrong = db.rows("SELECT currency, rate FROM _kf_rates WHERE NOT rate > 0 ORDER BY ALL LIMIT 10")
    if wrong:
        message = "the rate of {currency} is {rate:g}; one unit is always worth something"
        hint = "mend it, or leave the row out with 'where'"
        raise DataError([Problem(plan.at, "KF3068", message.format(**row), hint) for row in wrong])
    twice = db.rows(
        "SELECT currency, since FROM _kf_rates GROUP BY ALL HAVING COUNT(DISTINCT rate) > 1 ORDER BY ALL LIMIT 10"
    )
    if twice:
        days = f" (column '{plan.time}')" if plan.time else ", and no column 'since' tells them apart"
        raise DataError(
            [
                Problem(
                    plan.at,
                    "KF3065",
                    f"two rates for {row['currency']} from {row['since']} on{days}",
                    "keep one rate for each currency and day",
                )
                for row in twice
            ]
        )
    db.execute(f"DROP TABLE {quoted(plan.name)}")


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
