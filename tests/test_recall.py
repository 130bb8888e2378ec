"""What a run may see of the past: exactly what was decided before its day."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from publishing import COLUMNS, Rows, colour, make_project, notice, plan, recalled, run, task

from kaframe.database import Database
from kaframe.errors import StoreError
from kaframe.recall import look_back, past_fingerprint, recall_past, snapshot_folder
from kaframe.store import (
    Act,
    Override,
    clear_override,
    decide_plan,
    finish_task,
    log_activity,
    move_stage,
    open_store,
    set_override,
    snooze_task,
)

VISIT = "cadence:visit:A1:2026-03-01"
TABLES = Path(__file__).parent.parent / "docs" / "tables.md"
TIERS = [{"account_id": "A1", "tier": "key", "key_account": True, "since": date(2026, 1, 31)}]


def documented() -> dict[str, list[str]]:
    """The past_* tables of docs/tables.md with the names in back quotes that follow them."""
    section = TABLES.read_text(encoding="utf-8").split("## recall")[1].split("\n## ")[0]
    lines = re.findall(r"^\| `(past_\w+)`[^|]*\| (.*) \|$", section, re.MULTILINE)
    return {name: re.findall(r"`([a-z_0-9]+)`", text) for name, text in lines}


def act(day: str, note: str = "because") -> Act:
    return Act("li", date.fromisoformat(day), note)


def seen(root: Path, day: str, table: str, **project: str) -> list[dict[str, Any]]:
    """The rows of a table of the past in a run for a day."""
    with recalled(make_project(root, day, **project)) as db:
        return db.rows(f"SELECT * FROM {table} ORDER BY ALL")


@pytest.mark.parametrize("published", [False, True], ids=["no-store", "after-a-run-without-tables"])
def test_every_table_is_there_with_its_columns(tmp_path: Path, published: bool) -> None:
    """All tables that docs/tables.md names exist, also when there is no past at all."""
    if published:
        run(make_project(tmp_path, "2026-01-31"))
    with recalled(make_project(tmp_path, "2026-02-28")) as db:
        found = {name: list(db.columns(name)) for name in db.tables() if name.startswith("past_")}
        counts = {name: db.value(f"SELECT count(*) FROM {name}") for name in documented()}
    shared = {
        name: [column for column in found[name] if column in columns]
        for name, columns in documented().items()
    }
    assert shared == {name: found[name] for name in documented()}
    assert {name for name, count in counts.items() if count} == {
        "past_pin",
        *(["past_files", "past_run"] if published else []),
    }


def test_recall_writes_nothing(tmp_path: Path) -> None:
    """Looking back leaves no trace, not even a folder for the store."""
    project = make_project(tmp_path, "2026-02-28")
    recalled(project).close()
    assert [path.name for path in tmp_path.iterdir()] == ["rules"]


def test_base_is_the_current_revision_of_the_latest_earlier_day(tmp_path: Path, store_url: str) -> None:
    """Strictly earlier, and of several revisions of a day the last."""
    for day, tier in (
        ("2026-01-31", "key"),
        ("2026-02-28", "key"),
        ("2026-02-28", "strategic"),
        ("2026-03-31", "none"),
    ):
        data = [{"table_name": "orders", "source": "orders.csv", "fingerprint": tier}]
        tables: Mapping[str, Rows] = {"tiers": [{**TIERS[0], "tier": tier}], "sources": data}
        run(make_project(tmp_path, day, store_url), tables)
    with recalled(make_project(tmp_path, "2026-03-31", store_url)) as db:
        assert db.rows("SELECT * FROM past_run") == [
            {"run_id": "2026-02-28.2", "as_of": date(2026, 2, 28), "revision": 2}
        ]
        assert db.rows("SELECT tier, key_account, since FROM past_tiers") == [
            {"tier": "strategic", "key_account": True, "since": date(2026, 1, 31)}
        ]


def test_snapshot_tables_come_back(tmp_path: Path) -> None:
    """Colours, points of every card, and insights of the base run."""
    score = {"account_id": "A1", "points": 41.5, "coverage": 1.0, "low": 41.5, "high": 41.5}
    insight = {
        "account_id": "A1",
        "insight": "fading",
        "subject": None,
        "value": 900.0,
        "since": date(2026, 1, 31),
    }
    run(
        make_project(tmp_path, "2026-01-31"),
        {
            "colours": [colour("A1", "red", 41.5, "2026-01-31")],
            "score_relationship": [score],
            "insights": [insight],
        },
    )
    assert seen(tmp_path, "2026-02-28", "past_colours") == [colour("A1", "red", 41.5, "2026-01-31")]
    assert seen(tmp_path, "2026-02-28", "past_scores") == [
        {"account_id": "A1", "card": "relationship", "points": 41.5}
    ]
    assert seen(tmp_path, "2026-02-28", "past_insights") == [insight]
    assert seen(tmp_path, "2026-01-31", "past_colours") == []


def test_column_that_an_old_snapshot_lacks_is_null(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A snapshot of an earlier kaframe may know less; what it lacks is missing, not an error."""
    monkeypatch.setitem(COLUMNS, "insights", {"account_id": "VARCHAR", "insight": "VARCHAR"})
    run(make_project(tmp_path, "2026-01-31"), {"insights": [{"account_id": "A1", "insight": "fading"}]})
    (row,) = seen(tmp_path, "2026-02-28", "past_insights")
    assert row == {"account_id": "A1", "insight": "fading", "subject": None, "value": None, "since": None}


