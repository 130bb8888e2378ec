"""How often somebody is told: what waits for a digest or for tomorrow, and what was told already."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kaframe.bind import Label
from kaframe.channels import OpenChannel
from kaframe.database import Database
from kaframe.notify.recipients import Recipient
from kaframe.project import Project
from kaframe.rules.notify import Notice

WAITS_FOR_DIGEST = Label("waits for the digest", "等待汇总发送")
ENOUGH_TOLD = Label("at most {count} in {days} days", "{days}天内最多{count}条")


Event = dict[str, Any]
Identity = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Message:
    """A message that went out: on which day, about which accounts."""

    day: date
    accounts: frozenset[str | None]


@dataclass(frozen=True, slots=True)
class Route:
    """One notice on its way to one recipient on one channel."""

    notice: Notice
    recipient: Recipient
    channel: OpenChannel

    @property
    def identity(self) -> Identity:
        return self.notice.id, self.recipient.member, self.channel.name


@dataclass(frozen=True, slots=True)
class Told:
    """What was told before: event keys and messages by rule, recipient and channel; the base run's day."""

    events: Mapping[Identity, frozenset[str]]
    messages: Mapping[Identity, Sequence[Message]]
    base: date | None


def due_groups(
    project: Project, route: Route, events: Sequence[Event], told: Told
) -> Iterator[tuple[list[Event], str]]:
    """The groups of events that make a message each, with why it is held back, or nothing."""
    known, today = told.events.get(route.identity, frozenset()), project.as_of
    since = _held_since(route, today, told)
    new = [event for event in events if event["as_of"] >= since and event["event_key"] not in known]
    sent = list(told.messages.get(route.identity, ()))
    for group in _groups(route.notice, new):
        reason = _held_back(project, route, told.base, _close(route.notice, sent, group))
        if not reason:
            sent.append(Message(today, frozenset(event["account_id"] for event in group)))
        if not reason or any(event["as_of"] == today for event in group):
            yield group, reason


def _held_since(route: Route, today: date, told: Told) -> date:
    """From which day on events may have been held back: the last message, or the last digest's period."""
    if route.notice.digest and told.base:
        return route.notice.digest.start(told.base)
    messages = told.messages.get(route.identity, ())
    if route.notice.at_most and messages:
        return max(message.day for message in messages)
    return today


def _close(notice: Notice, sent: Sequence[Message], group: Sequence[Event]) -> list[Message]:
    """The messages that count against another one: all to the recipient, or those about the same account."""
    accounts = {event["account_id"] for event in group}
    return [message for message in sent if notice.group_by == "owner" or accounts & message.accounts]


def _held_back(project: Project, route: Route, base: date | None, sent: Sequence[Message]) -> str:
    notice, today = route.notice, project.as_of
    if notice.digest and base and base >= notice.digest.start(today):
        return project.text(WAITS_FOR_DIGEST)
    if notice.at_most is None:
        return ""
    first = today - timedelta(days=notice.at_most.days)
    recent = [message for message in sent if message.day > first]
    words = project.text(ENOUGH_TOLD).format(count=notice.at_most.count, days=notice.at_most.days)
    return words if len(recent) >= notice.at_most.count else ""


def _groups(notice: Notice, events: Sequence[Event]) -> list[list[Event]]:
    key = {"owner": None, "account": "account_id", "none": "event_key"}[notice.group_by]
    groups: dict[Any, list[Event]] = {}
    for event in events:
        groups.setdefault(event[key] if key else None, []).append(event)
    return list(groups.values())


def read_told(db: Database) -> Told:
    """Read what earlier runs, and earlier revisions of this day, have put into the outbox."""
    events: dict[Identity, set[str]] = {}
    messages: dict[tuple[Identity, str], tuple[date, set[str | None]]] = {}
    for row in db.rows("SELECT * FROM past_notices ORDER BY notice_key, account_id"):
        identity = (row["rule"], row["recipient"], row["channel"])
        events.setdefault(identity, set()).update(json.loads(row["events"] or "[]"))
        _, accounts = messages.setdefault((identity, row["notice_key"]), (row["decided_on"], set()))
        accounts.add(row["account_id"])
    by_identity: dict[Identity, list[Message]] = {}
    for (identity, _), (day, accounts) in messages.items():
        by_identity.setdefault(identity, []).append(Message(day, frozenset(accounts)))
    base = db.value("SELECT max(as_of) FROM past_run")
    return Told({identity: frozenset(keys) for identity, keys in events.items()}, by_identity, base)
