"""Stores and backups that fail in odd ways: each ends in kaframe's words, with the code of its kind."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from keepstore import write_history
from keptstores import all_rows
from publishing import make_project, notice, run
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from kaframe.errors import KaframeError, LockedError, RuleError, StoreError
from kaframe.retention import find_prunable, prune
from kaframe.store import (
    Act,
    Store,
    due_notices,
    hold_run_lock,
    list_outbox,
    list_runs,
    log_activity,
    open_store,
    places,
)
from kaframe.store.backup import back_up, find_damage, restore
from kaframe.store.outbox import add_notices
from kaframe.store.schema import activities
from kaframe.store.serverlock import RUN_LOCK

DAY = date(2026, 3, 31)
NOON = datetime(2099, 4, 1, 12, tzinfo=UTC)
LI = Act("li", DAY)
URL = "sqlite:///x.db"


def code(error: pytest.ExceptionInfo[KaframeError]) -> str:
    return error.value.problems[0].code


def spoil_names(path: Path) -> None:
    """The name of a table is no UTF-8, and so is what SQLite says of it."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "INSERT INTO sqlite_master VALUES ('table', CAST(x'ffff' AS TEXT), CAST(x'ffff' AS TEXT), 9999, 'CREATE x')"
        )
    connection.close()


def test_words_of_the_driver_that_are_no_text(tmp_path: Path) -> None:
    """What SQLite says of the damage cannot be decoded: it is damage all the same, of a store and of a backup."""
    store = Store(URL, tmp_path)
    log_activity(store, "A1", "visit", LI)
    back_up(store, tmp_path / "copy.db")
    for name in ("x.db", "copy.db"):
        spoil_names(tmp_path / name)
    with pytest.raises(StoreError, match=r"KF7001 .*no UTF-8") as error:
        list_runs(store)
    assert error.value.exit_code == 7
    with pytest.raises(sqlite3.DatabaseError, match="no UTF-8"):
        find_damage(tmp_path / "copy.db")
    with pytest.raises(StoreError, match=r"KF7014 .*no UTF-8"):
        restore(store, tmp_path / "copy.db")


def test_bug_of_ours_stays_one(tmp_path: Path, store_url: str) -> None:
    """A row without its account is no failure of the database: the error keeps its traceback, nothing is kept."""
    store = Store(store_url, tmp_path)
    log_activity(store, "A1", "visit", LI)
    with pytest.raises(IntegrityError), store.writing() as connection:
        connection.execute(activities.insert().values(account_id=None, kind="visit", done_on=DAY, author="li"))
    assert [row["account_id"] for row in store.rows(activities.select())] == ["A1"]


def test_secret_that_is_not_set_is_told_at_its_line(tmp_path: Path) -> None:
    """``${env:...}`` that leads nowhere stops before anything is opened."""
    project = make_project(tmp_path, "2026-03-31", "${env:KAFRAME_NO_SUCH_STORE}")
    with pytest.raises(RuleError, match=r"KF1131 .*KAFRAME_NO_SUCH_STORE"):
        open_store(project)


def test_url_that_is_none_is_told_at_its_line(tmp_path: Path) -> None:
    """The place of ``store:`` stands before what is wrong with it."""
    with pytest.raises(StoreError, match=r"KF7006 'mysql' is no kind of store") as error:
        open_store(make_project(tmp_path, "2026-03-31", "mysql://host/db"))
    assert error.value.exit_code == 7


def test_driver_that_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the line that installs it."""
    for name in [name for name in sys.modules if name.split(".")[0] == "psycopg"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"KF7007 .*psycopg .*pip install 'kaframe\[postgres\]'"):
        list_runs(Store("postgresql://127.0.0.1:1/team", tmp_path))


CLOSED = """
import os, sys
from pathlib import Path
from kaframe.errors import StoreError
from kaframe.store import Store, list_runs
mine = os.geteuid()
if mine == 0:
    os.seteuid(65534)
try:
    list_runs(Store("sqlite:///closed/x.db", Path(sys.argv[1])))
except StoreError as error:
    print(error)
os.seteuid(mine)
"""


def test_closed_folder_is_no_empty_store(tmp_path: Path) -> None:
    """Rights that forbid to look are told; the store is not taken for one that is not there."""
    (tmp_path / "closed").mkdir()
    log_activity(Store("sqlite:///closed/x.db", tmp_path), "A1", "visit", LI)
    for folder in (tmp_path, *list(tmp_path.parents)[:2]):
        folder.chmod(0o755)
    (tmp_path / "closed").chmod(0)
    told = subprocess.run([sys.executable, "-c", CLOSED, tmp_path], capture_output=True, text=True, check=False)
    (tmp_path / "closed").chmod(0o700)
    assert (told.stdout[:6], "permission denied" in told.stdout) == ("KF7003", True), told.stderr


def test_backup_where_nothing_can_be_written(tmp_path: Path) -> None:
    """A file stands where the folder should be: exit 7, and it stays as it is."""
    store = write_history(tmp_path)
    (tmp_path / "copies").write_text("mine")
    with pytest.raises(StoreError, match="KF7003") as error:
        back_up(store, tmp_path / "copies" / "copy.db")
    assert error.value.exit_code == 7
    assert (tmp_path / "copies").read_text() == "mine"


@pytest.mark.parametrize("after", [b"visited in summer", b"\xff" * 17], ids=["another text", "no text"])
def test_damaged_store_makes_no_backup(tmp_path: Path, after: bytes) -> None:
    """What was changed behind kaframe's back is found before it is taken for a backup, none is left."""
    store = Store(URL, tmp_path, journal="delete")
    log_activity(store, "A1", "visit", Act("li", DAY, "visited in spring"))
    store.close()
    data = (tmp_path / "x.db").read_bytes()
    assert b"visited in spring" in data
    (tmp_path / "x.db").write_bytes(data.replace(b"visited in spring", after))
    with pytest.raises(StoreError, match="KF7014"):
        back_up(store, tmp_path / "copy.db")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.db"]


