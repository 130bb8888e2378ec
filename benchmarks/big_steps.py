"""kaframe's big steps beside the same work written by hand for DuckDB: ratios in one run, results compared.

Run: python -m benchmarks.big_steps [accounts ...]
"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb

from benchmarks.comparing import differing
from benchmarks.reference import by_hand, write_data, write_project

ROUNDS = {100_000: 15, 1_000_000: 5}  # up to so many accounts; more are done once
STEPS = "status"
HEAD = ("accounts", "by hand s", "kaframe s", "ratio", "cpu ratio", "MB hand", "MB kaframe", "ratio", "differ")
LINE = "{:>10} {:>10} {:>10} {:>6} {:>9} {:>8} {:>10} {:>6} {:>7}"


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


def timed(work: Callable[[Path, Path], None], *paths: Path) -> tuple[float, float]:
    """Seconds of wall time, and of all cores together."""
    wall, cpu = time.perf_counter(), time.process_time()
    work(*paths)
    return time.perf_counter() - wall, time.process_time() - cpu


def peak_of(kind: str, source: Path, target: Path) -> float:
    """Peak memory of one run in a process of its own, in MB (``ru_maxrss`` would count the parent's)."""
    code = (
        "import sys; from pathlib import Path; from benchmarks import big_steps as b; "
        f"b.run_{kind}(*map(Path, sys.argv[1:])); "
        "print(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    command = [sys.executable, "-c", code, str(source), str(target)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return int(done.stdout.split()[-2]) / 1024


def measure(accounts: int, home: Path) -> tuple[object, ...]:
    """One line of the table."""
    data, folder, ours, theirs = home / "accounts.parquet", home / "project", home / "ours", home / "theirs"
    ours.mkdir()
    theirs.mkdir()
    write_data(data, accounts)
    write_project(folder, data)
    rounds = next((count for size, count in ROUNDS.items() if accounts <= size), 1)
    if rounds > 1:  # once for nothing, so that imports and caches are warm
        run_kaframe(folder, ours)
        run_by_hand(data, theirs)
    pairs = [(timed(run_by_hand, data, theirs), timed(run_kaframe, folder, ours)) for _ in range(rounds)]
    hand, own = (statistics.median(pair[side][0] for pair in pairs) for side in (0, 1))
    cpu = [min(pair[side][1] for pair in pairs) for side in (0, 1)]
    peaks = peak_of("by_hand", data, theirs), peak_of("kaframe", folder, ours)
    times = (f"{hand:.3f}", f"{own:.3f}", f"{own / hand:.2f}", f"{cpu[1] / cpu[0]:.2f}")
    memory = (f"{peaks[0]:.0f}", f"{peaks[1]:.0f}", f"{peaks[1] / peaks[0]:.2f}")
    return (f"{accounts:,}", *times, *memory, differing(ours, theirs))


def main(sizes: list[int]) -> None:
    print(
        f"python {platform.python_version()}, duckdb {duckdb.__version__}; alternating, medians of wall, minima of cpu time"
    )
    print(LINE.format(*HEAD), flush=True)
    for accounts in sizes:
        with tempfile.TemporaryDirectory() as name:
            line = measure(accounts, Path(name))
        print(LINE.format(*line), flush=True)
        if line[-1]:
            sys.exit(f"{line[-1]} accounts differ")


if __name__ == "__main__":
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False  # an installed package has its bytecode, whatever this shell says
    main([int(size) for size in sys.argv[1:]] or [10_000, 100_000, 1_000_000])
