"""Rows from any database that SQLAlchemy knows; nothing is written there, no password is shown."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import kaframe
from kaframe import Column, DataError, Problem, Reader, Reading, Source

if TYPE_CHECKING:
    import sqlalchemy as sa

BATCH_ROWS = 10_000
SAMPLE_ROWS = 20_000
CONNECT_SECONDS = 10
SQLITE_MARK = b"SQLite format 3\0"
# drivers that take the deadline under this name
PATIENT_DRIVERS = ("psycopg", "psycopg2", "pymysql", "mysqldb", "mysqlconnector")

OPTIONS = {
    "type": "object",
    "additionalProperties": False,
    "required": ["url"],
    "oneOf": [{"required": ["query"]}, {"required": ["table"]}],
    "properties": {
        "url": {
            "title": "Database",
            "description": "An SQLAlchemy URL: postgresql+psycopg://user@host/name, sqlite:///data/crm.db; "
            "keep one with a password in the environment: ${env:CRM_URL}.",
            "type": "string",
            "minLength": 1,
            "secret": True,
        },
        "query": {
            "title": "Query",
            "description": "A SELECT in the database's own SQL; its column names are those of the source.",
            "type": "string",
            "minLength": 1,
        },
        "table": {
            "title": "Table",
            "description": "A table or view, instead of a query.",
            "type": "string",
            "minLength": 1,
        },
        "schema": {
            "title": "Schema",
            "description": "The schema of the table, where it is not the user's own.",
            "type": "string",
            "minLength": 1,
        },
    },
}


@kaframe.hook
def kaframe_readers() -> Iterable[Reader]:
    yield Reader(
        name="sql",
        summary={"en": "Databases that SQLAlchemy knows", "zh": "SQLAlchemy 支持的数据库"},
        options=OPTIONS,
        columns=columns,
        read=read,
        fingerprint=fingerprint,
        locate=locate,
    )


def columns(source: Source) -> Sequence[Column]:
    """The columns of the query or table, with the types of the first 20,000 rows."""
    with _rows(source, None) as (names, batches):
        values = kaframe.ValueColumns(names)
        seen = 0
        for batch in batches:
            values.add(batch)
            seen += len(batch)
            if seen >= SAMPLE_ROWS:
                break
    return list(values.types())


def read(source: Source, names: Sequence[str]) -> Reading:
    """All rows, batch by batch, in the order in which the database gives them."""
    with _rows(source, names) as (offered, batches):
        kaframe.check_names(source, names, offered)
        picks = [offered.index(name) for name in names]
        values = kaframe.ValueColumns(names)
        total = 0
        for batch in batches:
            values.add([[row[pick] for pick in picks] for row in batch])
            total += len(batch)
    return Reading(arrow=values.table(range(1, total + 1)))


def fingerprint(source: Source) -> str:
    """Nothing: only the rows themselves tell whether a database has changed."""
    return ""


def locate(source: Source, rows: Sequence[int]) -> Sequence[tuple[str, int]]:
    """The database and the number of the row in the result."""
    place = _place(_url(source))
    return [(place, row) for row in rows]


@contextlib.contextmanager
def _rows(source: Source, names: Sequence[str] | None) -> Iterator[tuple[list[str], Iterator[list[Any]]]]:
    """The column names and the batches of rows; whatever the query did is rolled back."""
    import sqlalchemy as sa

    url = _url(source)
    engine = _engine(source, url)
    try:
        with _connect(source, url, engine) as connection:
            try:
                result = connection.execution_options(
                    stream_results=True, max_row_buffer=BATCH_ROWS, no_parameters=True
                ).exec_driver_sql(_statement(source, connection, names))
                if not result.returns_rows:
                    message, at = f"{_place(url)} has no rows to give for the query", source.place("query")
                    raise DataError([Problem(at, "KF3082", message, "write a SELECT")])
                offered = list(result.keys())
                kaframe.check_header(offered, source.place("query", "table"))
                yield offered, iter(lambda: [tuple(row) for row in result.fetchmany(BATCH_ROWS)], [])
            except sa.exc.SQLAlchemyError as error:
                message = f"{_place(url)} refuses the query: {_reason(url, error)}"
                at, hint = source.place("query", "table"), "try the query in the database's own tool"
                raise DataError([Problem(at, "KF3082", message, hint)]) from None
    finally:
        engine.dispose()


def _statement(source: Source, connection: sa.Connection, names: Sequence[str] | None) -> str:
    """The query as it stands, or one for the asked columns of the table with every name quoted."""
    if "query" in source.options:
        return str(source.options["query"])
    import sqlalchemy as sa

    table, schema = str(source.options["table"]), source.options.get("schema")
    inspector = sa.inspect(connection)
    if not inspector.has_table(table, schema=schema):
        known = [*inspector.get_table_names(schema=schema), *inspector.get_view_names(schema=schema)]
        message = f"{_place(_url(source))} has no table '{table}'"
        raise DataError(
            [Problem(source.place("table"), "KF3084", message, kaframe.nearest(table, known) or _list(known))]
        )
    quote = connection.dialect.identifier_preparer.quote_identifier
    if names is not None:
        offered = [str(column["name"]) for column in inspector.get_columns(table, schema=schema)]
        kaframe.check_names(source, names, offered)
    chosen = ", ".join(map(quote, names)) if names else "*"
    home = f"{quote(schema)}.{quote(table)}" if schema else quote(table)
    return f"SELECT {chosen} FROM {home}"


def _url(source: Source) -> sa.URL:
    """The URL with a relative SQLite file below the project, opened for reading only."""
    import sqlalchemy as sa

    given = source.options["url"]
    try:
        url = sa.make_url(given.reveal() if hasattr(given, "reveal") else str(given))
    except (sa.exc.ArgumentError, ValueError):
        hint = "write it like postgresql+psycopg://user@host:5432/name or sqlite:///data/crm.db"
        raise DataError([Problem(source.place("url"), "KF3080", "the URL cannot be read", hint)]) from None
    if url.get_backend_name() == "sqlite":
        return _sqlite_file(source, url)
    if "@" in f"{url.host}{url.database}":
        # A password with an @ of its own ends too early, and its rest would be shown as the host.
        message, hint = "a sign in the URL's user or password is not encoded", "write @ as %40, / as %2F, : as %3A"
        raise DataError([Problem(source.place("url"), "KF3080", message, hint)])
    return url


def _sqlite_file(source: Source, url: sa.URL) -> sa.URL:
    """SQLite makes a file that does not exist; here that is an error."""
    name = (url.database or "").removeprefix("file:").partition("?")[0]
    if not name or name == ":memory:":
        raise DataError(
            [Problem(source.place("url"), "KF3083", "the URL names no SQLite file", "write sqlite:///data/crm.db")]
        )
    path = source.folder / name
    if path.is_dir():
        hint = "name the file in it: sqlite:///data/crm.db"
        raise DataError([Problem(source.place("url"), "KF3083", f"'{name}' is a folder", hint)])
    if not path.is_file():
        near = (
            kaframe.nearest(path.name, [file.name for file in path.parent.iterdir()])
            if path.parent.is_dir()
            else ""
        )
        hint = near or "paths start in the project's folder"
        raise DataError([Problem(source.place("url"), "KF3083", f"SQLite file '{name}' does not exist", hint)])
    with path.open("rb") as content:
        start = content.read(len(SQLITE_MARK))
    if start and start != SQLITE_MARK:
        hint = "is it encrypted, or should another reader read it?"
        raise DataError([Problem(source.place("url"), "KF3083", f"'{name}' is no SQLite database", hint)])
    return url.set(database=path.absolute().as_uri(), query={"mode": "ro", "uri": "true"})


def _engine(source: Source, url: sa.URL) -> sa.Engine:
    import sqlalchemy as sa

    try:
        patient = url.get_driver_name() in PATIENT_DRIVERS and "connect_timeout" not in url.query
        options = {"connect_timeout": CONNECT_SECONDS} if patient else {}
        return sa.create_engine(url, poolclass=sa.pool.NullPool, connect_args=options)
    except sa.exc.NoSuchModuleError:
        message, hint = f"no database '{url.drivername}'", "sqlite, postgresql+psycopg, mysql+pymysql ..."
    except ModuleNotFoundError as error:
        message, hint = f"{url.drivername} needs the package '{error.name}'", f"pip install {error.name}"
    except sa.exc.ArgumentError:
        message, hint = "the URL cannot be used", "compare it with the database's page in SQLAlchemy's manual"
    raise DataError([Problem(source.place("url"), "KF3080", message, hint)]) from None


@contextlib.contextmanager
def _connect(source: Source, url: sa.URL, engine: sa.Engine) -> Iterator[sa.Connection]:
    import sqlalchemy as sa

    try:
        connection = engine.connect()
    except sa.exc.SQLAlchemyError as error:
        message = f"{_place(url)} cannot be reached: {_reason(url, error)}"
        hint = "is the server running, and are user and password right?"
        raise DataError([Problem(source.place("url"), "KF3081", message, hint)]) from None
    with connection:
        yield connection


def _place(url: sa.URL) -> str:
    """The database as people may see it: host, port and name, or the file."""
    if not url.host:
        return (url.database or url.drivername).rpartition("/")[2].partition("?")[0]
    port = f":{url.port}" if url.port else ""
    return f"{url.host}{port}/{url.database or ''}".rstrip("/")


def _reason(url: sa.URL, error: Exception) -> str:
    """What the database said, in one line and without the password."""
    said = " ".join(str(getattr(error, "orig", None) or error).split())
    return (said.replace(str(url.password), "***") if url.password else said)[:300]


def _list(names: Sequence[str]) -> str:
    return f"it has {', '.join(sorted(names)[:12])}" if names else "it has no tables"
