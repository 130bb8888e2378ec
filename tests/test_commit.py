"""The publish: all of a run or nothing of it, once."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from publishing import COLUMNS, Rows, colour, make_project, notice, plan, recalled, run, task
from sqlalchemy import Engine, event

from kaframe.commit import Committed, commit_run, find_unchanged, refuse_past_day
from kaframe.database import Database
from kaframe.errors import LockedError, StoreError, UsageError
from kaframe.published import load_run
from kaframe.store import (
    Act,
    decide_plan,
    finish_task,
    list_history,
    list_moves,
    list_outbox,
    list_plans,
    list_runs,
    list_tasks,
    move_stage,
    open_store,
)

VISIT = "cadence:visit:A1:2026-03-01"
CALL = "cadence:call:A1:2026-03-01"
EVENT = {"event_key": "e1", "account_id": "A1", "kind": "status_changed", "old": "green", "new": "red"}
WHOLE: dict[str, Rows] = {
    "tiers": [{"account_id": "A1", "tier": "key", "key_account": True, "since": date(2026, 3, 31)}],
    "colours": [colour("A1", "red", 10, "2026-03-31")],
    "tasks": [task(VISIT)],
    "plans": [plan("A1", 1)],
    "events": [EVENT],
    "notices": [notice("n1", "2026-03-31")],
}


def source(fingerprint: str) -> dict[str, Rows]:
    """The tables of a run over data with this fingerprint."""
    return {"sources": [{"table_name": "orders", "source": "orders.csv", "fingerprint": fingerprint}]}


def snapshots(root: Path) -> list[str]:
    folder = root / ".kaframe" / "runs"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_run_is_published(tmp_path: Path, store_url: str) -> None:
    """Snapshot, run, events, tasks, plan and outbox are there, each once."""
    project = make_project(tmp_path, "2026-03-31", store_url)
    done = run(project, WHOLE)
    assert done == Committed("2026-03-31.1", 1, "published", tmp_path / ".kaframe" / "runs" / "2026-03-31.1")
    store = open_store(project)
    (row,) = list_runs(store)
    assert (row["run_id"], row["base_run"], row["backfill"]) == ("2026-03-31.1", None, False)
    assert (row["state"], json.loads(row["summary"])) == ("published", {"note": "a test"})
    assert row["published_at"].endswith("Z")
    assert [(line["what"], line["old"], line["new"]) for line in list_history(store, ["A1"])] == [
        ("status_changed", "green", "red")
    ]
    assert [(found["task_key"], found["state"]) for found in list_tasks(store)] == [(VISIT, "open")]
    assert [(found["version"], found["state"]) for found in list_plans(store)] == [(1, "waiting")]
    assert [(found["notice_key"], found["state"]) for found in list_outbox(store)] == [("n1", "pending")]


def test_only_pending_notices_go_into_the_outbox(tmp_path: Path) -> None:
    """What was throttled or has no address stays in the snapshot alone."""
    project = make_project(tmp_path, "2026-03-31")
    rows = [notice("n1", "2026-03-31"), {**notice("n2", "2026-03-31", "[]"), "state": "throttled"}]
    run(project, {"notices": rows})
    assert [row["notice_key"] for row in list_outbox(open_store(project))] == ["n1"]


def test_same_day_same_inputs_is_a_no_op(tmp_path: Path, store_url: str) -> None:
    """The second run finds the first one, already after ``recall``, and leaves everything as it was."""
    project = make_project(tmp_path, "2026-03-31", store_url)
    run(project, WHOLE | source("1"))
    before = list_runs(open_store(project))
    with recalled(project, source("1")) as db:
        found = find_unchanged(project, db)
    assert found is not None
    assert (found.run_id, found.state) == ("2026-03-31.1", "unchanged")
    assert run(project, WHOLE | source("1")) == found
    assert (list_runs(open_store(project)), snapshots(tmp_path)) == (before, ["2026-03-31.1"])


@pytest.mark.parametrize("change", ["data", "rules", "people", "files"])
def test_changed_inputs_are_a_new_revision(tmp_path: Path, change: str) -> None:
    """Data, rules, what people did and what stands beside the rules: each makes the day anew."""
    project = make_project(tmp_path, "2026-03-31")
    run(project, WHOLE | source("1"))
    if change == "rules":
        project = make_project(tmp_path, "2026-03-31", patience=", hold: 14 days")
    if change == "people":
        finish_task(open_store(project), VISIT, Act("li", date(2026, 3, 31)))
    if change == "files":
        (tmp_path / "team.yaml").write_text("members: []\n", encoding="utf-8")
    done = run(project, WHOLE | source("2" if change == "data" else "1"))
    assert (done.run_id, done.state) == ("2026-03-31.2", "published")
    assert [(row["run_id"], row["state"]) for row in list_runs(open_store(project))] == [
        ("2026-03-31.2", "published"),
        ("2026-03-31.1", "superseded"),
    ]


def test_revision_tells_only_what_is_new(tmp_path: Path, store_url: str) -> None:
    """Events, tasks and notices of a day's first run are not told again, also under another notice key."""
    project = make_project(tmp_path, "2026-03-31", store_url)
    run(project, WHOLE | source("1"))
    second = {
        "events": [EVENT, {**EVENT, "event_key": "e2"}],
        "tasks": [task(VISIT, member="chen"), task(CALL)],
        "notices": [
            notice("n1", "2026-03-31"),
            notice("n2", "2026-03-31", '["e1"]'),
            notice("n3", "2026-03-31", '["e1","e2"]'),
            {**notice("n4", "2026-03-31", '["e1"]'), "recipient": "li"},
        ],
    }
    run(project, second | source("2"))
    store = open_store(project)
    assert len(list_history(store, ["A1"])) == 2
    assert [(row["task_key"], row["member"], row["run_id"]) for row in list_tasks(store)] == [
        (CALL, "li", "2026-03-31.2"),
        (VISIT, "chen", "2026-03-31.2"),
    ]
    told = sorted((row["notice_key"], row["run_id"]) for row in list_outbox(store))
    assert told == [("n1", "2026-03-31.1"), ("n3", "2026-03-31.2"), ("n4", "2026-03-31.2")]


