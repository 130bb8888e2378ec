"""Rows that name no account find theirs through another table: which tables, in which order, and the keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from kaframe.config import Config, TableConfig, Through
from kaframe.data.casts import family, id_of
from kaframe.data.named import Named
from kaframe.data.plan import DataPlan, Link, TablePlan
from kaframe.data.sources import Trouble
from kaframe.database import Database, quoted
from kaframe.doubts import Doubts
from kaframe.errors import Problem, nearest

ACCOUNTS = "accounts"


def link_tables(plan: DataPlan, config: Config, trouble: Trouble, doubts: Doubts) -> DataPlan:
    """The plan with every link in both tables; what leads nowhere or in a circle is noted."""
    linked = plan
    for table in config.tables.values():
        if table.through is not None and _is_sound(table, table.through, plan, trouble, doubts):
            linked = _link(linked, table.id, table.through, trouble)
    try:
        load_order(linked.tables)
    except CycleError as error:
        chain = " -> ".join(error.args[1])
        first = config.tables[error.args[1][0]]
        message = f"tables find their accounts through each other in a circle: {chain}"
        hint = "one of them must name the account: account: <column>"
        trouble.add(Problem(first.places.get("through", first.at), "KF1351", message, hint))
    return linked


def load_order(tables: Mapping[str, TablePlan]) -> list[str]:
    """Every table after the one through which it finds its accounts, else in the order of the configuration."""
    needs = {name: {plan.through.table} & tables.keys() if plan.through else set() for name, plan in tables.items()}
    return list(TopologicalSorter(needs).static_order())


def write_keys(db: Database, link: Link) -> None:
    """Make ``_kf_keys``: key, account_id and accounts, of how many accounts the rows with that key are.

    Rows of one account, however many, are one way to it.
    """
    there = quoted(link.table)
    key = id_of(f"t.{quoted(link.key)}", family(db.columns(link.table)[link.key]))
    db.execute(
        "CREATE OR REPLACE TABLE _kf_keys AS SELECT key, "
        "CASE WHEN COUNT(DISTINCT account_id) = 1 THEN MIN(account_id) END AS account_id, "
        f"COUNT(DISTINCT account_id) AS accounts FROM (SELECT {key} AS key, account_id FROM {there} AS t) "
        "WHERE key IS NOT NULL GROUP BY key"
    )


def _is_sound(table: TableConfig, through: Through, plan: DataPlan, trouble: Trouble, doubts: Doubts) -> bool:
    """Whether the other table is there, and nothing else says whose rows these are."""
    at = table.places.get("through", table.at)
    if table.account:
        place = table.places.get("account", table.at)
        trouble.add(Problem(place, "KF1352", f"'{table.id}' has both 'account' and 'through'", "keep one of them"))
        return False
    if table.id == plan.from_table:
        message = f"the accounts come from '{table.id}': it must name them itself"
        trouble.add(Problem(at, "KF1351", message, "write 'account: <column>' in place of 'through'"))
        return False
    known = {*plan.tables, *([ACCOUNTS] if plan.accounts else [])}
    if through.table in known:
        return True
    if not doubts.may_define(through.table, ["tables", through.table]):
        hint = nearest(through.table, known) or f"declared tables: {', '.join(sorted(known))}"
        trouble.add(Problem(at, "KF1350", f"'{table.id}' goes through a table '{through.table}' nobody declares", hint))
    return False


def _link(plan: DataPlan, name: str, through: Through, trouble: Trouble) -> DataPlan:
    link = Link(through.table, through.key or through.on)
    other = plan.accounts if through.table == ACCOUNTS else plan.tables[through.table]
    own = plan.tables[name]
    if other is None or not (other.sources and own.sources):
        return plan
    if through.key or link.key in own.columns:  # a misspelt column here is told once
        Named(other, through.places, trouble).need("key" if through.key else "on", link.key)
    other = replace(other, keys=(*other.keys, link.key))
    tables = {**plan.tables, name: replace(own, through=link)}
    if through.table == ACCOUNTS:
        return replace(plan, accounts=other, tables=tables)
    # A table that goes through itself keeps both, and is told as a circle.
    return replace(plan, tables={**tables, through.table: replace(tables[through.table], keys=other.keys)})
