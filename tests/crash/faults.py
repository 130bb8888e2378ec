"""A process that is killed, or whose disk, database or network fails, at any one of its operations.

Nothing in kaframe knows of it: every write, fsync, replace, SQL statement and call of a server is met where Python
hands it on, gets a name (``sql INSERT outbox``, ``fsync manifest.json``), and is counted. So each operation is a crash
point with a name, and new code has its points at once.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import re
import signal
import socket
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Act = Literal["record", "kill before", "kill after", "fail once", "fail for ever", "lose the answer"]
FILES = ("write", "fsync", "replace")
SERVERS = ("http", "smtp")
KINDS = (*FILES, "sql", *SERVERS)
RANDOM = re.compile(r"\d{4}-\d\d-\d\d\.\d+|-?[0-9a-f]{8,}|@\S+")  # what differs from run to run in a file's name
TABLE = re.compile(r"\b(?:INTO|UPDATE|FROM|TABLE)\s+(?:IF NOT EXISTS\s+)?(?:kaframe\.)?(\w+)")


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens at the ``number``-th operation of a kind, or of a point (a kind and a name), counted from 1."""

    act: Act = "record"
    of: str = ""
    number: int = 0
    smtp_port: int = 0
    log: str = ""  # the file that gets the name of every operation


class Faults:
    """The operations of this process, and the plan for one of them."""

    def __init__(self, plan: Plan) -> None:
        self._plan, self._met = plan, 0
        self._log = os.open(plan.log, os.O_CREAT | os.O_WRONLY | os.O_APPEND) if plan.log else None
        self._write = os.write  # the real one

    def pass_through(self, kind: str, name: str, do: Callable[[], Any], failure: Callable[[], Exception]) -> Any:
        """Do an operation, unless the plan has something else in mind."""
        plan, point = self._plan, f"{kind} {RANDOM.sub('', name)}".strip()
        if self._log is not None:
            self._write(self._log, f"{point}\n".encode())
        is_of = plan.of in (kind, point)
        self._met += is_of
        is_meant = is_of and self._met == plan.number
        if is_meant and plan.act == "kill before":
            os.kill(os.getpid(), signal.SIGKILL)
        if (is_meant and plan.act == "fail once") or (
            is_of and plan.act == "fail for ever" and self._met >= plan.number
        ):
            raise failure()
        done = do()
        if is_meant and plan.act == "kill after":
            os.kill(os.getpid(), signal.SIGKILL)
        if is_meant and plan.act == "lose the answer":
            raise failure()
        return done


def install(plan: Plan) -> None:
    """Meet every operation of this process from now on."""
    faults = Faults(plan)
    _meet_files(faults)
    _meet_engine(faults)
    _meet_sqlite(faults)
    _meet_postgres(faults)
    _meet_servers(faults, plan.smtp_port)


def _name_of(file: Any) -> str:
    try:
        return Path(os.readlink(f"/proc/self/fd/{file}") if isinstance(file, int) else os.fsdecode(file)).name
    except OSError:
        return "a file"


def _meet_files(faults: Faults) -> None:
    def full() -> OSError:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def broken() -> OSError:
        return OSError(errno.EIO, os.strerror(errno.EIO))

    fsync, write, truncate, replace, rename, opened = os.fsync, os.write, os.ftruncate, os.replace, os.rename, io.open
    os.fsync = lambda fd: faults.pass_through("fsync", _name_of(fd), lambda: fsync(fd), broken)
    os.write = lambda fd, data: faults.pass_through("write", _name_of(fd), lambda: write(fd, data), full)
    os.ftruncate = lambda fd, size: faults.pass_through("write", _name_of(fd), lambda: truncate(fd, size), full)
    os.replace = lambda a, b, **k: faults.pass_through("replace", _name_of(b), lambda: replace(a, b, **k), broken)
    os.rename = lambda a, b, **k: faults.pass_through("replace", _name_of(b), lambda: rename(a, b, **k), broken)

    def open_counted(file: Any, mode: str = "r", *args: Any, **more: Any) -> Any:
        made = opened(file, mode, *args, **more)
        if set(mode) & set("wax+"):
            put = made.write
            made.write = lambda data: faults.pass_through("write", _name_of(made.fileno()), lambda: put(data), full)
        return made

    io.open = builtins.open = open_counted  # type: ignore[assignment]


