"""Years of days in one process: memory hardly grows, open files not at all, and the store by the same every season.

``KAFRAME_LONG=1`` runs it, over 400 days or ``KAFRAME_DAYS``; a day costs about a second.
"""

from __future__ import annotations

import gc
import os
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from kaframe.flow import run
from kaframe.loading import load_project
from kaframe.project import Project
from kaframe.store import Act, finish_task, list_outbox, list_tasks, open_store
from tests.badproject import ANALYSE, KAFRAME, MEASURE, SCORE, write_project

LONG = bool(os.environ.get("KAFRAME_LONG"))
DAYS = int(os.environ.get("KAFRAME_DAYS", "400"))
FIRST = date(2026, 4, 1)
SEASON = 28  # days after which the same things happen again, on the same weekdays
WARM = 2 * SEASON  # what is imported, cached and compiled once; and everything is new
MOST_RSS = 1_000_000 / 100  # bytes a run: RELIABILITY.md P32, 1 MB in 100 runs
UNEVEN = 0.05  # between the seasons of the first half and those of the second, in either direction
PAGES = 2 * 4096  # the store grows by whole pages
ACCOUNTS = 6

pytestmark = pytest.mark.skipif(not LONG, reason="KAFRAME_LONG=1 runs it: some minutes")


def seasonal(folder: Path) -> Project:
    """Accounts that buy for half of each season, each at another time, so that colours, plans and notices come and go.

    What happens in a season is the same in each: then a store that grows by more, or by less, has a reason of its own.
    """
    write_project(folder)
    lines = ["account_id,ordered_on,amount,currency"]
    for day in range(-2 * SEASON, DAYS + 1):
        buying = [n for n in range(ACCOUNTS) if (day + n * SEASON // ACCOUNTS) % SEASON < SEASON // 2]
        lines += [f"A{n},{FIRST + timedelta(days=day)},{20 + n},EUR" for n in buying]
    owners = [f"A{n},Account {n},{'kim' if n % 2 else 'sam'}" for n in range(ACCOUNTS)]
    lately = "from: orders, where: ordered_on > as_of - interval 7 day, value: sum"
    config = KAFRAME.replace("reports: []", "reports: [report_json]").replace("  renamed: data/renamed.csv\n", "")
    files = {
        "kaframe.yaml": config,
        "rules/measure.yaml": MEASURE.replace("from: orders, value: sum", lately),
        "rules/score.yaml": SCORE.replace("at_least: 60", "at_least: 7"),
        "rules/analyse.yaml": ANALYSE.replace("> 60", "> 7"),
        "data/orders.csv": "\n".join([*lines, ""]),
        "data/accounts.csv": "\n".join(["account_id,account,owner", *owners, ""]),
    }
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return load_project(folder)


def resident() -> int:
    """The bytes of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def slope(values: list[int]) -> float:
    """The growth a step, of the straight line nearest to all of them."""
    middle, mean = (len(values) - 1) / 2, sum(values) / len(values)
    spread = sum((place - middle) ** 2 for place in range(len(values)))
    return sum((place - middle) * (value - mean) for place, value in enumerate(values)) / spread


def finish_tasks(project: Project, day: date) -> None:
    """What people do now and then: everything that is open."""
    store = open_store(project)
    for task in list_tasks(store):
        if task["state"] == "open" and task["done_by"] is None:
            finish_task(store, task["task_key"], Act("kim", day))
    store.close()


def test_many_days_in_one_process(tmp_path: Path) -> None:
    """Memory grows by less than 1 MB in 100 runs, no file stays open, and each half takes the same room."""
    project = seasonal(tmp_path / "project")
    memory, files, store = [], [], []
    for number in range(DAYS):
        day = FIRST + timedelta(days=number)
        run(project.on(day))
        if number % (SEASON // 2) == SEASON // 2 - 1:
            finish_tasks(project, day)
        gc.collect()
        memory.append(resident())
        files.append(len(os.listdir("/proc/self/fd")))
        store.append((project.root / ".kaframe" / "kaframe.db").stat().st_size)
    half = (DAYS - WARM) // SEASON // 2 * SEASON  # whole seasons
    before, after = (late - early for early, late in pairwise(store[WARM - 1 :: half][:3]))
    told = f"{slope(memory[WARM:]):.0f} bytes a run, files {min(files)}..{max(files[WARM:])}, store +{before} +{after}"
    print(f"{DAYS} days, {len(list_outbox(open_store(project)))} notices: {told}")
    assert slope(memory[WARM:]) < MOST_RSS, told
    assert len(set(files[WARM:])) == 1, told
    assert abs(after - before) <= UNEVEN * before + PAGES, told