def test_same_event_on_a_later_day_is_news(tmp_path: Path) -> None:
    """Only within a day are events the same."""
    for day in ("2026-03-31", "2026-04-30"):
        run(make_project(tmp_path, day), {"events": [EVENT]})
    days = [
        str(line["day"]) for line in list_history(open_store(make_project(tmp_path, "2026-04-30")), ["A1"])
    ]
    assert days == ["2026-03-31", "2026-04-30"]


def test_task_that_nobody_asks_for_any_more_is_dropped(tmp_path: Path, store_url: str) -> None:
    """Open tasks that a later run lacks are dropped, done ones stay done, one asked for again is open."""
    states = []
    for day, tasks in (
        ("2026-03-31", [task(VISIT), task(CALL)]),
        ("2026-04-30", [task(VISIT, state="done", done_on=date(2026, 4, 12))]),
        ("2026-05-31", [task(CALL, state="late")]),
    ):
        project = make_project(tmp_path, day, store_url)
        run(project, {"tasks": tasks})
        states.append({row["task_key"]: row["state"] for row in list_tasks(open_store(project))})
    assert states == [
        {VISIT: "open", CALL: "open"},
        {VISIT: "done", CALL: "dropped"},
        {VISIT: "done", CALL: "open"},
    ]


def test_what_a_person_has_done_stays_done(tmp_path: Path) -> None:
    """A run that does not mention a task any more does not drop what a person has finished."""
    project = make_project(tmp_path, "2026-03-31")
    run(project, {"tasks": [task(VISIT)]})
    finish_task(open_store(project), VISIT, Act("li", date(2026, 4, 2)))
    run(make_project(tmp_path, "2026-04-30"), {"tasks": []})
    (row,) = list_tasks(open_store(project))
    assert (row["state"], row["done_by"]) == ("done", "li")


def test_task_of_a_member_has_no_account(tmp_path: Path, store_url: str) -> None:
    """A training belongs to a person of the team; it is kept and recalled like any other task."""
    project = make_project(tmp_path, "2026-03-31", store_url)
    run(project, {"tasks": [task("cadence:training:li:2026-03-01", account_id=None)]})
    with recalled(project.on(date(2026, 4, 30))) as db:
        assert db.rows("SELECT account_id, rule, member FROM past_tasks") == [
            {"account_id": None, "rule": "training", "member": "li"}
        ]