@pytest.mark.parametrize(
    ("patience", "back", "expected"),
    [
        pytest.param("", (0, 0), [], id="no-patience"),
        pytest.param(", hold: 8 days", (16, 0), ["2026-03-10", "2026-03-20"], id="hold"),
        pytest.param(
            ", hold: 3 days, for: 15 days", (30, 0), ["2026-02-28", "2026-03-10", "2026-03-20"], id="for"
        ),
        pytest.param(", hold: 1 runs", (0, 2), ["2026-03-10", "2026-03-20"], id="runs"),
        pytest.param(
            ", hold: 1 days, for: 2 runs", (2, 4), ["2026-01-31", "2026-02-28", "2026-03-10", "2026-03-20"], id="both"
        ),
    ],
)
def test_colours_are_looked_at_as_far_back_as_rules_need(
    tmp_path: Path, patience: str, back: tuple[int, int], expected: list[str]
) -> None:
    """All runs within twice the longest hold, and the one before, which says how things stood when it began."""
    for day in ("2026-01-31", "2026-02-28", "2026-03-10", "2026-03-20", "2026-03-31"):
        run(make_project(tmp_path, day), {"colours": [colour("A1", "red", 41.5, day)]})
    found = look_back(make_project(tmp_path, "2026-03-31", patience=patience))
    assert (found.days, found.runs) == back
    rows = seen(tmp_path, "2026-03-31", "past_statuses", patience=patience)
    assert [str(row["as_of"]) for row in rows] == expected


def test_points_of_the_latest_runs_are_shown_though_no_rule_is_patient(tmp_path: Path) -> None:
    """As published, of the last 23 runs of earlier days, also of one that was added to the history later; a damaged
    snapshot that is only shown stops no run."""
    days = [date(2025, 1, 1 + place) for place in range(26)]
    late = days.pop(20)
    for day in days:
        rows = [colour("A1", "red", float(day.day), str(day))]
        made = run(make_project(tmp_path, str(day)), {"managed.colours": rows})
        if day.day == 10:
            (made.snapshot / "managed.colours.parquet").write_bytes(b"damaged")
    run(make_project(tmp_path, str(late)), {"managed.colours": [colour("A1", "green", 99, str(late))]}, backfill=True)
    found = sorted(seen(tmp_path, "2025-01-26", "past_points"), key=lambda row: row["as_of"])
    expected = [day for day in range(3, 26) if day != 10]
    assert [row["as_of"].day for row in found] == expected
    assert [row["points"] for row in found] == [99 if day == 21 else day for day in expected]
    assert {row["status"] for row in found} == {"red", "green"}
    assert seen(tmp_path, "2025-01-26", "past_statuses") == []
    project = make_project(tmp_path, "2025-01-26")
    with recalled(project) as db:
        before = past_fingerprint(db)
    shutil.rmtree(snapshot_folder(project) / "2025-01-04.1")
    with recalled(project) as db:  # a snapshot that is pruned makes no new revision
        assert past_fingerprint(db) == before
        assert db.value("SELECT count(*) FROM past_points WHERE as_of = '2025-01-04'") == 0


