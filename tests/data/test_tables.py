"""The row arithmetic holds whatever stands in the file."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.data.dataproject import DAY, Loaded, csv_rows, make

CONFIG = """tables:
  orders:
    sources:
      - {reader: csv, path: one.csv, where: "kind <> 'test'"}
      - {reader: parquet, path: two.parquet}
    time: day
    unique: [order_id]
    where: amount > 0
    types: {amount: number}
"""
IDS = st.sampled_from(["A1", "A2", "A3", "X1", ""])
AMOUNTS = st.sampled_from(["1", "2.5", "-3", "0", "", "N/A", "nan", "inf", "1_000", " 7 "])
DAYS = st.sampled_from(["2026-06-30", "2026-07-01", "2025-01-01", "", "2026-02-30", "2026-06-30 23:59:59"])
ORDERS = st.sampled_from(["o1", "o2", "o3", "o4", ""])
KINDS = st.sampled_from(["real", "test", ""])
WIDTHS = st.sampled_from(["", ",more"])
LINES = st.lists(st.tuples(IDS, AMOUNTS, DAYS, ORDERS, KINDS, WIDTHS), max_size=25)
ROWS = st.lists(
    st.tuples(
        IDS,
        st.floats(allow_nan=True) | st.none(),
        st.integers(-3, 3) | st.none(),
        ORDERS,
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(LINES, ROWS)
def test_rows_read_are_accounted_for(lines: list[tuple[str, ...]], rows: list[tuple[str, float, int, str]]) -> None:
    """Read = kept + quarantined + left out + after the day, a source each; kept = table + orphans."""
    with tempfile.TemporaryDirectory() as folder:
        text = csv_rows("account_id,amount,day,order_id,kind", (",".join(line[:5]) + line[5] for line in lines))
        table = pa.table({
            "account_id": pa.array([row[0] for row in rows], pa.string()),
            "amount": pa.array([row[1] for row in rows], pa.float64()),
            "day": pa.array([None if row[2] is None else _day(row[2]) for row in rows], pa.date32()),
            "order_id": pa.array([row[3] for row in rows], pa.string()),
        })  # fmt: skip
        pq.write_table(table, Path(folder) / "two.parquet")
        loaded = Loaded(make(Path(folder), CONFIG, {"one.csv": text}, "amount"))
    counts = loaded.db.rows("SELECT * FROM sources WHERE table_name = 'orders' ORDER BY source")
    assert [row["rows_read"] for row in counts] == [len(lines), len(rows)]
    for row in counts:
        assert row["rows_read"] == row["kept"] + row["quarantined"] + row["left_out"] + row["after_as_of"]
        assert (row["quarantine_file"] is None) == (row["quarantined"] == 0)
    kept, orphans, quarantined = (sum(row[name] for row in counts) for name in ("kept", "orphans", "quarantined"))
    assert loaded.db.value("SELECT COUNT(*) FROM orders") == kept - orphans
    assert loaded.db.value("SELECT COALESCE(SUM(row_count), 0) FROM orphans") == orphans
    assert len(loaded.rows("quarantined")) == quarantined
    assert (
        loaded.db.value("SELECT COUNT(*) FROM orders WHERE NOT (amount > 0 AND CAST(day AS DATE) <= DATE '2026-06-30')")
        == 0
    )
    assert loaded.db.value("SELECT COUNT(*) FROM (SELECT order_id FROM orders WHERE order_id IS NOT NULL "
                           "GROUP BY order_id HAVING COUNT(*) > 1)") == 0  # fmt: skip


def _day(offset: int) -> date:
    return DAY + timedelta(days=offset)