def test_approved_plan_survives_a_revision(tmp_path: Path, store_url: str) -> None:
    """An undecided version gives way to the day's new one; an approved one stays, and is followed."""
    project = make_project(tmp_path, "2026-03-31", store_url)
    run(project, {"plans": [plan("A1", 1, content="a"), plan("A2", 1, content="a")]} | source("1"))
    decide_plan(open_store(project), "A1", "approved", Act("lead", date(2026, 3, 31)))
    run(project, {"plans": [plan("A1", 2, content="b"), plan("A2", 1, content="b")]} | source("2"))
    found = [
        (row["account_id"], row["version"], row["content_hash"], row["state"])
        for account in ("A1", "A2")
        for row in list_plans(open_store(project), [account])
    ]
    assert found == [("A1", 1, "a", "approved"), ("A1", 2, "b", "waiting"), ("A2", 1, "b", "waiting")]


def test_moves_are_used_up_once(tmp_path: Path) -> None:
    """A run uses the moves that it saw; one made while it ran waits for the next."""
    project = make_project(tmp_path, "2026-03-31")
    store, act = open_store(project), Act("li", date(2026, 3, 30), "asked by the customer")
    move_stage(store, "A1", "strategy", act)
    with recalled(project) as db:
        move_stage(store, "A2", "strategy", act)
        commit_run(project, db, {})
    used = {row["account_id"]: row["used_by_run"] for row in list_moves(store)}
    assert used == {"A1": "2026-03-31.1", "A2": None}


def test_day_before_the_latest_needs_backfill(tmp_path: Path, store_url: str) -> None:
    """Without the flag nothing is written; with it the day becomes history, and nobody is told or asked."""
    run(make_project(tmp_path, "2026-03-31", store_url), WHOLE)
    past = make_project(tmp_path, "2026-02-28", store_url)
    for check in (lambda: refuse_past_day(past, backfill=False), lambda: run(past, WHOLE)):
        with pytest.raises(UsageError, match="KF6012 2026-02-28 lies before 2026-03-31") as error:
            check()
        assert error.value.exit_code == 2
    assert snapshots(tmp_path) == ["2026-03-31.1"]
    more = {"tasks": [task(CALL)], "plans": [plan("A2", 1)], "notices": [notice("n2", "2026-02-28")]}
    done = run(past, more | {"events": [{**EVENT, "account_id": "A2"}]}, backfill=True)
    store = open_store(past)
    assert done.run_id == "2026-02-28.1"
    assert {row["run_id"]: row["backfill"] for row in list_runs(store)} == {
        "2026-03-31.1": False,
        done.run_id: True,
    }
    assert [row["task_key"] for row in list_tasks(store)] == [VISIT]
    assert [row["account_id"] for row in list_plans(store)] == ["A1"]
    assert [row["notice_key"] for row in list_outbox(store)] == ["n1"]
    assert [str(line["day"]) for line in list_history(store, ["A2"])] == ["2026-02-28"]
    with load_run(past) as latest:
        assert latest.run_id == "2026-03-31.1"


def test_run_that_was_overtaken_publishes_nothing(tmp_path: Path, store_url: str) -> None:
    """Whoever publishes second is told which run was quicker, and leaves nothing behind."""
    project = make_project(tmp_path, "2026-03-31", store_url)
    with recalled(project, WHOLE) as slow:
        run(project, WHOLE | source("quick"))
        with pytest.raises(LockedError, match=r"KF6011 the run 2026-03-31.1 was published while") as error:
            commit_run(project, slow, {})
    assert error.value.exit_code == 6
    assert (len(list_runs(open_store(project))), snapshots(tmp_path)) == (1, ["2026-03-31.1"])


def test_of_runs_at_once_exactly_one_publishes(tmp_path: Path, store_url: str) -> None:
    """Six runs that saw the same past: one publishes, five are told so, every notice is there once."""
    project = make_project(tmp_path, "2026-03-31", store_url)
    ready = [recalled(project, WHOLE | source(str(number))) for number in range(6)]
    barrier, outcomes = threading.Barrier(len(ready)), []

    def commit(db: Database) -> None:
        barrier.wait()
        try:
            outcomes.append(commit_run(project, db, {}).state)
        except LockedError as error:
            outcomes.append(error.problems[0].code)

    threads = [threading.Thread(target=commit, args=[db]) for db in ready]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["KF6011"] * 5 + ["published"]
    assert snapshots(tmp_path) == ["2026-03-31.1"]
    with load_run(project) as published:
        assert published.rows("tasks")[0]["task_key"] == VISIT
    assert len(list_outbox(open_store(project))) == 1


