"""Bringing a store of an old form to today's, in one transaction: all of it, or the old store as it was.

The one door to Alembic, which only who migrates needs (the extra ``kaframe[migrate]``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO
from typing import Any

from kaframe.errors import Problem, StoreError
from kaframe.store.digests import renew_digests
from kaframe.store.engine import Store
from kaframe.store.migrations import UPGRADES
from kaframe.store.runlock import hold_lock
from kaframe.store.schema import POSTGRES_SCHEMA, SCHEMA_VERSION

SEARCH_PATH = f"SET LOCAL search_path TO {POSTGRES_SCHEMA}"  # the operations name tables without their schema


@dataclass(frozen=True, slots=True)
class Migrated:
    """The forms before and after; equal when there was nothing to do, 0 when there is no store yet."""

    before: int
    after: int


def store_form(store: Store) -> int:
    """The form of the store, 0 when there is none yet. Raises: StoreError KF7001, KF7002."""
    with store.looking() as connection:
        return store.form(connection) if connection else 0


def migrate(store: Store) -> Migrated:
    """Bring the store to today's form, while no run goes on.

    Raises: StoreError KF7013 without Alembic, KF70xx; LockedError KF6010, KF7005. The store is then as it was.
    """
    found = store_form(store)
    if found in (0, SCHEMA_VERSION):
        return Migrated(found, found)
    with hold_lock(store, "migrate"), store.alone() as connection:
        found = store.form(connection)
        if not store.file:
            connection.exec_driver_sql(SEARCH_PATH)
        context = _context().configure(connection)
        for form in _forms_after(found):
            _upgrade(context, form)
            connection.exec_driver_sql(_mark(store, form))
        if store.file:
            renew_digests(connection)
    return Migrated(found, SCHEMA_VERSION)


def migration_sql(store: Store) -> str:
    """The statements that ``migrate`` would send, to read or to run by hand; empty when there is nothing to do."""
    found = store_form(store)
    if found in (0, SCHEMA_VERSION):
        return ""
    text = StringIO()
    dialect = "sqlite" if store.file else "postgresql"
    context = _context().configure(dialect_name=dialect, opts={"as_sql": True, "output_buffer": text})
    text.write("BEGIN IMMEDIATE;\n\n" if store.file else f"BEGIN;\n\n{SEARCH_PATH};\n\n")
    for form in _forms_after(found):
        text.write(f"-- form {form}\n")
        _upgrade(context, form)
        text.write(f"{_mark(store, form)};\n\n")
    text.write("COMMIT;\n")
    return text.getvalue()


def _forms_after(found: int) -> Iterable[int]:
    return range(found + 1, SCHEMA_VERSION + 1)


def _context() -> Any:
    try:
        from alembic.runtime.migration import MigrationContext
    except ModuleNotFoundError as error:
        message = "migrating a store needs Alembic"
        raise StoreError([Problem(None, "KF7013", message, "pip install 'kaframe[migrate]'")]) from error
    return MigrationContext


def _upgrade(context: Any, form: int) -> None:
    from alembic.operations import Operations

    UPGRADES[form](Operations(context))


def _mark(store: Store, form: int) -> str:
    if store.file:
        return f"PRAGMA user_version = {form}"
    return f"UPDATE {POSTGRES_SCHEMA}.store_schema SET version = {form}"
