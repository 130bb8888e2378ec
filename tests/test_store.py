"""The store: opened safely, written by one at a time, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from publishing import make_project, notice, plan, run, task
from sqlalchemy import func, select

from kaframe.errors import KaframeError, LockedError, RuleError, StoreError, UsageError
from kaframe.records import Secret
from kaframe.store import (
    Act,
    LookBack,
    Override,
    Settlement,
    Store,
    claim_notice,
    clear_override,
    decide_plan,
    drop_notices,
    due_notices,
    find_run,
    finish_task,
    list_history,
    list_moves,
    list_outbox,
    list_overrides,
    list_plans,
    list_runs,
    list_tasks,
    log_activity,
    move_stage,
    open_store,
    park_account,
    read_past,
    recover_notices,
    resume_account,
    retry_notices,
    set_override,
    settle_notice,
    snooze_task,
)
from kaframe.store import errors as store_errors
from kaframe.store.latest import tasks_on
from kaframe.store.schema import SCHEMA_VERSION, activities

VISIT = "cadence:visit:A1:2026-03-01"
LI = Act("li", date(2026, 4, 2), "agreed by telephone")
SILENT = Act("li", date(2026, 4, 2))
NOON = datetime(2099, 4, 1, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path, store_url: str) -> Iterator[Store]:
    """A store after one run: a task, a plan that waits, a notice."""
    run(
        make_project(tmp_path, "2026-03-31", store_url),
        {"tasks": [task(VISIT)], "plans": [plan("A1", 1)], "notices": [notice("n1", "2026-03-31")]},
    )
    store = Store(store_url, tmp_path)
    yield store
    store.close()


def code(error: pytest.ExceptionInfo[KaframeError]) -> str:
    return error.value.problems[0].code


def test_absent_store_reads_as_empty_and_stays_absent(tmp_path: Path, store_url: str) -> None:
    """Looking at a store that nobody has written to gives nothing and makes nothing."""
    store = Store(store_url, tmp_path)
    assert list_runs(store) == list_tasks(store) == list_plans(store) == list_history(store, ["A1"]) == []
    assert list(tmp_path.iterdir()) == []


def test_store_survives_being_opened_again(tmp_path: Path, store_url: str) -> None:
    """What one process wrote another one reads."""
    log_activity(Store(store_url, tmp_path), "A1", "visit", LI)
    history = list_history(Store(store_url, tmp_path), ["A1"])
    assert [(line["what"], line["subject"], line["who"]) for line in history] == [("activity", "visit", "li")]


def test_transaction_that_raises_leaves_nothing(tmp_path: Path, store_url: str) -> None:
    """All of a block is kept or none of it."""
    store = Store(store_url, tmp_path)
    row = {"account_id": "A1", "kind": "visit", "done_on": LI.on, "author": "li"}

    def break_off() -> None:
        with store.writing() as connection:
            connection.execute(activities.insert().values(**row))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert store.rows(select(activities)) == []


def test_writers_wait_for_each_other(tmp_path: Path, store_url: str) -> None:
    """Reading and then writing in one transaction loses no update, however many do it at once."""

    def add_one() -> None:
        own = Store(store_url, tmp_path)
        for _ in range(5):
            with own.writing() as connection:
                seen = connection.execute(select(func.count()).select_from(activities)).scalar_one()
                row = {"account_id": str(seen), "kind": "call", "done_on": LI.on, "author": "li"}
                connection.execute(activities.insert().values(**row))

    threads = [threading.Thread(target=add_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = Store(store_url, tmp_path).rows(select(activities))
    assert sorted(int(row["account_id"]) for row in found) == list(range(20))


def test_store_that_stays_locked_is_exit_6(
    tmp_path: Path, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer that waits in vain is told so, and nothing is written."""
    monkeypatch.setattr("kaframe.store.engine.BUSY_SECONDS", 1)
    holder, other = Store(store_url, tmp_path), Store(store_url, tmp_path)
    with holder.writing(), pytest.raises(LockedError) as error:
        log_activity(other, "A1", "visit", LI)
    assert (code(error), error.value.exit_code) == ("KF7005", 6)
    assert store_errors.BUSY_SECONDS == 10


