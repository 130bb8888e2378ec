"""What the project's sources offer: every column and its type, before anything is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from kaframe.config import Config
from kaframe.data.links import link_tables
from kaframe.data.plan import DataPlan, TablePlan
from kaframe.data.sources import Planner, Trouble
from kaframe.data.tableplan import Expectations, TablePlanner
from kaframe.data.words import used_columns
from kaframe.doubts import NO_DOUBTS, Doubts, unread
from kaframe.errors import Problem
from kaframe.expression import Type
from kaframe.plugins import Plugins

if TYPE_CHECKING:
    from kaframe.project import Catalog, Project
    from kaframe.rules.load import Expected

ACCOUNT_COLUMNS = ("account_id", "name", "parent")


def describe_sources(root: Path, config: Config, plugins: Plugins, expected: Expected | None = None) -> Catalog:
    """The columns of accounts and tables with their types, and the plan by which they are loaded.

    Readers are asked for names and types; no rows are loaded. ``expected``: what the packs take columns for.
    Raises: RuleError for what is wrong with the configuration, else DataError for sources that cannot be
    read;
        all problems at once.
    """
    catalog, trouble = survey_sources(root, config, plugins, expected)
    trouble.stop()
    return catalog


def survey_sources(
    root: Path, config: Config, plugins: Plugins, expected: Expected | None = None, doubts: Doubts = NO_DOUBTS
) -> tuple[Catalog, Trouble]:
    """What is known of accounts and tables, what is wrong, and which of them are in doubt for it.

    ``doubts`` are those of the configuration: of accounts that it does not tell nothing is said.
    """
    from kaframe.project import Catalog

    trouble = Trouble()
    plan = _plan(TablePlanner(Planner(root, plugins, trouble), trouble, _expectations(expected), doubts), config)
    unseen = {name for name, table in plan.tables.items() if not table.sources}
    source = plan.tables.get(plan.from_table) if plan.from_table else plan.accounts
    found = Doubts(names=frozenset(unseen), partial=frozenset({"tables"} if unseen else ()))
    if source is None or not source.sources:
        found |= unread("accounts")
    tables = {name: _table_types(table) for name, table in plan.tables.items()}
    return Catalog(_account_types(plan), tables, plan, found), trouble


def read_everything(project: Project) -> Project:
    """The project whose readers read everything again, also those that keep what they have read."""
    plan = project.catalog.plan
    if plan is None:
        return project
    anew = replace(
        plan,
        accounts=_anew(plan.accounts),
        rates=_anew(plan.rates),
        renamed=_anew(plan.renamed),
        tables={name: _anew(table) for name, table in plan.tables.items()},
    )
    return replace(project, catalog=replace(project.catalog, plan=anew))


Planned = TypeVar("Planned", TablePlan, TablePlan | None)


def _anew(table: Planned) -> Planned:
    if table is None:
        return table
    return replace(table, sources=tuple(replace(one, source=replace(one.source, full=True)) for one in table.sources))


def plan_data(root: Path, config: Config, plugins: Plugins, expected: Expected | None = None) -> DataPlan:
    """How everything is loaded. Raises: RuleError, DataError."""
    trouble = Trouble()
    plan = _plan(TablePlanner(Planner(root, plugins, trouble), trouble, _expectations(expected)), config)
    trouble.stop()
    return plan


def _plan(tables: TablePlanner, config: Config) -> DataPlan:
    accounts = tables.accounts(config.accounts, config.tables)
    plan = DataPlan(
        accounts=accounts,
        from_table=config.accounts.from_table,
        tables={name: tables.table(table, config) for name, table in config.tables.items()},
        rates=tables.rates(config.rates) if config.rates else None,
        renamed=tables.renamed(config.accounts.renamed) if config.accounts.renamed else None,
    )
    if plan.from_table in plan.tables:
        plan = tables.derive(plan, config.accounts)
    plan = link_tables(plan, config, tables.trouble, tables.doubts)
    if config.rates is None:
        tables.check_rates(config)
    return plan


def check(project: Project) -> list[Problem]:
    """What is wrong with the data once it is known which columns the rules use."""
    plan = project.catalog.plan
    return conflicts(plan, used_columns(project)) if plan else []


def conflicts(plan: DataPlan, used: Mapping[str, frozenset[str]]) -> list[Problem]:
    """Columns in use that have different types in two sources of a table."""
    problems = []
    for table in plan.every_table:
        wanted = used.get(table.name, frozenset()) | table.special
        if table.name == plan.from_table:
            made = plan.derived.needs(used.get("accounts", frozenset())).values()
            wanted |= frozenset(name for column in made for name in column.uses)
        needed = {name for column in wanted if column in table.columns for name in table.columns[column].uses}
        problems += [problem for name, problem in sorted(table.conflicts.items()) if name in needed]
    return problems


def _expectations(expected: Expected | None) -> Expectations:
    """The columns of accounts and tables that the packs take for more than text."""
    if expected is None:
        return {}
    kinds = {"accounts": expected.accounts, **expected.tables}
    return {
        table: {name: Type(column.type) for name, column in columns.items() if column.type != Type.TEXT}
        for table, columns in kinds.items()
    }


def _account_types(plan: DataPlan) -> dict[str, Type]:
    derived = {name: column.type for name, column in plan.derived.columns.items()}
    own = plan.accounts.types if plan.accounts else derived
    others = {name: kind for name, kind in own.items() if name not in ACCOUNT_COLUMNS}
    return {**dict.fromkeys(ACCOUNT_COLUMNS, Type.TEXT), **others}


def _table_types(table: TablePlan) -> dict[str, Type]:
    others = {name: kind for name, kind in table.types.items() if name != "account_id"}
    return {"account_id": Type.TEXT, **others}
