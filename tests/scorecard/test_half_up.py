"""Rounding in whole numbers gives what rounding in decimal gives, ties and their neighbours included."""

from __future__ import annotations

import math

import duckdb
import pytest

from kaframe.decimals import rounded
from kaframe.scorecard.points import NARROW, half_up

HALVES = "CAST(round(CAST(x AS DECIMAL(18, 9)), {}) AS DOUBLE)"


@pytest.mark.parametrize("places", [0, 1, 2, 4, 8, 9])
@pytest.mark.parametrize("most", [1.0, 100.0, NARROW])
def test_random_numbers_and_ties_round_as_in_decimal(places: int, most: float) -> None:
    unit = 10.0**-places
    with duckdb.connect() as connection:
        connection.execute("SELECT setseed(0.7)")
        connection.execute(f"CREATE TABLE numbers AS SELECT (random() * 2 - 1) * {most} AS x FROM range(50_000)")
        connection.execute(
            f"INSERT INTO numbers SELECT least(trunc(random() * {most / unit} + 0.5) * {unit} + {unit / 2} "
            f"+ (i % 7 - 3) * 1e-10, {most}) * (1 - 2 * (i % 2)) FROM range(50_000) AS t(i)"
        )
        query = f"SELECT x, {half_up('x', places)}, {HALVES.format(places)} FROM numbers"
        differ = [row for row in connection.execute(query).fetchall() if row[1] != row[2]]
    assert differ == []


def test_what_rounds_to_nothing_is_a_plain_zero() -> None:
    found = duckdb.sql(f"SELECT {half_up('x', 1)} FROM (VALUES (-1e-12::DOUBLE), (-0.04), (NULL)) AS t(x)").fetchall()
    assert [math.copysign(1, value) for (value,) in found if value is not None] == [1, 1]
    assert found[2] == (None,)


def test_it_rounds_as_the_explanation_does() -> None:
    values = [0.05, 0.15, 59.95, 44.95, 59.949999999, 2.25, -0.05, 8.45, 33.333333333333336, 99.95]
    listed = ", ".join(f"({value!r}::DOUBLE)" for value in values)
    found = duckdb.sql(f"SELECT {half_up('x', 1)} FROM (VALUES {listed}) AS t(x)").fetchall()
    assert [value for (value,) in found] == [rounded(value, 1, "up") for value in values]