KILLED = """
import os, sys
from pathlib import Path
from sqlalchemy import Engine, event
sys.path.insert(0, sys.argv[1])
from publishing import make_project, run
from kaframe.store import Store
import kaframe.commit
project = make_project(Path(sys.argv[2]), "2026-03-31")
if sys.argv[3] == "before-the-commit":
    event.listen(Engine, "commit", lambda connection: os._exit(9))
else:
    kaframe.commit._publish = lambda *arguments: os._exit(9)
run(project)
"""


@pytest.mark.parametrize(
    ("point", "left"),
    [("before-the-commit", "2026-03-31.1"), ("before-the-transaction", ".tmp-2026-03-31.1")],
)
def test_kill_before_the_publish_means_nothing_happened(tmp_path: Path, point: str, left: str) -> None:
    """What a killed run leaves is no run, and the next one sweeps it away."""
    tests = str(Path(__file__).parent)
    killed = subprocess.run([sys.executable, "-c", KILLED, tests, str(tmp_path), point], check=False)
    assert killed.returncode == 9
    assert [name for name in snapshots(tmp_path) if name.startswith(left)] == snapshots(tmp_path) != []
    project = make_project(tmp_path, "2026-04-30")
    assert list_runs(open_store(project)) == []
    run(project, WHOLE)
    assert snapshots(tmp_path) == ["2026-04-30.1"]


def test_failure_at_any_statement_leaves_nothing(tmp_path: Path) -> None:
    """The n-th statement of the publish fails, for every n: no row, no folder; then the run goes through."""
    project = make_project(tmp_path, "2026-03-31")
    run(make_project(tmp_path, "2026-02-28"), WHOLE)
    countdown = 0

    def fail(_: object, __: object, statement: str, *___: object) -> None:
        nonlocal countdown
        countdown -= 0 if statement.startswith("PRAGMA") else 1
        if countdown == 0:
            countdown = -1
            raise sqlite3.OperationalError("disk I/O error")

    event.listen(Engine, "before_cursor_execute", fail)
    try:
        for failures in range(100):
            with recalled(project, WHOLE) as db:
                countdown = failures + 1
                with contextlib.suppress(StoreError):
                    commit_run(project, db, {})
                    break
            countdown = -1
            assert snapshots(tmp_path) == ["2026-02-28.1"]
            assert [row["run_id"] for row in list_runs(open_store(project))] == ["2026-02-28.1"]
    finally:
        event.remove(Engine, "before_cursor_execute", fail)
    assert failures > 15
    assert snapshots(tmp_path) == ["2026-02-28.1", "2026-03-31.1"]
    assert len(list_history(open_store(project), ["A1"])) == 2


def test_snapshots_that_cannot_be_written_are_exit_7(tmp_path: Path) -> None:
    """A file where the folder should be: told as such, nothing published."""
    (tmp_path / ".kaframe").mkdir()
    (tmp_path / ".kaframe" / "runs").write_text("in the way")
    project = make_project(tmp_path, "2026-03-31")
    with pytest.raises(StoreError, match="KF7003 cannot write the snapshots in runs") as error:
        run(project, WHOLE)
    assert error.value.exit_code == 7
    assert list_runs(open_store(project)) == []


FULL_DISK = """
import resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from publishing import make_project, recalled
from kaframe.commit import commit_run
from kaframe.errors import StoreError
project = make_project(Path(sys.argv[2]), "2026-03-31")
with recalled(project) as db:
    db.execute("CREATE TABLE measures AS SELECT 'A' || i AS account_id, random() AS x FROM range(99999) t(i)")
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
    try:
        commit_run(project, db, {})
    except StoreError as error:
        print(error.problems[0].code)
"""


