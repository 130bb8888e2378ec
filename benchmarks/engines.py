"""kaframe beside other engines on the same card and accounts: cost of an account, ratios, answers compared.

Run: python -m benchmarks.engines [accounts]        (needs: pip install -e ".[bench]"; what is missing is left out aloud)

Row engines get a sample of the accounts as dictionaries in memory; the others do all of them from Parquet to Parquet:
to one wide table, or, like kaframe, to tables of values, tiers, points and colours in the order of the accounts, every
value of which is compared (pandas makes them durable too, and gives all reasons of managed accounts).
kaframe is shown twice: its steps score and status alone, in memory like the row engines, and the whole way from Parquet
to a durable snapshot with quality of the data, which none of the others makes. All give points of leaves and
groups, total, coverage, interval, colour, and the three largest reasons of accounts that are not green; but for CEL,
which has no greatest of a list and stops at the colour.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks import rivals
from benchmarks.big_steps import run_by_hand
from benchmarks.comparing import differing
from benchmarks.pandas_rival import pandas_tables, pandas_wide
from benchmarks.reference import REASONS, by_hand_wide, write_data, write_project

ACCOUNTS = 1_000_000
ROUNDS = 3
SAMPLE = 2_000  # accounts of the row engines, slowest first a few seconds
PACKAGES = {"zen": "zen-engine", "rule_engine": "rule-engine", "cel": "common-expression-language",
            "pandas": "pandas", "polars": "polars", "duckdb": "duckdb", "pyarrow": "pyarrow"}  # fmt: skip
ROW_ENGINES: dict[str, tuple[str, Callable[..., Callable[[], list[rivals.Answer]]]]] = {
    "zen-engine, a call an account": ("zen", rivals.zen_single),
    "zen-engine, evaluate_batch": ("zen", rivals.zen_batch),
    "rule-engine": ("rule_engine", rivals.rule_engine),
    "cel (Rust)": ("cel", rivals.cel_rust),
}
KAFRAME, KAFRAME_WHOLE = "kaframe, score and status", "kaframe, Parquet to durable snapshot"
PANDAS = "pandas, vectorised, the same tables"
PANDAS_WIDE = "pandas, vectorised, one wide table"
POLARS, DUCKDB = "polars, by hand, one wide table", "duckdb, by hand, one wide table"
DUCKDB_TABLES = "duckdb, by hand, the same tables"
GOALS = {"zen-engine, a call an account": 150, "zen-engine, evaluate_batch": 50}


@dataclass(frozen=True, slots=True)
class Measured:
    """The cost of one account, the best of some rounds: microseconds of wall time and of all cores together."""

    name: str
    micros: float
    cpu: float
    accounts: int
    compared: str
    differ: int


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of wall time and of all cores together."""

    wall: float
    cpu: float

    @staticmethod
    def now() -> Cost:
        return Cost(time.perf_counter(), time.process_time())

    def since(self, start: Cost) -> Cost:
        return Cost(self.wall - start.wall, self.cpu - start.cpu)

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall + other.wall, self.cpu + other.cpu)


def best(costs: Sequence[Cost]) -> Cost:
    """The least of each, which others disturbed the least."""
    return Cost(min(cost.wall for cost in costs), min(cost.cpu for cost in costs))


class Bench:
    """The accounts, the colours and reasons that kaframe gives them, and what has been measured so far."""

    def __init__(self, home: Path, accounts: int) -> None:
        self.accounts, self.home = accounts, home
        self.data, self.folder = home / "accounts.parquet", home / "project"
        write_data(self.data, accounts)
        write_project(self.folder, self.data)
        self.snapshot = Path()  # the tables that kaframe made
        self.results: list[Measured] = []
        self.answers: list[rivals.Answer] = []

    def note_answers(self, name: str, cost: Cost, answers: list[rivals.Answer]) -> None:
        """Compare colours, and reasons where they are given, with those of kaframe."""
        gives = len(answers[0])
        wanted = [known[:gives] for known in self.answers[: len(answers)]]
        differ = sum(one != other for one, other in zip(wanted, answers, strict=True))
        self.note(name, cost, len(answers), "colours and reasons" if gives > 1 else "colours", differ)

    def note(self, name: str, cost: Cost, accounts: int, compared: str, differ: int) -> None:
        each = 1e6 / accounts
        self.results.append(Measured(name, cost.wall * each, cost.cpu * each, accounts, compared, differ))
        print(f"  {name}: {self.results[-1].micros:.2f} us", file=sys.stderr)

    def kaframe(self) -> None:
        """All accounts; what the steps score and status take of the whole way is measured apart."""
        from kaframe import flow
        from kaframe.database import Database
        from kaframe.loading import load_project
        from kaframe.snapshot import write_snapshot

        whole, steps = [], []
        for number in range(ROUNDS):
            started, inner = Cost.now(), Cost(0, 0)
            project = load_project(self.folder, as_of=date(2026, 6, 30))
            with Database() as db:
                for name in flow.steps_until("status"):
                    before = Cost.now()
                    flow.STEPS[name](project, db)
                    if name in ("score", "status"):
                        inner += Cost.now().since(before)
                self.snapshot = self.folder / project.config.store.snapshots / f"bench{number}"
                write_snapshot(db, self.snapshot, {})
                whole.append(Cost.now().since(started))
                steps.append(inner)
                found = db.rows(f"SELECT status, {REASONS} FROM colours ORDER BY account_id")
                self.answers = [tuple(row.values()) for row in found]
        self.note(KAFRAME, best(steps), self.accounts, "-", 0)
        self.note(KAFRAME_WHOLE, best(whole), self.accounts, "-", 0)

    def rows(self, name: str, prepare: Callable[..., Callable[[], list[rivals.Answer]]]) -> None:
        """A sample of the accounts, one after the other."""
        work = prepare(self.sample())
        cost, answers = best_of(work)
        self.note_answers(name, cost, answers)

    def sample(self) -> list[dict[str, Any]]:
        import duckdb

        found = duckdb.sql(f"SELECT * FROM read_parquet('{self.data}') ORDER BY account_id LIMIT {SAMPLE}")
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]

    def wide(self, name: str, work: Callable[[Path, Path], None]) -> None:
        """All accounts, from Parquet to one wide table in Parquet."""
        import duckdb

        target = self.home / "wide.parquet"
        cost, _ = best_of(lambda: work(self.data, target))
        query = f"SELECT colour, {REASONS} FROM read_parquet('{target}') ORDER BY account_id"
        self.note_answers(name, cost, duckdb.sql(query).fetchall())

    def tables(self, name: str, work: Callable[[Path, Path], None]) -> None:
        """All accounts, from Parquet to the tables of the snapshot, each value of which is compared."""
        target = self.home / name
        target.mkdir()
        cost, _ = best_of(lambda: work(self.data, target))
        self.note(name, cost, self.accounts, "every value", differing(self.snapshot, target))


