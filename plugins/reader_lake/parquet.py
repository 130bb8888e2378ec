"""Rows from Parquet files below the project, read by DuckDB itself: only the asked columns leave the disk."""

from __future__ import annotations

import glob
import os
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

import kaframe
from kaframe import Column, DataError, Problem, Reading, Source

if TYPE_CHECKING:
    import duckdb

SCHEMA = "SELECT name, coalesce(num_children, 0), duckdb_type FROM parquet_schema(?)"
ROWS = "SELECT num_rows FROM parquet_file_metadata(?)"
SIZE = "SELECT coalesce(sum(total_uncompressed_size), 0) FROM parquet_metadata(?)"
# Real tables take a byte for some rows and unpack to a few times their size, even sorted ones of few values.
ROWS_A_BYTE, MANY_ROWS = 1_000, 10_000_000
DENSEST, SUSPICIOUS = 150, 50 << 20


def columns(source: Source) -> Sequence[Column]:
    """The columns of all files by name, from the footers alone.

    Raises: DataError KF3050 for a file that is no whole Parquet file, KF3051 when files disagree on a type.
    """
    found: dict[str, Column] = {}
    homes: dict[str, Path] = {}
    problems = []
    for file in kaframe.find_files(source):
        footer = _footer(source, file)
        kaframe.check_header([column.name for column in footer.columns], kaframe.place_in(source, file))
        for column in footer.columns:
            known = found.setdefault(column.name, column)
            first = homes.setdefault(column.name, file)
            if known.type != column.type:
                message = (
                    f"column '{column.name}' is {column.type} here and {known.type} in "
                    f"{kaframe.show_file(source, first)}"
                )
                problems.append(
                    Problem(
                        kaframe.place_in(source, file),
                        "KF3051",
                        message,
                        "declare the files as separate sources, with an expression for this column",
                    )
                )
    if problems:
        raise DataError(problems)
    return list(found.values())


def read(source: Source, names: Sequence[str]) -> Reading:
    """A query over the files; ``_row`` counts through them in the order of their names."""
    kaframe.check_names(source, names, [column.name for column in columns(source)])
    files = ", ".join(_literal(file) for file, _ in _starts(source))
    starts = ", ".join(str(start + 1) for _, start in _starts(source))
    number = f"[{starts}][CAST(file_index AS BIGINT) + 1] + file_row_number AS _row"
    chosen = ", ".join([*map(_quoted, names), number])
    return Reading(
        sql=f"SELECT {chosen} FROM read_parquet([{files}], union_by_name = true, hive_partitioning = false)"
    )


def locate(source: Source, rows: Sequence[int]) -> Sequence[tuple[str, int]]:
    """File and row number in the file, from 1."""
    files = _starts(source)
    places = []
    for row in rows:
        file, start = files[bisect_left([start for _, start in files], row) - 1]
        places.append((kaframe.show_file(source, file), row - start))
    return places


def _starts(source: Source) -> list[tuple[Path, int]]:
    """Each file with the number of rows in those before it."""
    counts = [(file, _footer(source, file).rows) for file in kaframe.find_files(source)]
    ends = accumulate(count for _, count in counts)
    return [(file, end - count) for (file, count), end in zip(counts, ends, strict=True)]


@dataclass(frozen=True, slots=True)
class _Footer:
    """What the end of a file says about it."""

    columns: tuple[Column, ...]
    rows: int


def _footer(source: Source, file: Path) -> _Footer:
    import duckdb

    asked = [glob.escape(str(file))]
    try:
        with _engine().cursor() as cursor:
            nodes = iter(cursor.execute(SCHEMA, asked).fetchall())
            rows = cursor.execute(ROWS, asked).fetchall()[0][0]
            unpacked = cursor.execute(SIZE, asked).fetchall()[0][0]
    except (duckdb.Error, ValueError) as error:
        message = "is not a whole Parquet file"
        raise DataError(
            [Problem(kaframe.place_in(source, file), "KF3050", message, _why(file))]
        ) from error
    _check_promise(source, file, rows, unpacked)
    _, count, _ = next(nodes)
    return _Footer(tuple(_top(nodes, count)), rows)


def _check_promise(source: Source, file: Path, rows: int, unpacked: int) -> None:
    """Refuse a file whose few bytes stand for billions of rows or gigabytes. Raises: DataError KF3052."""
    packed = file.stat().st_size
    if rows > MANY_ROWS and rows > ROWS_A_BYTE * packed:
        message = f"promises {rows:,} rows in {packed / 1e6:.1f} MB"
    elif unpacked > SUSPICIOUS and unpacked > DENSEST * packed:
        message = f"unpacks from {packed / 1e6:.1f} MB to {unpacked / 1e6:,.0f} MB"
    else:
        return
    hint = "a file that dense is damaged or hostile: export it again"
    raise DataError([Problem(kaframe.place_in(source, file), "KF3052", message, hint)])


@lru_cache(maxsize=1)
def _engine() -> duckdb.DuckDBPyConnection:
    """A database for footers alone: the run's own lets nobody else in."""
    import duckdb

    return duckdb.connect(":memory:", config={"threads": 1})


def _top(nodes: Iterator[tuple[Any, ...]], count: int) -> Iterator[Column]:
    """The next columns of a schema that lists what is in lists and records behind each."""
    for _ in range(count):
        name, children, kind = next(nodes)
        for _ in _top(nodes, children):
            pass
        yield Column(name, kaframe.engine_type(kind))


def _why(file: Path) -> str:
    with file.open("rb") as content:
        start = content.read(64)
        content.seek(-min(4, file.stat().st_size), os.SEEK_END)
        end = content.read()
    if not start:
        return "it is empty: export it again"
    if end == b"PARE":
        return "it is encrypted: export it without a key"
    if start.startswith(b"PAR1"):
        return "it begins like one but its end is missing: copy or export it again"
    if other := kaframe.other_kind(start):
        what, advice = other
        return f"it is {what}: {advice}"
    return "it does not begin like one: is its reader another one than parquet?"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(file: Path) -> str:
    """The path as SQL, so that DuckDB takes ``*`` and ``[`` in it for what they are."""
    return "'" + glob.escape(str(file)).replace("'", "''") + "'"