def _meet_engine(faults: Faults) -> None:
    import duckdb

    from kaframe.database import Database, EngineError

    real = Database.write_parquet

    def write(self: Database, table: str, path: Path, order: Any = ()) -> int:
        def full() -> Exception:
            return EngineError("COPY", duckdb.IOException("IO Error: Could not write file: No space left on device"))

        count: int = faults.pass_through("write", path.name, lambda: real(self, table, path, order), full)
        return count

    Database.write_parquet = write  # type: ignore[method-assign]


def _sql_name(sql: Any) -> str:
    text = " ".join(str(sql).split())
    table = TABLE.search(text)
    return f"{text.split(' ')[0]} {table[1] if table else ''}".strip()


def _meet_sqlite(faults: Faults) -> None:
    def broken() -> sqlite3.OperationalError:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorname = "SQLITE_IOERR_WRITE"
        return error

    class Cursor(sqlite3.Cursor):
        def execute(self, sql: str, *args: Any) -> Any:
            real = super().execute
            return faults.pass_through("sql", _sql_name(sql), lambda: real(sql, *args), broken)

        def executemany(self, sql: str, *args: Any) -> Any:
            real = super().executemany
            return faults.pass_through("sql", _sql_name(sql), lambda: real(sql, *args), broken)

    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = Cursor) -> Any:
            return super().cursor(factory)

        def execute(self, sql: str, *args: Any) -> Any:
            return self.cursor().execute(sql, *args)

        def commit(self) -> None:
            faults.pass_through("sql", "COMMIT", super().commit, broken)

    connect = sqlite3.connect
    sqlite3.connect = lambda *args, **more: connect(*args, **{"factory": Connection, **more})  # type: ignore[assignment]


def _meet_postgres(faults: Faults) -> None:
    import psycopg

    def lost(connection: psycopg.Connection[Any]) -> Exception:
        connection.pgconn.finish()  # really gone, not only said to be
        return psycopg.OperationalError("server closed the connection unexpectedly")

    for name in ("execute", "executemany"):
        real = getattr(psycopg.Cursor, name)

        def run(self: Any, sql: Any, *args: Any, _real: Any = real, **more: Any) -> Any:
            do = lambda: _real(self, sql, *args, **more)  # noqa: E731
            return faults.pass_through("sql", _sql_name(sql), do, lambda: lost(self.connection))

        setattr(psycopg.Cursor, name, run)
    commit = psycopg.Connection.commit

    def end(self: psycopg.Connection[Any]) -> None:
        faults.pass_through("sql", "COMMIT", lambda: commit(self), lambda: lost(self))

    psycopg.Connection.commit = end  # type: ignore[method-assign]


def _meet_servers(faults: Faults, smtp_port: int) -> None:
    def reset() -> OSError:
        return ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))

    def kind_of(line: socket.socket, address: Any = None) -> str:
        try:
            port = (address or line.getpeername())[1]
        except OSError:
            port = 0
        return "smtp" if port == smtp_port else "http"

    for name in ("connect", "send", "sendall", "recv", "recv_into"):
        real = getattr(socket.socket, name)

        def call(self: socket.socket, *args: Any, _real: Any = real, _name: str = name) -> Any:
            if self.family == socket.AF_UNIX:
                return _real(self, *args)
            kind = kind_of(self, args[0] if _name == "connect" else None)
            return faults.pass_through(kind, _name, lambda: _real(self, *args), reset)

        setattr(socket.socket, name, call)
