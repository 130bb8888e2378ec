"""Delta and Iceberg tables, by the libraries of these formats: a version of the table, and of it the asked columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import kaframe
from kaframe import Column, Reading, Source

from .objects import column_type
from .storage import SCHEME, Storage, is_remote, needs_package, storage_of, unreachable

if TYPE_CHECKING:
    import pyarrow as pa



@dataclass(frozen=True, slots=True)
class Opened:
    """A version of a table: its schema, what changes when its rows do, and how to read some of its columns."""

    schema: pa.Schema
    version: str
    read: Callable[[list[str]], Any]


Open = Callable[[Source, Storage], Opened]


def open_delta(source: Source, storage: Storage) -> Opened:
    """A Delta table, its latest version or the declared one. Raises: DataError KF3116, KF3126."""
    import pyarrow as pa

    try:
        from deltalake import DeltaTable
    except ModuleNotFoundError:
        raise needs_package(source, "delta", "deltalake") from None
    try:
        table = DeltaTable(
            _place(source), version=source.options.get("version"), storage_options=storage.delta_options()
        )
        schema = pa.schema(table.schema().to_arrow())
        name = f"{table.metadata().id} version {table.version()}"
    except Exception as error:  # the library's own errors have no common root
        raise unreachable(source, storage, error) from None
    return Opened(schema, f"delta {name}", lambda names: table.to_pyarrow_table(columns=names))


def open_iceberg(source: Source, storage: Storage) -> Opened:
    """An Iceberg table, its current snapshot or the declared one. Raises: DataError KF3116, KF3126."""
    try:
        from pyiceberg.table import StaticTable
    except ModuleNotFoundError:
        raise needs_package(source, "iceberg", "pyiceberg") from None
    try:
        table = StaticTable.from_metadata(_newest_metadata(source, storage), storage.iceberg_options())
        snapshot = source.options.get("snapshot")
        current = table.current_snapshot()
        chosen = snapshot or (current.snapshot_id if current else None)
        schema = table.schema().as_arrow()
    except Exception as error:  # as above
        raise unreachable(source, storage, error) from None

    def read(names: list[str]) -> Any:
        return table.scan(selected_fields=tuple(names), snapshot_id=snapshot).to_arrow()

    return Opened(schema, f"iceberg {table.metadata.table_uuid} snapshot {chosen}", read)


def columns_of(open_table: Open, source: Source) -> Sequence[Column]:
    """The columns of the table."""
    schema = open_table(source, storage_of(source)).schema
    kaframe.check_header(schema.names, source.place("path"))
    return [Column(field.name, column_type(field.type)) for field in schema]


def read_table(open_table: Open, source: Source, names: Sequence[str]) -> Reading:
    """The asked columns."""
    import pyarrow as pa

    storage = storage_of(source)
    opened = open_table(source, storage)
    kaframe.check_names(source, names, opened.schema.names)
    try:
        table = opened.read(list(names) or opened.schema.names[:1])
    except Exception as error:  # as above
        raise unreachable(source, storage, error) from None
    ordinals = pa.array(range(1, table.num_rows + 1), pa.int64())
    return Reading(arrow=table.select(list(names)).append_column("_row", ordinals))


def version_of(open_table: Open, source: Source) -> str:
    """The version of the table: the same one has the same rows for ever."""
    return open_table(source, storage_of(source)).version


def locate(source: Source, rows: Sequence[int]) -> Sequence[tuple[str, int]]:
    """The table and the number of the row in it."""
    return [(str(source.options["path"]), row) for row in rows]


def _place(source: Source) -> str:
    path = str(source.options["path"])
    return path if is_remote(source) else str(source.folder / path)


def _newest_metadata(source: Source, storage: Storage) -> str:
    """The metadata file that the path names, or the newest in its folder ``metadata``. Raises: FileNotFoundError."""
    from pyarrow import fs

    place = _place(source)
    if place.endswith(".metadata.json"):
        return place if is_remote(source) else Path(place).absolute().as_uri()
    system: Any = storage.file_system() if is_remote(source) else fs.LocalFileSystem()
    folder = f"{place.removeprefix(SCHEME).rstrip('/')}/metadata"
    listed = [each for each in system.get_file_info(fs.FileSelector(folder)) if each.path.endswith(".metadata.json")]
    if not listed:
        raise FileNotFoundError(f"no *.metadata.json in {folder}")
    newest = max(listed, key=lambda each: (_number(each.base_name), each.mtime_ns or 0, each.path))
    return f"{SCHEME}{newest.path}" if is_remote(source) else Path(newest.path).absolute().as_uri()


def _number(name: str) -> int:
    """The version in the name of a metadata file: ``00003-....metadata.json`` or ``v3.metadata.json``."""
    found = re.match(r"v?(\d+)", name)
    return int(found[1]) if found else 0


OPENERS: Mapping[str, Open] = {"delta": open_delta, "iceberg": open_iceberg}