def test_disk_that_fills_up_while_the_snapshot_is_written(tmp_path: Path) -> None:
    """The file stops growing half way: told as a full disk, nothing left."""
    pytest.importorskip("resource")
    command = [sys.executable, "-c", FULL_DISK, str(Path(__file__).parent), str(tmp_path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert (done.stdout.strip(), snapshots(tmp_path)) == ("KF7003", [])


def test_same_inputs_same_bytes_wherever_and_whenever(tmp_path: Path) -> None:
    """Two projects in two folders give the same snapshots: no clock, no path, no chance."""
    contents = []
    for name in ("here", "there"):
        folder = run(make_project(tmp_path / name, "2026-03-31"), WHOLE | source("1")).snapshot
        contents.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert contents[0] == contents[1]
    assert str(tmp_path).encode() not in b"".join(contents[0].values())


def test_same_bytes_with_any_number_of_threads(tmp_path: Path) -> None:
    """Rows go to the file in the order of their key, however many threads write it."""
    hashes = set()
    for threads in (1, 2, 4):
        project = make_project(tmp_path / str(threads), "2026-03-31")
        with recalled(project) as db:
            db.execute(f"SET threads = {threads}")
            db.execute(
                "CREATE TABLE tiers AS SELECT 'A' || (i * 7919 % 300007) AS account_id, 'key' AS tier, "
                "i % 3 = 0 AS key_account, DATE '2026-01-31' AS since FROM range(300000) t(i)"
            )
            done = commit_run(project, db, {})
        manifest = json.loads((done.snapshot / "manifest.json").read_text("utf-8"))
        assert manifest["tables"]["tiers"]["rows"] == 300_000
        hashes.add(manifest["tables"]["tiers"]["sha256"])
    assert len(hashes) == 1


def test_manifest_says_what_the_run_was_made_from(tmp_path: Path) -> None:
    """Resolved rules, sources, files, versions, and every Parquet file with its hash."""
    (tmp_path / "team.yaml").write_text("members: []\n", encoding="utf-8")
    project = make_project(tmp_path, "2026-03-31")
    done = run(project, WHOLE | source("1"))
    manifest: dict[str, Any] = json.loads((done.snapshot / "manifest.json").read_text("utf-8"))
    assert manifest["rules"]["status"]["rgb"]["relationship"]["green"] == {"at_least": 75}
    assert manifest["sources"] == [{"table_name": "orders", "source": "orders.csv", "fingerprint": "1"}]
    assert list(manifest["files"]) == ["team.yaml"]
    assert set(manifest["versions"]) == {"duckdb", "sqlglot"}
    assert sorted(manifest["tables"]) == sorted([*WHOLE, "sources"])
    assert list(manifest["rules"]["status"]["rgb"]["relationship"]) == ["green", "red"]  # as written: from the best on
    assert manifest["places"]["status"][3]["rgb"][3]["relationship"][:2] == ["rules/status.yaml", 1]


def test_published_run_is_read_again(tmp_path: Path, store_url: str) -> None:
    """By id, by day or the latest: tables ordered by key, one account's rows, the scores of all cards."""
    project = make_project(tmp_path, "2026-03-31", store_url)
    scores = [
        {"account_id": name, "points": points, "coverage": 1.0, "low": points, "high": points}
        for name, points in (("B1", 80.0), ("A1", 10.0))
    ]
    run(project, {**WHOLE, "score_relationship": scores})
    run(
        make_project(tmp_path, "2026-04-30", store_url),
        {"tiers": [{**WHOLE["tiers"][0], "tier": "strategic"}]},
    )
    with load_run(project, "2026-03-31") as found:
        assert (found.run_id, found.as_of, found.manifest["base_run"]) == (
            "2026-03-31.1",
            date(2026, 3, 31),
            None,
        )
        assert "scores" in found.tables()
        assert [row["account_id"] for row in found.rows("scores")] == ["A1", "B1"]
        assert found.rows("scores", "B1")[0]["card"] == "relationship"
        assert found.rows("stages") == []
        assert found.arrow("tiers").column_names == list(COLUMNS["tiers"])
        joined = "SELECT tier, points FROM tiers JOIN scores USING (account_id)"
        assert found.open("tiers", "scores").rows(joined) == [{"tier": "key", "points": 10.0}]
        with pytest.raises(UsageError, match=r"KF6057 the run 2026-03-31.1 has no table 'stages'"):
            found.arrow("stages")
    with load_run(project) as latest:
        assert [row["tier"] for row in latest.rows("tiers")] == ["strategic"]


def test_unknown_account_names_the_nearest(tmp_path: Path) -> None:
    """An account is looked up in the run before people act on it."""
    project = make_project(tmp_path, "2026-03-31")
    run(project, {"tiers": [{**WHOLE["tiers"][0], "account_id": name} for name in ("C-1001", "C-2002")]})
    with load_run(project) as found:
        assert found.require_account("C-1001") == "C-1001"
        with pytest.raises(UsageError, match=r"KF6058 no account 'C-1010' in .* \(did you mean 'C-1001'\?\)"):
            found.require_account("C-1010")
        with pytest.raises(UsageError, match="'kaframe accounts' shows all"):
            found.require_account("中国石油")
