"""The outbox: what happens to a notice after a run has decided it.

``pending`` -> ``sending`` (kept before the bytes leave) -> ``sent``, ``pending`` again later, ``dead``
or ``unknown``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import select, update

from kaframe.store.engine import Store
from kaframe.store.latest import Row
from kaframe.store.schema import outbox


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of one attempt; ``next_at`` is when a pending notice is tried again."""

    state: Literal["sent", "pending", "dead", "unknown"]
    error: str = ""
    next_at: datetime | None = None


def utc_text(moment: datetime) -> str:
    """A moment as the store keeps it: UTC, to the second, in an order that sorts as text."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


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
        "settled_at": None if settlement.state == "pending" else utc_text(now),
    }
    with store.writing() as connection:
        connection.execute(update(outbox).where(outbox.c.notice_key == notice_key).values(**values))


def recover_notices(
    store: Store,
    now: datetime,
    state: Literal["pending", "unknown"] = "pending",
    channels: Iterable[str] | None = None,
) -> list[str]:
    """Give back what a killed process was sending: to be sent again with its key, or held as ``unknown``.

    ``channels`` limits it to notices of these channels.
    """
    lost = (outbox.c.state == "sending") & (outbox.c.next_at <= utc_text(now))
    if channels is not None:
        lost &= outbox.c.channel.in_(list(channels))
    found = [
        row["notice_key"] for row in store.rows(select(outbox).where(lost).order_by(outbox.c.notice_key))
    ]
    if found:
        with store.writing() as connection:
            values = {"state": state, "next_at": utc_text(now), "last_error": "interrupted while sending"}
            connection.execute(update(outbox).where(lost).values(**values))
    return found


def retry_notices(store: Store, notice_keys: Iterable[str], now: datetime) -> int:
    """Let parked notices (dead, unknown) be tried again; how many."""
    parked = outbox.c.notice_key.in_(list(notice_keys)) & outbox.c.state.in_(["dead", "unknown"])
    values = {"state": "pending", "next_at": utc_text(now), "attempts": 0, "settled_at": None}
    with store.writing() as connection:
        return connection.execute(update(outbox).where(parked).values(**values)).rowcount