def test_newer_store_is_refused_untouched(tmp_path: Path) -> None:
    """A store of a newer kaframe is left alone: exit 7, the same bytes."""
    log_activity(Store("sqlite:///new.db", tmp_path), "A1", "visit", LI)
    with sqlite3.connect(tmp_path / "new.db") as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
        connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    before = (tmp_path / "new.db").read_bytes()
    for act in (list_runs, lambda store: log_activity(store, "A1", "visit", LI)):
        with pytest.raises(StoreError) as error:
            act(Store("sqlite:///new.db", tmp_path))
        assert (code(error), error.value.exit_code) == ("KF7002", 7)
    assert (tmp_path / "new.db").read_bytes() == before


def test_newer_postgresql_store_is_refused(tmp_path: Path, postgres_url: str) -> None:
    """The same for the table that PostgreSQL keeps the number in."""
    import psycopg

    store = Store(postgres_url, tmp_path)
    log_activity(store, "A1", "visit", LI)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("UPDATE kaframe.store_schema SET version = version + 1")
    with pytest.raises(StoreError) as error:
        list_runs(store)
    assert code(error) == "KF7002"


def _foreign(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name)")
    connection.close()


def _cut_in_half(path: Path) -> None:
    log_activity(Store(f"sqlite:///{path.name}", path.parent), "A1", "visit", LI)
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        pytest.param(lambda path: path.write_text("account,score\n" * 400), "KF7001", id="text-file"),
        pytest.param(lambda path: path.mkdir(), "KF7001", id="folder"),
        pytest.param(os.mkfifo, "KF7001", id="pipe"),
        pytest.param(lambda path: path.symlink_to(path), "KF7001", id="link-to-itself"),
        pytest.param(lambda path: path.symlink_to("/dev/zero"), "KF7001", id="link-to-a-device"),
        pytest.param(_cut_in_half, "KF7001", id="damaged"),
        pytest.param(_foreign, "KF7002", id="other-program"),
    ],
)
def test_what_is_no_store_is_refused_untouched(tmp_path: Path, make: object, expected: str) -> None:
    """Neither reading nor writing changes a file that is not ours, and both end with exit 7."""
    path = tmp_path / "x.db"
    make(path)  # type: ignore[operator]
    before = path.read_bytes() if path.is_file() else None
    store = Store("sqlite:///x.db", tmp_path)
    for act in (list_runs, lambda store: log_activity(store, "A1", "visit", LI)):
        with pytest.raises(StoreError) as error:
            act(store)
        assert code(error) == expected
        assert "nothing was changed" in error.value.problems[0].hint
    assert (path.read_bytes() if path.is_file() else None) == before


def test_empty_file_of_a_killed_first_write_is_taken_over(tmp_path: Path) -> None:
    """What a kill before the first byte leaves is an absent store, not a broken one."""
    (tmp_path / "x.db").touch()
    store = Store("sqlite:///x.db", tmp_path)
    assert list_runs(store) == []
    log_activity(store, "A1", "visit", LI)
    assert len(store.rows(select(activities))) == 1


def test_place_that_cannot_be_written_is_exit_7(tmp_path: Path) -> None:
    """No folder can be made where a file stands."""
    (tmp_path / ".kaframe").write_text("in the way")
    with pytest.raises(StoreError) as error:
        log_activity(Store("sqlite:///.kaframe/kaframe.db", tmp_path), "A1", "visit", LI)
    assert (code(error), error.value.exit_code) == ("KF7003", 7)


