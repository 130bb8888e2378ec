"""Northwind: a SQL database as the source."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kaframe

Rows = Callable[[str], list[dict[str, Any]]]
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


def test_kaframe_finds_the_published_figures(previewed: Rows) -> None:
    """93 accounts, 830 orders of 89 of them, 37 late, 1,265,793.04 in all, 34 carry 80 %."""
    measures = previewed("measures")
    assert len(measures) == 93
    assert sum(row["orders_in_all"] > 0 for row in measures) == 89
    assert sum(row["orders_in_all"] for row in measures) == 830
    assert sum(row["late_orders"] for row in measures) == 37
    assert round(sum(row["revenue_in_all"] for row in measures), 2) == 1_265_793.04
    (portfolio,) = [row for row in previewed("portfolio") if row["measure"] == "revenue_in_all"]
    assert (portfolio["accounts"], portfolio["carry_80"]) == (89, 34)


def test_the_owner_is_the_employee_of_the_last_order(previewed: Rows, query: Callable[[str], Any]) -> None:
    """The column that the query makes names the account manager of every key account."""
    keys = [row["account_id"] for row in previewed("tiers") if row["key_account"]]
    managers = [row for row in previewed("owners") if row["role"] == "account_manager"]
    owners = {row["account_id"]: row["member"] for row in managers}
    assert keys
    for account in keys:
        theirs = f"SELECT EmployeeID FROM Orders WHERE CustomerID = '{account}'"
        assert owners[account] == f"e{query(f'{theirs} ORDER BY OrderDate DESC, OrderID DESC')[0]}"


def test_a_run_goes_to_the_report(real: Callable[[str], Path]) -> None:
    """The whole cycle runs, publishes and writes its reports; the same again publishes nothing new."""
    project = kaframe.load(real(NAME))
    first, second = project.run(as_of=LAST_DAY), project.run(as_of=LAST_DAY)
    assert first.reports
    assert all(report.stat().st_size > 1_000 for report in first.reports)
    assert second.committed.run_id == first.committed.run_id
