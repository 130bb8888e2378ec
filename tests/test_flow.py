"""A whole run: day after day, twice the same, interrupted, and up to a step."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import kaframe
from kaframe import flow
from kaframe.api import Loaded
from kaframe.errors import DataError, UsageError
from kaframe.flow import STEPS, Finished, steps_after, steps_until
from kaframe.published import load_run
from tests.smallproject import fingerprint, write_project

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "consumer-goods"
FIRST, SECOND = "2026-05-31", "2026-06-30"
KILLED = """
import os, signal, sys
import kaframe
from kaframe import flow
def watch(step):
    if step == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)
flow.run(kaframe.load(sys.argv[1]).project.on(__import__("datetime").date(2026, 3, 31)), watch=watch)
"""


@dataclass(frozen=True)
class Days:
    """The example after two days and the second one again, with what lay in its folder each time."""

    root: Path
    loaded: Loaded
    finished: tuple[Finished, ...]
    files: tuple[dict[str, str], ...]


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Days:
    root = tmp_path_factory.mktemp("example") / "consumer-goods"
    shutil.copytree(EXAMPLE, root, ignore=shutil.ignore_patterns(".kaframe", "report", "notices"))
    loaded = kaframe.load(root)
    finished, files = [], []
    for day in (FIRST, SECOND, SECOND):
        finished.append(loaded.run(day))
        files.append(fingerprint(root))
    return Days(root, loaded, tuple(finished), tuple(files))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write_project(tmp_path / "small")


def rows(days: Days, run: str, table: str) -> list[dict[str, Any]]:
    with load_run(days.loaded.project, run) as published:
        return published.rows(table)


def test_the_first_day_has_no_news_of_changes(days: Days) -> None:
    """Nothing was before: no colour, tier or stage has changed."""
    kinds = {event["kind"] for event in rows(days, FIRST, "events")}
    assert kinds.isdisjoint({"status_changed", "tier_changed", "stage_changed", "owner_changed", "task_done"})


def test_the_next_day_is_told_against_the_first(days: Days) -> None:
    """Changed colours are those that differ between the snapshots, old and new as in them."""
    before = {(row["account_id"], row["card"]): row["status"] for row in rows(days, FIRST, "colours")}
    after = {(row["account_id"], row["card"]): row["status"] for row in rows(days, SECOND, "colours")}
    key_accounts = {row["account_id"] for row in rows(days, SECOND, "tiers") if row["key_account"]}
    events = rows(days, SECOND, "events")
    recoloured = [row for row in events if row["kind"] == "status_changed"]
    told = {(row["account_id"], row["card"]): (row["old"], row["new"]) for row in recoloured}
    changed = {key: (before[key], after[key]) for key in before.keys() & after.keys() if before[key] != after[key]}
    assert told.items() <= changed.items()
    assert {key for key in changed if key[0] in key_accounts} <= told.keys()
    assert {"task_opened", "tier_changed"} & {event["kind"] for event in events}


def test_a_run_publishes_tells_and_reports(days: Days) -> None:
    """What it says it has done is there."""
    for finished in days.finished[:2]:
        assert finished.committed.state == "published"
        assert finished.committed.snapshot.is_dir()
        assert finished.delivered is not None
        assert finished.delivered.is_complete
        assert finished.delivered.sent == finished.summary["notices"].get("pending", 0) > 0
        assert not finished.degraded
        assert [path.name for path in finished.reports] == ["index.html", "report.json"]
        assert all(path.is_file() for path in finished.reports)


def test_the_same_inputs_again_change_nothing(days: Days) -> None:
    """No new revision, no notice, and not a byte of report and snapshots."""
    again = days.finished[2]
    assert (again.committed.state, again.committed.run_id) == ("unchanged", f"{SECOND}.1")
    assert again.delivered is not None
    assert again.delivered.sent == 0
    store = ".kaframe/kaframe.db"
    changed = {name for name, digest in days.files[2].items() if days.files[1].get(name) != digest}
    assert {name for name in changed if not name.startswith(store)} == set()


def test_a_preview_has_no_effect(days: Days) -> None:
    """Not on the files of a project that has a past."""
    with days.loaded.preview(as_of="2026-07-31") as preview:
        assert preview.rows("past_run")[0]["run_id"] == f"{SECOND}.1"
    kept = fingerprint(days.root)
    assert {name for name in kept if kept[name] != days.files[2].get(name)} == set()


def test_a_preview_of_a_new_project_writes_nothing(small: Path) -> None:
    """No store, no folder: nothing."""
    before = fingerprint(small)
    with kaframe.load(small).preview(as_of="2026-03-31") as preview:
        assert len(preview.rows("tiers")) == 4
    assert fingerprint(small) == before
    assert sorted(path.name for path in small.iterdir()) == ["data", "kaframe.yaml", "team.yaml"]


@pytest.mark.parametrize("step", ["identify", "strategy", "notify"])
def test_a_step_that_fails_leaves_nothing_behind(small: Path, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong before the publish: no store, no snapshot, no report, no notice."""

    def broken(*_: object) -> None:
        raise DataError([])

    before = fingerprint(small)
    monkeypatch.setitem(flow.STEPS, step, broken)
    with pytest.raises(DataError):
        kaframe.load(small).run("2026-03-31")
    assert fingerprint(small) == before
    assert not (small / ".kaframe").exists()
    assert not (small / "report").exists()


