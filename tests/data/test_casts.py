"""How values of raw columns become numbers, days, booleans and ids."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from kaframe.data.casts import cast_column, family, id_of, number_format
from kaframe.data.plan import RawColumn
from kaframe.database import Database, literal
from kaframe.expression import Type

BAD = "bad"


def read(value: str, kind: Type, written: str = "") -> Any:
    """A text read as a type, or BAD."""
    cast = cast_column(RawColumn("x", kind, written), "VARCHAR", "Asia/Shanghai")
    with Database() as db:
        row = db.rows(f"SELECT {cast.sql} AS v, {cast.bad or 'FALSE'} AS b FROM (SELECT {literal(value)} AS x) AS r")[0]
    return BAD if row["b"] else row["v"]


@pytest.mark.parametrize(
    ("value", "written", "expected"),
    [
        ("12", "", 12.0), (" -1.5 ", "", -1.5), ("1e3", "", 1000.0), ("", "", None), ("  ", "", None),
        ("N/A", "", BAD), ("1,5", "", BAD), ("1_000", "", BAD), ("0x10", "", BAD), ("12%", "", BAD), ("nan", "", None),
        ("1.234,56", "1.234,56", 1234.56), ("1234,5", "1.234,56", 1234.5), ("12,34,5", "1.234,56", BAD),
        ("1,234,567.8", "1,234.56", 1234567.8), ("1,23", "1,234.56", BAD), ("-1 234,5", "1 234,56", -1234.5),
        ("1\u202f234,5", "1 234,56", 1234.5), ("12,5%", "12,5%", 0.125), ("12", "12%", 0.12), ("x%", "12%", BAD),
        ("1'234.5", "1'234.56", 1234.5),
    ],
)  # fmt: skip
def test_numbers(value: str, written: str, expected: Any) -> None:
    """English numbers without a format; everything else only as declared; half-read numbers are bad."""
    found = read(value, Type.NUMBER, written)
    assert found == (pytest.approx(expected) if isinstance(expected, float) else expected)


@pytest.mark.parametrize(
    ("value", "written", "expected"),
    [
        ("2024-03-05", "", date(2024, 3, 5)), ("2024/3/5", "", date(2024, 3, 5)),
        ("2024年3月5日", "", date(2024, 3, 5)),
        ("2024.03.05", "", date(2024, 3, 5)), ("2024-03-05 10:11:12", "", date(2024, 3, 5)), ("", "", None),
        ("2024-02-30", "", BAD), ("05/03/2024", "", BAD), ("infinity", "", BAD), ("epoch", "", BAD), ("today", "", BAD),
        ("05.03.2024", "%d.%m.%Y", date(2024, 3, 5)), ("2024-03-05", "%d.%m.%Y", BAD), 
        ("20240305", "%Y%m%d", date(2024, 3, 5)),
    ],
)  # fmt: skip
def test_days(value: str, written: str, expected: Any) -> None:
    """Year first is plain; every other way needs its format; words are no days."""
    assert read(value, Type.DATE, written) == expected


def test_times() -> None:
    """A time of day is kept when the column is a time."""
    assert read("2024-03-05 10:11", Type.TIMESTAMP) == datetime(2024, 3, 5, 10, 11)
    assert read("5.3.2024 10:11", Type.TIMESTAMP, "%d.%m.%Y %H:%M") == datetime(2024, 3, 5, 10, 11)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Yes", True),
        ("0", False),
        ("是", True),
        ("否", False),
        (" true ", True),
        ("", None),
        ("maybe", BAD),
        ("2", BAD),
    ],
)
def test_booleans(value: str, expected: Any) -> None:
    """The usual words in English and Chinese."""
    assert read(value, Type.BOOLEAN) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("CAST(1234 AS DOUBLE)", "1234"), ("CAST(12.5 AS DOUBLE)", "12.5"), ("CAST(7 AS DECIMAL(10, 2))", "7"),
        ("9007199254740993", "9007199254740993"), ("' 007 '", "007"), ("'  '", None), ("''", None),
        ("NULL::VARCHAR", None),
    ],
)  # fmt: skip
def test_ids(value: str, expected: str | None) -> None:
    """Whole numbers have no .0, text keeps its zeros, space around it goes."""
    with Database() as db:
        [kind] = db.describe(f"SELECT {value} AS x").values()
        assert db.value(f"SELECT {id_of('x', family(kind))} FROM (SELECT {value} AS x)") == expected


def test_formats_of_numbers_are_examples() -> None:
    """What is no example of a number is no format."""
    assert number_format("#,##0.00") is None
    assert number_format("1,234,56") is None
    found = number_format("1.234,56")
    assert found is not None
    assert (found.thousands, found.decimal, found.percent) == (".", ",", False)
