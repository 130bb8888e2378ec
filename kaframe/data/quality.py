"""The quality of kept rows: missing values, NaN and infinity, renamed ids, amounts without a rate."""

from __future__ import annotations

from collections.abc import Mapping

from kaframe.data.ledger import Ledger
from kaframe.data.plan import TablePlan
from kaframe.data.stage import judged
from kaframe.database import Database, quoted

ODD = {"DOUBLE": "NOT ISFINITE({})", "VARCHAR": "{} = ''"}


def measure_quality(db: Database, plan: TablePlan, ledger: Ledger) -> None:
    """Note findings about a table whose hidden columns are still there, in passes over memory only."""
    table = quoted(plan.name)
    types = {name: kind for name, kind in db.columns(plan.name).items() if not name.startswith("_kf_")}
    own = ("account_id", "name", "parent") if plan.name == "accounts" else ("account_id",)
    remove_odd_values(db, plan, {name: kind for name, kind in types.items() if name not in own}, ledger)
    columns, rows = list(types), judged(db, plan.name)
    counts = ", ".join(f"COUNT({quoted(name)}) AS c{number}" for number, name in enumerate(columns))
    row = db.rows(
        f"SELECT COUNT(*) AS n, COUNT(_kf_odd) AS odd, COUNT_IF(_kf_no_rate) AS no_rate, "
        f"COUNT_IF(_kf_renamed) AS renamed{', ' + counts if counts else ''} FROM {rows}"
    )[0]
    missing = {name: row["n"] - row[f"c{number}"] for number, name in enumerate(columns)}
    if not plan.parent:  # nobody has promised one
        missing.pop("parent", None)
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
        lost = db.rows(f"SELECT {currency} AS code, COUNT(*) AS n FROM {table} WHERE _kf_no_rate GROUP BY code")
        ledger.add_quality(
            plan.name, "no_rate", {f"{plan.currency}={item['code'] or '(empty)'}": item["n"] for item in lost}
        )


def remove_odd_values(db: Database, plan: TablePlan, types: Mapping[str, str], ledger: Ledger) -> None:
    """NaN, infinity and empty text in columns that were passed on as they are become missing."""
    tests = {name: ODD[kind].format(quoted(name)) for name, kind in types.items() if kind in ODD}
    if not tests:
        return
    table = quoted(plan.name)
    counts = ", ".join(f"COUNT_IF({test}) AS c{number}" for number, test in enumerate(tests.values()))
    row = db.rows(f"SELECT {counts} FROM {table}")[0]
    odd = {name: row[f"c{number}"] for number, name in enumerate(tests)}
    numbers = {name: count for name, count in odd.items() if types[name] == "DOUBLE"}
    ledger.add_quality(plan.name, "not_finite", numbers)
    for name in (name for name, count in odd.items() if count):
        db.execute(f"UPDATE {table} SET {quoted(name)} = NULL WHERE {tests[name]}")
