"""What of the store no later run needs: old rows that can go, and runs whose snapshots can."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Connection, Table, delete, func, select, update

from kaframe.store.engine import Store
from kaframe.store.latest import latest_run, rows_of
from kaframe.store.past import EVENT_DAYS, LookBack, earlier_runs
from kaframe.store.schema import PRUNED, events, outbox, plans, runs, tasks


@dataclass(frozen=True, slots=True)
class Keep:
    """What people want to look back at: the runs since a day, or so many of the latest days' runs."""

    since: date | None = None
    runs: int = 0


@dataclass(frozen=True, slots=True)
class Prunable:
    """What can go: runs by their ids, oldest first, and rows by table (of ``outbox`` texts of what is settled)."""

    runs: tuple[str, ...]
    rows: Mapping[str, int]


def find_prunable(store: Store, keep: Keep, back: LookBack) -> Prunable:
    """What ``prune`` would remove. ``back`` is how far the rules look back, which nobody can ask to forget."""
    with store.reading() as connection:
        return Prunable((), {}) if connection is None else _find(connection, keep, back)


def prune_rows(connection: Connection, keep: Keep, back: LookBack) -> Prunable:
    """Remove the rows, and mark the runs whose snapshots are to be removed after the transaction."""
    found = _find(connection, keep, back)
    conditions = _conditions(connection, keep, back)
    for name, condition in conditions.items():
        if name == outbox.name:
            connection.execute(update(outbox).where(condition).values(text=None, html=None))
        else:
            connection.execute(delete(_TABLES[name]).where(condition))
    for run_id in found.runs:
        connection.execute(update(runs).where(runs.c.run_id == run_id).values(state=PRUNED))
    return found


_TABLES: Mapping[str, Table] = {table.name: table for table in (events, tasks, plans, outbox)}


def _find(connection: Connection, keep: Keep, back: LookBack) -> Prunable:
    kept = _kept(connection, keep, back)
    listed = rows_of(connection, select(runs).where(runs.c.state != PRUNED).order_by(runs.c.as_of, runs.c.revision))
    counts = {
        name: connection.execute(select(func.count()).select_from(_TABLES[name]).where(condition)).scalar_one()
        for name, condition in _conditions(connection, keep, back).items()
    }
    return Prunable(
        runs=tuple(row["run_id"] for row in listed if row["run_id"] not in kept),
        rows={name: count for name, count in counts.items() if count},
    )


def _kept(connection: Connection, keep: Keep, back: LookBack) -> Mapping[str, date]:
    """The runs that stay: those that people want, the latest and its base, and what the rules look back at."""
    found = rows_of(connection, latest_run())
    if not found:
        return {}
    latest = found[0]
    day = latest["as_of"]
    published = select(runs).where(runs.c.state == "published").order_by(runs.c.as_of.desc())
    wanted = rows_of(connection, published.limit(keep.runs)) if keep.runs else []
    since = min([row["as_of"] for row in wanted] + ([keep.since] if keep.since else []), default=day)
    # As another revision of the latest day looks back; the run for a later day looks back no further, but at this one.
    needed = [*earlier_runs(connection, day, back), *rows_of(connection, latest_run(before=day)), latest]
    young = rows_of(connection, select(runs).where(runs.c.as_of >= since, runs.c.state != PRUNED))
    base = rows_of(connection, select(runs).where(runs.c.run_id == latest["base_run"], runs.c.state != PRUNED))
    return {row["run_id"]: row["as_of"] for row in (*needed, *young, *base)}


def _conditions(connection: Connection, keep: Keep, back: LookBack) -> Mapping[str, ColumnElement[bool]]:
    """Which rows nobody needs: those from before the oldest run that stays, unless they say how things stand."""
    kept = _kept(connection, keep, back)
    if not kept:
        return {}
    first = min(kept.values())
    other, version = tasks.alias(), plans.alias()
    newest = select(func.max(other.c.as_of)).where(other.c.task_key == tasks.c.task_key, other.c.as_of < first)
    latest = select(func.max(version.c.version)).where(
        version.c.account_id == plans.c.account_id, version.c.as_of < first
    )
    settled = outbox.c.state.in_(["sent", "dropped"])
    return {
        events.name: events.c.as_of < min(first, max(kept.values()) - timedelta(days=EVENT_DAYS)),
        tasks.name: tasks.c.as_of < newest.scalar_subquery(),
        plans.name: (plans.c.version < latest.scalar_subquery()) & plans.c.decision.is_(None),
        outbox.name: settled & (outbox.c.decided_on < first) & outbox.c.text.is_not(None),
    }
