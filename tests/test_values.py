"""Types of columns: guessed from text, taken from values."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pyarrow as pa
import pytest

from kaframe.database import Database
from kaframe.values import ValueColumns, arrow_type, engine_type, guess_type


def column(*values: Any) -> pa.Table:
    columns = ValueColumns(["v"])
    columns.add([[value] for value in values])
    return columns.table(range(1, len(values) + 1))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1", "-0.5", ".5", None, ""], "number"),
        (["007"], "text"),
        (["1,5"], "text"),
        (["１２"], "text"),
        (["0x1F"], "text"),
        (["1_000"], "text"),
        (["True", "false"], "boolean"),
        (["yes"], "text"),
        (["2024-02-29"], "date"),
        (["2023-02-29"], "text"),
        (["2024-03-04", "2024-03-04 10:00:00.5+08:00"], "timestamp"),
        (["2024-3-4"], "text"),
        ([], "text"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_text_is_a_type_only_when_all_of_it_is(values: list[str | None], expected: str) -> None:
    """What could mean something else stays text."""
    assert guess_type(values) == expected


@pytest.mark.parametrize(
    ("values", "kind", "given"),
    [
        ([1, 2.0, Decimal("3.00")], "int64", [1, 2, 3]),
        ([1, Decimal("0.5")], "double", [1.0, 0.5]),
        ([1e300], "double", [1e300]),
        ([True, None], "bool", [True, None]),
        ([date(2024, 3, 4), None], "date32[day]", [date(2024, 3, 4), None]),
        (
            [date(2024, 3, 4), datetime(2024, 3, 4, 1)],
            "timestamp[us]",
            [datetime(2024, 3, 4), datetime(2024, 3, 4, 1)],
        ),
        ([datetime(2024, 3, 4, tzinfo=UTC)], "timestamp[us, tz=UTC]", [datetime(2024, 3, 4, tzinfo=UTC)]),
        ([1.0, "x", True, None], "string", ["1", "x", "true", None]),
        ([2**53 + 1, 1], "string", [str(2**53 + 1), "1"]),
        ([[1, "客"], {"a": date(2024, 3, 4)}], "string", ['[1, "客"]', '{"a": "2024-03-04"}']),
        ([b"\x01\xff"], "string", ["01ff"]),
        ([UUID(int=1)], "string", [str(UUID(int=1))]),
        ([timedelta(hours=30)], "string", ["1 day, 6:00:00"]),
        ([None], "string", [None]),
    ],
    ids=lambda value: str(value)[:24],
)
def test_values_become_a_column_of_one_type(values: list[Any], kind: str, given: list[Any]) -> None:
    """Without losing a digit."""
    table = column(*values)
    assert str(table.schema.field("v").type) == kind
    assert table.column("v").to_pylist() == given


def test_not_a_number_stays_for_the_data_step_to_count() -> None:
    """It is no value, but somebody wrote it."""
    assert str(column(float("nan"), 1).column("v").to_pylist()[0]) == "nan"


@pytest.mark.parametrize(
    ("batches", "kind", "given"),
    [
        ([[1], [2.5]], "double", [1.0, 2.5]),
        ([[1], ["x"], [True]], "string", ["1", "x", "true"]),
        ([[None], [date(2024, 3, 4)], [datetime(2024, 3, 5, 1)]], "timestamp[us]",
         [None, datetime(2024, 3, 4), datetime(2024, 3, 5, 1)]),
        ([[date(2024, 3, 4)], ["x"]], "string", ["2024-03-04", "x"]),
        ([[1.5], [None], ["x"]], "string", ["1.5", None, "x"]),
        ([], "string", []),
    ],
    ids=["numbers", "mixed", "days and moments", "days and text", "missing between", "nothing"],
)  # fmt: skip
def test_batches_are_brought_to_one_type(batches: list[list[Any]], kind: str, given: list[Any]) -> None:
    """Whatever came first."""
    columns = ValueColumns(["v"])
    for batch in batches:
        columns.add([[value] for value in batch])
    table = columns.table(range(1, len(given) + 1))
    assert str(table.schema.field("v").type) == kind
    assert table.column("v").to_pylist() == given


def test_days_in_text_are_offered_as_days() -> None:
    """The rows still have them as text, which kaframe types."""
    columns = ValueColumns(["day", "n"])
    columns.add([["2024-03-04", 1], ["2024-03-05", None]])
    assert [(found.name, found.type) for found in columns.types()] == [("day", "date"), ("n", "number")]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (pa.int8(), "number"),
        (pa.decimal128(10, 2), "number"),
        (pa.dictionary(pa.int8(), pa.string()), "text"),
        (pa.date64(), "date"),
        (pa.timestamp("ns", "Asia/Shanghai"), "timestamp"),
        (pa.bool_(), "boolean"),
        (pa.list_(pa.int8()), "text"),
        (pa.time32("s"), "text"),
    ],
    ids=str,
)
def test_arrow_types_have_a_name_in_expressions(kind: pa.DataType, expected: str) -> None:
    """What expressions know nothing about is text."""
    assert arrow_type(kind) == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("1::UTINYINT", "number"),
        ("1::HUGEINT", "number"),
        ("1.5::DECIMAL(10, 2)", "number"),
        ("1::FLOAT", "number"),
        ("TRUE", "boolean"),
        ("DATE '2026-01-01'", "date"),
        ("TIMESTAMP '2026-01-01 10:00:00'::TIMESTAMP_NS", "timestamp"),
        ("TIMESTAMPTZ '2026-01-01 10:00:00+08'", "timestamp"),
        ("TIME '10:00:00'", "text"),
        ("INTERVAL 1 DAY", "text"),
        ("[1]", "text"),
        ("{'INTEGER': 1}", "text"),
        ("'a'::ENUM('a', 'b')", "text"),
        ("'a'::BLOB", "text"),
    ],
)
def test_types_of_the_engine_have_a_name_in_expressions(sql: str, expected: str) -> None:
    """By the name that the engine itself gives."""
    with Database() as db:
        assert engine_type(db.describe(f"SELECT {sql} AS a")["a"]) == expected
