"""What the benchmarks compare is the same work: kaframe, SQL by hand, pandas and polars give equal results."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from benchmarks import big_steps, rivals
from benchmarks.reference import write_data, write_project

ACCOUNTS = 3_000


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference data, and what kaframe and the query by hand make of them."""
    home = tmp_path_factory.mktemp("reference")
    write_data(home / "accounts.parquet", ACCOUNTS)
    write_project(home / "project", home / "accounts.parquet")
    for name in ("ours", "theirs"):
        (home / name).mkdir()
    big_steps.run_kaframe(home / "project", home / "ours")
    big_steps.run_by_hand(home / "accounts.parquet", home / "theirs")
    return home


def test_the_query_by_hand_gives_the_same(reference: Path) -> None:
    """Colours, points, weakest groups and the three largest reasons of every account."""
    assert big_steps.compare(reference / "ours", reference / "theirs") == 0


@pytest.mark.parametrize("engine", ["pandas", "polars"])
def test_vectorised_engines_give_the_same_colours(reference: Path, engine: str) -> None:
    """The card as pandas and polars write it, on all accounts."""
    pytest.importorskip(engine)
    frame = rivals.pandas_frame(reference / "accounts.parquet")
    if engine == "pandas":
        made = rivals.pandas_compute(frame)
    else:
        import polars as pl

        made = rivals.polars_compute(pl.read_parquet(reference / "accounts.parquet")).collect()
    found = dict(zip(made["account_id"].to_list(), made["colour"].to_list(), strict=True))
    query = f"SELECT account_id, status FROM read_parquet('{reference / 'ours' / 'colours.parquet'}')"
    assert found == dict(duckdb.sql(query).fetchall())
    assert set(found.values()) == {"green", "yellow", "red"}