def best_of(work: Callable[[], Any]) -> tuple[Cost, Any]:
    """The least cost of some rounds, and the result."""
    costs = []
    for _ in range(ROUNDS):
        started = Cost.now()
        result = work()
        costs.append(Cost.now().since(started))
    return best(costs), result


def polars_whole(data: Path, target: Path) -> None:
    import polars as pl

    rivals.polars_compute(pl.scan_parquet(data)).collect().write_parquet(target, compression="zstd")


def versions() -> str:
    found = [f"python {platform.python_version()}"]
    for module, package in PACKAGES.items():
        there = importlib.util.find_spec(module) is not None
        found.append(f"{package} {importlib.metadata.version(package) if there else 'NOT INSTALLED'}")
    return ", ".join(found)


def report(bench: Bench) -> None:
    """The table of costs and ratios, and whether the goals are met."""
    cost = {item.name: item.micros for item in bench.results}
    cpu = {item.name: item.cpu for item in bench.results}
    print(
        f"{'':40} {'us an account':>13} {'cpu us':>9} {'accounts':>10} {'x score, status':>15} {'x whole way':>11} {'compared':>19} {'differ':>7}"
    )
    for item in sorted(bench.results, key=lambda item: -item.micros):
        ratios = f"{item.micros / cost[KAFRAME]:>15.1f} {item.micros / cost[KAFRAME_WHOLE]:>11.2f}"
        print(
            f"{item.name:40} {item.micros:>13.2f} {item.cpu:>9.2f} {item.accounts:>10,} {ratios} {item.compared:>19} {item.differ:>7}"
        )
    for name, goal in GOALS.items():
        if name in cost:
            found = cost[name] / cost[KAFRAME]
            print(
                f"goal: at least {goal} x the cost of kaframe's score and status for {name}: "
                f"{found:.0f} x, {'met' if found >= goal else 'NOT MET'} (cpu time {cpu[name] / cpu[KAFRAME]:.0f} x)"
            )
    if PANDAS in cost:
        found = cost[PANDAS] / cost[KAFRAME_WHOLE]
        print(
            f"goal: faster than pandas on the same way from Parquet to the same tables: pandas takes {found:.2f} of "
            f"kaframe's time, {'met' if found > 1 else 'NOT MET'} (cpu time {cpu[PANDAS] / cpu[KAFRAME_WHOLE]:.2f})"
        )
    if {POLARS, DUCKDB} <= cost.keys():
        print(f"polars by hand takes {cost[POLARS] / cost[DUCKDB]:.2f} of duckdb by hand, both Parquet to Parquet")


def main(accounts: int) -> None:
    print(f"engines: {versions()}")
    print(
        f"engines: {accounts:,} accounts, row engines on a sample of {SAMPLE:,} in memory; the best of {ROUNDS} rounds"
    )
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), accounts)
        bench.kaframe()
        for name, (module, prepare) in ROW_ENGINES.items():
            if is_there(module, name):
                bench.rows(name, prepare)
        for name, (module, work) in WIDE_ENGINES.items():
            if is_there(module, name):
                bench.wide(name, work)
        for name, (module, work) in TABLE_ENGINES.items():
            if is_there(module, name):
                bench.tables(name, work)
        report(bench)
        if any(item.differ for item in bench.results):
            sys.exit("engines: the answers are not equal")


def is_there(module: str, name: str) -> bool:
    """Whether the engine's package is installed; says so when it is not."""
    found = importlib.util.find_spec(module) is not None
    if not found:
        print(f"left out: {name} ({PACKAGES[module]} is not installed: pip install -e '.[bench]')")
    return found


WIDE_ENGINES: dict[str, tuple[str, Callable[[Path, Path], None]]] = {
    PANDAS_WIDE: ("pandas", pandas_wide),
    POLARS: ("polars", polars_whole),
    DUCKDB: ("duckdb", by_hand_wide),
}
TABLE_ENGINES: dict[str, tuple[str, Callable[[Path, Path], None]]] = {
    PANDAS: ("pandas", pandas_tables),
    DUCKDB_TABLES: ("duckdb", run_by_hand),
}

if __name__ == "__main__":
    sys.dont_write_bytecode = False  # an installed package has its bytecode, whatever this shell says
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ACCOUNTS)
