"""kaframe's big steps beside the same work written by hand for DuckDB: ratios in one run, results compared.

Run: python -m benchmarks.big_steps [accounts ...]
"""

from __future__ import annotations

import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import duckdb

from benchmarks.reference import by_hand, write_data, write_project

ROUNDS = 5
STEPS = "status"


def run_kaframe(folder: Path, target: Path) -> None:
    """Load the project's data, run up to status, write the snapshot's tables."""
    from kaframe.database import Database
    from kaframe.flow import preview
    from kaframe.loading import load_project
    from kaframe.snapshot import write_snapshot

    project = load_project(folder, as_of=date(2026, 6, 30))
    with Database() as db:
        preview(project, db, until=STEPS)
        staged = folder / project.config.store.snapshots / "bench"
        shutil.rmtree(staged, ignore_errors=True)
        write_snapshot(db, staged, {})
    shutil.rmtree(target)
    staged.rename(target)


def run_by_hand(data: Path, target: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = false")
        by_hand(connection, data, target)


def timed(work: object, *arguments: Path) -> float:
    started = time.perf_counter()
    work(*arguments)  # type: ignore[operator]
    return time.perf_counter() - started


def peak_of(kind: str, folder: Path, data: Path, target: Path) -> float:
    """Peak memory of one run in a process of its own, in MB."""
    code = (
        "import resource, sys; from pathlib import Path; from benchmarks import big_steps as b; "
        f"b.run_{kind}(*map(Path, sys.argv[1:])); print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    arguments = [str(folder if kind == "kaframe" else data), str(target)]
    done = subprocess.run([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True, check=True)
    return int(done.stdout.split()[-1]) / 1024


def compare(first: Path, second: Path) -> int:
    """How many accounts differ in points or colour."""
    query = (
        f"SELECT count(*) FROM read_parquet('{first}/colours.parquet') a FULL JOIN read_parquet('{second}/colours.parquet') b "
        "USING (account_id) WHERE a.status IS DISTINCT FROM b.colour OR a.points IS DISTINCT FROM b.points "
        "OR a.weakest IS DISTINCT FROM b.weakest"
    )
    return int(duckdb.sql(query).fetchall()[0][0])


def main(sizes: list[int]) -> None:
    print(f"duckdb {duckdb.__version__}, medians of {ROUNDS} rounds, alternating")
    print(
        f"{'accounts':>10} {'by hand s':>10} {'kaframe s':>10} {'ratio':>6} {'MB hand':>8} {'MB kaframe':>10} {'ratio':>6} {'differ':>7}"
    )
    for accounts in sizes:
        with tempfile.TemporaryDirectory() as name:
            home = Path(name)
            data, folder, ours, theirs = home / "accounts.parquet", home / "project", home / "ours", home / "theirs"
            ours.mkdir()
            theirs.mkdir()
            write_data(data, accounts)
            write_project(folder, data)
            if accounts <= 2_000_000:  # once for nothing, so that imports and caches are warm
                run_kaframe(folder, ours)
                run_by_hand(data, theirs)
            rounds = 1 if accounts > 2_000_000 else ROUNDS
            pairs = [(timed(run_by_hand, data, theirs), timed(run_kaframe, folder, ours)) for _ in range(rounds)]
            hand, own = (statistics.median(pair[place] for pair in pairs) for place in (0, 1))
            peaks = peak_of("by_hand", folder, data, theirs), peak_of("kaframe", folder, data, ours)
            print(
                f"{accounts:>10,} {hand:>10.3f} {own:>10.3f} {own / hand:>6.2f} {peaks[0]:>8.0f} {peaks[1]:>10.0f} "
                f"{peaks[1] / peaks[0]:>6.2f} {compare(ours, theirs):>7}"
            )


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main([int(size) for size in sys.argv[1:]] or [10_000, 100_000, 1_000_000])
