"""UCI Online Retail: a million invoice lines without a list of accounts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

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
