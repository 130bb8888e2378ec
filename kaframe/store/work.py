"""What people do between runs about activities and tasks: short transactions that a run then sees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from kaframe.errors import Problem, UsageError, nearest
from kaframe.store.engine import Store
from kaframe.store.latest import Row
from kaframe.store.schema import activities, task_acts, tasks


@dataclass(frozen=True, slots=True)
class Act:
    """Who did something, on which day, and what there is to say about it (the reason where one is needed)."""

    author: str
    on: date
    note: str = ""


def log_activity(store: Store, account_id: str, kind: str, act: Act) -> Row:
    """Keep that somebody visited or called an account; it counts for cadences like what the data say."""
    row = {
        "account_id": account_id,
        "kind": kind,
        "done_on": act.on,
        "author": act.author,
        "note": act.note or None,
    }
    with store.writing() as connection:
        connection.execute(activities.insert().values(**row))
    return row


def finish_task(store: Store, task_key: str, act: Act) -> Row:
    """Say that a task is done. Raises: UsageError KF6050 for an unknown task."""
    return _act_on(store, task_key, act, None)


def snooze_task(store: Store, task_key: str, until: date, act: Act) -> Row:
    """Put a task off until a day. Raises: UsageError KF6050 unknown task, KF6056 for a day not ahead."""
    if until <= act.on:
        raise UsageError([Problem(None, "KF6056", f"{until} is not after {act.on}", "give a later day")])
    return _act_on(store, task_key, act, until)


def _act_on(store: Store, task_key: str, act: Act, until: date | None) -> Row:
    row = {
        "task_key": task_key,
        "action": "snooze" if until else "done",
        "acted_on": act.on,
        "until": until,
        "author": act.author,
        "note": act.note or None,
    }
    with store.writing() as connection:
        _require_task(connection, task_key)
        connection.execute(task_acts.insert().values(**row))
    return row


def _require_task(connection: Connection, task_key: str) -> None:
    if connection.execute(select(func.count()).where(tasks.c.task_key == task_key)).scalar_one():
        return
    known = connection.execute(select(tasks.c.task_key).distinct().where(tasks.c.state == "open")).scalars()
    raise unknown("KF6050", f"no task '{task_key}'", task_key, known)


def unknown(code: str, message: str, name: str, known: Iterable[str]) -> UsageError:
    """The error for a name that the store does not have, with the nearest that it has."""
    return UsageError(
        [Problem(None, code, message, nearest(name, known) or "'kaframe tasks list' shows all")]
    )
