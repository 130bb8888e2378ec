"""One DuckDB for all tests of expressions."""

import duckdb
import pytest


@pytest.fixture(scope="session")
def db():
    """A real DuckDB in memory."""
    with duckdb.connect() as connection:
        yield connection
