"""Lakes: Parquet on a storage that speaks S3, Delta and Iceberg tables; real files, a real server on loopback."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kaframe.errors import DataError, Problem
from kaframe.records import Secret
from kaframe.testing import ReaderConformance
from tests.plugins.loading import load_plugin
from tests.plugins.s3server import SECRET, Lake, lake
from tests.plugins.sources import MakeSource
from tests.reaching import NameServer

COLUMNS = ("id", "name", "amount", "note")


@pytest.fixture
def bucket(tmp_path: Path) -> Path:
    """A bucket with orders of two years, whose columns differ."""
    folder = tmp_path / "storage/bucket"
    for year, table in (
        (2025, pa.table({"id": [1, 2], "paid": [1.5, None], "name": ["长城", "b"]})),
        (2026, pa.table({"id": [3], "paid": pa.array([7], pa.int64()), "city": ["上海"]})),
    ):
        (folder / f"orders/year={year}").mkdir(parents=True)
        pq.write_table(table, folder / f"orders/year={year}/part.parquet")
    (folder / "orders/notes.txt").write_text("no rows")
    return folder


@pytest.fixture
def running(bucket: Path) -> Iterator[Lake]:
    with lake(bucket.parent) as server:
        yield server


def problem_of(ask: Callable[[], object]) -> Problem:
    with pytest.raises(DataError) as caught:
        ask()
    assert SECRET not in str(caught.value)
    return caught.value.problems[0]


def test_parquet_on_s3(source: MakeSource, running: Lake) -> None:
    """Matched by column name; every row has its object and number; a whole number and another are numbers."""
    declared = source("parquet", path="s3://bucket/orders/**/*.parquet", s3=running.options())
    assert source.types(declared) == {"id": "number", "paid": "number", "name": "text", "city": "text"}
    assert source.rows(declared, ["paid", "city", "id"]) == [
        {"paid": 1.5, "city": None, "id": 1, "_row": 1},
        {"paid": None, "city": None, "id": 2, "_row": 2},
        {"paid": 7.0, "city": "上海", "id": 3, "_row": 3},
    ]
    assert source.locate(declared, [2, 3]) == [
        ("s3://bucket/orders/year=2025/part.parquet", 2),
        ("s3://bucket/orders/year=2026/part.parquet", 1),
    ]


def test_only_asked_columns_come_over_the_line(source: MakeSource, running: Lake, bucket: Path) -> None:
    """Of a large object a few ranges."""
    texts = [f"{n:0200d}" for n in range(20_000)]
    pq.write_table(pa.table({"n": range(20_000), "text": texts}), bucket / "large.parquet", compression="none")
    declared = source("parquet", path="s3://bucket/large.parquet", s3=running.options())
    assert len(source.rows(declared, ["n"])) == 20_000
    assert running.given < (bucket / "large.parquet").stat().st_size / 4


@pytest.mark.parametrize(
    ("path", "change", "code", "says"),
    [
        pytest.param("s3://bucket/orders/none.parquet", {}, "KF3001", "does not exist", id="no object"),
        pytest.param("s3://bucket/nothing/*.parquet", {}, "KF3002", "no object matches", id="no match"),
        pytest.param("s3://bucket/orders/notes.txt", {}, "KF3050", "not a whole Parquet file", id="no parquet"),
        pytest.param("s3://bucket/orders/year=2025/part.parquet", {"key": Secret("other-key-1", "")}, "KF3116", "",
                     id="wrong key"),
        pytest.param("s3://bucket/x.parquet", {"endpoint": "http://minio.example.com"}, "KF3106", "with https",
                     id="http"),
    ],
)  # fmt: skip
def test_what_a_storage_does_not_give_is_told(
    source: MakeSource, running: Lake, path: str, change: dict[str, Any], code: str, says: str
) -> None:
    """With the path, without keys."""
    declared = source("parquet", path=path, s3={**running.options(), **change})
    problem = problem_of(lambda: source.columns(declared))
    assert problem.code == code
    assert says in str(problem)
    assert "other-key-1" not in str(problem)


def test_an_endpoint_that_leads_inside_is_not_asked(source: MakeSource, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before a library opens connections of its own."""
    NameServer(monkeypatch, {"minio.example.com": [["10.0.0.8"]]})
    declared = source("parquet", path="s3://bucket/x.parquet", s3={"endpoint": "https://minio.example.com"})
    problem = problem_of(lambda: source.columns(declared))
    assert (problem.code, problem.hint) == ("KF3087", "say allow_private: true if that is meant")


