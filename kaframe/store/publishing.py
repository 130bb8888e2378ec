"""The publish: everything that a run decided, in the one transaction of its caller."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, delete, func, select, update

from kaframe.errors import LockedError, Problem
from kaframe.store.latest import Row, rows_of, task_versions
from kaframe.store.runlock import refuse_lost_lock
from kaframe.store.schema import events, moves, outbox, plans, runs, tasks

_CHUNK = 5_000  # rows an INSERT is given at once
TASK_FIELDS = (
    "account_id",
    "kind",
    "rule",
    "title",
    "role",
    "member",
    "opened_on",
    "due_on",
    "state",
    "done_on",
)


@dataclass(frozen=True, slots=True)
class Publication:
    """A run that is ready: its row of ``runs``, and its tables of docs/tables.md (absent ones are empty).

    ``published`` and ``last_move`` are what the run had seen of the store when it began, ``epoch`` is what its lock
    gave it (None for a publish without a lock).
    """

    run: Mapping[str, Any]
    tables: Mapping[str, Sequence[Row]]
    published: int
    last_move: int
    epoch: int | None = None

    @property
    def run_id(self) -> str:
        return str(self.run["run_id"])

    @property
    def as_of(self) -> date:
        """The day that the run is for."""
        day: date = self.run["as_of"]
        return day


def refuse_other_publish(connection: Connection, seen: int) -> None:
    """Raise LockedError KF6011 when a run was published since ``seen`` was the latest."""
    query = select(runs).where(runs.c.seq > seen).order_by(runs.c.seq.desc()).limit(1)
    for run in rows_of(connection, query):
        message = f"the run {run['run_id']} was published while this one was computed"
        raise LockedError(
            [Problem(None, "KF6011", message, "nothing was published; run again to build on it")]
        )


def publish(connection: Connection, publication: Publication) -> None:
    """Write a run. A backfilled one leaves its events, and no tasks, plans or notices: that day is over.

    Raises: StoreError KF7011 when the run has lost its lock, LockedError KF6011 when another was quicker.
    """
    if publication.epoch is not None:
        refuse_lost_lock(connection, publication.epoch)
    refuse_other_publish(connection, publication.published)
    same_day = (runs.c.as_of == publication.as_of) & (runs.c.state == "published")
    connection.execute(update(runs).where(same_day).values(state="superseded"))
    connection.execute(runs.insert().values(**publication.run))
    _write_events(connection, publication)
    if publication.run["backfill"]:
        return
    _write_tasks(connection, publication)
    _write_plans(connection, publication)
    _write_outbox(connection, publication)
    _mark_moves(connection, publication)


def _write_events(connection: Connection, publication: Publication) -> None:
    query = select(events.c.event_key).where(events.c.as_of == publication.as_of)
    told = {row["event_key"] for row in rows_of(connection, query)}
    new = [row for row in publication.tables.get("events", ()) if row["event_key"] not in told]
    _insert(connection, events, new, publication)


def _write_tasks(connection: Connection, publication: Publication) -> None:
    """Write the tasks that this run opened or changed, and drop the open ones that it no longer asks for."""
    if "tasks" not in publication.tables:
        return
    day = publication.as_of
    before = {row["task_key"]: row for row in rows_of(connection, task_versions(day))}
    today = {row["task_key"]: row for row in rows_of(connection, select(tasks).where(tasks.c.as_of == day))}
    wanted = {row["task_key"]: _task(row) for row in publication.tables["tasks"]}
    for key, old in {**before, **today}.items():
        if key not in wanted and old["state"] == "open":
            wanted[key] = {**old, "state": "dropped"}
    changed = [
        row
        for key, row in wanted.items()
        if key in today or key not in before or any(row[name] != before[key][name] for name in TASK_FIELDS)
    ]
    rewritten = [{"key": row["task_key"]} for row in changed if row["task_key"] in today]
    if rewritten:
        _delete_today(connection, day, rewritten)
    _insert(connection, tasks, changed, publication)


def _delete_today(connection: Connection, day: date, keys: Sequence[Mapping[str, str]]) -> None:
    for start in range(0, len(keys), _CHUNK):
        chunk = [key["key"] for key in keys[start : start + _CHUNK]]
        connection.execute(delete(tasks).where(tasks.c.as_of == day, tasks.c.task_key.in_(chunk)))


def _task(row: Row) -> Row:
    """A row of ``tasks`` as the store keeps it: due, late, snoozed and planned are all open."""
    return {**row, "state": "done" if row["state"] == "done" else "open"}


def _write_plans(connection: Connection, publication: Publication) -> None:
    """Write the versions that are new; undecided ones of an earlier revision of the day give way to them."""
    if "plans" not in publication.tables:
        return
    undecided = (plans.c.as_of == publication.as_of) & plans.c.decision.is_(None)
    connection.execute(delete(plans).where(undecided))
    known = select(plans.c.account_id, func.max(plans.c.version).label("version")).group_by(
        plans.c.account_id
    )
    latest = {row["account_id"]: row["version"] for row in rows_of(connection, known)}
    new = [
        row
        for row in publication.tables["plans"]
        if row.get("content_hash") and row["version"] > latest.get(row["account_id"], 0)
    ]
    _insert(connection, plans, new, publication)


def _write_outbox(connection: Connection, publication: Publication) -> None:
    """Put in every pending notice that is not there yet and that tells something not told on this day."""
    pending = [row for row in publication.tables.get("notices", ()) if row["state"] == "pending"]
    known = {row["notice_key"] for row in rows_of(connection, select(outbox.c.notice_key))}
    told = _told(connection, publication.as_of)
    created_at = publication.run["published_at"]
    new = [
        {**row, "state": "pending", "attempts": 0, "next_at": created_at, "created_at": created_at}
        for row in pending
        if row["notice_key"] not in known and not _is_told(row, told)
    ]
    _insert(connection, outbox, new, publication)


def _told(connection: Connection, day: date) -> set[tuple[str, ...]]:
    found = rows_of(connection, select(outbox).where(outbox.c.decided_on == day))
    return {
        (row["rule"], row["recipient"], row["channel"], event)
        for row in found
        for event in json.loads(row["events"])
    }


def _is_told(notice: Row, told: set[tuple[str, ...]]) -> bool:
    listed = json.loads(notice["events"] or "[]")
    who = (notice["rule"], notice["recipient"], notice["channel"])
    return bool(listed) and all((*who, event) in told for event in listed)


def _mark_moves(connection: Connection, publication: Publication) -> None:
    """The moves that the run saw are used up: no run for a later day will see them."""
    seen = (moves.c.id <= publication.last_move) & (moves.c.made_on <= publication.as_of)
    unused = moves.c.used_as_of.is_(None) | (moves.c.used_as_of == publication.as_of)
    used = {"used_by_run": publication.run_id, "used_as_of": publication.as_of}
    connection.execute(update(moves).where(seen, unused).values(**used))


def _insert(connection: Connection, table: Table, rows: Iterable[Row], publication: Publication) -> None:
    """Insert the columns that the table has, stamped with the run."""
    stamp = {"run_id": publication.run_id, "as_of": publication.as_of}
    names = [column.name for column in table.columns]
    stamped = [{name: {**row, **stamp}.get(name) for name in names} for row in rows]
    for start in range(0, len(stamped), _CHUNK):
        connection.execute(table.insert(), stamped[start : start + _CHUNK])
