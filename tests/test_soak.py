"""Many days in one process: memory grows hardly, open files not at all, and the store linearly.

``KAFRAME_LONG=1`` runs it, over 200 days or ``KAFRAME_DAYS``; a day costs about a second.
"""

from __future__ import annotations

import gc
import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from kaframe.flow import run
from kaframe.loading import load_project
from tests.gateproject import gated

LONG = bool(os.environ.get("KAFRAME_LONG"))
DAYS = int(os.environ.get("KAFRAME_DAYS", "200"))
WARM = 20  # what is imported, cached and compiled once
MOST_RSS = 1_000_000 / 100  # bytes a run: RELIABILITY.md P32, 1 MB in 100 runs
UNEVEN = 0.05

pytestmark = pytest.mark.skipif(not LONG, reason="KAFRAME_LONG=1 runs it: some minutes")


def resident() -> int:
    """The bytes of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def slope(values: list[int]) -> float:
    """The growth a step, of the straight line nearest to all of them."""
    middle, mean = (len(values) - 1) / 2, sum(values) / len(values)
    spread = sum((place - middle) ** 2 for place in range(len(values)))
    return sum((place - middle) * (value - mean) for place, value in enumerate(values)) / spread


def test_many_days_in_one_process(tmp_path: Path) -> None:
    """Memory grows by less than 1 MB in 100 runs, no file stays open, the store takes no more room from day to day.

    It may take less: tasks that are opened once stand in its first days.
    """
    own = gated(tmp_path / "project")
    config = own / "kaframe.yaml"
    config.write_text(config.read_text("utf-8").replace("fresh: 20 days, ", "") + "reports: [report_json]\n", "utf-8")
    project, first = load_project(own), date(2026, 4, 1)
    memory, files, store = [], [], []
    for day in range(DAYS):
        run(project.on(first + timedelta(days=day)))
        gc.collect()
        memory.append(resident())
        files.append(len(os.listdir("/proc/self/fd")))
        store.append((own / ".kaframe" / "kaframe.db").stat().st_size)
    half = (WARM + DAYS) // 2
    before, after = store[half] - store[WARM], store[-1] - store[half]
    told = f"{slope(memory[WARM:]):.0f} bytes a run, files {min(files)}..{max(files[WARM:])}, store +{before} +{after}"
    print(told)
    assert slope(memory[WARM:]) < MOST_RSS, told
    assert len(set(files[WARM:])) == 1, told
    assert after - before <= UNEVEN * before + 2 * 4096, told
