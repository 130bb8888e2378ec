"""Parquet files on a storage that speaks S3, by Arrow's own client: nothing to install, only the asked columns."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import kaframe
from kaframe import Column, DataError, Location, Problem, Reading, Source

from .storage import SCHEME, Storage, storage_of, unreachable

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

MAGIC = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Part:
    """One object: its name, its schema, and how many rows it has."""

    name: str
    schema: pa.Schema
    rows: int


def columns(source: Source) -> Sequence[Column]:
    """The columns of all objects by name. Raises: DataError KF3001, KF3050, KF3051, KF3116."""
    found: dict[str, Column] = {}
    homes: dict[str, str] = {}
    problems = []
    for part in _parts(source):
        kaframe.check_header(part.schema.names, Location(part.name))
        for field in part.schema:
            column = Column(field.name, column_type(field.type))
            known = found.setdefault(field.name, column)
            home = homes.setdefault(field.name, part.name)
            if known.type != column.type:
                message = f"column '{field.name}' is {column.type} here and {known.type} in {home}"
                hint = "declare the files as separate sources, with an expression for this column"
                problems.append(Problem(Location(part.name), "KF3051", message, hint))
    if problems:
        raise DataError(problems)
    return list(found.values())


def read(source: Source, names: Sequence[str]) -> Reading:
    """The asked columns of all objects, below each other in the order of their names."""
    import pyarrow as pa

    kaframe.check_names(source, names, [column.name for column in columns(source)])
    storage, tables = storage_of(source), []
    for part in _parts(source):
        there = [name for name in names if name in part.schema.names]
        table = _read_one(source, storage, part.name, there)
        tables.append(table if there else pa.table({"_row": pa.nulls(part.rows)}))
    total = sum(table.num_rows for table in tables)
    joined = pa.concat_tables(tables, promote_options="permissive")
    arrays = [joined.column(name) if name in joined.column_names else pa.nulls(total, pa.string()) for name in names]
    return Reading(arrow=pa.table([*arrays, pa.array(range(1, total + 1), pa.int64())], names=[*names, "_row"]))


def locate(source: Source, rows: Sequence[int]) -> Sequence[tuple[str, int]]:
    """The object and the number of the row in it."""
    parts = _parts(source)
    ends = list(accumulate(part.rows for part in parts))
    starts = [end - part.rows for end, part in zip(ends, parts, strict=True)]
    found = [bisect_left(starts, row) - 1 for row in rows]
    return [(parts[index].name, row - starts[index]) for index, row in zip(found, rows, strict=True)]


def column_type(kind: pa.DataType) -> Any:
    """What expressions see of a column of this type."""
    import pyarrow as pa

    return kaframe.type_of(pa.chunked_array([], type=kind))


def find_objects(source: Source, storage: Storage) -> list[str]:
    """The names of the objects that the path means, in order. Raises: DataError KF3001."""
    asked = str(source.options["path"]).removeprefix(SCHEME)
    if not MAGIC.search(asked):
        return [SCHEME + asked]
    from pyarrow import fs

    start = MAGIC.split(asked)[0].rpartition("/")[0]
    try:
        listed = storage.file_system().get_file_info(fs.FileSelector(start, recursive=True))
    except FileNotFoundError:
        listed = []
    except (OSError, ValueError) as error:
        raise unreachable(source, storage, error) from None
    wanted = re.compile(_pattern(asked))
    found = sorted(each.path for each in listed if each.is_file and wanted.fullmatch(each.path))
    if not found:
        message = f"no object matches '{source.options['path']}'"
        raise DataError([Problem(source.place("path"), "KF3002", message, f"there are {len(listed)} below '{start}'")])
    return [SCHEME + name for name in found]


def _parts(source: Source) -> list[Part]:
    storage = storage_of(source)
    found = []
    for name in find_objects(source, storage):
        with _opened(source, storage, name) as file:
            found.append(Part(name, file.schema_arrow, file.metadata.num_rows))
    return found


def _read_one(source: Source, storage: Storage, name: str, names: Sequence[str]) -> pa.Table:
    with _opened(source, storage, name) as file:
        try:
            return file.read(columns=list(names))
        except OSError as error:
            raise unreachable(source, storage, error) from None


def _opened(source: Source, storage: Storage, name: str) -> pq.ParquetFile:
    """An object as a Parquet file. Raises: DataError KF3001, KF3050, KF3116."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(storage.file_system().open_input_file(name.removeprefix(SCHEME)))
    except FileNotFoundError:
        message = f"object '{name}' does not exist"
        raise DataError([Problem(source.place("path"), "KF3001", message, "check bucket and name")]) from None
    except pa.ArrowInvalid:
        message, hint = "is not a whole Parquet file", "copy or export it again"
        raise DataError([Problem(Location(name), "KF3050", message, hint)]) from None
    except OSError as error:
        raise unreachable(source, storage, error) from None


def _pattern(asked: str) -> str:
    """A path with ``*``, ``?``, ``[...]`` and ``**`` as a regular expression."""
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]]+\])", asked)
    known = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return "".join(known.get(part) or (part if part.startswith("[") else re.escape(part)) for part in parts)
