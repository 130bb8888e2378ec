"""What the benchmarks compare is the same work: kaframe, SQL by hand, pandas and polars give equal results."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks import big_steps, engines, rivals
from benchmarks.comparing import TABLES, differing
from benchmarks.pandas_rival import pandas_tables, pandas_wide
from benchmarks.reference import REASONS, write_data, write_project

ACCOUNTS = 3_000
Prepare = Callable[[list[dict[str, Any]]], Callable[[], list[rivals.Answer]]]


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
    """Every value that it gives of every account, in the same order."""
    assert differing(reference / "ours", reference / "theirs") == 0


def test_the_tables_of_pandas_are_the_same(reference: Path) -> None:
    """Every value of the snapshot, all reasons of managed accounts among them; a value that is another one is seen."""
    pytest.importorskip("pandas")
    target = reference / "tables of pandas"
    target.mkdir()
    pandas_tables(reference / "accounts.parquet", target)
    assert {path.stem for path in target.iterdir()} == {other for other, _ in TABLES.values()}
    assert differing(reference / "ours", target) == 0
    for table, column in (("measures", "c3"), ("score", "g2"), ("reasons", "lost"), ("tiers", "tier")):
        kept = (target / f"{table}.parquet").read_bytes()
        spoil(target / f"{table}.parquet", column)
        assert differing(reference / "ours", target) == 1, (table, column)
        (target / f"{table}.parquet").write_bytes(kept)


def spoil(path: Path, column: str) -> None:
    """Take a column's value away in the last row that has one."""
    duckdb.sql(f"CREATE OR REPLACE TEMP TABLE spoilt AS FROM '{path}'")
    last = f"(SELECT max(rowid) FROM spoilt WHERE {column} IS NOT NULL)"
    duckdb.sql(f"UPDATE spoilt SET {column} = NULL WHERE rowid = {last}")
    duckdb.sql(f"COPY spoilt TO '{path}' (FORMAT parquet)")


@pytest.fixture(scope="module")
def answers(reference: Path) -> dict[str, rivals.Answer]:
    """Colour and reasons of every account, as kaframe gives them."""
    colours = reference / "ours" / "colours.parquet"
    found = duckdb.sql(f"SELECT account_id, status, {REASONS} FROM read_parquet('{colours}')").fetchall()
    assert {row[1] for row in found} == {"green", "yellow", "red"}
    assert all((row[1] == "green") == (row[2] is None) for row in found)
    return {row[0]: row[1:] for row in found}


@pytest.mark.parametrize("engine", ["pandas", "polars"])
def test_vectorised_engines_give_the_same(reference: Path, answers: dict[str, rivals.Answer], engine: str) -> None:
    """Colours and reasons of the card as pandas and polars write it, on all accounts."""
    pytest.importorskip(engine)
    data, target = reference / "accounts.parquet", reference / f"{engine}.parquet"
    {"pandas": pandas_wide, "polars": engines.polars_whole}[engine](data, target)
    found = duckdb.sql(f"SELECT account_id, colour, {REASONS} FROM read_parquet('{target}')").fetchall()
    assert {row[0]: row[1:] for row in found} == answers


@pytest.mark.parametrize(
    ("module", "prepare"),
    [
        ("zen", rivals.zen_single),
        ("zen", rivals.zen_batch),
        ("rule_engine", rivals.rule_engine),
        ("cel", rivals.cel_rust),
    ],
)
def test_row_engines_give_the_same(
    reference: Path, answers: dict[str, rivals.Answer], module: str, prepare: Prepare
) -> None:
    """Colours, and reasons where the engine has words for them, of some accounts."""
    pytest.importorskip(module)
    data = duckdb.sql(f"SELECT * FROM read_parquet('{reference / 'accounts.parquet'}') ORDER BY account_id LIMIT 200")
    accounts = [dict(zip(data.columns, row, strict=True)) for row in data.fetchall()]
    found = prepare(accounts)()
    assert found == [answers[account["account_id"]][: len(found[0])] for account in accounts]
    assert len(found[0]) == (1 if module == "cel" else 4)