def test_people_count_from_the_day_they_acted(tmp_path: Path, store_url: str) -> None:
    """A run for a past day cannot see what was done, decided or overridden after it."""
    project = make_project(tmp_path, "2026-03-31", store_url)
    run(project, {"tasks": [task(VISIT)], "plans": [plan("A1", 1)], "notices": [notice("n1", "2026-03-31")]})
    store = open_store(project)
    log_activity(store, "A1", "visit", act("2026-04-10"))
    finish_task(store, VISIT, act("2026-04-10"))
    decide_plan(store, "A1", "approved", act("2026-04-10"))
    move_stage(store, "A1", "strategy", act("2026-04-10"))
    set_override(store, Override("A1", "relationship", "yellow", date(2026, 4, 30)), act("2026-04-10"))
    tables = ("past_activities", "past_moves", "past_overrides")
    for day, count, task_state, plan_state in (
        ("2026-04-09", 0, "open", "waiting"),
        ("2026-04-10", 1, "done", "approved"),
    ):
        assert [len(seen(tmp_path, day, table, url=store_url)) for table in tables] == [count] * 3
        assert [row["state"] for row in seen(tmp_path, day, "past_tasks", url=store_url)] == [task_state]
        assert [row["state"] for row in seen(tmp_path, day, "past_plans", url=store_url)] == [plan_state]
    assert seen(tmp_path, "2026-05-01", "past_overrides", url=store_url) == []
    # The base run is of 31 March, when it was not set yet: nothing that a run has shown has ended.
    assert seen(tmp_path, "2026-05-01", "past_expired", url=store_url) == []


def test_expired_overrides_are_told_once_and_cleared_ones_never(tmp_path: Path) -> None:
    """An override that ran out since the base run is named; one that a person ended is not."""
    store = open_store(make_project(tmp_path, "2026-03-31"))
    for account in ("A1", "A2"):
        set_override(store, Override(account, "relationship", "green", date(2026, 4, 15)), act("2026-03-30"))
    run(make_project(tmp_path, "2026-03-31"))
    clear_override(store, ["A2"], "relationship", act("2026-04-02"))
    assert [row["account_id"] for row in seen(tmp_path, "2026-04-15", "past_overrides")] == ["A1"]
    assert seen(tmp_path, "2026-04-15", "past_expired") == []
    assert [row["account_id"] for row in seen(tmp_path, "2026-04-16", "past_expired")] == ["A1"]
    run(make_project(tmp_path, "2026-04-30"))
    assert seen(tmp_path, "2026-05-31", "past_expired") == []


def test_snoozed_task_and_its_day(tmp_path: Path) -> None:
    """A task that was put off says until when."""
    project = make_project(tmp_path, "2026-03-31")
    run(project, {"tasks": [task(VISIT)]})
    snooze_task(open_store(project), VISIT, date(2026, 4, 20), act("2026-04-01"))
    (row,) = seen(tmp_path, "2026-04-30", "past_tasks")
    assert (row["task_key"], row["state"], row["snoozed_until"]) == (VISIT, "open", date(2026, 4, 20))


def test_revision_starts_from_where_the_first_run_of_the_day_did(tmp_path: Path, store_url: str) -> None:
    """What a run wrote for a day is not in that day's past: no tasks, plans, events or used moves."""
    first = make_project(tmp_path, "2026-03-31", store_url)
    move_stage(open_store(first), "A1", "strategy", act("2026-03-15"))
    event = {"event_key": "e1", "account_id": "A1", "kind": "status_changed"}
    made: Mapping[str, Rows] = {"tasks": [task(VISIT)], "plans": [plan("A1", 1)], "events": [event]}
    with recalled(first, made) as db:
        before = past_fingerprint(db)
    run(first, {**made, "notices": [notice("n1", "2026-03-31")]})
    with recalled(first) as db:
        assert past_fingerprint(db) == before
        counts = [
            db.value(f"SELECT count(*) FROM {name}") for name in ("past_tasks", "past_plans", "past_events")
        ]
        assert counts == [0, 0, 0]
        assert db.rows("SELECT action, stage FROM past_moves") == [{"action": "move", "stage": "strategy"}]
        told = db.rows("SELECT notice_key, account_id, decided_on, events FROM past_notices")
        assert told == [
            {"notice_key": "n1", "account_id": "A1", "decided_on": date(2026, 3, 31), "events": '["e1"]'}
        ]
    with recalled(make_project(tmp_path, "2026-04-30", store_url)) as db:
        counts = [
            db.value(f"SELECT count(*) FROM {name}") for name in ("past_tasks", "past_plans", "past_events")
        ]
        assert counts == [1, 1, 1]
        assert db.rows("SELECT * FROM past_moves") == []


