"""The one door to DuckDB: one private in-memory database a run.

Everything a run computes lives here until ``commit`` writes it out, so a run without commit has no effect anywhere.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaframe.errors import DataError, KaframeError, Problem
from kaframe.temporary import private_folder

if TYPE_CHECKING:
    import pyarrow as pa

ARROW_TYPES = {
    "VARCHAR": "string",
    "DOUBLE": "float64",
    "BIGINT": "int64",
    "BOOLEAN": "bool",
    "DATE": "date32",
    "TIMESTAMP": "timestamp",
}

# How tables are kept. A column with more different values than that is written as it stands: to try a dictionary first
# costs a quarter of the time and shortens nothing.
PARQUET = "FORMAT parquet, COMPRESSION zstd, DICTIONARY_SIZE_LIMIT 2048"
FEW_ROWS = 1_000  # so many go in as JSON, quicker than pyarrow (and pandas, where it is installed) is imported

# Off from the start; and what sealing adds, in this order: the lock comes last.
OPENED = (
    "autoinstall_known_extensions", "autoload_known_extensions", "python_enable_replacements",
    "allow_community_extensions", "allow_persistent_secrets",
)  # fmt: skip
# Passes of the planner that cost more than they bring: this one a third of the time that a card of 2,000 leaves takes.
UNUSED_PASSES = ("projection_placement",)
SEALED = {**dict.fromkeys(OPENED, False), "enable_external_access": False, "lock_configuration": True}


def quoted(name: str) -> str:
    """The name as an SQL identifier that can be nothing else."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: object) -> str:
    """A plain Python value as an SQL literal."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float | Decimal):
        return f"CAST({value!r} AS DOUBLE)" if isinstance(value, float) else str(value)
    if isinstance(value, datetime):
        return f"TIMESTAMP '{value.isoformat(sep=' ')}'"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    return "'" + str(value).replace("'", "''") + "'"


def _moment_text(value: object) -> str:
    """A day or moment for JSON; moments of a time zone in UTC, as Arrow takes them."""
    if isinstance(value, datetime) and value.tzinfo:
        value = value.astimezone(UTC).replace(tzinfo=None)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no value of a table: {value!r}")


class Database:
    """The tables of one run. Closing it forgets them all."""

    def __init__(self, threads: int | None = None, memory_limit: str | None = None) -> None:
        import duckdb

        self._duckdb = duckdb
        self._connection = duckdb.connect(":memory:")
        self._spill = private_folder()  # else DuckDB makes .tmp where it stands
        self.execute(f"SET temp_directory = {literal(self._spill.name)}")
        for name in OPENED:
            self.execute(f"SET {name} = false")
        self._leave_out(UNUSED_PASSES)
        if threads:
            self.execute(f"SET threads = {int(threads)}")
        if memory_limit:
            self.execute(f"SET memory_limit = {literal(memory_limit)}")

    def _leave_out(self, passes: Sequence[str]) -> None:
        """Leave out these passes of the planner, as far as this release of DuckDB has them."""
        listed = ", ".join(literal(name) for name in passes)
        there = self.rows(f"SELECT name FROM duckdb_optimizers() WHERE name IN ({listed}) ORDER BY name")
        self.execute(f"SET disabled_optimizers = {literal(','.join(row['name'] for row in there))}")

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Run one statement and forget its result."""
        self._run(sql, parameters)

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """All rows of a query as dictionaries; for what is small (managed accounts, never all)."""
        result = self._run(sql, parameters)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def value(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        """The single value of a query with one row and one column."""
        rows = self._run(sql, parameters).fetchall()  # all: an unfinished result blocks the connection
        return rows[0][0] if rows else None

    def arrow(self, sql: str) -> pa.Table:
        """All rows of a query as an Arrow table."""
        try:
            return self._connection.sql(sql).to_arrow_table()
        except self._duckdb.Error as error:
            raise EngineError(sql, error) from error

    def create(self, table: str, rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> None:
        """Make a table from Python rows; ``columns`` maps each column to its SQL type. A missing key is NULL."""
        listed = list(rows)
        if not listed:
            typed = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
            self.execute(f"CREATE OR REPLACE TABLE {quoted(table)} ({typed})")
            return
        if len(listed) <= FEW_ROWS and self._create_from_json(table, listed, columns):
            return
        import pyarrow as pa

        kinds = {
            "string": pa.string(),
            "float64": pa.float64(),
            "int64": pa.int64(),
            "bool": pa.bool_(),
            "date32": pa.date32(),
            "timestamp": pa.timestamp("us"),
        }
        arrays = {
            name: pa.array([row.get(name) for row in listed], type=kinds[ARROW_TYPES[kind]])
            for name, kind in columns.items()
        }
        self.load(table, pa.table(arrays))

    def _create_from_json(
        self, table: str, rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]
    ) -> bool:
        """The same for a few rows, without pyarrow; not for numbers that JSON does not have."""
        places = {str(place): kind for place, kind in enumerate(columns.values())}
        listed = [{str(place): row.get(name) for place, name in enumerate(columns)} for row in rows]
        try:
            text = json.dumps(listed, ensure_ascii=False, allow_nan=False, default=_moment_text)
        except ValueError:
            return False
        names = ", ".join(f"u.{quoted(str(place))} AS {quoted(name)}" for place, name in enumerate(columns))
        read = f"SELECT unnest(from_json_strict(?, {literal(json.dumps([places]))})) AS u"
        self.execute(f"CREATE OR REPLACE TABLE {quoted(table)} AS SELECT {names} FROM ({read})", [text])
        return True

    def load(self, table: str, data: pa.Table | pa.RecordBatchReader) -> None:
        """Make a table from Arrow data."""
        self._connection.register("_incoming", data)
        try:
            self.execute(f"CREATE OR REPLACE TABLE {quoted(table)} AS SELECT * FROM _incoming")
        finally:
            self._connection.unregister("_incoming")

    def tables(self) -> list[str]:
        """The names of all tables and views, in order."""
        return [
            row["name"]
            for row in self.rows(
                "SELECT table_name AS name FROM duckdb_tables() "
                "UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY name"
            )
        ]

    def has(self, table: str) -> bool:
        """Whether there is such a table or view; listing all of them takes ten times as long."""
        try:
            self.columns(table)
        except EngineError:
            return False
        return True

    def largest(self) -> int:
        """About how many rows the largest table has; nothing is read."""
        return int(self.value("SELECT coalesce(max(estimated_size), 0) FROM duckdb_tables()"))

    def columns(self, table: str) -> dict[str, str]:
        """The columns of a table or view with their SQL types, in order."""
        return {row["column_name"]: row["column_type"] for row in self.rows(f"DESCRIBE {quoted(table)}")}

    def describe(self, query: str) -> dict[str, str]:
        """The columns that a query gives, with their SQL types; nothing is read."""
        return {row["column_name"]: row["column_type"] for row in self.rows(f"DESCRIBE {query}")}

    def write_parquet(self, query: str, path: Path, order_by: Sequence[str]) -> int:
        """Write a table or query as Parquet, ordered so that the same rows give the same bytes; how many rows.

        Several threads may write at once. What stands in order already is written as it stands: to sort a wide table
        costs a third of writing it.
        """
        source = f"({query})" if " " in query.strip() else quoted(query)
        order = ", ".join(quoted(name) for name in order_by)
        with self._connection.cursor() as own:
            sorts = order and not (len(order_by) == 1 and self._is_ordered(source, order, own))
            ordered = f"SELECT * FROM {source} ORDER BY {order}" if sorts else f"SELECT * FROM {source}"
            sql = f"COPY ({ordered}) TO {literal(str(path))} ({PARQUET})"
            return int(self._run(sql, connection=own).fetchall()[0][0])

    def _is_ordered(self, source: str, column: str, connection: Any) -> bool:
        """Whether the rows of a table stand in the order of a column that is never missing.

        A view may give its rows in another order each time; it has no row ids.
        """
        try:
            self._run(f"SELECT rowid FROM {source} LIMIT 0", connection=connection)
        except EngineError:
            return False
        falls = f"SELECT {column} < lag({column}) OVER () OR {column} IS NULL AS falls FROM {source}"
        found = self._run(f"SELECT count(*) FROM ({falls}) WHERE falls", connection=connection).fetchall()
        return bool(found[0][0] == 0)

    def seal(self, *folders: Path) -> None:
        """From now on SQL reaches no file, network or setting, but for Parquet in these folders.

        The order matters: folders can be named only while access is on, and nothing after the lock.
        Raises: KaframeError KF8011 when a setting, read back, is not what was asked for.
        """
        reached = {os.path.abspath(folder) for folder in folders} | {self._spill.name}  # as the engine reads it back
        self.execute(f"SET allowed_directories = [{', '.join(literal(folder) for folder in sorted(reached))}]")
        for name, value in SEALED.items():
            self.execute(f"SET {name} = {literal(value)}")
        found = self.rows(f"SELECT {', '.join(f'current_setting({literal(name)}) AS {name}' for name in SEALED)}")[0]
        wrong = [name for name, value in SEALED.items() if found[name] != value]
        paths = self.value("SELECT current_setting('allowed_directories') || current_setting('allowed_paths')")
        if {path.rstrip("/") for path in paths} != {folder.rstrip("/") for folder in reached}:
            wrong.append("allowed_directories")
        if wrong:
            message = f"the engine did not take its settings: {', '.join(wrong)}"
            hint = "install the release of DuckDB that kaframe asks for: pip install --upgrade kaframe"
            raise KaframeError([Problem(None, "KF8011", message, hint)])

    def interrupt(self) -> None:
        self._connection.interrupt()

    def close(self) -> None:
        """Forget all tables, and what was spilled to disk."""
        self._connection.close()
        self._spill.cleanup()

    def _run(self, sql: str, parameters: Sequence[Any] = (), connection: Any = None) -> Any:
        try:
            return (connection or self._connection).execute(sql, parameters or None)
        except self._duckdb.OutOfMemoryException as error:
            hint = "leave out columns and rows with 'where', or allow more: 'limits: {gigabytes: 16}'"
            raise DataError([Problem(None, "KF3090", "the data do not fit into memory", hint)]) from error
        except self._duckdb.Error as error:
            raise EngineError(sql, error) from error


class EngineError(KaframeError):
    """DuckDB refused a statement that kaframe printed: a kaframe bug unless a step knows better."""

    def __init__(self, sql: str, error: Exception) -> None:
        self.sql = sql
        self.reason = str(error)
        super().__init__(
            [
                Problem(
                    None,
                    "KF1999",
                    f"the engine refused a statement: {error}",
                    "please report this, with the rule that it came from",
                )
            ]
        )

    def __reduce__(self) -> Any:
        return (KaframeError, (self.problems,))
