"""The reference work: 24 leaves in 5 groups over 30 columns with 5 % missing, from Parquet to Parquet.

Generates the data and the project (seeded), and does the same work in one query written by hand for DuckDB.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import duckdb

GROUPS = 5
LEAVES = 24
COLUMNS = 30
REASONS = "reason_1, reason_2, reason_3"
WEIGHTS = [1 + place % 4 for place in range(LEAVES)]
GROUP_WEIGHTS = [30, 25, 20, 15, 10]
CURVE = "curve: [[0, 0], [0.5, 60], [1, 100]]"
BANDS = "bands: [{at_least: 0.8, points: 100}, {at_least: 0.5, points: 70}, {at_least: 0.2, points: 30}, {else: 0}]"

PARQUET = "FORMAT parquet, COMPRESSION zstd, DICTIONARY_SIZE_LIMIT 2048"  # as the fastest way of kaframe's snapshots

TEAM = "version: 1\nroles: []\nmembers: []\n"
IDENTIFY = "tiers:\n  - {id: key, key: true, when: c29 > 0.99}\n  - {id: standard, when: true}\n"
STATUS = """rgb:
  main:
    green: {at_least: 60}
    yellow: {at_least: 45}
    red: else
    exceptions:
      - {id: one, when: c24 > 0.99, status: red}
      - {id: two, when: c25 > 0.99, status: red}
      - {id: three, when: c26 > 0.99, status: yellow}
"""


def group_of(leaf: int) -> int:
    return leaf % GROUPS


def write_data(path: Path, accounts: int, seed: float = 0.42) -> None:
    """Uniform values between 0 and 1, one in twenty missing."""
    columns = ", ".join(f"CASE WHEN random() < 0.05 THEN NULL ELSE random() END AS c{n}" for n in range(COLUMNS))
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        connection.execute("SELECT setseed(?)", [seed])
        connection.execute(
            f"COPY (SELECT 'A' || lpad(i::VARCHAR, 8, '0') AS account_id, {columns} FROM range({accounts}) t(i)) "
            f"TO '{path}' (FORMAT parquet)"
        )


def write_project(folder: Path, data: Path) -> None:
    """The project that kaframe runs."""
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    groups = []
    for group in range(GROUPS):
        leaves = [
            f"          l{leaf}: {{weight: {WEIGHTS[leaf]}, value: c{leaf}, {CURVE if leaf % 2 else BANDS}}}"
            for leaf in range(LEAVES)
            if group_of(leaf) == group
        ]
        groups.append(
            f"      g{group}:\n        weight: {GROUP_WEIGHTS[group]}\n        children:\n" + "\n".join(leaves)
        )
    score = "scorecards:\n  main:\n    primary: true\n    children:\n" + "\n".join(groups) + "\n"
    for name, text in (("score", score), ("status", STATUS), ("identify", IDENTIFY)):
        (folder / "rules" / f"{name}.yaml").write_text(text)
    (folder / "team.yaml").write_text(TEAM)
    (folder / "kaframe.yaml").write_text(
        f"version: 1\nproject: bench\nlanguage: en\npacks: []\naccounts: {{source: {{reader: parquet, path: {data}}}}}\n"
    )


def settle(path: Path) -> str:
    """Make a file durable, as a snapshot's are; its hash."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()


def by_hand(connection: duckdb.DuckDBPyConnection, data: Path, target: Path) -> None:
    """The same work, written by hand: load the columns, one query, the same tables as Parquet."""
    names = ", ".join(["account_id", *(f"c{n}" for n in range(COLUMNS - 3)), "c29"])
    connection.execute(f"CREATE OR REPLACE TABLE accounts AS SELECT {names} FROM read_parquet('{data}')")
    connection.execute(f"CREATE OR REPLACE TABLE scored AS {hand_query()}")
    groups = ", ".join(f"g{group}" for group in range(GROUPS))
    leaves = ", ".join(f"p{leaf}" for leaf in range(LEAVES))
    outputs = {
        "measures": "SELECT * FROM accounts",
        "tiers": "SELECT account_id, CASE WHEN c29 > 0.99 THEN 'key' ELSE 'standard' END AS tier FROM accounts",
        "score": f"SELECT account_id, {leaves}, {groups}, points, coverage, low, high FROM scored",
        "colours": f"SELECT account_id, colour, calculated, points, weakest, {REASONS} FROM scored",
    }
    for name, query in outputs.items():
        connection.execute(f"COPY ({query} ORDER BY account_id) TO '{target / name}.parquet' ({PARQUET})")


def by_hand_wide(data: Path, target: Path) -> None:
    """The same query to one wide table, in whatever order and with the engine's usual compression: as fast as it goes."""
    names = ", ".join(["account_id", *(f"c{n}" for n in range(COLUMNS))])
    groups = ", ".join(f"g{group}" for group in range(GROUPS))
    leaves = ", ".join(f"p{leaf}" for leaf in range(LEAVES))
    source = f"(SELECT {names} FROM read_parquet('{data}'))"
    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = false")
        query = hand_query().replace("FROM accounts", f"FROM {source}")
        connection.execute(
            f"COPY (SELECT account_id, {leaves}, {groups}, points, coverage, low, high, colour, weakest, {REASONS} "
            f"FROM ({query})) "
            f"TO '{target}' ({PARQUET})"
        )


