"""Northwind: a SQL database as the source."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

NAME = "northwind"
LAST_DAY = "1998-05-06"
REVENUE = """SELECT o.CustomerID, sum(d.UnitPrice * d.Quantity * (1 - d.Discount)) AS paid
             FROM Orders o JOIN "Order Details" d USING (OrderID) GROUP BY 1"""


@pytest.fixture(scope="module")
def query(data: Callable[[str], Path]) -> Callable[[str], Any]:
    connection = sqlite3.connect(f"file:{data(NAME)}/northwind.db?mode=ro&immutable=1", uri=True)
    return lambda text: connection.execute(text).fetchone()


def test_the_database_has_the_published_counts(query: Callable[[str], Any]) -> None:
    """93 customers of whom 89 have ordered, 830 orders, 37 of them shipped too late."""
    assert query("SELECT count(*) FROM Customers") == (93,)
    ordered = "SELECT count(*), count(DISTINCT CustomerID), sum(ShippedDate > RequiredDate) FROM Orders"
    assert query(ordered) == (830, 89, 37)


def test_the_revenue_and_who_carries_it(query: Callable[[str], Any]) -> None:
    """1,265,793.04 in all; 34 customers carry 80 % of it."""
    assert round(query(f"SELECT sum(paid) FROM ({REVENUE})")[0], 2) == 1_265_793.04
    above = "sum(paid) OVER (ORDER BY paid DESC) - paid"
    running = f"SELECT {above} AS above, sum(paid) OVER () AS whole FROM ({REVENUE})"
    assert query(f"SELECT count(*) FROM ({running}) WHERE above < 0.8 * whole") == (34,)
