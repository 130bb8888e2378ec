"""The quality of kept rows: missing values, NaN and infinity, renamed ids, amounts without a rate."""

from __future__ import annotations

from collections.abc import Sequence

from kaframe.data.ledger import Ledger
from kaframe.data.plan import TablePlan
from kaframe.database import Database, quoted


def measure_quality(db: Database, plan: TablePlan, ledger: Ledger) -> None:
    """Note findings about a table whose hidden columns are still there, in passes over memory only."""
    table = quoted(plan.name)
    types = {name: kind for name, kind in db.columns(plan.name).items() if not name.startswith("_kf_")}
    remove_odd_values(db, plan, [name for name, kind in types.items() if kind == "DOUBLE"], ledger)
    columns = list(types)
    counts = ", ".join(f"COUNT({quoted(name)}) AS c{number}" for number, name in enumerate(columns))
    row = db.rows(
        f"SELECT COUNT(*) AS n, COUNT(_kf_odd) AS odd, COUNT_IF(_kf_no_rate) AS no_rate, "
        f"COUNT_IF(_kf_renamed) AS renamed{', ' + counts if counts else ''} FROM {table}"
    )[0]
    missing = {name: row["n"] - row[f"c{number}"] for number, name in enumerate(columns)}
    ledger.add_quality(plan.name, "missing", missing)
    ledger.add_quality(plan.name, "renamed", {plan.account: row["renamed"]})
    if row["odd"]:
        odd = db.rows(
            f"SELECT name, COUNT(*) AS n FROM (SELECT UNNEST(_kf_odd) AS name FROM {table}) "
            "WHERE name IS NOT NULL GROUP BY name"
        )
        ledger.add_quality(plan.name, "not_finite", {item["name"]: item["n"] for item in odd})
    if row["no_rate"]:
        currency = f"COALESCE(UPPER(TRIM({quoted(plan.currency)})), '')"
        lost = db.rows(
            f"SELECT {currency} AS code, COUNT(*) AS n FROM {table} WHERE _kf_no_rate GROUP BY code"
        )
        ledger.add_quality(
            plan.name, "no_rate", {f"{plan.currency}={item['code'] or '(empty)'}": item["n"] for item in lost}
        )


def remove_odd_values(db: Database, plan: TablePlan, columns: Sequence[str], ledger: Ledger) -> None:
    """NaN and infinity in columns that were passed on as they are become missing."""
    if not columns:
        return
    table = quoted(plan.name)
    counts = ", ".join(
        f"COUNT_IF(NOT ISFINITE({quoted(name)})) AS c{number}" for number, name in enumerate(columns)
    )
    row = db.rows(f"SELECT {counts} FROM {table}")[0]
    odd = {name: row[f"c{number}"] for number, name in enumerate(columns)}
    ledger.add_quality(plan.name, "not_finite", odd)
    for name in (name for name, count in odd.items() if count):
        db.execute(f"UPDATE {table} SET {quoted(name)} = NULL WHERE NOT ISFINITE({quoted(name)})")
