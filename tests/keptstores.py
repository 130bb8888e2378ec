"""Stores of old forms, made with the statements of their time (store_forms/, written by keepstore.py)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, insert, select
from sqlalchemy.engine import make_url

from kaframe.store import Store
from kaframe.store.schema import APPLICATION_ID, metadata

FORMS = Path(__file__).parent / "store_forms"
Rows = Mapping[str, list[dict[str, Any]]]


def kept_rows(form: int) -> Rows:
    """What was in the store when it was kept, by table."""
    found: Rows = json.loads((FORMS / str(form) / "rows.json").read_text(encoding="utf-8"))
    return found


def put_back(form: int, url: str, root: Path) -> Store:
    """A store of an old form, made with the statements of its time."""
    store = Store(url, root)
    folder = FORMS / str(form)
    if store.file:
        store.file.parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(f"sqlite:///{store.file}")
        head = (f"PRAGMA application_id = {APPLICATION_ID}", f"PRAGMA user_version = {form}")
        statements = (folder / "sqlite.sql").read_text(encoding="utf-8")
    else:
        engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
        head = ("CREATE SCHEMA kaframe", "SET search_path TO kaframe")
        statements = (folder / "postgresql.sql").read_text(encoding="utf-8")
    with engine.begin() as connection:
        for statement in (*head, *filter(str.strip, statements.split(";"))):
            connection.exec_driver_sql(statement)
        _fill(connection, form)
        if not store.file:
            connection.exec_driver_sql(f"INSERT INTO store_schema VALUES ({form})")
            for table in ("runs.seq", "activities.id", "task_acts.id", "moves.id", "overrides.id"):
                name, _, column = table.partition(".")
                count = f"(SELECT coalesce(max({column}), 1) FROM {name})"
                connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{name}', '{column}'), {count})")
    engine.dispose()
    return store


def _fill(connection: Connection, form: int) -> None:
    for name, rows in kept_rows(form).items():
        days = {column.name for column in metadata.tables[name].columns if str(column.type) == "DATE"}
        for row in rows:
            values = {key: date.fromisoformat(value) if value and key in days else value for key, value in row.items()}
            connection.execute(insert(metadata.tables[name]).values(**values))


def all_rows(store: Store) -> Rows:
    """Everything in the store, as the kept rows are written."""
    found = {table.name: store.rows(select(table)) for table in metadata.sorted_tables if table.name != "store_schema"}
    loaded: Rows = json.loads(json.dumps(found, default=str))
    return loaded
