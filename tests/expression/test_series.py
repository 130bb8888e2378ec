"""Periods before as_of, and sums that do not depend on the order of rows or the number of threads."""

from datetime import date

import duckdb
import pytest

from kaframe.expression.functions.series import period_starts
from tests.expression.scopes import ORDERS, ROW, compile_text


@pytest.mark.parametrize(
    ("as_of", "unit", "starts"),
    [
        (date(2011, 12, 9), "month", [date(2011, 10, 1), date(2011, 11, 1), date(2011, 12, 1)]),
        (date(2012, 1, 31), "month", [date(2011, 11, 1), date(2011, 12, 1), date(2012, 1, 1)]),
        (date(2012, 2, 29), "quarter", [date(2011, 7, 1), date(2011, 10, 1), date(2012, 1, 1)]),
        (date(2011, 12, 11), "week", [date(2011, 11, 21), date(2011, 11, 28), date(2011, 12, 5)]),
        (date(2011, 12, 12), "week", [date(2011, 11, 28), date(2011, 12, 5), date(2011, 12, 12)]),
    ],
    ids=str,
)
def test_periods(as_of, unit, starts):
    """The period that as_of lies in is never full."""
    assert period_starts(as_of, unit, 2) == starts


AGGREGATES = [
    "sum(amount)",
    "avg(amount)",
    "stddev(amount)",
    "median(amount)",
    "latest(kind, day)",
    "first(amount, day)",
    "trend(amount, day, 'month', 12)",
    "zscore(amount, day, 'month', 12)",
    "share(late)",
    "count(distinct kind)",
]


def test_same_bytes_whatever_order_and_threads():
    """200,000 rows in two orders, on one thread and on four, give the very same values."""
    exprs = ", ".join(compile_text(text, ORDERS).sql for text in AGGREGATES)
    seen = set()
    for threads in (1, 4):
        for order in ("hash(i)", "i"):
            with duckdb.connect(config={"threads": threads}) as db:
                db.execute(
                    "CREATE TABLE t AS SELECT round((hash(i) % 1000003) / 7.0, 3)::DOUBLE amount,"
                    " DATE '2010-11-01' + (hash(i + 1) % 400)::INTEGER AS day, hash(i) % 3 = 0 late,"
                    f" 'k' || hash(i) % 50 kind, i % 20 account FROM range(200000) r(i) ORDER BY {order}"
                )
                rows = db.execute(f"SELECT account, {exprs} FROM t GROUP BY ALL ORDER BY account").fetchall()
                seen.add(repr(rows))
    assert len(seen) == 1


def test_pareto_is_the_smallest_set():
    """Of 100,000 accounts, those below 0.8 carry at least 80 % and without the last of them less."""
    compiled = compile_text("pareto(a) < 0.8", ROW)
    with duckdb.connect() as db:
        db.execute(
            "CREATE TABLE t AS SELECT round((hash(i) % 100003) / 7.0, 2)::DOUBLE a FROM range(100000) r(i)"
        )
        chosen = f"SELECT a FROM t QUALIFY {compiled.sql}"
        total, carried, smallest = db.execute(
            f"SELECT (SELECT sum(a::DECIMAL(18,2)) FROM t), sum(a::DECIMAL(18,2)), min(a) FROM ({chosen})"
        ).fetchone()
        ties = db.execute("SELECT sum(a::DECIMAL(18,2)) FROM t WHERE a = ?", [smallest]).fetchone()[0]
    assert carried >= total * 8 / 10 > carried - ties
