"""Opening the store: SQLite in a file of the project, or PostgreSQL for a team, with the same promises.

Writers are one at a time (``BEGIN IMMEDIATE``, or an advisory lock), readers see one moment. A store that
does not exist yet reads as empty; only writing makes it.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, NullPool, Select, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from kaframe.errors import Problem, RuleError, StoreError
from kaframe.records import Secret
from kaframe.secrets import resolve_secret
from kaframe.store.digests import keep_digests, teach_digest
from kaframe.store.errors import BUSY_SECONDS, corrupt, translate, unwritable
from kaframe.store.places import refuse_network
from kaframe.store.schema import APPLICATION_ID, POSTGRES_SCHEMA, SCHEMA_VERSION, metadata, store_schema

if TYPE_CHECKING:
    from kaframe.project import Project

URL_HINT = "write sqlite:///.kaframe/kaframe.db or postgresql://user@host/database"
_WRITER_LOCK = 0x6B61_6672_616D  # the advisory lock of all writers of one PostgreSQL store


class Store:
    """The decisions of a project: runs, events, tasks, plans, what people did, and the outbox.

    ``url`` may be a secret; a relative SQLite path starts at ``root``. Nothing is opened before it is used. ``file`` is
    the real file of an SQLite store, no link to it, whether it is there or not; None for a server. ``journal`` is how
    SQLite keeps what it may have to undo: ``wal`` beside the file, for a local disk, or ``delete``, which network file
    systems can bear.
    Raises: StoreError KF7006 for a url that is none, KF7007 when the driver is missing.
    """

    def __init__(self, url: str | Secret | URL, root: Path, journal: Literal["wal", "delete"] = "wal") -> None:
        self._journal = journal
        self._url = _parse(url.reveal() if isinstance(url, Secret) else url)
        is_sqlite = self._url.get_backend_name() == "sqlite"
        self.file = Path(os.path.realpath(root / (self._url.database or ""))) if is_sqlite else None
        server = f"{self._url.host or 'localhost'}/{self._url.database}"
        self.shown = str(self._url.database) if is_sqlite else server
        self.engine = _sqlite_engine(self.file) if self.file else _postgres_engine(self._url)

    def rows(self, query: Select[Any]) -> list[dict[str, Any]]:
        """All rows of a query as dictionaries; none when the store does not exist."""
        with self.reading() as connection:
            return [dict(row) for row in connection.execute(query).mappings()] if connection else []

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection | None]:
        """A connection that sees one moment and changes nothing; None when the store does not exist."""
        with self.looking() as connection:
            yield connection if connection and self.version(connection) else None

    @contextlib.contextmanager
    def looking(self) -> Iterator[Connection | None]:
        """The same for a store of any form; None when there is no file."""
        with self.translated():
            self._refuse_network()
            if self.file and not _has_bytes(self.file):
                yield None
                return
            options: dict[str, Any] = {} if self.file else {"isolation_level": "REPEATABLE READ"}
            with self.engine.connect().execution_options(**options) as connection:
                yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, alone: all of it is kept when the block ends well, nothing when it raises."""
        with self.alone() as connection:
            if not self.version(connection):
                self.create(connection)
            if self.file:
                keep_digests(connection)
            yield connection

    @contextlib.contextmanager
    def alone(self) -> Iterator[Connection]:
        """A writing transaction on a store of any form that is known, or on none yet."""
        with self.translated():
            self._refuse_network()
            if self.file:
                _make_file(self.file)
            with self.engine.connect() as connection:
                if self.file:
                    self._prepare_sqlite(connection)
                with connection.execution_options(writing=True).begin():
                    if not self.file:
                        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'")
                        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})")
                    yield connection

    def close(self) -> None:
        """Let go of everything; the store can be used again."""
        self.engine.dispose()

    @contextlib.contextmanager
    def translated(self) -> Iterator[None]:
        """What the database says when it fails, in kaframe's words."""
        try:
            yield
        except UnicodeDecodeError as error:  # the driver reads what SQLite says of a damaged file
            raise corrupt(self.shown, "a text in it is no UTF-8") from error
        except (DBAPIError, sqlite3.Error) as error:
            known = translate(error, self.shown, self._url.password)
            if known is None:
                raise
            raise known from error

    def _refuse_network(self) -> None:
        if self.file and self._journal == "wal":
            refuse_network(self.file, self.shown)

    def _prepare_sqlite(self, connection: Connection) -> None:
        """Set what SQLite takes only outside a transaction; a file that is not ours is refused before."""
        self.form(connection)
        connection.rollback()
        driver = connection.connection.driver_connection
        assert driver is not None
        if driver.execute("PRAGMA journal_mode").fetchone()[0] != self._journal:
            driver.execute(f"PRAGMA journal_mode = {self._journal}")

    def version(self, connection: Connection) -> int:
        """The store's form, today's or 0 when nothing has been made yet. Raises: StoreError KF7001, KF7002, KF7012."""
        found = self.form(connection)
        if 0 < found < SCHEMA_VERSION:
            message = f"the store {self.shown} has the form {found}, this kaframe works with the form {SCHEMA_VERSION}"
            copy = "'kaframe store backup FILE'" if self.file else f"pg_dump --schema {POSTGRES_SCHEMA}"
            hint = f"nothing was changed; keep a copy with {copy}, then 'kaframe store migrate'"
            raise StoreError([Problem(None, "KF7012", message, hint)])
        return found

    def form(self, connection: Connection) -> int:
        """The store's form, be it an old one; 0 when nothing has been made. Raises: StoreError KF7001, KF7002."""
        read = _sqlite_version if self.file else _postgres_version
        found = read(connection, self.shown)
        if found > SCHEMA_VERSION:
            message = (
                f"the store {self.shown} has the form {found}, this kaframe knows up to {SCHEMA_VERSION}"
            )
            raise StoreError(
                [Problem(None, "KF7002", message, "nothing was changed; install a newer kaframe")]
            )
        return found

    def create(self, connection: Connection) -> None:
        """Make the tables, empty, in today's form."""
        if self.file:
            metadata.create_all(connection)
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")
        else:
            connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {POSTGRES_SCHEMA}")
            metadata.create_all(connection)
            connection.execute(store_schema.insert().values(version=SCHEMA_VERSION))