def test_a_delta_table_and_its_versions(source: MakeSource, running: Lake, bucket: Path) -> None:
    """Below the project and on S3: the latest version, or the one that is named."""
    delta = pytest.importorskip("deltalake")
    place = str(bucket / "sales")
    delta.write_deltalake(place, pa.table({"id": [1, 2], "paid": [1.5, None]}))
    delta.write_deltalake(place, pa.table({"id": [3], "paid": [9.0]}), mode="append")
    for options in ({"path": "storage/bucket/sales"}, {"path": "s3://bucket/sales", "s3": running.options()}):
        latest, first = source("delta", **options), source("delta", version=0, **options)
        assert source.types(latest) == {"id": "number", "paid": "number"}
        assert sorted(row["id"] for row in source.rows(latest, ["id"])) == [1, 2, 3]
        assert sorted(row["id"] for row in source.rows(first, ["id"])) == [1, 2]
        assert source.fingerprint(latest) != source.fingerprint(first)
    assert problem_of(lambda: source.columns(source("delta", path="storage/nothing"))).code == "KF3116"


def test_an_iceberg_table_and_its_snapshots(source: MakeSource, tmp_path: Path) -> None:
    """By its folder or its metadata file: the current snapshot, or the one that is named."""
    table = iceberg_table(tmp_path / "lake", pa.table({"id": [1, 2], "name": ["a", None]}))
    first = table.current_snapshot().snapshot_id
    table.append(pa.table({"id": [3], "name": ["c"]}))
    folder = next((tmp_path / "lake").rglob("metadata")).parent.relative_to(tmp_path).as_posix()
    latest = source("iceberg", path=folder)
    assert source.types(latest) == {"id": "number", "name": "text"}
    assert sorted(row["id"] for row in source.rows(latest, ["id"])) == [1, 2, 3]
    older = source("iceberg", path=folder, snapshot=first)
    assert sorted(row["id"] for row in source.rows(older, ["id", "name"])) == [1, 2]
    assert source.fingerprint(latest) != source.fingerprint(older)
    named = sorted((tmp_path / folder / "metadata").glob("*.metadata.json"))[-1].relative_to(tmp_path).as_posix()
    assert len(source.rows(source("iceberg", path=named), ["id"])) == 3
    assert problem_of(lambda: source.columns(source("iceberg", path="lake"))).code == "KF3116"


def iceberg_table(folder: Path, rows: pa.Table) -> Any:
    """A new table with these rows, in a catalog of its own."""
    sql = pytest.importorskip("pyiceberg.catalog.sql")
    folder.mkdir(parents=True, exist_ok=True)
    catalog = sql.SqlCatalog("c", uri=f"sqlite:///{folder}/catalog.db", warehouse=f"file://{folder}")
    catalog.create_namespace_if_not_exists("crm")
    if catalog.table_exists("crm.rows"):
        catalog.drop_table("crm.rows")
    table = catalog.create_table("crm.rows", schema=rows.schema)
    table.append(rows)
    return table


@pytest.mark.parametrize(("reader", "package"), [("delta", "deltalake"), ("iceberg", "pyiceberg")])
def test_a_missing_package_is_told_with_the_line_that_mends_it(
    source: MakeSource, monkeypatch: pytest.MonkeyPatch, reader: str, package: str
) -> None:
    """The formats are an extra."""
    usual = builtins.__import__

    def refuse(name: str, *rest: Any) -> Any:
        if name.partition(".")[0] == package:
            raise ModuleNotFoundError(f"No module named '{package}'", name=package)
        return usual(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)
    problem = problem_of(lambda: source.columns(source(reader, path="lake")))
    assert (problem.code, problem.hint) == ("KF3126", "pip install 'kaframe[lakes]'")


class TestS3(ReaderConformance):
    plugin = load_plugin("reader_lake")
    name = "parquet"
    changes_seen = False

    @pytest.fixture(autouse=True)
    def _serve(self, tmp_path: Path) -> Iterator[None]:
        """A storage for the rows."""
        (tmp_path / "storage/bucket").mkdir(parents=True)
        with lake(tmp_path / "storage") as self.running:
            yield

    def write(self, folder: Path, rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
        pq.write_table(as_table(rows), folder / "storage/bucket/rows.parquet")
        return {"path": "s3://bucket/rows.parquet", "s3": self.running.options()}

    def lost(self, folder: Path) -> Mapping[str, Any]:
        return {"path": "s3://bucket/nowhere.parquet", "s3": self.running.options()}


class TestDelta(ReaderConformance):
    plugin = load_plugin("reader_lake")
    name = "delta"
    table: ClassVar[str] = "rows"

    def write(self, folder: Path, rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
        delta = pytest.importorskip("deltalake")
        delta.write_deltalake(str(folder / self.table), as_table(rows), mode="overwrite")
        return {"path": self.table}

    def lost(self, folder: Path) -> Mapping[str, Any]:
        pytest.importorskip("deltalake")
        return {"path": "nowhere"}


class TestIceberg(ReaderConformance):
    plugin = load_plugin("reader_lake")
    name = "iceberg"

    def write(self, folder: Path, rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
        table = iceberg_table(folder / "lake", as_table(rows))
        return {"path": table.metadata_location.removeprefix(f"file://{folder}/")}

    def lost(self, folder: Path) -> Mapping[str, Any]:
        pytest.importorskip("pyiceberg")
        return {"path": "nowhere"}


def as_table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    return pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in COLUMNS})
