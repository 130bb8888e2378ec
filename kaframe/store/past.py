"""What the store tells the step ``recall``: one moment of it, cut at the run's day."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, func, select

from kaframe.store.engine import Store
from kaframe.store.latest import Row, latest_run, plans_on, rows_of, tasks_on
from kaframe.store.schema import activities, events, moves, outbox, overrides, runs


@dataclass(frozen=True, slots=True)
class Past:
    """The store as the run for one day may see it.

    ``base`` is the latest published run for an earlier day, ``revised`` where there is none that of the same day;
    ``earlier`` all published runs of the days looked back at and the one before them, oldest first; ``shown`` are the
    latest published runs of earlier days, whose points a report shows. ``tables`` has the rows of the past_* tables
    that the store has.
    ``published`` and ``last_move`` pin what was seen: the sequence number of the latest publish and the last
    move by hand.
    """

    base: Row | None
    revised: Row | None
    earlier: Sequence[Row]
    shown: Sequence[Row]
    tables: Mapping[str, Sequence[Row]]
    published: int
    last_move: int


EVENT_DAYS = 31  # how far back a notice that was held back may tell of: docs/tables.md, past_events
SHOWN_RUNS = 23  # earlier runs in the history of an account's points: two years of months, this one counted
EMPTY = Past(None, None, (), (), {}, 0, 0)


@dataclass(frozen=True, slots=True)
class LookBack:
    """How many days and how many published runs back the colours of earlier runs are read; 0 and 0: not at all."""

    days: int
    runs: int


def read_past(store: Store, day: date, back: LookBack) -> Past:
    """Everything that was decided before the run for ``day``; looks so far back for colours."""
    with store.reading() as connection:
        return EMPTY if connection is None else _read(connection, day, back)


def _read(connection: Connection, day: date, back: LookBack) -> Past:
    found = rows_of(connection, latest_run(before=day))
    base = found[0] if found else None
    same_day = select(runs).where(runs.c.state == "published", runs.c.as_of == day)
    notices = rows_of(
        connection, select(outbox).where(outbox.c.decided_on <= day).order_by(outbox.c.notice_key)
    )
    return Past(
        base=base,
        revised=None if base else next(iter(rows_of(connection, same_day)), None),
        earlier=earlier_runs(connection, day, back),
        shown=_published_before(connection, day, SHOWN_RUNS),
        tables={
            "past_run": [base] if base else [],
            "past_tasks": tasks_on(connection, day),
            "past_plans": plans_on(connection, day),
            "past_activities": _activities(connection, day),
            "past_overrides": _overrides(connection, day),
            "past_expired": _expired(connection, base["as_of"], day) if base else [],
            "past_moves": _moves(connection, day),
            "past_events": _events(connection, day),
            "past_notices": [row for notice in notices for row in _by_account(notice)],
        },
        published=connection.execute(select(func.max(runs.c.seq))).scalar_one() or 0,
        last_move=connection.execute(select(func.max(moves.c.id))).scalar_one() or 0,
    )


def earlier_runs(connection: Connection, day: date, back: LookBack) -> list[Row]:
    """The published runs of so many days, with the one before, which says how things stood when they began; and at
    least so many runs."""
    latest = _published_before(connection, day, back.runs) if back.runs else []
    starts = [latest[-1]["as_of"]] if latest else []
    if back.days:
        begin = day - timedelta(days=min(back.days, day.toordinal() - 1))
        before = rows_of(connection, latest_run(before=begin + timedelta(days=1)))
        starts.append(before[0]["as_of"] if before else begin)
    if not starts:
        return []
    published = select(runs).where(runs.c.state == "published", runs.c.as_of < day, runs.c.as_of >= min(starts))
    return rows_of(connection, published.order_by(runs.c.as_of))


def _published_before(connection: Connection, day: date, count: int) -> list[Row]:
    """The latest so many published runs of earlier days, latest first."""
    published = select(runs).where(runs.c.state == "published", runs.c.as_of < day)
    return rows_of(connection, published.order_by(runs.c.as_of.desc()).limit(count))


def _events(connection: Connection, day: date) -> list[Row]:
    window = (events.c.as_of < day) & (events.c.as_of >= day - timedelta(days=EVENT_DAYS))
    return rows_of(connection, select(events).where(window).order_by(events.c.as_of, events.c.event_key))


def _activities(connection: Connection, day: date) -> list[Row]:
    return rows_of(
        connection, select(activities).where(activities.c.done_on <= day).order_by(activities.c.id)
    )


def _overrides(connection: Connection, day: date) -> list[Row]:
    """Those valid on the day. The one set last for an account and card stands in place of all before it, also when it
    ends before them."""
    cleared = (overrides.c.cleared_on.is_(None)) | (overrides.c.cleared_on > day)
    found = rows_of(connection, select(overrides).where(overrides.c.set_on <= day, cleared).order_by(overrides.c.id))
    latest = {(row["account_id"], row["card"]): row for row in found}
    return [latest[key] for key in sorted(latest) if latest[key]["expires_on"] >= day]


def _expired(connection: Connection, base: date, day: date) -> list[Row]:
    """Those valid on the base run's day that have ended by themselves since, with no other in their place."""
    valid = {(row["account_id"], row["card"]) for row in _overrides(connection, day)}
    return [
        row
        for row in _overrides(connection, base)
        if row["expires_on"] < day
        and (row["cleared_on"] is None or row["cleared_on"] > row["expires_on"])
        and (row["account_id"], row["card"]) not in valid
    ]


def _moves(connection: Connection, day: date) -> list[Row]:
    """What no run for an earlier day has used; a revision sees again what the first run of its day used."""
    unused = (moves.c.used_as_of.is_(None)) | (moves.c.used_as_of >= day)
    query = select(moves, moves.c.id.label("move_id")).where(moves.c.made_on <= day, unused)
    return rows_of(connection, query.order_by(moves.c.id))


def _by_account(notice: Row) -> list[Row]:
    return [{**notice, "account_id": account} for account in json.loads(notice["accounts"]) or [None]]