def open_store(project: Project) -> Store:
    """The store that the project names. Raises: RuleError KF1130 for a password in the file, KF1131, KF1132."""
    at = project.config.store.places.get("url") or project.config.places.get("store")
    url: str | Secret = project.config.store.url
    secret, problems = resolve_secret(url, at, project.root) if isinstance(url, str) else (url, [])
    unknown = [problem for problem in problems if problem.code != "KF1130"]
    if unknown:
        raise RuleError(unknown)
    try:
        store = Store(secret if "${" in str(url) else url, project.root, project.config.store.journal)
    except StoreError as error:
        raise StoreError(replace(problem, at=problem.at or at) for problem in error.problems) from error
    if problems:
        raise RuleError(problems)
    return store


def store_at(file: Path) -> Store:
    """The store in a SQLite file, whatever its name."""
    return Store(URL.create("sqlite", database=str(file.absolute())), file.parent)


def _parse(text: str | URL) -> URL:
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise _bad_url("the store's url cannot be understood") from error
    backend = url.get_backend_name()
    if "\0" in (url.database or ""):
        raise _bad_url("no file or database has a zero byte in its name")
    if backend == "sqlite" and url.database and url.database != ":memory:":
        return url
    if backend == "postgresql":
        if "@" in f"{url.host}{url.database}":
            # A password with an @ of its own ends too early, and its rest would be shown as the host.
            raise _bad_url("a sign in the url's user or password is not encoded", "write @ as %40, / as %2F, : as %3A")
        return url.set(drivername="postgresql+psycopg")
    if backend == "sqlite":
        raise _bad_url("a store in memory would forget everything")
    raise _bad_url(f"'{backend}' is no kind of store")


def _bad_url(message: str, hint: str = URL_HINT) -> StoreError:
    return StoreError([Problem(None, "KF7006", message, hint)])


def _sqlite_engine(path: Path) -> Engine:
    def connect() -> sqlite3.Connection:
        address = f"file:{quote(str(path))}?mode=rw"
        connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=BUSY_SECONDS)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        teach_digest(connection)
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _begin_sqlite(connection: Connection) -> None:
    # The driver would begin late and deferred, and two writers would then fail half way.
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _postgres_engine(url: URL) -> Engine:
    try:
        engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": BUSY_SECONDS})
    except ModuleNotFoundError as error:
        message = "a PostgreSQL store needs the driver psycopg"
        raise StoreError([Problem(None, "KF7007", message, "pip install 'kaframe[postgres]'")]) from error
    return engine.execution_options(schema_translate_map={None: POSTGRES_SCHEMA})


def _sqlite_version(connection: Connection, shown: str) -> int:
    application = int(connection.exec_driver_sql("PRAGMA application_id").scalar_one())
    version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
    tables = int(connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one())
    if application == APPLICATION_ID:
        return version
    if tables or application or version:
        message = f"{shown} is a database of another program"
        hint = "nothing was changed; give 'store: {url: }' a file of its own"
        raise StoreError([Problem(None, "KF7002", message, hint)])
    return 0


def _postgres_version(connection: Connection, _: str) -> int:
    table = f"SELECT to_regclass('{POSTGRES_SCHEMA}.store_schema')"
    if connection.exec_driver_sql(table).scalar_one() is None:
        return 0
    return int(connection.execute(store_schema.select()).scalar_one())


def _has_bytes(path: Path) -> bool:
    """Whether there is a store; an empty file is what a kill before the first write leaves."""
    try:
        _refuse_other(path)
        return path.exists() and path.stat().st_size > 0
    except PermissionError as error:
        raise unwritable(path.name, error) from error


def _make_file(path: Path) -> None:
    """Folder and file for this user alone: what is in the store is about customers."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_other(path)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise unwritable(path.name, error) from error


def _refuse_other(path: Path) -> None:
    """Raise StoreError KF7001 for a folder, and for a device or a pipe, which could be waited for without an end."""
    if path.is_dir():
        raise corrupt(path.name, "it is a folder")
    if path.is_symlink():  # a real path is none, unless it never ends
        raise corrupt(path.name, "it is a link to itself")
    if path.exists() and not path.is_file():
        raise corrupt(path.name, "it is a device or a pipe, no file")
