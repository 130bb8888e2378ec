"""UCI Online Retail: a million invoice lines without a list of accounts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

import kaframe

Rows = Callable[[str], list[dict[str, Any]]]
NAME = "uci-online-retail"
LAST_DAY = "2011-12-09"


@pytest.fixture(scope="module")
def query(data: Callable[[str], Path]) -> Callable[[str], Any]:
    """One row of a query over the views ``first`` (2009-10) and ``second`` (2010-11)."""
    folder = data(NAME)
    connection = duckdb.connect()
    connection.execute(
        f"""CREATE VIEW first AS SELECT "Customer ID" AS customer, Invoice AS invoice, Quantity AS quantity,
            Price AS price, InvoiceDate AS day FROM '{folder}/online_retail_II_2009_2010.parquet';
            CREATE VIEW second AS SELECT CustomerID AS customer, InvoiceNo AS invoice, Quantity AS quantity,
            UnitPrice AS price, InvoiceDate AS day FROM '{folder}/online_retail_2010_2011.parquet';
            CREATE VIEW bought AS
            SELECT * FROM second WHERE customer IS NOT NULL AND quantity > 0 AND price > 0"""
    )
    return lambda text: connection.execute(text).fetchone()


def test_the_files_have_the_published_counts(query: Callable[[str], Any]) -> None:
    """Lines, the overlap of nine days, and what is usable of either file are as the data sheet says."""
    assert query("SELECT count(*), count(*) - count(customer) FROM first") == (525_461, 107_927)
    assert query("SELECT count(*), count(*) - count(customer) FROM second") == (541_909, 135_080)
    assert query("SELECT count(*) FROM first WHERE day >= '2010-12-01'") == (22_523,)
    assert query("SELECT count(*) FROM second WHERE day < '2010-12-10'") == (22_523,)
    assert query("SELECT count(DISTINCT customer), count(*) FROM bought") == (4_338, 397_884)


def test_the_revenue_and_who_carries_it(query: Callable[[str], Any]) -> None:
    """8,911,407.90 in all, and 1,133 customers are the smallest set that carries 80 % of it."""
    exact = "CAST(quantity * price AS DECIMAL(18, 3))"
    revenue = f"SELECT customer, sum({exact}) AS paid FROM bought GROUP BY customer"
    assert query(f"SELECT sum(paid) FROM ({revenue})") == (Decimal("8911407.904"),)
    above = "sum(paid) OVER (ORDER BY paid DESC) - paid"
    running = f"SELECT {above} AS above, sum(paid) OVER () AS whole FROM ({revenue})"
    assert query(f"SELECT count(*) FROM ({running}) WHERE above < 0.8 * whole") == (1_133,)


def test_every_line_is_accounted_for(previewed: Rows) -> None:
    """What is read is kept or left out: the overlap, cancellations, lines without a customer or a price."""
    sources = [row for row in previewed("sources") if row["table_name"] == "orders"]
    counted = sorted((row["rows_read"], row["kept"], row["left_out"]) for row in sources)
    assert counted == [(525_461, 393_160, 132_301), (541_909, 397_884, 144_025)]
    assert all(row["quarantined"] + row["after_as_of"] + row["orphans"] == 0 for row in sources)


def test_cancellations_are_returns(previewed: Rows, query: Callable[[str], Any]) -> None:
    """The cancelled lines of customers who also bought are kept; those of others belong to no account."""
    cancelled = "customer IS NOT NULL AND quantity < 0"
    (first,) = query(f"SELECT count(*) FROM first WHERE {cancelled} AND day < '2010-12-01'")
    (second,) = query(f"SELECT count(*) FROM second WHERE {cancelled}")
    kept = sorted(row["kept"] for row in previewed("sources") if row["table_name"] == "returns")
    assert kept == sorted([first, second])
    assert second == 8_905


def test_kaframe_finds_the_published_figures(previewed: Rows) -> None:
    """4,338 customers, 8,911,407.90 in all, 1,133 carry 80 %, and who the three largest are."""
    revenue = {row["account_id"]: row["revenue_2011_file"] for row in previewed("measures")}
    assert len(revenue) == 5_878
    assert sum(value > 0 for value in revenue.values()) == 4_338
    assert round(sum(revenue.values()), 2) == 8_911_407.90
    largest = sorted(revenue, key=lambda account: -revenue[account])[:3]
    assert [(account, round(revenue[account], 2)) for account in largest] == [
        ("14646", 280_206.02), ("18102", 259_657.30), ("17450", 194_550.79)]
    (portfolio,) = [row for row in previewed("portfolio") if row["measure"] == "revenue_2011_file"]
    assert (portfolio["accounts"], portfolio["carry_80"]) == (4_338, 1_133)


def test_a_run_goes_to_the_report(real: Callable[[str], Path]) -> None:
    """The whole cycle runs, publishes and writes its reports; the same again publishes nothing new."""
    project = kaframe.load(real(NAME))
    first, second = project.run(as_of=LAST_DAY), project.run(as_of=LAST_DAY)
    assert first.reports
    assert all(report.stat().st_size > 1_000 for report in first.reports)
    assert second.committed.run_id == first.committed.run_id
