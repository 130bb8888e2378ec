"""One run at a time, on both stores: who is first acts, the others end with 6, and a kill leaves nothing locked.

KAFRAME_LONG=1 makes it 50 rounds: KAFRAME_LONG=1 pytest tests/test_runlock.py tests/test_backup.py
"""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path

import pytest
from pooler import transaction_pool
from publishing import make_project, recalled
from sqlalchemy import make_url, text

from kaframe.commit import commit_run
from kaframe.errors import LockedError, StoreError
from kaframe.store import Act, Store, hold_run_lock, list_outbox, list_runs, log_activity, run_holder
from kaframe.store.runlock import hold_lock, is_left_behind
from kaframe.store.serverlock import RUN_LOCK
from tests.manyruns import many
from tests.smallproject import fingerprint, write_project

ROOT = Path(__file__).parents[1]
DAY = date(2026, 3, 31)
ROUNDS = 50 if os.environ.get("KAFRAME_LONG") else 1
PROCESSES = 8
LI = Act("li", DAY)

TAKE = """
import sys
from datetime import date
from pathlib import Path
from kaframe.store import Store, hold_run_lock
with hold_run_lock(Store("sqlite:///.kaframe/kaframe.db", Path(sys.argv[1])), date(2026, 3, 31)):
    pass
"""


def project_at(root: Path, url: str) -> tuple[Path, Store]:
    """The small project with a notice for each new task and a store at this url, and that store."""
    config = f'store: {{url: "{url}"}}\n'
    folder = write_project(root / "small")
    with (folder / "kaframe.yaml").open("a", encoding="utf-8") as file:
        file.write(config)
    return folder, Store(url, folder)


def test_of_many_runs_at_once_one_acts(tmp_path: Path, store_url: str) -> None:
    """Eight processes start together: one acts, seven end with 6 at once and name it; then it ends well."""
    folder, store = project_at(tmp_path, store_url)
    for number in range(ROUNDS):
        day = f"2026-{number // 25 + 3:02}-{number % 25 + 1:02}"
        with many(folder, day, PROCESSES) as processes:
            for process in processes:
                process.say()
            told = [(process.hear(), process) for process in processes]
            (winner,) = [process for line, process in told if line == "acts"]
            lost = [line for line, process in told if process is not winner]
            named = f"another run for {day} by process {winner.pid} on "
            assert [line.startswith("KF6010 ") and named in line for line in lost] == [True] * (PROCESSES - 1)
            assert [process.wait(30) for process in processes if process is not winner] == [6] * (PROCESSES - 1)
            winner.say()
            assert winner.wait(60) == 0
        assert list_runs(store)[0]["run_id"] == f"{day}.1"
        assert len(list_runs(store)) == number + 1
        assert run_holder(store) is None
    assert {row["attempts"] for row in list_outbox(store)} <= {0, 1}


def test_killed_run_leaves_nothing_locked(tmp_path: Path, store_url: str) -> None:
    """After kill -9 the next run begins at once, by itself; the file that was left is no lock."""
    folder, store = project_at(tmp_path, store_url)
    with many(folder, "2026-03-31", 1) as (process,):
        process.say()
        assert process.hear() == "acts"
        holder = run_holder(store)
        assert holder is not None
        assert (holder.work, holder.pid) == ("2026-03-31", process.pid)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(30)
    if store.file is None:
        _wait_for_the_server(store)
    assert run_holder(store) is None
    assert is_left_behind(store) == (store.file is not None)
    with hold_run_lock(store, DAY) as held:
        assert not is_left_behind(store)
        assert (held.unfinished is None) == (store.file is None)  # on a server nothing was published yet
    assert not is_left_behind(store)


COMES_AND_GOES = """
import sys
from pathlib import Path
from kaframe.store.filelock import FileLock, Holder
path = Path(sys.argv[1], "folder", "lock")
for _ in range(2000):
    lock = FileLock(path)
    if lock.take(Holder("2026-03-31", 1, "", "")):
        lock.release()
"""
HELD = """
import os, signal, sys
from datetime import date
from pathlib import Path
from kaframe.store import Store, hold_run_lock
with hold_run_lock(Store(sys.argv[1], Path(sys.argv[2])), date(2026, 3, 31)):
    if sys.argv[3] == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if sys.argv[3] == "fails":
        raise KeyboardInterrupt
"""


