"""Whether what is kept is sound: each way in which it is not, found with its code, place and hint."""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import sys
from collections import namedtuple
from datetime import date
from pathlib import Path

import pytest
from publishing import colour, make_project, run
from sqlalchemy import text

from kaframe.database import Database
from kaframe.project import Project
from kaframe.snapshot import staging_name
from kaframe.soundness import Finding, examine_store
from kaframe.store import Act, Store, hold_run_lock, log_activity, open_store, places

DAY = date(2026, 3, 31)
FLIPS = 100
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def project(tmp_path: Path, store_url: str) -> Project:
    """A project after two runs."""
    for day in ("2026-02-28", "2026-03-31"):
        run(make_project(tmp_path, day, store_url), {"colours": [colour("A1", "green", 80.0, day)]})
    return make_project(tmp_path, "2026-03-31", store_url)


def wrong(project: Project) -> list[Finding]:
    """What is not ok."""
    return [one for one in examine_store(project) if one.state != "ok"]


def folder_of(project: Project, run_id: str = "2026-03-31.1") -> Path:
    return project.root / ".kaframe" / "runs" / run_id


def test_sound_project_has_nothing_wrong(project: Project) -> None:
    """Store, room, lock and snapshots are looked at, and nothing is left or changed by looking."""
    found = examine_store(project)
    assert {one.what for one in found} == {"store", "room", "lock", "snapshots"}
    assert wrong(project) == []


def test_every_flipped_bit_is_found(project: Project) -> None:
    """One bit at 100 random places of a run's files, each time found and put back."""
    chance = random.Random(4)
    files = sorted(path for path in folder_of(project).rglob("*") if path.is_file())
    assert len(files) >= 2
    for _ in range(FLIPS):
        path = chance.choice(files)
        data = bytearray(path.read_bytes())
        place = chance.randrange(len(data))
        data[place] ^= 1 << chance.randrange(8)
        kept = path.read_bytes()
        path.write_bytes(data)
        (found,) = wrong(project)
        assert (found.state, found.code, found.place) == ("bad", "KF7010", "2026-03-31.1")
        assert path.name in found.note
        path.write_bytes(kept)
    assert wrong(project) == []


def test_quarantine_counts_as_well(tmp_path: Path) -> None:
    """The rows that were left out are a part of what was published."""
    from kaframe.commit import commit_run
    from kaframe.recall import recall_past

    project = make_project(tmp_path, "2026-03-31")
    row = {"table_name": "orders", "source": "o", "file": "o.csv", "line": 2, "reason": "no day", "row_text": "x"}
    with Database(threads=1) as db:
        db.create("sources", [], {"table_name": "VARCHAR", "source": "VARCHAR", "fingerprint": "VARCHAR"})
        db.create("quarantined", [row], dict.fromkeys(row, "VARCHAR") | {"line": "BIGINT"})
        recall_past(project, db)
        commit_run(project, db, {})
    assert wrong(project) == []
    file = folder_of(project) / "quarantine" / "orders.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("no day", "a day"), encoding="utf-8")
    assert [(one.code, "orders.csv has changed" in one.note) for one in wrong(project)] == [("KF7010", True)]


def test_row_without_snapshot_and_snapshot_without_row(project: Project) -> None:
    """A folder that is gone is damage, one that nobody knows goes with the next run."""
    folder_of(project).rename(folder_of(project, "2026-03-30.1"))
    found = [(one.state, one.code, one.place) for one in wrong(project)]
    assert found == [("bad", "KF7010", "2026-03-31.1"), ("warn", "KF7019", "2026-03-30.1")]


def test_all_damage_is_told_at_once(project: Project) -> None:
    """Not only the first file of the first run."""
    for run_id in ("2026-02-28.1", "2026-03-31.1"):
        (folder_of(project, run_id) / "colours.parquet").unlink()
    assert [(one.code, one.place) for one in wrong(project)] == [("KF7010", "2026-03-31.1"), ("KF7010", "2026-02-28.1")]


def test_lock_that_is_held_is_named(project: Project) -> None:
    """A run that goes on is no damage; who it is can be seen."""
    with hold_run_lock(open_store(project), DAY):
        (lock,) = [one for one in examine_store(project) if one.what == "lock"]
    assert lock.state == "ok"
    assert f"held for 2026-03-31 by process {os.getpid()}" in lock.note


def test_lost_lock_is_found(project: Project) -> None:
    """A living process writes a snapshot and holds no lock; one of a dead process is only left over."""
    living = folder_of(project).with_name(staging_name("2026-04-01.1"))
    living.mkdir()
    assert [(one.what, one.code) for one in wrong(project)] == [("lock", "KF7018")]
    living.rmdir()
    process = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    name = f".tmp-2026-04-01.1-aa@{socket.gethostname()}@{process.stdout.decode().strip()}"
    folder_of(project).with_name(name).mkdir()
    assert [(one.code, one.place) for one in wrong(project)] == [("KF7019", name)]


