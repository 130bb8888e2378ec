"""Whether the same work was done: every value of kaframe's snapshot against the same tables of another."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from benchmarks.reference import COLUMNS, GROUPS, LEAVES, group_of

NEAR = 1e-6  # points before rounding differ in their last bits
TEXTS = ("VARCHAR", "BIGINT")
POINTS = {f"g{group_of(leaf)}.l{leaf}": f"p{leaf}" for leaf in range(LEAVES)}
GROUP_POINTS = {f"g{group}": f"g{group}" for group in range(GROUPS)}
# What kaframe calls a table, what the others call it, and their columns; of ``reasons`` a row an account and rank.
TABLES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "measures": ("measures", {f"c{n}": f"c{n}" for n in [*range(COLUMNS - 3), COLUMNS - 1]}),
    "tiers": ("tiers", {"tier": "tier"}),
    "score_main": ("score", POINTS | GROUP_POINTS | {name: name for name in ("points", "coverage", "low", "high")}),
    "colours": (
        "colours",
        {"status": "colour", "calculated": "calculated"}
        | {name: name for name in ("points", "weakest", "reason_1", "reason_2", "reason_3")},
    ),
    "reasons": ("reasons", {name: name for name in ("rank", "node", "lost", "points", "weight", "value")}),
}


def differing(ours: Path, theirs: Path) -> int:
    """How many accounts differ in any value, or stand elsewhere in the order; of tables that the other has."""
    found = []
    for table, (other, columns) in TABLES.items():
        if (theirs / f"{other}.parquet").exists():
            found.append(_differing(ours / f"{table}.parquet", theirs / f"{other}.parquet", columns))
    union = " UNION ".join(found)
    return int(duckdb.sql(f"SELECT count(*) FROM ({union})").fetchall()[0][0])


def _differing(ours: Path, theirs: Path, columns: Mapping[str, str]) -> str:
    """The ids of the accounts of two files that differ, row by row in the order of the files."""
    kinds = {name: str(kind) for name, kind, *_ in duckdb.sql(f"DESCRIBE SELECT * FROM '{ours}'").fetchall()}
    tests = ["a.account_id IS DISTINCT FROM b.account_id"]
    for own, other in columns.items():
        one, two = f'a."{own}"', f'b."{other}"'
        equal = f"{one} IS NOT DISTINCT FROM {two}"
        tests.append(f"NOT ({equal})" if kinds[own] in TEXTS else f"NOT ({equal} OR abs({one} - {two}) < {NEAR})")
    return (
        f"SELECT coalesce(a.account_id, b.account_id) FROM read_parquet('{ours}', file_row_number = true) AS a "
        f"FULL JOIN read_parquet('{theirs}', file_row_number = true) AS b USING (file_row_number) "
        f"WHERE ({' OR '.join(tests)}) IS NOT FALSE"
    )
