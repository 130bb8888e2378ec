"""Step ``measure``: a value per account, as of a day."""

from __future__ import annotations

from collections.abc import Sequence

from kaframe.database import Database, quoted
from kaframe.errors import Problem, RuleError
from kaframe.names import PlannedMeasure, plan_measures
from kaframe.project import Project


def measure_accounts(project: Project, db: Database) -> None:
    """Compute every measure of every account; one pass over each table however many measures use it.

    Reads: ``accounts`` (A rows) and the declared tables.
    Writes: ``measures``, A rows: the accounts' columns and one column a measure. Without aggregates it is a view,
        as nothing then has to be kept.
    Raises: RuleError when a measure cannot be compiled; it carries the rule's file:line:col.
    """
    planned = [item for item in plan_measures(project) if not item.absent]
    db.execute(f"CREATE {_kind(planned)} measures AS {measures_query(planned)}")


def check(project: Project) -> list[Problem]:
    """What is wrong with the measures."""
    try:
        plan_measures(project)
    except RuleError as error:
        return list(error.problems)
    return []


def measures_query(planned: Sequence[PlannedMeasure]) -> str:
    """The query of all measures: aggregates by table, joined to the accounts, then computed ones in layers."""
    aggregated = [item for item in planned if item.measure.from_table]
    tables = sorted({item.measure.from_table for item in aggregated})
    joins, columns = [], ["a.*"]
    for number, table in enumerate(tables):
        of_table = [item for item in aggregated if item.measure.from_table == table]
        joins.append(f"LEFT JOIN ({_aggregate(table, of_table)}) AS t{number} ON t{number}.account_id = a.account_id")
        columns += [_or_empty(item, f"t{number}", _row_filters(of_table)) for item in of_table]
    query = f"SELECT {', '.join(columns)} FROM accounts AS a {' '.join(joins)}"
    for layer in _layers([item for item in planned if not item.measure.from_table]):
        listed = ", ".join(f"{item.value.sql} AS {quoted(item.measure.id)}" for item in layer)
        query = f"SELECT *, {listed} FROM ({query})"
    return query


def _kind(planned: Sequence[PlannedMeasure]) -> str:
    dear = any(item.measure.from_table or _has_window(item) for item in planned)
    return "TABLE" if dear else "VIEW"


def _has_window(item: PlannedMeasure) -> bool:
    return bool(item.value.functions & {"pareto", "rank", "percentile"})


def _aggregate(table: str, items: Sequence[PlannedMeasure]) -> str:
    """All measures of one table in one pass, and how many rows each of their conditions leaves."""
    counts = [
        f"count(*){f' FILTER (WHERE {rows})' if rows else ''} AS {quoted(f'rows:{number}')}"
        for number, rows in enumerate(_row_filters(items))
    ]
    values = [f"{item.value.sql} AS {quoted(item.measure.id)}" for item in items]
    return f"SELECT account_id, {', '.join(counts + values)} FROM {quoted(table)} GROUP BY account_id"


def _row_filters(items: Sequence[PlannedMeasure]) -> list[str]:
    """The different conditions on rows, in order of first use."""
    return list(dict.fromkeys(_rows(item) for item in items))


def _rows(item: PlannedMeasure) -> str:
    return item.where.sql if item.where else ""


def _or_empty(item: PlannedMeasure, alias: str, filters: Sequence[str]) -> str:
    """The value, or what an account without a single such row gets."""
    name = quoted(item.measure.id)
    counted = f"{alias}.{quoted(f'rows:{filters.index(_rows(item))}')}"
    empty = item.empty.sql if item.empty else "NULL"
    return f"CASE WHEN coalesce({counted}, 0) = 0 THEN {empty} ELSE {alias}.{name} END AS {name}"


def _layers(items: Sequence[PlannedMeasure]) -> list[list[PlannedMeasure]]:
    """Computed measures in layers, each of which uses only layers before it."""
    depth: dict[str, int] = {}
    layers: list[list[PlannedMeasure]] = []
    for item in items:
        level = max((depth[name] + 1 for name in item.value.names if name in depth), default=0)
        depth[item.measure.id] = level
        while len(layers) <= level:
            layers.append([])
        layers[level].append(item)
    return layers
