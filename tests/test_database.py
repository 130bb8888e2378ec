"""The one door to DuckDB: names, literals, tables from Python rows, Parquet with the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pyarrow as pa
import pytest

from kaframe.database import FEW_ROWS, Database, EngineError, literal, quoted
from kaframe.errors import KaframeError

COLUMNS = {"id": "VARCHAR", "points": "DOUBLE", "n": "BIGINT", "ok": "BOOLEAN", "day": "DATE", "at": "TIMESTAMP"}
ROW = {"id": "A'1", "points": 8.45, "n": 2**40, "ok": True, "day": date(2026, 2, 28), "at": datetime(2026, 2, 28, 9)}
NASTY = ["plain", 'double " quote', "it's", "客户", "a; drop table x", "--", "a\\b", "line\nbreak", "{x}", "$1", "?"]


@pytest.fixture
def db() -> Iterator[Database]:
    with Database(threads=1) as database:
        yield database


@pytest.mark.parametrize("name", NASTY)
def test_any_text_can_be_a_name(db: Database, name: str) -> None:
    """Tables and columns of that name come back as they are."""
    db.create(name, [{name: 1.5}], {name: "DOUBLE"})
    assert name in db.tables()
    assert db.columns(name) == {name: "DOUBLE"}
    assert db.rows(f"SELECT {quoted(name)} FROM {quoted(name)}") == [{name: 1.5}]


NUMBERS = [0, -3, 2**62, 0.1, -1e-300, 1e300, True, False, None]
DAYS = [date(1, 1, 1), date(9999, 12, 31), datetime(2026, 2, 28, 9, 30, 1, 5)]


@pytest.mark.parametrize("value", [*NASTY, "", *NUMBERS, *DAYS], ids=repr)
def test_a_literal_is_the_value(db: Database, value: object) -> None:
    """Through SQL and back, with its type."""
    found = db.value(f"SELECT {literal(value)}")
    assert found == value
    assert isinstance(found, type(value))


def test_rows_become_a_table(db: Database) -> None:
    """A missing key is NULL; the columns have the declared types and order."""
    db.create("t", [ROW, {"id": "B"}], COLUMNS)
    assert db.columns("t") == COLUMNS
    empty = dict.fromkeys(COLUMNS) | {"id": "B"}
    assert db.rows("SELECT * FROM t ORDER BY id") == [ROW, empty]


@pytest.mark.parametrize("copies", [1, 2 * FEW_ROWS], ids=["few", "many"])
@pytest.mark.parametrize("text", [*NASTY, "", "null", "\0", "\ufffd\u2028", "😀", '{"a": 1}', "1e5"], ids=repr)
def test_values_come_back_as_they_are(db: Database, text: str, copies: int) -> None:
    """Few rows and many, which take another way in; moments of a time zone in UTC."""
    zoned = datetime(2026, 2, 28, 9, tzinfo=timezone(timedelta(hours=8)))
    row = ROW | {"id": text, "points": 0.1 + 0.2, "n": -(2**63), "day": date(1, 1, 1), "at": zoned}
    db.create("t", [row] * copies, COLUMNS)
    found = db.rows("SELECT DISTINCT * FROM t")
    assert found == [row | {"at": datetime(2026, 2, 28, 1)}]
    assert db.columns("t") == COLUMNS


def test_numbers_that_json_does_not_have_are_numbers(db: Database) -> None:
    """Infinity and NaN go in with few rows too."""
    db.create("t", [{"a": float("inf")}, {"a": float("nan")}, {"a": -0.0}, {"a": 5e-324}], {"a": "DOUBLE"})
    found = [str(row["a"]) for row in db.rows("SELECT a FROM t")]
    assert sorted(found) == ["-0.0", "5e-324", "inf", "nan"]


def test_no_rows_become_an_empty_table(db: Database) -> None:
    """With its types, so that later steps find their columns."""
    db.create("t", [], COLUMNS)
    assert (db.columns("t"), db.rows("SELECT * FROM t")) == (COLUMNS, [])


def test_a_table_made_again_replaces_the_first(db: Database) -> None:
    """With rows or without."""
    db.create("t", [ROW], COLUMNS)
    db.create("t", [{"x": 1.0}], {"x": "DOUBLE"})
    assert db.rows("SELECT * FROM t") == [{"x": 1.0}]
    db.create("t", [], {"y": "DOUBLE"})
    assert db.columns("t") == {"y": "DOUBLE"}


def test_arrow_goes_in_and_out(db: Database) -> None:
    """As a table and as a reader of batches; no name of it stays behind."""
    table = pa.table({"a": [1, 2, 3]})
    db.load("one", table)
    db.load("two", table.to_reader(max_chunksize=1))
    assert db.arrow("SELECT * FROM one ORDER BY a").equals(db.arrow("SELECT * FROM two ORDER BY a"))
    assert db.tables() == ["one", "two"]


def test_python_variables_are_no_tables(db: Database) -> None:
    """A rule cannot reach what happens to be a variable somewhere."""
    hidden = pa.table({"a": [1]})
    with pytest.raises(EngineError):
        db.rows("SELECT * FROM hidden")
    assert hidden.num_rows == 1


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    """Whatever their order and the number of threads."""
    rows = [{"id": f"A{number:05}", "points": number / 7} for number in range(20_000)]
    files = []
    for threads, listed in ((1, rows), (4, rows[::-1])):
        with Database(threads=threads) as db:
            db.create("t", listed, {"id": "VARCHAR", "points": "DOUBLE"})
            path = tmp_path / f"it's {threads}.parquet"
            assert db.write_parquet("t", path, ["id"]) == 20_000
            files.append(path.read_bytes())
    assert files[0] == files[1]


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_what_stands_in_order_is_written_as_if_it_were_sorted(tmp_path: Path, threads: int) -> None:
    """The same bytes, whatever the number of threads, over several groups of rows; a missing key stands last."""
    made = "SELECT 'A' || lpad(i::VARCHAR, 7, '0') AS id, hash(i) / 7 AS points FROM range(300000) AS t(i)"
    written = {}
    with Database(threads=threads) as db:
        for name, order in (("ordered", "id"), ("reversed", "id DESC"), ("shuffled", "hash(id)")):
            db.execute(f"CREATE TABLE {name} AS {made} ORDER BY {order}")
            assert db.write_parquet(name, tmp_path / name, ["id"]) == 300_000
            written[name] = (tmp_path / name).read_bytes()
            db.execute(f"DROP TABLE {name}")
        assert written["ordered"] == written["reversed"] == written["shuffled"]
        db.execute("CREATE TABLE gaps AS SELECT unnest([NULL, 'a', 'b']) AS id")
        db.write_parquet("gaps", tmp_path / "gaps", ["id"])
        found = db.rows(f"SELECT id FROM read_parquet({literal(str(tmp_path / 'gaps'))})")
        assert [row["id"] for row in found] == ["a", "b", None]


def test_a_view_is_sorted_whatever_order_it_had_a_moment_ago(tmp_path: Path) -> None:
    """A view of a union gives its rows in another order each time; one that says it is in order is sorted too."""
    with Database(threads=2) as db:
        db.execute("CREATE TABLE t AS SELECT 'A' || (i % 7)::VARCHAR AS id FROM range(20) AS t(i)")
        db.execute("CREATE VIEW v AS SELECT id FROM t UNION SELECT id FROM t")
        asked: list[str] = []
        run = db._run
        db._run = lambda sql, *given, **named: (asked.append(sql), run(sql, *given, **named))[1]  # type: ignore[method-assign]
        db.write_parquet("v", tmp_path / "v", ["id"])
        found = db.rows(f"SELECT id FROM read_parquet({literal(str(tmp_path / 'v'))})")
    assert [row["id"] for row in found] == [f"A{number}" for number in range(7)]
    assert any("ORDER BY" in sql for sql in asked)


def test_a_query_can_be_written_too(db: Database, tmp_path: Path) -> None:
    """Not only a whole table."""
    db.create("t", [{"a": 1.0}, {"a": 2.0}], {"a": "DOUBLE"})
    path = tmp_path / "part.parquet"
    assert db.write_parquet("SELECT a FROM t WHERE a > 1", path, ["a"]) == 1
    assert db.rows(f"SELECT * FROM read_parquet({literal(str(path))})") == [{"a": 2.0}]


def test_what_the_engine_refuses_is_a_problem(db: Database) -> None:
    """With the statement, for those who look for the mistake; and it survives pickling as one."""
    with pytest.raises(EngineError) as caught:
        db.execute("SELECT nothing_of_this_name")
    assert (caught.value.sql, caught.value.problems[0].code) == ("SELECT nothing_of_this_name", "KF1999")
    assert isinstance(caught.value, KaframeError)
    assert db.value("SELECT 1") == 1


def test_parameters_are_values(db: Database) -> None:
    """Never SQL."""
    assert db.rows("SELECT ? AS a, ? AS b", ["it's; drop", None]) == [{"a": "it's; drop", "b": None}]


def test_databases_know_nothing_of_each_other() -> None:
    """One private database a run."""
    with Database() as one, Database() as two:
        one.create("t", [{"a": 1.0}], {"a": "DOUBLE"})
        assert two.tables() == []


def test_one_table_can_be_asked_for(db: Database) -> None:
    """Tables and views are there, what nobody made is not; the largest table says how much there is."""
    assert db.largest() == 0
    db.execute("CREATE TABLE t AS SELECT range AS a FROM range(3000)")
    db.execute("CREATE VIEW v AS SELECT a FROM t")
    assert [db.has(name) for name in ("t", "v", "w", "t v")] == [True, True, False, False]
    assert db.largest() == 3000


def test_a_pass_that_the_engine_does_not_have_is_no_mistake() -> None:
    """What is left out of planning is left out where it is there; an older release may lack it."""
    with Database() as db:
        db._leave_out(["no_such_pass", "filter_pushdown"])
        assert db.value("SELECT current_setting('disabled_optimizers')") == "filter_pushdown"


def test_several_threads_write_at_once(db: Database, tmp_path: Path) -> None:
    """Each file holds its own table, and the database can be used while they write."""
    names = [f"t{number}" for number in range(8)]
    for number, name in enumerate(names):
        db.execute(f"CREATE TABLE {name} AS SELECT range * {number} AS a FROM range(20000)")
    with ThreadPoolExecutor(4) as pool:
        written = list(pool.map(lambda name: db.write_parquet(name, tmp_path / name, ["a"]), names))
        assert db.value("SELECT count(*) FROM t0") == 20_000
    assert written == [20_000] * 8
    sums = [db.value(f"SELECT sum(a)::BIGINT FROM read_parquet('{tmp_path / name}')") for name in names]
    assert sums == [199_990_000 * number for number in range(8)]
