"""A project whose data are the rows of a test: the same rules, read and computed by the same steps."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaframe.config import StoreConfig
from kaframe.data.plan import DataPlan, MadeColumn, RawColumn, SourcePlan, TablePlan
from kaframe.errors import Location
from kaframe.expression import Expression, Type
from kaframe.names import plan_measures
from kaframe.project import Catalog, Project
from kaframe.records import Column, Reader, Reading, Source
from kaframe.rules.measure import Measure
from kaframe.testing.known import KnownTables
from kaframe.yamlfile import Node

if TYPE_CHECKING:
    import pyarrow as pa

PINNED = "given__"  # begins the account column that holds a measure's given values
ACCOUNT_COLUMNS = ("account_id", "name", "parent")
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Shape:
    """Which tables and measures a test gives: tests of one shape share a project, and with it all that is compiled.

    ``columns`` are the given ones, with their table, that only the packs know.
    """

    tables: frozenset[str]
    measures: frozenset[str]
    columns: frozenset[tuple[str, str]] = frozenset()


def pinned_measures(project: Project, given: Iterable[str], measured: Iterable[str]) -> frozenset[str]:
    """The measures that take their values from the test: those it names, and those of tables that it does not give.

    Without any named measure all are computed from the given tables.
    """
    named = frozenset(measured)
    if not named:
        return named
    tables = set(given)
    bare = {
        measure.id
        for measure in project.rules.measure.measures
        if measure.from_table and measure.from_table not in tables
    }
    return named | bare


def lay_out(
    project: Project, known: KnownTables, shape: Shape, read: Callable[[str], Rows], workplace: Path
) -> Project:
    """The project with given data, a store of its own in ``workplace``, and nothing that leaves the house.

    ``read`` gives the rows of a table when the data step asks for them.
    """
    types = {item.measure.id: item.value.type for item in plan_measures(project)}
    pinned = {PINNED + name: types[name] for name in sorted(shape.measures)}
    accounts = {**_columns("accounts", project.catalog.accounts, known.accounts, shape), **pinned}
    tables = {
        name: _columns(name, project.catalog.tables.get(name, {}), known.sources[name], shape)
        for name in [*project.catalog.tables, *sorted(shape.tables - project.catalog.tables.keys())]
    }
    reader = _reader(read, {"accounts": accounts, **tables})
    planned = project.catalog.plan.tables if project.catalog.plan else {}
    plan = DataPlan(
        accounts=_table_plan("accounts", accounts, reader, None),
        from_table="",
        tables={name: _table_plan(name, columns, reader, planned.get(name)) for name, columns in tables.items()},
    )
    measures = tuple(_measure(item, shape.measures) for item in project.rules.measure.measures)
    url = f"sqlite:///{(workplace / 'store.db').as_posix()}"
    config = replace(project.config, store=StoreConfig(url, str(workplace / "runs")), reports=(), channels={})
    nowhere = Location("")
    used = Node([Node(name, nowhere) for name in pinned], nowhere)  # so that the data step loads them
    rules = replace(
        project.rules,
        measure=replace(project.rules.measure, measures=measures),
        nodes={**project.rules.nodes, "given": used},
    )
    return replace(project, config=config, rules=rules, catalog=Catalog(accounts, tables, plan))


def _columns(
    table: str, own: Mapping[str, Type], known: Mapping[str, Type], shape: Shape
) -> dict[str, Type]:
    """The project's columns of a table and those that the test gives beside them.

    What the project does not have is absent in its tests too. A table of which it has nothing is as the packs know it.
    """
    if not own.keys() - set(ACCOUNT_COLUMNS):
        return dict(known)
    given = {name for place, name in shape.columns if place == table}
    return {**own, **{name: kind for name, kind in known.items() if name in given}}


def _measure(measure: Measure, pinned: frozenset[str]) -> Measure:
    """The measure, or one that reads the given value of each account."""
    if measure.id not in pinned:
        return measure
    text = Expression(PINNED + measure.id, measure.value.at)
    return replace(measure, value=text, from_table="", where=None, empty=None)


def _table_plan(name: str, columns: Mapping[str, Type], reader: Reader, planned: TablePlan | None) -> TablePlan:
    at = planned.at if planned else Location(name)
    raw = {column: RawColumn(column, kind) for column, kind in columns.items()}
    made = {column: MadeColumn(column, kind, column, None, frozenset({column})) for column, kind in columns.items()}
    source = Source(name, reader.name, {}, Path(), at)
    of_accounts = name == "accounts"
    return TablePlan(
        name=name,
        at=at,
        sources=(SourcePlan(source, reader, raw, made),),
        appended=dict(columns),
        columns=made,
        account="account_id",
        name_column="name" if of_accounts else "",
        parent="parent" if of_accounts else "",
        time=planned.time if planned else "",
        unique=planned.unique if planned else (),
    )


def _reader(read: Callable[[str], Rows], types: Mapping[str, Mapping[str, Type]]) -> Reader:
    """The reader of given rows; a source is called like its table, whose types are known."""

    def fingerprint(source: Source) -> str:
        return hashlib.sha256(repr(read(source.label)).encode()).hexdigest()

    def locate(source: Source, rows: Sequence[int]) -> Sequence[tuple[str, int]]:
        return [(source.label, row) for row in rows]

    def columns(_: Source) -> Sequence[Column]:
        return ()

    def read_rows(source: Source, names: Sequence[str]) -> Reading:
        return Reading(arrow=_as_arrow(read(source.label), names, types[source.label]))

    return Reader("given", "the rows of a test", {}, columns, read_rows, fingerprint, locate)


def _as_arrow(rows: Rows, names: Sequence[str], types: Mapping[str, Type]) -> pa.Table:
    """The rows as Arrow, each column with its type also where it has no value at all."""
    import pyarrow as pa

    kinds = {
        Type.NUMBER: pa.float64(), Type.TEXT: pa.string(), Type.BOOLEAN: pa.bool_(), Type.DATE: pa.date32(),
        Type.TIMESTAMP: pa.timestamp("us"),
    }  # fmt: skip
    columns = {name: pa.array([row.get(name) for row in rows], kinds[types[name]]) for name in names}
    return pa.table({**columns, "_row": pa.array(range(1, len(rows) + 1), pa.int64())})
