"""Backup and restore. A backup is one SQLite file with the tables of the store, whichever database the store is in."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, delete, func, select

from kaframe.durable import make_durable
from kaframe.errors import Problem, StoreError, UsageError
from kaframe.store.digests import find_changed
from kaframe.store.engine import Store, store_at
from kaframe.store.errors import translate, unwritable
from kaframe.store.migrating import migrate, store_form
from kaframe.store.runlock import hold_lock
from kaframe.store.schema import (
    POSTGRES_SCHEMA,
    SCHEMA_VERSION,
    activities,
    metadata,
    moves,
    outbox,
    overrides,
    plans,
    run_epoch,
    runs,
    store_schema,
    task_acts,
)
from kaframe.temporary import private_folder

_CHUNK = 5_000  # rows that are copied at once
# These belong to the store that is there: its form, and the lock of its runs.
_KEPT = [table for table in metadata.sorted_tables if table not in (store_schema, run_epoch)]
# What only grows while people work and notices are sent: a store with more of it knows what a backup does not.
_PROGRESS = (
    *(select(func.count()).select_from(table) for table in (activities, task_acts, moves, overrides)),
    select(func.count(overrides.c.cleared_on)),
    select(func.count(plans.c.decision)),
    select(func.coalesce(func.sum(outbox.c.attempts), 0)),
)


@dataclass(frozen=True, slots=True)
class Restored:
    """How many runs there are after a restore, and where the store is that was replaced (None: there was none)."""

    runs: int
    replaced: Path | None


def back_up(store: Store, file: Path) -> None:
    """Write a backup, at any moment, also while a run goes on; the file is whole or not there.

    Raises: UsageError KF6013 when the file is there already, KF6014 when there is no store; StoreError KF70xx.
    """
    if file.exists():
        raise UsageError([Problem(None, "KF6013", f"{file.name} is there already", "name a new file")])
    if not store_form(store):
        raise UsageError([Problem(None, "KF6014", f"there is no store {store.shown} yet", "begin with 'kaframe run'")])
    with _whole(file) as staged:
        if store.file:
            with store.translated():
                _copy_file(store.file, staged, file.name)
        else:
            with store.reading() as connection:
                assert connection is not None
                _export(connection, staged)


def restore(store: Store, file: Path, force: bool = False) -> Restored:
    """Put a backup in the place of the store, in one transaction and while no run goes on; what was there is kept.

    A backup of an old form is brought to today's. ``force`` also replaces a store that knows what the backup does not.
    Raises: UsageError KF6015 no such file; StoreError KF7014 damaged backup, KF7015 newer store, KF70xx;
        LockedError KF6010. The store is then as it was.
    """
    with _opened(file) as backup, hold_lock(store, "restore"):
        replaced = _move_broken_aside(store)
        with store.alone() as connection, backup.reading() as source:
            assert source is not None
            if not store.version(connection):
                store.create(connection)
            else:
                if not force:
                    _refuse_newer(connection, source, store.shown)
                replaced = _beside(store.file or file)
                with _whole(replaced) as staged:
                    _export(connection, staged)
            _replace_rows(source, connection)
            count = connection.execute(select(func.count()).select_from(runs)).scalar_one()
    return Restored(count, replaced)


def find_damage(path: Path) -> str:
    """What SQLite finds wrong in a file of its own; nothing when it is sound. Raises: sqlite3.Error when it is none."""
    try:
        with contextlib.closing(_read_only(path)) as connection:
            return _damage_of(connection)
    except UnicodeDecodeError as error:  # the driver cannot read what SQLite says of a damaged file
        raise sqlite3.DatabaseError("a text in it is no UTF-8") from error


def _damage_of(connection: sqlite3.Connection) -> str:
    (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if said != "ok":
        return str(said).splitlines()[-1]
    lost = connection.execute("PRAGMA foreign_key_check").fetchone()
    return f"a row of {lost[0]} belongs to no row of {lost[2]}" if lost else find_changed(connection)


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


@contextlib.contextmanager
def _whole(file: Path) -> Iterator[Path]:
    """A name to write under; the file gets its own when the block ends well and all is on the disk."""
    staged = file.with_name(f".{file.name}.tmp-{os.getpid()}")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(staged, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        yield staged
        make_durable(staged)
        staged.replace(file)
    except OSError as error:
        raise unwritable(file.name, error) from error
    finally:
        for name in (staged, *_beside_wal(staged)):
            with contextlib.suppress(OSError):  # not there, or nowhere to be
                name.unlink()


def _copy_file(path: Path, staged: Path, shown: str) -> None:
    """SQLite's own online backup: one moment of the store, whatever is written meanwhile."""
    try:
        with contextlib.closing(_read_only(path)) as source, contextlib.closing(sqlite3.connect(staged)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, that can be carried away
        damage = find_damage(staged)
    except sqlite3.Error as error:
        raise translate(error, shown, None) or _damaged(path.name, str(error)) from error
    if damage:
        raise _damaged(path.name, damage)


def _export(connection: Connection, staged: Path) -> None:
    """Copy what a transaction sees into a SQLite store."""
    target = store_at(staged)
    with target.writing() as copy:
        _copy_rows(connection, copy)
    target.close()
    with contextlib.closing(sqlite3.connect(staged)) as file:
        file.execute("PRAGMA journal_mode = DELETE")


def _replace_rows(source: Connection, target: Connection) -> None:
    for table in reversed(_KEPT):
        target.execute(delete(table))
    _copy_rows(source, target)
    if target.dialect.name == "postgresql":
        for table in _KEPT:
            _count_on(target, table.name, [column.name for column in table.primary_key])


def _copy_rows(source: Connection, target: Connection) -> None:
    for table in _KEPT:
        found = source.execute(select(table).execution_options(yield_per=_CHUNK)).mappings()
        for rows in found.partitions():
            target.execute(table.insert(), [dict(row) for row in rows])


def _count_on(connection: Connection, table: str, key: list[str]) -> None:
    """Let PostgreSQL number new rows after those that were copied."""
    name = f"{POSTGRES_SCHEMA}.{table}"
    sequence = f"pg_get_serial_sequence('{name}', '{key[0]}')"
    if len(key) == 1 and connection.exec_driver_sql(f"SELECT {sequence}").scalar_one():
        connection.exec_driver_sql(f"SELECT setval({sequence}, coalesce(max({key[0]}), 0) + 1, false) FROM {name}")


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[Store]:
    """A backup that is sound and of today's form; one of an old form is brought along in a copy of it."""
    if not file.is_file():
        raise UsageError([Problem(None, "KF6015", f"no file '{file}'", "'kaframe store backup FILE' writes one")])
    try:
        damage = find_damage(file)
    except sqlite3.Error as error:
        raise _damaged(file.name, str(error)) from error
    if damage:
        raise _damaged(file.name, damage)
    with private_folder() as folder:
        copy = Path(folder) / file.name
        shutil.copyfile(file, copy)
        backup = store_at(copy)
        if _form_of(backup, file.name) != SCHEMA_VERSION and not migrate(backup).after:
            raise _damaged(file.name, "it is empty")
        yield backup
        backup.close()


def _form_of(backup: Store, shown: str) -> int:
    """The form of a backup. Raises: StoreError that calls it by the name that people know."""
    try:
        return store_form(backup)
    except StoreError as error:
        hint = "nothing was changed; name a file that 'kaframe store backup' wrote, with this kaframe or an older one"
        raise StoreError(
            replace(problem, message=problem.message.replace(backup.shown, shown), hint=hint)
            for problem in error.problems
        ) from error


def _damaged(shown: str, detail: str) -> StoreError:
    message = f"{shown} is no sound backup or store: {detail}"
    return StoreError([Problem(None, "KF7014", message, "nothing was changed; take an older backup")])


def _move_broken_aside(store: Store) -> Path | None:
    """A file that no kaframe can work with any more gives way; it is kept under another name."""
    try:
        with store.reading():
            return None
    except StoreError as error:
        if not store.file or error.problems[0].code not in ("KF7001", "KF7012") or store.file.is_dir():
            raise
    aside = _beside(store.file)
    for old, new in zip((store.file, *_beside_wal(store.file)), (aside, *_beside_wal(aside)), strict=True):
        if old.exists():
            old.replace(new)
    return aside


def _beside(file: Path) -> Path:
    return file.with_name(f"{file.name}.replaced-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}")


def _beside_wal(file: Path) -> tuple[Path, Path]:
    return file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")


def _refuse_newer(there: Connection, backup: Connection, shown: str) -> None:
    """Raise StoreError KF7015 when the store has runs, or things that people did, that the backup has not."""
    published = select(runs.c.run_id, runs.c.manifest_sha256)
    known = {tuple(row) for row in backup.execute(published)}
    more = [row[0] for row in there.execute(published.order_by(runs.c.seq)) if tuple(row) not in known]
    ahead = any(there.execute(query).scalar_one() > backup.execute(query).scalar_one() for query in _PROGRESS)
    if not more and not ahead:
        return
    what = f"the run {more[-1]}" if more else "what people did and what was sent since"
    message = f"the store {shown} has {what}, the backup has not"
    raise StoreError([Problem(None, "KF7015", message, "--force replaces it all the same, and keeps it beside")])