def test_run_that_did_not_finish_is_told_once(tmp_path: Path, store_url: str) -> None:
    """By the next one: which day, which process, since when; one that failed in order is no such run."""
    store = Store(store_url, tmp_path)
    log_activity(store, "A1", "visit", LI)
    unfinished = {}
    for end in ("killed", "fails", "ends"):
        process = subprocess.Popen(
            [sys.executable, "-c", HELD, store_url, tmp_path, end], cwd=ROOT, stderr=subprocess.DEVNULL
        )
        process.wait(60)
        if store.file is None:
            _wait_for_the_server(store)
        with hold_run_lock(store, DAY) as first:
            unfinished[end] = first.unfinished
        with hold_run_lock(store, DAY) as second:
            assert second.unfinished is None
        if end == "killed":
            assert first.unfinished is not None
            assert (first.unfinished.work, first.unfinished.pid) == ("2026-03-31", process.pid)
            assert first.unfinished.is_gone
    assert (unfinished["fails"], unfinished["ends"]) == (None, None)


def _wait_for_the_server(store: Store) -> None:
    """PostgreSQL sees the closed socket of a process that is gone within a moment."""
    deadline = time.monotonic() + 10
    while run_holder(store) is not None and time.monotonic() < deadline:
        time.sleep(0.01)


def test_lock_is_for_runs_not_for_people(tmp_path: Path, store_url: str) -> None:
    """While a run goes on people log visits; a second run of the same process is refused like any other."""
    store = Store(store_url, tmp_path)
    with hold_run_lock(store, DAY):
        log_activity(store, "A1", "visit", LI)
        with pytest.raises(LockedError, match=rf"KF6010 another run for {DAY} by process {os.getpid()}") as error:
            hold_run_lock(Store(store_url, tmp_path), DAY).__enter__()
    assert error.value.exit_code == 6
    with hold_lock(store, "restore"), pytest.raises(LockedError, match="KF6010 'kaframe store restore' by process"):
        hold_run_lock(store, DAY).__enter__()


def test_who_waits_gets_the_lock(tmp_path: Path, store_url: str) -> None:
    """``--wait`` begins when the other run has ended, and gives up after the time that was given."""
    store = Store(store_url, tmp_path)
    release, held = threading.Event(), threading.Event()

    def hold() -> None:
        with hold_run_lock(Store(store_url, tmp_path), DAY):
            held.set()
            release.wait(30)

    other = threading.Thread(target=hold)
    other.start()
    held.wait(30)
    begun = time.monotonic()
    with pytest.raises(LockedError, match="KF6010"):
        hold_run_lock(store, DAY, wait=0.5).__enter__()
    assert 0.5 <= time.monotonic() - begun < 10
    threading.Timer(0.3, release.set).start()
    with hold_run_lock(store, DAY, wait=30):
        other.join(30)
        assert not other.is_alive()


