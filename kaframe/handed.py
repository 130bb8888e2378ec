"""Tables that are handed over from Python: Arrow, pandas and polars objects in the place of a project's sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kaframe.bind import place_of
from kaframe.config import Config, SourceConfig
from kaframe.errors import DataError, Location, Problem, UsageError, nearest
from kaframe.files import check_header, check_names
from kaframe.plugins import Plugins
from kaframe.records import Column, Reader, Reading, Source
from kaframe.secrets import redacted
from kaframe.values import arrow_type
from kaframe.yamlfile import Node

if TYPE_CHECKING:
    import pyarrow as pa

READER = "python"
TABLE = {"title": "Table", "description": "Which of the given tables.", "type": "string"}
OPTIONS = {"type": "object", "additionalProperties": False, "properties": {"table": TABLE}}
SUMMARY = {"en": "Tables that a program has given", "zh": "由程序传入的表"}


def hand_over(config: Config, plugins: Plugins, tables: Mapping[str, Any]) -> tuple[Config, Plugins]:
    """The project with these objects in the place of the sources of accounts and tables.

    What a single source says of its columns, types and rows still holds. Raises: UsageError KF6036 for a name that is
    no table of the project.
    """
    known = ["accounts", *config.tables]
    wrong = [
        Problem(
            place_of(config, "tables"),
            "KF6036",
            f"the project has no table '{name}' to put an object in the place of",
            nearest(name, known) or f"it has {', '.join(known)}; declare it with 'source: {{reader: {READER}}}'",
        )
        for name in tables
        if name not in known
    ]
    if wrong:
        raise UsageError(wrong)
    if "accounts" in tables:
        own = config.accounts
        config = replace(
            config, accounts=replace(own, sources=_sources("accounts", own.at, own.sources), from_table="")
        )
    changed = {
        name: replace(table, sources=_sources(name, table.at, table.sources))
        for name, table in config.tables.items()
        if name in tables
    }
    readers = {**plugins.readers, READER: reader_of(tables)}
    return replace(config, tables={**config.tables, **changed}), replace(plugins, readers=readers)


def reader_of(tables: Mapping[str, Any]) -> Reader:
    """The reader of these objects: a source says which ``table`` it is. A stream is read once."""
    read_before: dict[str, pa.Table] = {}

    def given(source: Source) -> pa.Table:
        name = str(source.options["table"])
        if name not in read_before:
            read_before[name] = as_arrow(tables[name], source)
        return read_before[name]

    def columns(source: Source) -> Sequence[Column]:
        table = given(source)
        check_header(table.column_names, source.at)
        return [Column(field.name, arrow_type(field.type)) for field in table.schema]

    def read(source: Source, names: Sequence[str]) -> Reading:
        import pyarrow as pa

        table = given(source)
        check_names(source, names, table.column_names)
        ordinals = pa.array(range(1, table.num_rows + 1), pa.int64())
        return Reading(arrow=table.select(list(names)).append_column("_row", ordinals))

    def fingerprint(source: Source) -> str:
        return ""

    def locate(source: Source, rows: Sequence[int]) -> Sequence[tuple[str, int]]:
        return [(source.label, row) for row in rows]

    return Reader(READER, SUMMARY, OPTIONS, columns, read, fingerprint, locate)


def as_arrow(value: Any, source: Source) -> pa.Table:
    """The object as Arrow, without a copy where its own memory is Arrow's. Raises: DataError KF6006."""
    import pyarrow as pa

    if isinstance(value, pa.Table):
        return value
    try:
        if type(value).__module__.partition(".")[0] == "pandas":
            named = any(name is not None for name in value.index.names)
            return pa.Table.from_pandas(value, preserve_index=named)
        if hasattr(value, "__arrow_c_stream__"):
            return pa.table(value)
    except (pa.ArrowException, AttributeError, TypeError, ValueError) as error:
        said = redacted(" ".join(str(error).split()))[:200]
        message = f"the object for '{source.label}' cannot become a table: {said}"
        raise _refusal(source, message, "give each of its columns values of one type") from error
    kind = f"{type(value).__module__}.{type(value).__qualname__}"
    lazy = hasattr(value, "collect")
    hint = "call its collect() first" if lazy else "give a pyarrow Table, or a pandas or polars DataFrame"
    raise _refusal(source, f"the object for '{source.label}' is {kind}, which is no table", hint)


def _refusal(source: Source, message: str, hint: str) -> DataError:
    return DataError([Problem(source.at, "KF6006", message, hint)])


def _sources(name: str, at: Location, before: Sequence[SourceConfig]) -> tuple[SourceConfig, ...]:
    """The one source of an object; what the only source before said beside its reader's options is kept."""
    options = Node({"table": Node(name, at)}, at)
    if len(before) == 1:
        return (replace(before[0], reader=READER, options=options),)
    return (SourceConfig(at, READER, options),)