def test_full_disk_keeps_what_was_there(tmp_path: Path) -> None:
    """A write that does not fit is rolled back and told as such; the store goes on working."""
    store = Store("sqlite:///x.db", tmp_path)
    log_activity(store, "A1", "visit", LI)
    row = {"account_id": "A1", "kind": "visit", "done_on": LI.on, "author": "li", "note": "x" * 100_000}

    def fill_disk() -> None:
        with store.writing() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            connection.execute(activities.insert().values(**row))

    with pytest.raises(StoreError) as error:
        fill_disk()
    assert code(error) == "KF7003"
    assert "free some space" in error.value.problems[0].hint
    log_activity(store, "A2", "visit", LI)
    assert [row["account_id"] for row in store.rows(select(activities))] == ["A1", "A2"]


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    """What is in the store is about customers: folder 0700, file 0600; WAL, full sync, foreign keys."""
    store = Store("sqlite:///.kaframe/kaframe.db", tmp_path)
    log_activity(store, "A1", "visit", LI)
    file = tmp_path / ".kaframe" / "kaframe.db"
    assert (file.parent.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)
    with store.writing() as connection:
        names = ("journal_mode", "synchronous", "foreign_keys")
        values = [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names]
    assert values == ["wal", 2, 1]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://kf:pa@ss/w@127.0.0.1:1/db", "a sign in the url's user or password is not encoded"),
        ("mysql://host/db", "'mysql' is no kind of store"),
        ("sqlite://", "a store in memory would forget everything"),
        ("sqlite:///:memory:", "a store in memory would forget everything"),
        ("kaframe.db", "the store's url cannot be understood"),
        ("sqlite:///a\0b", "no file or database has a zero byte in its name"),
    ],
)
def test_url_that_is_no_store(tmp_path: Path, url: str, said: str) -> None:
    """A url that cannot hold a store is answered with two that can."""
    with pytest.raises(StoreError) as error:
        Store(url, tmp_path)
    assert (code(error), error.value.problems[0].message) == ("KF7006", said)


def test_server_that_does_not_answer_never_shows_the_password(tmp_path: Path) -> None:
    """Host and database are named, the secret is not."""
    url = "postgresql://kim:hunter2-hunter2@127.0.0.1:1/team"
    with pytest.raises(StoreError) as error:
        list_runs(Store(Secret(url, "${env:STORE_URL}"), tmp_path))
    assert code(error) == "KF7006"
    assert "127.0.0.1/team" in str(error.value)
    assert "hunter2" not in str(error.value)