def hand_query() -> str:
    """Points, group scores, total, coverage, interval, colour with exceptions, the weakest group, and the three leaves
    that lose the most points for accounts that are not green (packed with their place into one number each, the fastest
    way known)."""
    points = []
    for leaf in range(LEAVES):
        value = f"c{leaf}"
        if leaf % 2:
            points.append(
                f"CASE WHEN {value} <= 0 THEN 0 WHEN {value} <= 0.5 THEN {value} * 120 WHEN {value} <= 1 "
                f"THEN 60 + ({value} - 0.5) * 80 WHEN {value} > 1 THEN 100 END::DOUBLE AS p{leaf}"
            )
        else:
            points.append(
                f"CASE WHEN {value} >= 0.8 THEN 100 WHEN {value} >= 0.5 THEN 70 WHEN {value} >= 0.2 THEN 30 "
                f"WHEN {value} IS NOT NULL THEN 0 END::DOUBLE AS p{leaf}"
            )
    sums = []
    for group in range(GROUPS):
        own = [leaf for leaf in range(LEAVES) if group_of(leaf) == group]
        top = " + ".join(f"CASE WHEN p{leaf} IS NULL THEN 0 ELSE p{leaf} * {WEIGHTS[leaf]}::DOUBLE END" for leaf in own)
        bottom = " + ".join(f"CASE WHEN p{leaf} IS NULL THEN 0 ELSE {WEIGHTS[leaf]}::DOUBLE END" for leaf in own)
        whole = sum(WEIGHTS[leaf] for leaf in own)
        sums.append(f"({top}) AS n{group}, ({bottom}) AS d{group}, {whole}::DOUBLE AS w{group}")
    groups = [
        f"n{g} / NULLIF(d{g}, 0) AS g{g}, d{g} / w{g} AS k{g}, n{g} / w{g} AS l{g}, "
        f"(n{g} + (w{g} - d{g}) * 100) / w{g} AS h{g}"
        for g in range(GROUPS)
    ]
    share = [weight / 100 for weight in GROUP_WEIGHTS]
    top = " + ".join(f"CASE WHEN g{g} IS NULL THEN 0 ELSE g{g} * {share[g]}::DOUBLE END" for g in range(GROUPS))
    bottom = " + ".join(f"CASE WHEN g{g} IS NULL THEN 0 ELSE {share[g]}::DOUBLE END" for g in range(GROUPS))
    total = [f"({top}) / NULLIF({bottom}, 0) AS total"]
    total += [
        f"{' + '.join(f'{kind}{g} * {share[g]}::DOUBLE' for g in range(GROUPS))} AS {name}"
        for kind, name in (("k", "coverage_"), ("l", "low_"), ("h", "high_"))
    ]
    total += [f"{share[g]}::DOUBLE / NULLIF({bottom}, 0) / NULLIF(d{g}, 0) AS f{g}" for g in range(GROUPS)]
    rounded = "round({}::DECIMAL(18, 9), {})::DOUBLE"
    lost = [f"coalesce((100 - g{g}) * {share[g]}::DOUBLE, -1)" for g in range(GROUPS)]
    weakest = " ".join(f"WHEN {lost[g]} = most THEN 'g{g}'" for g in range(GROUPS))
    ordered = sorted(range(LEAVES), key=lambda leaf: f"g{group_of(leaf)}.l{leaf}")  # of equals the first by name
    numbers = [f"x{leaf}" for leaf in ordered]
    packed = [
        f"floor((100 - p{leaf}) * {WEIGHTS[leaf]}::DOUBLE * f{group_of(leaf)} * 1000000 + 0.5)::BIGINT * 32 + {31 - place} AS x{leaf}"
        for place, leaf in enumerate(ordered)
    ]
    paths = ", ".join(f"'g{group_of(leaf)}.l{leaf}'" for leaf in ordered)
    decoded = [
        f"CASE WHEN {name} >= 32 THEN [{paths}][32 - {name} % 32] END AS reason_{rank}"
        for rank, name in enumerate(("first", "second", "third"), 1)
    ]
    calculated = "CASE WHEN points IS NULL THEN 'no_data' WHEN points >= 60 THEN 'green' WHEN points >= 45 THEN 'yellow' ELSE 'red' END"
    return (
        f"WITH p AS (SELECT *, {', '.join(points)} FROM accounts), s AS (SELECT *, {', '.join(sums)} FROM p), "
        f"g AS (SELECT *, {', '.join(groups)} FROM s), t AS (SELECT *, {', '.join(total)} FROM g), "
        f"r AS (SELECT *, CASE WHEN coverage_ >= 0.4 THEN {rounded.format('total', 1)} END AS points, "
        f"{rounded.format('coverage_', 4)} AS coverage, {rounded.format('low_', 1)} AS low, {rounded.format('high_', 1)} AS high, "
        f"greatest({', '.join(lost)}) AS most FROM t), "
        f"c AS (SELECT *, {calculated} AS calculated FROM r), "
        f"e AS (SELECT *, CASE WHEN c24 > 0.99 OR c25 > 0.99 THEN 'red' WHEN c26 > 0.99 THEN 'yellow' ELSE calculated END "
        f"AS colour, CASE WHEN most > 0 THEN CASE {weakest} END END AS weakest, {', '.join(packed)} FROM c), "
        f"a AS (SELECT *, CASE WHEN colour <> 'green' THEN greatest({', '.join(numbers)}) END AS first FROM e), "
        f"b AS (SELECT *, greatest({', '.join(f'CASE WHEN {one} < first THEN {one} END' for one in numbers)}) AS second FROM a), "
        f"d AS (SELECT *, greatest({', '.join(f'CASE WHEN {one} < second THEN {one} END' for one in numbers)}) AS third FROM b) "
        f"SELECT *, {', '.join(decoded)} FROM d"
    )