FOREIGN = """
import fcntl, sys, time
file = open(sys.argv[1], "w")
fcntl.lockf(file, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""


def test_foreign_lock_is_found(tmp_path: Path) -> None:
    """Another program locks our file: it is not taken for a run."""
    project = make_project(tmp_path, "2026-03-31")
    run(project)
    lock = tmp_path / ".kaframe" / "kaframe.db.lock"
    other = subprocess.Popen([sys.executable, "-c", FOREIGN, lock], stdout=subprocess.PIPE)
    try:
        assert other.stdout
        assert other.stdout.readline() == b"held\n"
        assert [(one.what, one.code) for one in wrong(project)] == [("lock", "KF7018")]
    finally:
        other.kill()
        other.communicate()
    assert wrong(project) == []


@pytest.mark.parametrize("free", [0, 49_999_999])
def test_little_room_is_found(project: Project, free: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk, and one that is about to be."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12 - free, free))
    (found,) = wrong(project)
    assert (found.state, found.what, found.code) == ("bad", "room", "KF7017")
    assert "store prune" in found.hint


def test_damaged_store_is_found(tmp_path: Path) -> None:
    """A page in the middle is overwritten: reading might not see it, looking does."""
    project = make_project(tmp_path, "2026-03-31")
    run(project)
    store = open_store(project)
    assert store.file
    store.close()
    data = bytearray(store.file.read_bytes())
    data[2 * 4096 : 2 * 4096 + 200] = b"\xff" * 200
    store.file.write_bytes(data)
    (found,) = wrong(project)
    assert (found.what, found.state, found.code) == ("store", "bad", "KF7001")
    assert "kaframe store restore" in found.hint


def test_store_that_others_can_read_is_found(tmp_path: Path) -> None:
    """What is in it is about customers."""
    project = make_project(tmp_path, "2026-03-31")
    run(project)
    (tmp_path / ".kaframe" / "kaframe.db").chmod(0o644)
    (found,) = wrong(project)
    assert (found.state, found.what, found.code) == ("warn", "rights", "KF7016")
    assert found.hint == "chmod 600 .kaframe/kaframe.db"


def mounts(tmp_path: Path, kind: str, at: Path) -> Path:
    """A table of mounts as Linux shows it, with one of this kind."""
    lines = [
        "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
        f"40 22 0:50 / {str(at).replace(' ', chr(92) + '040')} rw,relatime shared:9 - {kind} server:/share rw,vers=4.2",
    ]
    file = tmp_path / "mountinfo"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("kind", "found"),
    [("nfs4", "nfs4"), ("cifs", "cifs"), ("fuse.sshfs", "sshfs"), ("ext4", ""), ("tmpfs", ""), ("fuse.bindfs", "")],
)
def test_network_filesystem(tmp_path: Path, kind: str, found: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The innermost mount counts, also one whose name has a blank, and for a file that is not there yet."""
    at = tmp_path / "our share"
    at.mkdir()
    monkeypatch.setattr(places, "MOUNTS", mounts(tmp_path, kind, at))
    assert places.network_filesystem(at / "deep" / "kaframe.db") == found
    assert places.network_filesystem(tmp_path / "kaframe.db") == ""


def test_store_on_a_network_filesystem_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is made, exit 7; with ``journal: delete`` it works, without a write-ahead log."""
    from kaframe.errors import StoreError

    share = tmp_path / "share"
    share.mkdir()
    monkeypatch.setattr(places, "MOUNTS", mounts(tmp_path, "nfs4", share))
    act = Act("li", DAY)
    with pytest.raises(StoreError, match=r"KF7004 .*\(nfs4\).*journal: delete") as error:
        log_activity(Store("sqlite:///kaframe.db", share), "A1", "visit", act)
    assert (error.value.exit_code, list(share.iterdir())) == (7, [])
    store = Store("sqlite:///kaframe.db", share, journal="delete")
    log_activity(store, "A1", "visit", act)
    with store.writing() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "delete"
    assert [path.name for path in share.iterdir()] == ["kaframe.db"]


def test_server_that_does_not_answer_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The finding names host and database, never the password."""
    monkeypatch.setenv("KAFRAME_STORE", "postgresql://kim:hunter2-hunter2@127.0.0.1:1/team")
    project = make_project(tmp_path, "2026-03-31", "${env:KAFRAME_STORE}")
    found = wrong(project)
    assert [(one.what, one.state, one.code) for one in found] == [("store", "bad", "KF7006")]
    assert "hunter2" not in str(found)