def test_revision_sees_what_people_did_about_its_day(tmp_path: Path, store_url: str) -> None:
    """A task of the day that was done and a plan that was approved are in the past, and change its hash."""
    project = make_project(tmp_path, "2026-03-31", store_url)
    other = "cadence:call:A1:2026-03-01"
    run(project, {"tasks": [task(VISIT), task(other)], "plans": [plan("A1", 1), plan("A2", 1)]})
    with recalled(project) as db:
        before = past_fingerprint(db)
    finish_task(open_store(project), VISIT, act("2026-03-31"))
    decide_plan(open_store(project), "A1", "approved", act("2026-03-31"))
    with recalled(project) as db:
        assert past_fingerprint(db) != before
        assert db.rows("SELECT task_key, state FROM past_tasks") == [{"task_key": VISIT, "state": "done"}]
        assert db.rows("SELECT account_id, state FROM past_plans") == [
            {"account_id": "A1", "state": "approved"}
        ]


def test_renamed_accounts_keep_their_history(tmp_path: Path) -> None:
    """Every table speaks of the ids of today, task keys too; of merged accounts who keeps its id wins."""
    project = make_project(tmp_path, "2026-03-31")
    old = "cadence:visit:old:2026-03-01"
    tiers = [{**TIERS[0], "account_id": name, "tier": name} for name in ("A1", "older", "lost")]
    run(
        project, {"tiers": tiers, "tasks": [task(old)], "colours": [colour("older", "red", 10, "2026-03-31")]}
    )
    log_activity(open_store(project), "old", "visit", act("2026-04-01"))
    db = Database(threads=1)
    renames = [("old", "older"), ("older", "A1"), ("lost", "found"), ("x", "y"), ("y", "x")]
    db.create(
        "renamed",
        [{"old_id": before, "new_id": after} for before, after in renames],
        {"old_id": "VARCHAR", "new_id": "VARCHAR"},
    )
    recall_past(make_project(tmp_path, "2026-04-30"), db)
    assert db.rows("SELECT account_id, tier FROM past_tiers ORDER BY ALL") == [
        {"account_id": "A1", "tier": "A1"},
        {"account_id": "found", "tier": "lost"},
    ]
    assert db.rows("SELECT account_id, status FROM past_colours") == [{"account_id": "A1", "status": "red"}]
    assert db.rows("SELECT task_key, account_id FROM past_tasks") == [{"task_key": VISIT, "account_id": "A1"}]
    assert db.rows("SELECT account_id FROM past_activities") == [{"account_id": "A1"}]


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        pytest.param(
            lambda file: file.write_bytes(file.read_bytes()[:-9] + b"x" * 9), "has changed", id="bytes"
        ),
        pytest.param(lambda file: file.unlink(), "is missing", id="gone"),
    ],
)
@pytest.mark.parametrize("name", ["tiers.parquet", "manifest.json"])
def test_damaged_snapshot_is_named_and_not_used(tmp_path: Path, harm: Any, said: str, name: str) -> None:
    """One changed byte in the base run's files stops the run with exit 7."""
    harm(run(make_project(tmp_path, "2026-01-31"), {"tiers": TIERS}).snapshot / name)
    with pytest.raises(StoreError, match=f"KF7010 the snapshot file 2026-01-31.1/{name} {said}") as error:
        recalled(make_project(tmp_path, "2026-02-28"))
    assert error.value.exit_code == 7