FULL = """
import resource, sys
from pathlib import Path
from kaframe.errors import StoreError
from kaframe.store import Store
from kaframe.store.backup import back_up
before = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, before[1]))
try:
    back_up(Store("sqlite:///x.db", Path(sys.argv[1])), Path(sys.argv[1]) / "copies" / "copy.db")
except StoreError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, before)
"""


def test_disk_without_room_for_a_backup(tmp_path: Path) -> None:
    """It is told as such, not as damage of the store; nothing is left of the backup."""
    log_activity(Store(URL, tmp_path), "A1", "visit", Act("li", DAY, "x" * 100_000))
    told = subprocess.run([sys.executable, "-c", FULL, tmp_path], capture_output=True, text=True, check=False)
    assert told.stdout.startswith("KF7003 cannot write copy.db"), told
    assert list((tmp_path / "copies").iterdir()) == []


def test_store_of_another_program_is_never_replaced(tmp_path: Path) -> None:
    """A restore moves aside what is broken, not what belongs to somebody else, and no folder."""
    store = write_history(tmp_path)
    back_up(store, tmp_path / "copy.db")
    with sqlite3.connect(tmp_path / "recipes.db") as connection:
        connection.execute("CREATE TABLE recipes (name)")
    connection.close()
    before = (tmp_path / "recipes.db").read_bytes()
    with pytest.raises(StoreError) as error:
        restore(Store("sqlite:///recipes.db", tmp_path), tmp_path / "copy.db", force=True)
    assert (code(error), (tmp_path / "recipes.db").read_bytes()) == ("KF7002", before)
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(StoreError) as error:
        restore(Store("sqlite:///folder.db", tmp_path), tmp_path / "copy.db", force=True)
    assert (code(error), (tmp_path / "folder.db").is_dir()) == ("KF7001", True)


def test_store_without_runs_has_nothing_to_prune(tmp_path: Path, store_url: str) -> None:
    """People wrote in it before the first run: all of that stays."""
    project = make_project(tmp_path, "2026-03-31", store_url)
    store = open_store(project)
    log_activity(store, "A1", "visit", Act("li", date(2001, 1, 1)))
    before = all_rows(store)
    assert find_prunable(project, "1 runs").runs == ()
    assert (prune(project, "1 runs").rows, all_rows(store)) == ({}, before)


def test_notices_of_a_held_run_are_put_in_once(tmp_path: Path, store_url: str) -> None:
    """Those that wait already, or were sent, are not put in again."""
    project = make_project(tmp_path, "2026-03-31", store_url)
    run(project, {"notices": [notice("n1", "2026-03-31")]})
    store = open_store(project)
    wanted = [{**notice(key, "2026-03-31"), "run_id": "2026-03-31.1"} for key in ("n1", "n2")]
    assert [add_notices(store, wanted, NOON) for _ in range(2)] == [1, 0]
    assert add_notices(store, [], NOON) == 0
    assert [(row["notice_key"], row["attempts"]) for row in due_notices(store, NOON)] == [("n1", 0), ("n2", 0)]
    assert [row["state"] for row in list_outbox(store)] == ["pending", "pending"]


def test_lock_that_nobody_has_signed(tmp_path: Path, postgres_url: str) -> None:
    """Another program holds our advisory lock: the run is refused, and does not name a run that is none."""
    store = Store(postgres_url, tmp_path)
    with store.engine.connect() as session:
        session.execute(text("SELECT set_config('application_name', 'kaframe but not quite', false)"))
        session.execute(text("SELECT pg_advisory_lock(:key)"), {"key": RUN_LOCK})
        with pytest.raises(LockedError, match="KF6010 another run works with the store"):
            hold_run_lock(store, DAY).__enter__()
        session.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": RUN_LOCK})


def test_computer_without_a_table_of_mounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere than on Linux, and with lines that nobody understands: nothing is refused."""
    monkeypatch.setattr(places, "MOUNTS", tmp_path / "absent")
    assert places.network_filesystem(tmp_path) == ""
    (tmp_path / "mountinfo").write_text("\nno table - nfs4\n22 1 8:1 / / rw no end\n", encoding="utf-8")
    monkeypatch.setattr(places, "MOUNTS", tmp_path / "mountinfo")
    assert places.network_filesystem(tmp_path) == ""