def test_url_may_come_from_the_environment(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``${env:NAME}`` is looked up when the store is opened, and missed with its place."""
    monkeypatch.setenv("STORE_URL", postgres_url)
    log_activity(open_store(make_project(tmp_path, "2026-03-31", "${env:STORE_URL}")), "A1", "visit", LI)
    assert len(Store(postgres_url, tmp_path).rows(select(activities))) == 1
    with pytest.raises(RuleError) as error:
        open_store(make_project(tmp_path, "2026-03-31", "${env:STORE_URI}"))
    assert code(error) == "KF1131"


def test_find_run(store: Store) -> None:
    """A run is found by its id, by its day, and as the latest one."""
    assert {find_run(store, name)["run_id"] for name in ("latest", "2026-03-31", "2026-03-31.1")} == {
        "2026-03-31.1"
    }
    with pytest.raises(UsageError, match=r"no run '2026-03-31.2' \(did you mean '2026-03-31"):
        find_run(store, "2026-03-31.2")


def test_no_run_yet(tmp_path: Path, store_url: str) -> None:
    """Before the first run there is no latest one."""
    with pytest.raises(UsageError, match="nothing has been published yet"):
        find_run(Store(store_url, tmp_path))


def test_task_is_put_off_and_done(store: Store) -> None:
    """People put tasks off and finish them; both are kept with who and when."""
    snooze_task(store, VISIT, date(2026, 4, 9), LI)
    assert [(row["state"], row["snoozed_until"]) for row in list_tasks(store)] == [("open", date(2026, 4, 9))]
    assert finish_task(store, VISIT, LI)["task_key"] == VISIT
    (done,) = list_tasks(store)
    assert (done["state"], done["done_on"], done["done_by"]) == ("done", LI.on, "li")


def test_unknown_task_names_the_nearest(store: Store) -> None:
    """A mistyped key is answered with the task that was meant."""
    with pytest.raises(UsageError, match=r"KF6050 no task .*did you mean 'cadence:visit:A1:2026-03-01'"):
        finish_task(store, "cadence:visit:A1:2026-03-10", LI)


def test_snoozing_into_the_past_is_refused(store: Store) -> None:
    """A task cannot be put off until yesterday."""
    with pytest.raises(UsageError, match="KF6056"):
        snooze_task(store, VISIT, date(2026, 4, 1), LI)


@pytest.mark.parametrize("decision", ["approved", "rejected"])
def test_plan_is_decided(store: Store, decision: str) -> None:
    """The latest version takes the decision with who, when and why."""
    assert decide_plan(store, "A1", decision, LI)["state"] == decision  # type: ignore[arg-type]
    (found,) = list_plans(store)
    assert (found["state"], found["decided_by"], found["decided_on"]) == (decision, "li", LI.on)
    assert [row["state"] for row in list_plans(store, ["A1"])] == [decision]


@pytest.mark.parametrize(
    ("decided", "day", "seen"),
    [
        ("2026-03-31", "2026-03-31", "approved"),  # the run of that day is made once more
        ("2026-04-02", "2026-03-31", None),
        ("2026-04-02", "2026-04-01", "waiting"),
        ("2026-04-02", "2026-04-02", "approved"),
    ],
    ids=["on its day", "after its day", "later", "by then"],
)
def test_run_sees_what_was_decided_by_its_day(store: Store, decided: str, day: str, seen: str | None) -> None:
    """A plan of the same day only when somebody has decided on it; a later decision is still to come."""
    decide_plan(store, "A1", "approved", Act("li", date.fromisoformat(decided)))
    found = read_past(store, date.fromisoformat(day), LookBack(0, 0)).tables["past_plans"]
    assert [(row["state"], row["decided_by"]) for row in found] == (
        [(seen, "li" if seen == "approved" else None)] if seen else []
    )


def test_run_of_the_same_day_is_not_past(store: Store) -> None:
    """Another revision of a day looks back at the days before, the run of the next day at this one too."""
    same, later = (read_past(store, day, LookBack(30, 5)) for day in (date(2026, 3, 31), date(2026, 4, 1)))
    assert (same.base, list(same.earlier), list(same.shown)) == (None, [], [])
    assert [[row["run_id"] for row in rows] for rows in (later.earlier, later.shown)] == [["2026-03-31.1"]] * 2


def test_plan_decisions_that_make_no_sense(store: Store, tmp_path: Path, store_url: str) -> None:
    """An unknown account, a rejection without reason, a plan that needs nobody."""
    with pytest.raises(UsageError, match="KF6051 no plan for the account 'A12'"):
        decide_plan(store, "A12", "approved", LI)
    with pytest.raises(UsageError, match="KF6055"):
        decide_plan(store, "A1", "rejected", SILENT)
    run(make_project(tmp_path, "2026-04-30", store_url), {"plans": [plan("B1", 1, "approved") | {"approval": None}]})
    with pytest.raises(UsageError, match="KF6052"):
        decide_plan(store, "B1", "approved", LI)


def test_moves_by_hand_are_kept(store: Store) -> None:
    """Move, park and resume each leave a row that the next run will use."""
    move_stage(store, "A1", "strategy", LI)
    park_account(store, "A1", date(2026, 5, 1), LI)
    resume_account(store, "A1", LI)
    found = [(row["action"], row["stage"], row["until"], row["used_by_run"]) for row in list_moves(store)]
    assert found == [
        ("resume", None, None, None),
        ("park", None, date(2026, 5, 1), None),
        ("move", "strategy", None, None),
    ]
    with pytest.raises(UsageError, match="KF6055 a reason is needed when a stage is changed by hand"):
        move_stage(store, "A1", "strategy", SILENT)
    with pytest.raises(UsageError, match="KF6056"):
        park_account(store, "A1", LI.on, LI)


def test_override_is_set_and_cleared(store: Store) -> None:
    """An override needs a reason and a day still to come; it can be cleared once."""
    wanted = Override("A1", "relationship", "yellow", date(2026, 5, 1))
    with pytest.raises(UsageError, match="KF6055"):
        set_override(store, wanted, SILENT)
    with pytest.raises(UsageError, match="KF6056"):
        set_override(store, Override("A1", "relationship", "yellow", date(2026, 4, 1)), LI)
    set_override(store, wanted, LI)
    assert clear_override(store, ["A1"], "relationship", LI)["cleared_by"] == "li"
    assert [(row["status"], row["cleared_on"]) for row in list_overrides(store)] == [("yellow", LI.on)]
    with pytest.raises(UsageError, match="KF6053 nobody has overridden 'relationship' of the account 'A1'"):
        clear_override(store, ["A1"], "relationship", LI)


def test_history_tells_everything_in_order(store: Store) -> None:
    """All that happened to an account, oldest first, under all ids that it had."""
    finish_task(store, VISIT, LI)
    decide_plan(store, "A1", "approved", Act("chen", date(2026, 4, 3)))
    log_activity(store, "A0", "call", Act("li", date(2026, 4, 1)))
    set_override(
        store, Override("A1", "relationship", "red", date(2026, 5, 1)), Act("li", date(2026, 4, 4), "x")
    )
    found = [(str(line["day"]), line["what"], line["who"]) for line in list_history(store, ["A1", "A0"])]
    assert found == [
        ("2026-04-01", "activity", "li"),
        ("2026-04-02", "task_done", "li"),
        ("2026-04-03", "plan_approved", "chen"),
        ("2026-04-04", "override_set", "li"),
    ]


def test_history_tells_of_an_override_that_ended(store: Store) -> None:
    """Who set it and who cleared it, each with the reason and the colour."""
    set_override(store, Override("A1", "relationship", "red", date(2026, 5, 1)), Act("li", date(2026, 4, 4), "x"))
    clear_override(store, ["A1"], "relationship", Act("chen", date(2026, 4, 6), "paid"))
    found = [
        (str(line["day"]), line["what"], line["old"], line["new"], line["who"], line["note"])
        for line in list_history(store, ["A1"])
        if line["what"].startswith("override")
    ]
    assert found == [
        ("2026-04-04", "override_set", None, "red", "li", "x"),
        ("2026-04-06", "override_cleared", "red", None, "chen", "paid"),
    ]


def test_task_that_was_not_there_yet_is_not_seen(store: Store) -> None:
    """A run for an earlier day does not see the task, although somebody says to have done it before that day."""
    finish_task(store, VISIT, Act("li", date(2026, 3, 2)))
    with store.reading() as connection:
        assert connection is not None
        assert tasks_on(connection, date(2026, 3, 15)) == []
        (seen,) = tasks_on(connection, date(2026, 3, 31))
        assert (seen["task_key"], seen["state"], seen["done_by"]) == (VISIT, "done", "li")


def test_notice_is_claimed_once_and_settled(store: Store) -> None:
    """One sender gets a notice; what became of the attempt is kept."""
    (due,) = due_notices(store, NOON)
    assert (due["notice_key"], due["attempts"], due["accounts"]) == ("n1", 0, '["A1"]')
    assert [claim_notice(store, "n1", NOON, 30) for _ in range(2)] == [True, False]
    later = NOON + timedelta(minutes=5)
    settle_notice(store, "n1", Settlement("pending", "451 try later", later), NOON)
    assert due_notices(store, NOON) == []
    (again,) = due_notices(store, later)
    assert (again["attempts"], again["last_error"]) == (1, "451 try later")
    claim_notice(store, "n1", later, 30)
    settle_notice(store, "n1", Settlement("sent"), later)
    assert [(row["state"], row["attempts"]) for row in list_outbox(store, ["sent"])] == [("sent", 2)]


@pytest.mark.parametrize("state", ["pending", "unknown"])
def test_notice_of_a_killed_sender_comes_back(store: Store, state: str) -> None:
    """After its deadline an attempt nobody has settled is tried again, or held for a person to look at."""
    claim_notice(store, "n1", NOON, 30)
    assert recover_notices(store, NOON, state) == []  # type: ignore[arg-type]
    assert recover_notices(store, NOON + timedelta(seconds=31), state) == ["n1"]  # type: ignore[arg-type]
    assert [row["state"] for row in list_outbox(store)] == [state]


@pytest.mark.parametrize("place", [0, 260_000], ids=["first", "last"])
def test_more_notices_than_a_statement_takes(store: Store, place: int) -> None:
    """After a channel was away for long there may be many: all of them are meant, wherever they stand in the list."""
    settle_notice(store, "n1", Settlement("dead", "550 no such user"), NOON)
    keys = [f"k{number}" for number in range(260_000)]
    keys.insert(place, "n1")
    assert retry_notices(store, keys, NOON) == 1
    assert drop_notices(store, keys, "no more", NOON) == 1
    assert [row["state"] for row in list_outbox(store)] == ["dropped"]


def test_parked_notice_is_tried_again(store: Store) -> None:
    """A dead notice goes back into the queue when a person says so, and no other does."""
    settle_notice(store, "n1", Settlement("dead", "550 no such user"), NOON)
    assert retry_notices(store, ["n1", "n2"], NOON) == 1
    assert [row["attempts"] for row in due_notices(store, NOON)] == [0]
