"""Backup and restore, on both stores and from one to the other.

KAFRAME_LONG=1 makes 50 backups while others write.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from datetime import date
from pathlib import Path

import pytest
from keepstore import write_history
from keptstores import all_rows, kept_rows, put_back
from publishing import make_project, run
from sqlalchemy import select

from kaframe.errors import KaframeError, LockedError, StoreError, UsageError
from kaframe.store import Act, Store, hold_run_lock, list_runs, log_activity
from kaframe.store.backup import Restored, back_up, find_damage, restore
from kaframe.store.engine import store_at
from kaframe.store.schema import activities

BACKUPS = 50 if os.environ.get("KAFRAME_LONG") else 5
LI = Act("li", date(2026, 4, 2))


@pytest.fixture
def store(tmp_path: Path, store_url: str) -> Store:
    """A store with something in every table: on PostgreSQL restored from a backup, which is how one moves there."""
    first = write_history(tmp_path)
    if store_url.startswith("sqlite"):
        return first
    back_up(first, tmp_path / "move.db")
    moved = Store(store_url, tmp_path)
    assert restore(moved, tmp_path / "move.db") == Restored(2, None)
    assert all_rows(moved) == all_rows(first)
    return moved


def code(error: pytest.ExceptionInfo[KaframeError]) -> str:
    return error.value.problems[0].code


def test_backup_has_everything(tmp_path: Path, store: Store) -> None:
    """One file, a sound SQLite store for its owner alone, with every row; nothing else is left in its folder."""
    file = tmp_path / "copies" / "kept 100%?.db"
    back_up(store, file)
    kept = all_rows(store)
    assert all(kept[name] for name in kept if name != "run_epoch")
    assert all_rows(store_at(file)) | {"run_epoch": []} == kept | {"run_epoch": []}
    assert (find_damage(file), file.stat().st_mode & 0o777) == ("", 0o600)
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_restore_brings_it_back(tmp_path: Path, store: Store) -> None:
    """Over the store as it is now, with --force; what was there is kept, and new rows are numbered after the old."""
    kept = all_rows(store)
    back_up(store, tmp_path / "copy.db")
    log_activity(store, "A2", "visit", LI)
    run(make_project(tmp_path, "2026-05-31", _url(store)), {})
    with pytest.raises(StoreError) as error:
        restore(store, tmp_path / "copy.db")
    assert (code(error), error.value.exit_code) == ("KF7015", 7)
    assert "has the run 2026-05-31.1, the backup has not" in error.value.problems[0].message
    newer = all_rows(store)
    done = restore(store, tmp_path / "copy.db", force=True)
    assert (done.runs, all_rows(store)) == (2, kept)
    assert done.replaced is not None
    assert all_rows(store_at(done.replaced)) == newer
    log_activity(store, "A3", "visit", LI)
    ids = [row["id"] for row in all_rows(store)["activities"]]
    assert ids == sorted(set(ids))


def _url(store: Store) -> str:
    return str(store.engine.url.render_as_string(hide_password=False)) if store.file is None else "sqlite:///kept.db"


def test_what_people_did_since_is_not_overwritten(tmp_path: Path, store: Store) -> None:
    """One logged visit that the backup has not is enough to ask; the same store again is not."""
    back_up(store, tmp_path / "kept.db.copy")
    assert restore(store, tmp_path / "kept.db.copy").replaced is not None
    log_activity(store, "A2", "visit", LI)
    with pytest.raises(StoreError, match=r"KF7015 .* has what people did"):
        restore(store, tmp_path / "kept.db.copy")


def test_absent_store_is_made(tmp_path: Path, store: Store) -> None:
    """On a new computer a backup is all that is needed."""
    back_up(store, tmp_path / "copy.db")
    other = Store("sqlite:///.kaframe/kaframe.db", tmp_path / "other")
    assert restore(other, tmp_path / "copy.db") == Restored(2, None)
    assert all_rows(other) | {"run_epoch": []} == all_rows(store) | {"run_epoch": []}


def test_backup_while_others_write(tmp_path: Path, store: Store) -> None:
    """Every backup is sound and of one moment: the rows that were written in pairs are there in pairs."""
    stop = threading.Event()

    def write() -> None:
        row = {"account_id": "A1", "kind": "call", "done_on": LI.on, "author": "li"}
        while not stop.is_set():
            with store.writing() as connection:
                connection.execute(activities.insert().values(**row))
                connection.execute(activities.insert().values(**row))

    before = len(store.rows(select(activities)))
    writer = threading.Thread(target=write)
    writer.start()
    counts = []
    try:
        for number in range(BACKUPS):
            back_up(store, tmp_path / f"{number}.db")
            counts.append(len(store_at(tmp_path / f"{number}.db").rows(select(activities))) - before)
    finally:
        stop.set()
        writer.join()
    assert [find_damage(tmp_path / f"{number}.db") for number in range(BACKUPS)] == [""] * BACKUPS
    assert [count % 2 for count in counts] == [0] * BACKUPS
    assert counts == sorted(counts)


def test_restore_waits_for_no_run(tmp_path: Path, store: Store) -> None:
    """While a run goes on it is refused: exit 6."""
    back_up(store, tmp_path / "copy.db")
    with hold_run_lock(store, LI.on), pytest.raises(LockedError, match="KF6010 another run for 2026-04-02"):
        restore(store, tmp_path / "copy.db", force=True)


def test_restore_that_fails_changes_nothing(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """It breaks down half way: the store is as it was."""
    back_up(store, tmp_path / "copy.db")
    log_activity(store, "A2", "visit", LI)
    before = all_rows(store)
    with monkeypatch.context() as patched:
        patched.setattr("kaframe.store.backup._copy_rows", _break_down)
        with pytest.raises(KeyboardInterrupt):
            restore(store, tmp_path / "copy.db", force=True)
    assert all_rows(store) == before


def _break_down(*_: object) -> None:
    raise KeyboardInterrupt


def test_broken_store_is_moved_aside(tmp_path: Path) -> None:
    """A damaged file is what a backup is for: it gives way without --force, and is kept as it was."""
    store = write_history(tmp_path)
    assert store.file
    back_up(store, tmp_path / "copy.db")
    kept = all_rows(store)
    store.file.write_bytes(b"no database at all" * 500)
    done = restore(store, tmp_path / "copy.db")
    assert (all_rows(store), done.runs) == (kept, 2)
    assert done.replaced is not None
    assert done.replaced.read_bytes().startswith(b"no database at all")


def _shorten(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5000])


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 40] = b"\xff" * 40
    path.write_bytes(data)


def _other(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name)")
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        pytest.param(_shorten, "KF7014", id="shortened"),
        pytest.param(lambda path: path.write_text("account,score\n" * 999), "KF7014", id="text-file"),
        pytest.param(lambda path: path.write_bytes(b""), "KF7014", id="empty"),
        pytest.param(_other, "KF7002", id="other-program"),
        pytest.param(lambda path: path.unlink(), "KF6015", id="absent"),
    ],
)
def test_what_is_no_backup_is_refused(tmp_path: Path, spoil: object, expected: str) -> None:
    """Nothing is changed before the backup has been found sound."""
    store = write_history(tmp_path)
    back_up(store, tmp_path / "copy.db")
    spoil(tmp_path / "copy.db")  # type: ignore[operator]
    before = all_rows(store)
    with pytest.raises(KaframeError) as error:
        restore(store, tmp_path / "copy.db", force=True)
    assert code(error) == expected
    assert all_rows(store) == before


def test_backup_of_an_old_form_is_brought_along(tmp_path: Path, store_url: str) -> None:
    """It was written before an upgrade; the file itself stays as it is."""
    old = put_back(1, "sqlite:///old.db", tmp_path)
    back_up(old, tmp_path / "copy.db")
    before = (tmp_path / "copy.db").read_bytes()
    store = Store(store_url, tmp_path)
    restore(store, tmp_path / "copy.db")
    assert all_rows(store)["plans"] == kept_rows(1)["plans"]
    assert (tmp_path / "copy.db").read_bytes() == before


def test_backup_needs_a_store_and_a_new_name(tmp_path: Path, store_url: str) -> None:
    """Nothing is overwritten, and an absent store makes no empty backup."""
    store = Store(store_url, tmp_path)
    with pytest.raises(UsageError, match="KF6014"):
        back_up(store, tmp_path / "copy.db")
    log_activity(store, "A1", "visit", LI)
    (tmp_path / "copy.db").write_text("mine")
    with pytest.raises(UsageError, match="KF6013"):
        back_up(store, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "mine"
    assert list_runs(store) == []
