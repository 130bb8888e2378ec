"""A store of an old form: refused by everything but ``migrate``, and brought along with all that is in it."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from keptstores import FORMS, all_rows, kept_rows, put_back

from kaframe.errors import StoreError
from kaframe.store import Act, Store, list_runs, log_activity, migrating, migrations
from kaframe.store.migrating import Migrated, migrate, migration_sql, store_form
from kaframe.store.schema import SCHEMA_VERSION

KEPT = sorted(int(folder.name) for folder in FORMS.iterdir())
LI = Act("li", date(2026, 4, 2))


def test_every_form_but_todays_is_kept() -> None:
    """Who changes the form keeps the one before, so that this file tests the way from it."""
    assert list(range(1, SCHEMA_VERSION)) == KEPT == [form - 1 for form in migrations.UPGRADES]


@pytest.mark.parametrize("form", KEPT)
def test_old_store_is_refused_until_it_is_migrated(tmp_path: Path, store_url: str, form: int) -> None:
    """Neither reading nor writing touches it; the hint names the command, and after it all is as before."""
    store = put_back(form, store_url, tmp_path)
    for act in (list_runs, lambda store: log_activity(store, "A1", "visit", LI)):
        with pytest.raises(StoreError, match=rf"KF7012 the store .* has the form {form}.*kaframe store migrate"):
            act(store)
    assert migrate(store) == Migrated(form, SCHEMA_VERSION)
    kept = {name: rows for name, rows in kept_rows(form).items() if name != "store_schema"}
    found = all_rows(store)
    assert {name: _columns_of(kept[name], found[name]) for name in kept} == kept
    assert all(found[name] for name in kept)
    assert migrate(store) == Migrated(SCHEMA_VERSION, SCHEMA_VERSION)
    log_activity(store, "A2", "visit", LI)
    assert len(all_rows(store)["activities"]) == len(kept["activities"]) + 1


def _columns_of(kept: list[dict[str, Any]], found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of today with the columns that they had when they were kept; the others are new and empty."""
    assert not any(value for row in found for name, value in row.items() if kept and name not in kept[0])
    return [{name: row[name] for name in kept[0]} for row in found] if kept else found


@pytest.mark.parametrize("form", KEPT)
def test_migrated_store_has_the_form_of_a_new_one(tmp_path: Path, form: int) -> None:
    """The same tables with the same columns, indexes and constraints, whichever way they came."""
    migrate(put_back(form, "sqlite:///old.db", tmp_path))
    log_activity(Store("sqlite:///new.db", tmp_path), "A1", "visit", LI)
    shapes = []
    for name in ("old.db", "new.db"):
        with sqlite3.connect(tmp_path / name) as connection:
            tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master ORDER BY name")]
            shapes.append({table: connection.execute(f"PRAGMA table_info({table})").fetchall() for table in tables})
        connection.close()
    assert shapes[0] == shapes[1]
    assert "run_epoch" in shapes[0]


def test_absent_store_needs_no_migration(tmp_path: Path, store_url: str) -> None:
    """There is nothing to do, and nothing is made."""
    store = Store(store_url, tmp_path)
    assert (migrate(store), migration_sql(store)) == (Migrated(0, 0), "")
    assert list(tmp_path.iterdir()) == []


def test_migration_that_fails_leaves_the_old_store(
    tmp_path: Path, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What had been done before the failure is undone, and it can be tried again."""
    store = put_back(1, store_url, tmp_path)

    def break_down(op: Any) -> None:
        op.execute("DELETE FROM " + ("activities" if store.file else "kaframe.activities"))
        migrations.UPGRADES[2](op)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(migrating, "UPGRADES", {2: break_down})
        with pytest.raises(KeyboardInterrupt):
            migrate(store)
    assert store_form(store) == 1
    assert migrate(store) == Migrated(1, SCHEMA_VERSION)
    assert all_rows(store)["activities"] == kept_rows(1)["activities"]


def test_sql_can_be_run_by_hand(tmp_path: Path, store_url: str) -> None:
    """``--sql`` changes nothing; its statements, sent by any client, do what the command does."""
    store = put_back(1, store_url, tmp_path)
    statements = migration_sql(store)
    assert store_form(store) == 1
    if store.file:
        with sqlite3.connect(store.file, isolation_level=None) as connection:
            connection.executescript(statements)
        connection.close()
    else:
        import psycopg

        with psycopg.connect(store_url, autocommit=True) as server:
            server.execute(statements)  # type: ignore[call-overload]
    assert store_form(store) == SCHEMA_VERSION
    assert all_rows(store)["runs"] == kept_rows(1)["runs"]


def test_migration_without_alembic_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an extra: who migrates is told the line that brings it."""
    store = put_back(1, "sqlite:///old.db", tmp_path)
    monkeypatch.setitem(__import__("sys").modules, "alembic.runtime.migration", None)
    with pytest.raises(StoreError, match=r"KF7013 .*pip install 'kaframe\[migrate\]'"):
        migrate(store)


def test_newer_store_is_not_migrated(tmp_path: Path) -> None:
    """A store of a newer kaframe is left alone by ``migrate`` as well."""
    log_activity(Store("sqlite:///new.db", tmp_path), "A1", "visit", LI)
    with sqlite3.connect(tmp_path / "new.db") as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    before = (tmp_path / "new.db").read_bytes()
    with pytest.raises(StoreError, match="KF7002"):
        migrate(Store("sqlite:///new.db", tmp_path))
    assert (tmp_path / "new.db").read_bytes() == before
