"""The quality of kept rows: missing values, NaN and infinity, renamed ids, amounts without a rate."""

from __future__ import annotations

from collections.abc import Mapping

from kaframe.data.ledger import Ledger
from kaframe.data.plan import TablePlan
from kaframe.data.stage import judged
from kaframe.database import Database, quoted

ODD = {"DOUBLE": "NOT ISFINITE({})", "VARCHAR": "{} = ''"}


def measure_quality(db: Database, plan: TablePlan, columns: Mapping[str, str], ledger: Ledger) -> None:
    """Note findings about a table whose hidden columns are still there, in one pass over memory.

    NaN, infinity and empty text in columns that were passed on as they are become missing.
    """
    table = quoted(plan.name)
    types = {name: kind for name, kind in columns.items() if not name.startswith("_kf_")}
    own = ("account_id", "name", "parent") if plan.name == "accounts" else ("account_id",)
    tests = {name: ODD[kind].format(quoted(name)) for name, kind in types.items() if kind in ODD and name not in own}
    counts = [f"COUNT({quoted(name)}) AS {quoted(f'there:{name}')}" for name in types]
    counts += [f"COUNT_IF({test}) AS {quoted(f'odd:{name}')}" for name, test in tests.items()]
    row = db.rows(
        "SELECT COUNT(*) AS n, COUNT(_kf_odd) AS odd, COUNT_IF(_kf_no_rate) AS no_rate, "
        f"{', '.join(['COUNT_IF(_kf_renamed) AS renamed', *counts])} FROM {judged(db, plan.name)}"
    )[0]
    odd = {name: row[f"odd:{name}"] or 0 for name in tests}
    for name in (name for name, count in odd.items() if count):
        db.execute(f"UPDATE {table} SET {quoted(name)} = NULL WHERE {tests[name]}")
    ledger.add_quality(
        plan.name, "not_finite", {name: count for name, count in odd.items() if types[name] == "DOUBLE"}
    )
    missing = {name: row["n"] - row[f"there:{name}"] + odd.get(name, 0) for name in types}
    if not plan.parent:  # nobody has promised one
        missing.pop("parent", None)
    ledger.add_quality(plan.name, "missing", missing)
    ledger.add_quality(plan.name, "renamed", {plan.account: row["renamed"]})
    if row["odd"]:
        guarded = db.rows(
            f"SELECT name, COUNT(*) AS n FROM (SELECT UNNEST(_kf_odd) AS name FROM {table}) "
            "WHERE name IS NOT NULL GROUP BY name"
        )
        ledger.add_quality(plan.name, "not_finite", {item["name"]: item["n"] for item in guarded})
    if row["no_rate"]:
        currency = f"COALESCE(UPPER(TRIM({quoted(plan.currency)})), '')"
        lost = db.rows(f"SELECT {currency} AS code, COUNT(*) AS n FROM {table} WHERE _kf_no_rate GROUP BY code")
        ledger.add_quality(
            plan.name, "no_rate", {f"{plan.currency}={item['code'] or '(empty)'}": item["n"] for item in lost}
        )