@pytest.mark.parametrize("step", ["score", "commit"])
def test_a_run_that_is_killed_leaves_nothing_behind(small: Path, step: str) -> None:
    """But its lock file, which nobody holds; the next run begins as if there had been none, and takes that away."""
    lock = ".kaframe/kaframe.db.lock"
    before = fingerprint(small)
    done = subprocess.run([sys.executable, "-c", KILLED, str(small), step], cwd=ROOT, check=False)
    assert done.returncode == -9
    assert {name: digest for name, digest in fingerprint(small).items() if name != lock} == before
    finished = kaframe.load(small).run("2026-03-31")
    assert finished.committed.run_id == "2026-03-31.1"
    assert not (small / lock).exists()


def test_a_run_that_is_killed_after_the_publish_is_told_by_the_next(small: Path) -> None:
    """It is published; what it had to tell and to show comes with the next start."""
    done = subprocess.run([sys.executable, "-c", KILLED, str(small), "report"], cwd=ROOT, check=False)
    assert done.returncode == -9
    finished = kaframe.load(small).run("2026-03-31")
    assert (finished.committed.state, finished.committed.run_id) == ("unchanged", "2026-03-31.1")
    assert finished.delivered is not None
    assert finished.delivered.is_complete
    assert (small / "report" / "report.json").is_file()


def test_a_changed_input_is_a_new_revision(small: Path) -> None:
    """The same day with other data: revision 2, whose base is still the day before it."""
    loaded = kaframe.load(small)
    loaded.run("2026-03-31")
    orders = small / "data/orders.csv"
    orders.write_text(orders.read_text("utf-8") + "A2,7,2026-03-30,700,70\n", encoding="utf-8")
    again = kaframe.load(small).run("2026-03-31")
    assert (again.committed.run_id, again.committed.state) == ("2026-03-31.2", "published")


def test_a_day_before_the_latest_needs_backfill(small: Path) -> None:
    """History tells nobody anything."""
    loaded = kaframe.load(small)
    loaded.run("2026-03-31")
    report = fingerprint(small / "report")
    with pytest.raises(UsageError, match="backfill"):
        loaded.run("2026-02-28")
    filled = loaded.run("2026-02-28", backfill=True)
    assert filled.committed.run_id == "2026-02-28.1"
    assert (filled.delivered, filled.reports) == (None, ())
    assert fingerprint(small / "report") == report


def test_the_steps_are_told_in_their_order(small: Path) -> None:
    """Who watches hears each step once, before it begins."""
    heard: list[str] = []
    flow.run(kaframe.load(small).project, watch=heard.append)
    assert heard == [*STEPS, "commit", "report", "deliver"]


@pytest.mark.parametrize(
    ("until", "made", "not_made"),
    [
        ("data", {"accounts", "orders", "sources"}, {"measures", "past_tiers"}),
        ("measure", {"measures", "past_tiers"}, {"tiers"}),
        ("status", {"colours", "reasons", "score_relationship"}, {"stages"}),
        ("notify", {"notices", "events", "plans", "tasks"}, set()),
    ],
)
def test_until_is_a_slice(small: Path, until: str, made: set[str], not_made: set[str]) -> None:
    """The tables of the steps so far, and no later one."""
    with kaframe.load(small).preview(as_of="2026-03-31", until=until) as preview:
        assert made <= set(preview.tables)
        assert not not_made & set(preview.tables)


def test_until_an_unknown_step_is_refused_before_anything_runs() -> None:
    """With the nearest name."""
    with pytest.raises(UsageError, match=r"no step 'stats'.*did you mean 'status'"):
        next(steps_until("stats"))


def test_slices_of_the_flow_meet() -> None:
    """Up to a step and after it: all steps, each once."""
    for step in STEPS:
        assert [*steps_until(step), *steps_after(step)] == list(STEPS)


def test_the_rows_as_of_a_day_know_nothing_later(small: Path) -> None:
    """An order of March takes no part in February; the arithmetic of the rows says so."""
    with kaframe.load(small).preview(as_of="2026-02-28", until="measure") as preview:
        (orders,) = [row for row in preview.rows("sources") if row["table_name"] == "orders"]
        revenue = {row["account_id"]: row["revenue_12m"] for row in preview.rows("measures")}
    assert (orders["rows_read"], orders["kept"], orders["after_as_of"], orders["orphans"]) == (6, 5, 1, 1)
    assert revenue["A1"] == 8000
    assert revenue["A4"] == 0
