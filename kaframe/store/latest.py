"""Queries that more than one part of the store asks: tasks and plans as they stand on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, func, select

from kaframe.store.schema import plans, runs, task_acts, tasks

Row = dict[str, Any]


def rows_of(connection: Connection, query: Select[Any]) -> list[Row]:
    """The rows of a query as dictionaries."""
    return [dict(row) for row in connection.execute(query).mappings()]


def latest_run(before: date | None = None) -> Select[Any]:
    """The published run with the latest day, strictly before ``before`` when given."""
    query = select(runs).where(runs.c.state == "published").order_by(runs.c.as_of.desc()).limit(1)
    return query if before is None else query.where(runs.c.as_of < before)


def task_versions(before: date | None) -> Select[Any]:
    """Every task as the last run (for a day before ``before``) left it."""
    newest = select(tasks.c.task_key, func.max(tasks.c.as_of).label("as_of")).group_by(tasks.c.task_key)
    if before is not None:
        newest = newest.where(tasks.c.as_of < before)
    found = newest.subquery()
    return (
        select(tasks)
        .join(found, (tasks.c.task_key == found.c.task_key) & (tasks.c.as_of == found.c.as_of))
        .order_by(tasks.c.task_key)
    )


def tasks_on(connection: Connection, day: date | None) -> list[Row]:
    """Every task as it stood when the run for ``day`` began (None: now), with what people did about it.

    Of tasks that an earlier revision of the same day opened only those are seen that somebody has acted on:
    the others are that revision's own output.
    """
    acts_query = select(task_acts).order_by(task_acts.c.id)
    if day is not None:
        acts_query = acts_query.where(task_acts.c.acted_on <= day)
    acts = rows_of(connection, acts_query)
    found = {row["task_key"]: row for row in rows_of(connection, task_versions(day))}
    acted = {act["task_key"] for act in acts} - found.keys()
    if day is not None and acted:
        same_day = rows_of(connection, select(tasks).where(tasks.c.as_of == day))
        found.update({row["task_key"]: row for row in same_day if row["task_key"] in acted})
    for row in found.values():
        row.update(done_by=None, snoozed_until=None)
    for act in acts:
        if act["task_key"] in found:
            _lay_act(found[act["task_key"]], act)
    return [found[key] for key in sorted(found)]


def _lay_act(task: Row, act: Row) -> None:
    if act["action"] == "done":
        task.update(state="done", done_on=act["acted_on"], done_by=act["author"])
    else:
        task.update(snoozed_until=act["until"])


def plans_on(connection: Connection, day: date | None) -> list[Row]:
    """The latest version of every account's plan when the run for ``day`` began (None: now).

    ``state`` is what a person decided by then, else what the run said. A version that an earlier revision of
    the same day made is seen only when it has been decided on.
    """
    query = select(plans).order_by(plans.c.account_id, plans.c.version)
    if day is not None:
        query = query.where((plans.c.as_of < day) | ((plans.c.as_of == day) & (plans.c.decided_on <= day)))
    found = {row["account_id"]: row for row in rows_of(connection, query)}
    return [_with_decision(row, day) for row in found.values()]


def _with_decision(row: Row, day: date | None) -> Row:
    decided = row["decision"] is not None and (day is None or row["decided_on"] <= day)
    if decided:
        return {**row, "state": row["decision"]}
    return {**row, "decided_by": None, "decided_on": None, "decision_reason": None}
