"""One run at a time: a lock for as long as the run lasts, and an epoch by which one that has lost it is found out.

People's short transactions need no lock of a run.
"""

from __future__ import annotations

import contextlib
import os
import platform
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Connection, delete, select, update

from kaframe.errors import KaframeError, LockedError, Problem, StoreError
from kaframe.store.engine import Store
from kaframe.store.filelock import FileLock, Holder
from kaframe.store.outbox import utc_text
from kaframe.store.schema import run_epoch
from kaframe.store.serverlock import ServerLock

MAIN_FILE = "SELECT file FROM pragma_database_list WHERE name = 'main'"
POLL_SECONDS = 0.2  # how often somebody who waits asks again
LOOKERS = 5  # how often in a row a lock that nobody holds may be refused
NAMED_WITHIN = 3.0  # seconds in which a run says who it is, however busy the computer


@dataclass(frozen=True, slots=True)
class Held:
    """The lock as a run has it: the epoch that its publish has to show, and who held it last and did not finish."""

    epoch: int
    unfinished: Holder | None = None


@contextlib.contextmanager
def hold_run_lock(store: Store, day: date, wait: float = 0) -> Iterator[Held]:
    """Be the only run of the store while the block lasts.

    ``wait`` is for how many seconds to wait for another run.
    Raises: LockedError KF6010 that names the other run; StoreError KF70xx.
    """
    with hold_lock(store, str(day), wait) as left_by:
        held = _begin_epoch(store, day)
        try:
            yield replace(held, unfinished=held.unfinished or left_by)
        finally:
            _end_epoch(store, held.epoch)


@contextlib.contextmanager
def hold_lock(store: Store, work: str, wait: float = 0) -> Iterator[Holder | None]:
    """Keep all runs away while the block lasts; ``work`` (a run's day, or a word) is what others are told.

    When the process dies the lock is free at once; who left it so is what the block gets, where the lock is a file.
    Raises: LockedError KF6010, StoreError KF70xx.
    """
    lock = _lock_of(store)
    try:
        with store.translated():
            _take(store, lock, work, wait)
        yield lock.left_by
    finally:
        lock.release()


def run_holder(store: Store) -> Holder | None:
    """The run that goes on now, or none."""
    with store.translated():
        return _lock_of(store).holder()


def is_left_behind(store: Store) -> bool:
    """Whether a killed run has left its lock file, which nobody holds and the next run takes."""
    return _lock_of(store).is_left_behind()


def lock_obstacle(store: Store) -> str:
    """Why no run can take the lock, whoever holds it; nothing when one can."""
    return _lock_of(store).obstacle()


def refuse_lost_lock(connection: Connection, epoch: int) -> None:
    """Raise StoreError KF7011 when another run has begun since this one did: it thought that this one was dead."""
    if _epoch(connection) != epoch:
        message = "this run has lost its lock and another one has begun since"
        hint = "nothing was published; when the other run has ended, run again"
        raise StoreError([Problem(None, "KF7011", message, hint)])


def _lock_of(store: Store) -> FileLock | ServerLock:
    if store.file is None:
        return ServerLock(store.engine)
    return FileLock(_lock_path(store.file))


def _take(store: Store, lock: FileLock | ServerLock, work: str, wait: float) -> None:
    deadline, lookers = time.monotonic() + wait, 0
    while not lock.take(_self(work)):
        if time.monotonic() >= deadline:
            holder = _named_holder(lock)
            if holder is not None or lookers == LOOKERS:
                raise _locked(store, holder)
            lookers += 1  # nobody has it: somebody only looked who has it, or has just let go
        time.sleep(POLL_SECONDS)


def _self(work: str) -> Holder:
    return Holder(work, os.getpid(), platform.node(), utc_text(datetime.now(UTC)))


def _named_holder(lock: FileLock | ServerLock) -> Holder | None:
    deadline, holder = time.monotonic() + NAMED_WITHIN, lock.holder()
    while holder is not None and not holder.pid and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)  # it has just begun and not said yet who it is
        holder = lock.holder()
    return holder


def _locked(store: Store, holder: Holder | None) -> LockedError:
    hint = "nothing was changed; 'kaframe run --wait' waits for it"
    return LockedError([Problem(None, "KF6010", f"{_told(holder)} works with the store {store.shown}", hint)])


def _told(holder: Holder | None) -> str:
    if holder is None or not holder.pid:
        return "another run"
    what = f"another run for {holder.work}" if holder.is_run else f"'kaframe store {holder.work}'"
    return f"{what} by process {holder.pid} on {holder.host} since {holder.since}"


def _begin_epoch(store: Store, day: date) -> Held:
    """What the publish has to show: the mark of the lock file, or on a server the next number.

    A run that publishes nothing leaves no trace in a file of the project, so SQLite keeps no number. On a server it is
    0 before the first publish, when only that publish can come in between, and is seen (KF6011).
    """
    if store.file is not None:
        return Held(_mark(_lock_path(store.file)))
    with store.reading() as connection:
        if connection is None:
            return Held(0)
    with store.writing() as connection:
        before = connection.execute(select(run_epoch.c.holder)).scalar()
        epoch = _epoch(connection) + 1
        connection.execute(delete(run_epoch))
        connection.execute(run_epoch.insert().values(epoch=epoch, holder=_self(str(day)).as_text()))
    return Held(epoch, Holder.from_text(before) if before else None)


def _end_epoch(store: Store, epoch: int) -> None:
    """Say that the run has ended in order; when the server is gone the next run tells that this one did not."""
    if store.file is not None or not epoch:
        return
    with contextlib.suppress(KaframeError), store.writing() as connection:
        connection.execute(update(run_epoch).where(run_epoch.c.epoch == epoch).values(holder=None))


def _epoch(connection: Connection) -> int:
    if connection.dialect.name == "sqlite":
        return _mark(_lock_path(Path(connection.exec_driver_sql(MAIN_FILE).scalar_one())))
    return connection.execute(select(run_epoch.c.epoch)).scalar() or 0


def _lock_path(store: Path) -> Path:
    return store.with_name(f"{store.name}.lock")


def _mark(path: Path) -> int:
    """A number that no other file of this name has: where the system keeps it, and when it was written."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0
    return found.st_ino + found.st_mtime_ns
