"""A digest of the rows of every table of an SQLite store, so that a bit that flips on the disk is found.

SQLite knows the shape of its pages, not what belongs on them. Triggers bring the digest along in the transaction of
every change: the exclusive or of a hash of each row, so that a change costs its own rows, however many there are.
PostgreSQL has checksums of its own.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection

from kaframe.store.schema import metadata

TABLE = "row_digests"
_SHAPE = "sqlite_master"  # the statements that made tables, indexes and triggers are kept as well
_SHAPE_ROWS = "SELECT kaframe_digest(0, type, name, tbl_name, sql) FROM sqlite_master"
_BYTES = 8


def teach_digest(connection: sqlite3.Connection) -> None:
    """Give a connection the function that the triggers call."""
    connection.create_function("kaframe_digest", -1, _digest, deterministic=True)


def keep_digests(connection: Connection) -> None:
    """From now on every change brings the digests along; nothing is done where that is so already."""
    if not connection.exec_driver_sql(f"SELECT count(*) FROM sqlite_master WHERE name = '{TABLE}'").scalar_one():
        _begin(connection)


def renew_digests(connection: Connection) -> None:
    """Begin anew, after tables have got another form."""
    for name in _columns():
        for event in ("insert", "update", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS digest_{name}_{event}")
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {TABLE}")
    _begin(connection)


def find_changed(connection: sqlite3.Connection) -> str:
    """Which table holds other rows than kaframe wrote; nothing when all is as it was written, or no digest is kept yet.

    Raises: sqlite3.Error when a table cannot be read.
    """
    teach_digest(connection)
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master")]
    if not any(name == TABLE or name.startswith("digest_") for name in names):
        return ""
    kept = dict(connection.execute(f"SELECT table_name, digest FROM {TABLE}"))
    for name, query in _queries():
        try:
            found = _combined(connection.execute(query))
        except sqlite3.OperationalError as error:
            return f"the rows of {name} cannot be read: {error}"
        if kept.get(name) != found:
            return f"the rows of {name} are not those that kaframe wrote"
    return ""


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(f"CREATE TABLE {TABLE} (table_name TEXT PRIMARY KEY, digest INTEGER NOT NULL)")
    for name, columns in _columns().items():
        for statement in _triggers(name, columns):
            connection.exec_driver_sql(statement)
    for name, query in _queries():
        digest = _combined(connection.exec_driver_sql(query))
        connection.exec_driver_sql(f"INSERT INTO {TABLE} VALUES (?, ?)", (name, digest))


def _columns() -> dict[str, list[str]]:
    return {table.name: [column.name for column in table.columns] for table in metadata.sorted_tables}


def _queries() -> Iterator[tuple[str, str]]:
    for name, columns in _columns().items():
        yield name, f"SELECT kaframe_digest(0, {_listed('', columns)}) FROM {name}"
    yield _SHAPE, _SHAPE_ROWS


def _triggers(name: str, columns: list[str]) -> Iterator[str]:
    old, new = _listed("OLD.", columns), _listed("NEW.", columns)
    changes = {
        "insert": f"kaframe_digest(digest, {new})",
        "update": f"kaframe_digest(kaframe_digest(digest, {old}), {new})",
        "delete": f"kaframe_digest(digest, {old})",
    }
    for event, digest in changes.items():
        yield (
            f"CREATE TRIGGER digest_{name}_{event} AFTER {event.upper()} ON {name} BEGIN "
            f"UPDATE {TABLE} SET digest = {digest} WHERE table_name = '{name}'; END"
        )


def _listed(prefix: str, columns: list[str]) -> str:
    return ", ".join(f'{prefix}"{column}"' for column in columns)


def _digest(before: int, *values: object) -> int:
    """A digest with one row more, or one less. The text of JSON is the same in every release of Python."""
    text = json.dumps(values, default=repr).encode()
    return before ^ int.from_bytes(blake2b(text, digest_size=_BYTES).digest(), "big", signed=True)


def _combined(rows: Iterable[Any]) -> int:
    total = 0
    for (digest,) in rows:
        total ^= digest
    return total