def test_who_only_looks_keeps_nobody_out(tmp_path: Path) -> None:
    """To see who holds the lock file means to have it for a moment: a run that comes just then is not refused."""
    store = Store("sqlite:///.kaframe/kaframe.db", tmp_path)
    log_activity(store, "A1", "visit", LI)
    code = (
        "import fcntl, sys, time\nfile = open(sys.argv[1], 'w')\nfcntl.lockf(file, fcntl.LOCK_EX)\n"
        "print('held', flush=True)\ntime.sleep(0.3)\nfcntl.lockf(file, fcntl.LOCK_UN)\ntime.sleep(30)\n"
    )
    assert store.file
    looking = [sys.executable, "-c", code, str(store.file.with_name("kaframe.db.lock"))]
    with subprocess.Popen(looking, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        with hold_run_lock(store, DAY):
            assert run_holder(store) is not None
        process.kill()


def test_lock_leaves_no_trace(tmp_path: Path, store_url: str) -> None:
    """A run that publishes nothing makes neither folder nor file nor schema."""
    with hold_run_lock(Store(store_url, tmp_path), DAY):
        pass
    assert list(tmp_path.iterdir()) == []


def test_lock_that_cannot_be_written_leaves_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full: refused, with neither file nor folder left; who was killed is told all the same."""
    store_url = "sqlite:///.kaframe/kaframe.db"
    store = Store(store_url, tmp_path)
    for fails in ("write", "ftruncate"):
        with monkeypatch.context() as full:
            full.setattr(os, fails, _no_space)
            with pytest.raises(StoreError, match=r"KF7003 .*no space left"):
                hold_run_lock(store, DAY).__enter__()
        assert list(tmp_path.iterdir()) == []
    subprocess.run([sys.executable, "-c", HELD, store_url, tmp_path, "killed"], cwd=ROOT, check=False)
    with monkeypatch.context() as full:
        full.setattr(os, "write", _no_space)
        with pytest.raises(StoreError, match="KF7003"):
            hold_run_lock(store, DAY).__enter__()
    with hold_run_lock(store, DAY) as held:
        assert held.unfinished is not None
        assert held.unfinished.is_gone


def _no_space(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_lock_is_taken_while_others_come_and_go(tmp_path: Path) -> None:
    """Four processes take and leave it, each time with its folder: one has it or another, and nobody fails."""
    processes = [
        subprocess.Popen([sys.executable, "-c", COMES_AND_GOES, tmp_path], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    assert [(process.communicate(timeout=120)[1], process.returncode) for process in processes] == [("", 0)] * 4


def test_lock_leaves_a_store_as_it_was(tmp_path: Path) -> None:
    """A run that ends without publishing changes no byte of a store in a file."""
    store = Store("sqlite:///.kaframe/kaframe.db", tmp_path)
    log_activity(store, "A1", "visit", LI)
    before = fingerprint(tmp_path)
    with hold_run_lock(store, DAY):
        pass
    assert fingerprint(tmp_path) == before


def test_run_that_lost_its_lock_publishes_nothing(tmp_path: Path, store_url: str) -> None:
    """Another run took the lock in between: the publish of the first one is refused, exit 7, nothing written."""
    project = make_project(tmp_path, "2026-03-31", store_url)
    store = Store(store_url, tmp_path)
    log_activity(store, "A1", "visit", LI)
    with recalled(project) as db:
        with hold_run_lock(store, DAY) as lost:
            pass
        with hold_run_lock(store, DAY) as held:
            assert held.epoch != lost.epoch
            with pytest.raises(StoreError, match="KF7011 this run has lost its lock") as error:
                commit_run(project, db, {}, epoch=lost.epoch)
            assert (error.value.exit_code, list_runs(store)) == (7, [])
            commit_run(project, db, {}, epoch=held.epoch)
    assert [row["run_id"] for row in list_runs(store)] == ["2026-03-31.1"]


def test_removed_lock_file_is_noticed(tmp_path: Path) -> None:
    """Somebody removes the file by hand and another process begins: the one who held it cannot publish."""
    project = make_project(tmp_path, "2026-03-31")
    store = Store(project.config.store.url, tmp_path)  # type: ignore[arg-type]
    log_activity(store, "A1", "visit", LI)
    assert store.file
    with recalled(project) as db, hold_run_lock(store, DAY) as held:
        store.file.with_name("kaframe.db.lock").unlink()
        subprocess.run([sys.executable, "-c", TAKE, tmp_path], cwd=ROOT, check=True)
        with pytest.raises(StoreError, match="KF7011"):
            commit_run(project, db, {}, epoch=held.epoch)
    assert list_runs(store) == []


def test_broken_session_has_let_go(tmp_path: Path, postgres_url: str) -> None:
    """The server ends the session of a run: another one begins, and the first one ends in order."""
    store = Store(postgres_url, tmp_path)
    with hold_run_lock(store, DAY):
        with store.engine.connect() as connection:
            query = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = :low"
            connection.execute(text(query), {"low": RUN_LOCK & 0xFFFFFFFF})
        _wait_for_the_server(store)
        with hold_run_lock(Store(postgres_url, tmp_path), DAY):
            assert run_holder(store) is not None


def test_pool_that_lends_sessions_is_refused(tmp_path: Path, postgres_url: str) -> None:
    """Behind PgBouncer in transaction mode a lock would go astray: found before it is taken, and none is left."""
    address = make_url(postgres_url)
    store = Store(postgres_url, tmp_path)
    with transaction_pool(Path(str(address.query["host"])), str(address.database)) as url:
        with pytest.raises(StoreError, match=r"KF7020 .*PgBouncer") as error:
            hold_run_lock(Store(url, tmp_path), DAY).__enter__()
        assert error.value.exit_code == 7
    assert run_holder(store) is None
    with hold_run_lock(store, DAY):
        assert run_holder(store) is not None
