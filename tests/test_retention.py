"""Retention: what goes, what stays because a later run needs it, and that the next run is the same with less past."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from publishing import colour, make_project, notice, plan, recalled, run, task

from kaframe.errors import LockedError, UsageError
from kaframe.project import Project
from kaframe.published import load_run
from kaframe.recall import past_fingerprint
from kaframe.retention import find_prunable, prune
from kaframe.store import hold_run_lock, list_outbox, list_plans, list_runs, list_tasks, open_store

VISIT = "cadence:visit:A1:2026-03-01"
DAYS = [date(2026, 1, 1) + timedelta(days=10 * number) for number in range(10)]  # until 2026-04-01


def history(root: Path, url: str, patience: str = "") -> Project:
    """Ten runs, ten days apart; the task changes with the fourth, every plan is new, every run tells something."""
    project = make_project(root, str(DAYS[-1]), url, patience)
    for number, day in enumerate(DAYS):
        due = date(2026, 5, 1 if number < 3 else 2)
        told = {"event_key": f"e{number}", "account_id": "A1", "kind": "status_changed", "old": "green", "new": "red"}
        run(
            project.on(day),
            {
                "colours": [colour("A1", "green", 80.0, str(day))],
                "tasks": [task(VISIT, due_on=due)],
                "plans": [plan("A1", number + 1)],
                "events": [told],
                "notices": [notice(f"n{number}", str(day), f'["e{number}"]')],
            },
        )
    return project


def folders(root: Path) -> list[str]:
    return sorted(path.name for path in (root / ".kaframe" / "runs").iterdir())


def names(*numbers: int) -> list[str]:
    return [f"{DAYS[number]}.1" for number in numbers]


def test_dry_run_changes_nothing(tmp_path: Path, store_url: str) -> None:
    """What would go is told: runs, bytes, rows."""
    project = history(tmp_path, store_url)
    found = find_prunable(project, "4 runs")
    assert list(found.runs) == names(0, 1, 2, 3, 4, 5)
    assert found.size > 1000
    assert found.rows == {"events": 6, "plans": 5, "tasks": 1}
    assert len(folders(tmp_path)) == len(list_runs(open_store(project))) == 10


def test_prune_removes_and_the_next_run_is_the_same(tmp_path: Path, store_url: str) -> None:
    """Snapshots and rows go; tasks, plans and what the next run recalls stay as they are."""
    project = history(tmp_path, store_url)
    store = open_store(project)
    later = project.on(DAYS[-1] + timedelta(days=10))
    with recalled(later) as db:
        before = (past_fingerprint(db), list_tasks(store), list_plans(store))
    assert list(prune(project, "30 days").runs) == names(0, 1, 2, 3, 4, 5)
    assert folders(tmp_path) == names(6, 7, 8, 9)
    with recalled(later) as db:
        assert (past_fingerprint(db), list_tasks(store), list_plans(store)) == before
    assert prune(project, "30 days").runs == ()
    run(later)
    assert folders(tmp_path) == [*names(6, 7, 8, 9), f"{later.as_of}.1"]


def test_pruned_run_is_told_as_such(tmp_path: Path, store_url: str) -> None:
    """Its row stays, so that its name is not given again; asking for it says why it cannot be shown."""
    project = history(tmp_path, store_url)
    prune(project, "2 runs")
    states = {row["run_id"]: row["state"] for row in list_runs(open_store(project))}
    assert [states[name] for name in names(0, 7, 8, 9)] == ["pruned", "pruned", "published", "published"]
    with pytest.raises(UsageError, match=r"KF6054 the run '2026-01-01.1' was pruned"):
        load_run(project, "2026-01-01.1")


@pytest.mark.parametrize(
    ("patience", "stays"),
    [
        ("", [8, 9]),
        (", hold: 14 days", [6, 7, 8, 9]),
        (", hold: 3 runs", [3, 4, 5, 6, 7, 8, 9]),
    ],
    ids=["none", "days", "runs"],
)
def test_what_the_rules_look_back_at_stays(tmp_path: Path, patience: str, stays: list[int]) -> None:
    """However little people want to keep: the base of the latest day, and twice the longest hold before it."""
    project = history(tmp_path, "sqlite:///.kaframe/kaframe.db", patience)
    again, later = project, project.on(DAYS[-1] + timedelta(days=1))
    prints = []
    for _ in range(2):
        for one in (again, later):
            with recalled(one) as db:
                prints.append(past_fingerprint(db))
        prune(project, "1 run")
    assert folders(tmp_path) == names(*stays)
    assert prints[:2] == prints[2:]


def test_texts_of_sent_notices_go_what_waits_stays(tmp_path: Path, store_url: str) -> None:
    """That it was sent is kept, and everything of what has not been sent."""
    from datetime import UTC, datetime

    from kaframe.store import Settlement, settle_notice

    project = history(tmp_path, store_url)
    store = open_store(project)
    settle_notice(store, "n0", Settlement("sent"), datetime(2026, 1, 1, tzinfo=UTC))
    assert prune(project, "2 runs").rows["outbox"] == 1
    texts = {row["notice_key"]: row["text"] for row in list_outbox(store)}
    assert len(texts) == 10
    assert {key for key, text in texts.items() if text is None} == {"n0"}
    settle_notice(store, "n1", Settlement("sent"), datetime(2026, 1, 1, tzinfo=UTC))
    assert prune(project, "2 runs").rows == {"outbox": 1}


def test_prune_while_a_run_goes_on_is_refused(tmp_path: Path, store_url: str) -> None:
    """It might be reading what would go."""
    project = history(tmp_path, store_url)
    with hold_run_lock(open_store(project), project.as_of), pytest.raises(LockedError, match="KF6010"):
        prune(project, "2 runs")
    assert len(folders(tmp_path)) == 10


@pytest.mark.parametrize("keep", ["", "0 runs", "90", "-3 days", "all", "3 fortnights"])
def test_what_to_keep_is_said_clearly(tmp_path: Path, keep: str) -> None:
    """A span that says nothing removes nothing."""
    with pytest.raises(UsageError, match="KF6016"):
        prune(make_project(tmp_path, "2026-03-31"), keep)


def test_without_a_store_there_is_nothing_to_prune(tmp_path: Path, store_url: str) -> None:
    """And nothing is made."""
    project = make_project(tmp_path, "2026-03-31", store_url)
    assert prune(project, "1 run").runs == ()
    assert not (tmp_path / ".kaframe").exists()
