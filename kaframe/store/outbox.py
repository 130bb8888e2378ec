"""The outbox: what happens to a notice after a run has decided it.

``pending`` -> ``sending`` (kept before the bytes leave) -> ``sent``, ``pending`` again later, ``dead`` or ``unknown``.
People let what was not sent be tried again (``pending``), or drop it for good (``dropped``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Literal

from sqlalchemy import select, update

from kaframe.store.engine import Store
from kaframe.store.latest import Row
from kaframe.store.schema import outbox

MOST_VALUES = 10_000  # of one statement: SQLite takes 32,766 or more, PostgreSQL 65,535


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of one attempt; ``next_at`` is when a pending notice is tried again, ``arrived`` counts its parts."""

    state: Literal["sent", "pending", "dead", "unknown"]
    error: str = ""
    next_at: datetime | None = None
    arrived: int = 0


def utc_text(moment: datetime) -> str:
    """A moment as the store keeps it: UTC, to the second, in an order that sorts as text."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def add_notices(store: Store, notices: Iterable[Row], now: datetime) -> int:
    """Put in notices that no run has decided, such as those of a run that was held back, each key once; how many."""
    moment = utc_text(now)
    with store.writing() as connection:
        known = set(connection.execute(select(outbox.c.notice_key)).scalars())
        new = [row for row in notices if row["notice_key"] not in known]
        stamp = {"state": "pending", "attempts": 0, "next_at": moment, "created_at": moment}
        if new:
            connection.execute(outbox.insert(), [{**row, **stamp} for row in new])
    return len(new)


def due_notices(store: Store, now: datetime) -> list[Row]:
    """What waits to be sent now, oldest first."""
    due = (outbox.c.state == "pending") & (outbox.c.next_at <= utc_text(now))
    return store.rows(select(outbox).where(due).order_by(outbox.c.created_at, outbox.c.notice_key))


def claim_notice(store: Store, notice_key: str, now: datetime, seconds: float) -> bool:
    """Take a pending notice for one attempt that ends within ``seconds``; False when somebody else has it."""
    waiting = (outbox.c.notice_key == notice_key) & (outbox.c.state == "pending")
    lease = utc_text(now + timedelta(seconds=seconds))
    taken = {"state": "sending", "attempts": outbox.c.attempts + 1, "next_at": lease}
    with store.writing() as connection:
        return connection.execute(update(outbox).where(waiting).values(**taken)).rowcount == 1


def settle_notice(store: Store, notice_key: str, settlement: Settlement, now: datetime) -> None:
    """Keep what became of an attempt."""
    values = {
        "state": settlement.state,
        "last_error": settlement.error or None,
        "next_at": utc_text(settlement.next_at) if settlement.next_at else None,
        "settled_at": utc_text(now),
        "arrived": settlement.arrived or None,
    }
    with store.writing() as connection:
        connection.execute(update(outbox).where(outbox.c.notice_key == notice_key).values(**values))


def recent_attempts(store: Store, channel: str, since: datetime) -> list[datetime]:
    """When the latest attempts of a channel's notices ended, oldest first; each notice counts once."""
    ended = (outbox.c.channel == channel) & (outbox.c.settled_at >= utc_text(since)) & (outbox.c.attempts > 0)
    found = store.rows(select(outbox.c.settled_at).where(ended).order_by(outbox.c.settled_at))
    return [datetime.fromisoformat(row["settled_at"]) for row in found]


def recover_notices(
    store: Store,
    now: datetime,
    state: Literal["pending", "unknown"] = "pending",
    channels: Iterable[str] | None = None,
    is_gone: bool = False,
) -> list[str]:
    """Give back what an interrupted process was sending: to be sent again with its key, or held as ``unknown``.

    ``channels`` limits it to notices of these channels. What is being sent counts as interrupted when its attempt
    should have ended, or at once when the process that sent it ``is_gone``.
    """
    lost = outbox.c.state == "sending"
    if not is_gone:
        lost &= outbox.c.next_at <= utc_text(now)
    if channels is not None:
        lost &= outbox.c.channel.in_(list(channels))
    found = [
        row["notice_key"] for row in store.rows(select(outbox).where(lost).order_by(outbox.c.notice_key))
    ]
    if found:
        values = {"state": state, "next_at": utc_text(now), "last_error": "interrupted while sending"}
        with store.writing() as connection:
            connection.execute(update(outbox).where(lost).values(**values, settled_at=utc_text(now)))
    return found


def retry_notices(store: Store, notice_keys: Iterable[str], now: datetime) -> int:
    """Let notices that were not sent be tried with the next run, their age counted from now; how many."""
    values = {"state": "pending", "next_at": utc_text(now), "created_at": utc_text(now), "attempts": 0}
    return _change_unsent(store, notice_keys, values)


def drop_notices(store: Store, notice_keys: Iterable[str], why: str, now: datetime) -> int:
    """Let notices that were not sent never be sent; they count as told, as no run makes them again. How many."""
    values = {"state": "dropped", "next_at": None, "last_error": why, "settled_at": utc_text(now)}
    return _change_unsent(store, notice_keys, values)


def _change_unsent(store: Store, notice_keys: Iterable[str], values: Row) -> int:
    """Change those of the notices that are neither sent nor on their way, all or none; how many."""
    unsent, count = outbox.c.state.not_in(["sent", "sending"]), 0
    with store.writing() as connection:
        for keys in _batched(notice_keys):
            named = outbox.c.notice_key.in_(keys)
            count += connection.execute(update(outbox).where(named & unsent).values(**values)).rowcount
    return count


def _batched(keys: Iterable[str]) -> Iterator[list[str]]:
    """The keys in lists that one statement takes."""
    rest = iter(keys)
    while batch := list(islice(rest, MOST_VALUES)):
        yield batch
