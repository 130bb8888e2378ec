"""Tables from Python in the place of a project's sources: Arrow, pandas, polars."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import kaframe
from kaframe.errors import DataError, Location, UsageError
from kaframe.handed import as_arrow, reader_of
from kaframe.records import Source
from kaframe.testing import ReaderConformance
from tests.plugins.loading import load_plugin
from tests.smallproject import write_project

DAY = "2026-03-31"
ORDERS = [
    {"account_id": "A1", "order_id": 1, "ordered_on": date(2026, 1, 10), "amount": 9000.5, "profit": 900.0},
    {"account_id": "A2", "order_id": 2, "ordered_on": date(2026, 1, 12), "amount": 1500.0, "profit": None},
    {"account_id": "A9", "order_id": 3, "ordered_on": date(2026, 2, 1), "amount": 500.0, "profit": 50.0},
]
FORMS: Mapping[str, Callable[[list[dict[str, Any]]], Any]] = {
    "arrow": pa.Table.from_pylist,
    "batches": lambda rows: pa.Table.from_pylist(rows).to_reader(),
    "pandas": pd.DataFrame,
    "pandas index": lambda rows: pd.DataFrame(rows).set_index("order_id"),
    "pandas arrow": lambda rows: pd.DataFrame(rows).convert_dtypes(dtype_backend="pyarrow"),
    "polars": pl.DataFrame,
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("handed"))


@pytest.mark.parametrize("form", FORMS)
def test_an_object_stands_in_the_place_of_a_file(project: Path, form: str) -> None:
    """Its rows, its types, its orphans; the other table is read from its file."""
    loaded = kaframe.load(project, tables={"orders": FORMS[form](ORDERS)})
    with loaded.preview(as_of=DAY, until="measure") as preview:
        measured = {row["account_id"]: row["revenue_12m"] for row in preview.rows("measures")}
        (source,) = [row for row in preview.rows("sources") if row["table_name"] == "orders"]
    assert {name: float(value or 0) for name, value in measured.items()} == {"A1": 9000.5, "A2": 1500, "A3": 0, "A4": 0}
    assert (source["source"], source["rows_read"], source["orphans"]) == ("orders", 3, 1)


def test_accounts_too_and_a_run_that_publishes(tmp_path: Path) -> None:
    """The same objects again are the same inputs; others are not."""
    project = write_project(tmp_path)
    accounts = pd.DataFrame({"account_id": ["A1", "A2"], "account": ["Alpha", "Beta"]})
    tables = {"accounts": accounts, "orders": pl.DataFrame(ORDERS)}
    assert kaframe.load(project, tables=tables).run(as_of=DAY).committed.state == "published"
    assert kaframe.load(project, tables=tables).run(as_of=DAY).committed.state == "unchanged"
    more = pl.DataFrame([*ORDERS, {**ORDERS[0], "order_id": 9}])
    assert kaframe.load(project, tables={**tables, "orders": more}).run(as_of=DAY).committed.state == "published"


def test_arrow_and_polars_are_not_copied() -> None:
    """The numbers lie where they lay."""
    source = Source("orders", "python", {"table": "orders"}, Path(), Location("kaframe.yaml"))
    given = pa.table({"amount": pa.array(range(10_000), pa.int64())})
    frame = pl.DataFrame({"amount": range(10_000)})
    for table, address in (
        (given, given.column("amount").chunk(0).buffers()[1].address),
        (frame, frame.to_arrow().column("amount").chunk(0).buffers()[1].address),
    ):
        reading = reader_of({"orders": table}).read(source, ["amount"])
        assert reading.arrow.column("amount").chunk(0).buffers()[1].address == address


def test_types_are_those_of_the_columns() -> None:
    """Decimals are numbers, categories and lists are text, moments stay moments."""
    frame = pl.DataFrame(
        {"n": [Decimal("1.50")], "c": ["x"], "d": [date(2026, 1, 1)], "t": [datetime(2026, 1, 1, 8)], "l": [[1, 2]],
         "b": [True]},
        schema_overrides={"c": pl.Categorical},
    )  # fmt: skip
    source = Source("orders", "python", {"table": "orders"}, Path(), Location("kaframe.yaml"))
    found = {column.name: column.type for column in reader_of({"orders": frame}).columns(source)}
    assert found == {"n": "number", "c": "text", "d": "date", "t": "timestamp", "l": "text", "b": "boolean"}


@pytest.mark.parametrize(
    ("value", "says"),
    [
        pytest.param([1, 2], "is builtins.list, which is no table", id="list"),
        pytest.param(pl.LazyFrame({"a": [1]}), "call its collect() first", id="lazy"),
        pytest.param(pd.DataFrame({"a": [1, "x", b"y"]}), "values of one type", id="mixed"),
        pytest.param(pd.Series([1]), "cannot become a table", id="series"),
    ],
)
def test_what_is_no_table_is_refused(value: Any, says: str) -> None:
    """With what it is and what to give."""
    source = Source("orders", "python", {"table": "orders"}, Path(), Location("kaframe.yaml", 7, 3))
    with pytest.raises(DataError, match="KF6006") as caught:
        as_arrow(value, source)
    assert says in str(caught.value)


def test_a_table_that_is_not_declared_is_answered_with_the_nearest(project: Path) -> None:
    """A misspelt name would leave the file in use without a word."""
    with pytest.raises(UsageError, match=r"KF6036.*did you mean 'orders'"):
        kaframe.load(project, tables={"ordes": pl.DataFrame(ORDERS)})


def test_without_an_object_the_reader_says_where_rows_come_from(tmp_path: Path) -> None:
    """On the command line there is no Python to give them; with one there are, and what the source says holds."""
    written = "orders: {source: {reader: csv, path: data/orders.csv}"
    base = (write_project(tmp_path) / "kaframe.yaml").read_text("utf-8")
    config = base.replace(written, 'orders: {source: {reader: python, where: "amount > 1000"}')
    write_project(tmp_path, {"kaframe.yaml": config})
    with pytest.raises(DataError, match=r"kaframe.yaml:\d+:\d+: KF6006 .*tables=\{'orders': frame\}"):
        kaframe.load(tmp_path)
    with kaframe.load(tmp_path, tables={"orders": pl.DataFrame(ORDERS)}).preview(as_of=DAY, until="data") as preview:
        assert [row["left_out"] for row in preview.rows("sources") if row["table_name"] == "orders"] == [1]


class OfObjects(ReaderConformance):
    """What a reader must keep to, for the reader of objects."""

    plugin = load_plugin("reader_python")
    changes_seen = False
    form: ClassVar[str] = "arrow"
    tables: Mapping[str, Any] = MappingProxyType({})

    @property
    def record(self) -> Any:
        return reader_of(self.tables)

    def write(self, folder: Path, rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
        schema = pa.schema([(name, pa.string()) for name in ("id", "name", "amount", "note")])
        table = pa.Table.from_pylist(list(rows), schema)
        self.tables = {"rows": {"arrow": lambda: table, "pandas": table.to_pandas,
                                "polars": lambda: pl.from_arrow(table)}[self.form]()}  # fmt: skip
        return {"table": "rows"}

    def lost(self, folder: Path) -> Mapping[str, Any]:
        self.tables = {"rows": object()}
        return {"table": "rows"}

    def test_the_plugin_is_sound(self) -> None:
        """The record of the plugin, not of the objects."""
        assert [reader.name for reader in self.plugin.kaframe_readers()] == ["python"]


TestArrow = type("TestArrow", (OfObjects,), {"form": "arrow"})
TestPandas = type("TestPandas", (OfObjects,), {"form": "pandas"})
TestPolars = type("TestPolars", (OfObjects,), {"form": "polars"})
