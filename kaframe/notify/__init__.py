"""Step ``notify``: who is told what, on which channel, in which words, and what is held back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from kaframe.bind import place_of
from kaframe.channels import CONSOLE, OpenChannel, channel_names, check_channels, find_channel
from kaframe.database import Database, literal
from kaframe.errors import Problem, RuleError, nearest
from kaframe.notify.layout import PREFIX, SUFFIX, check_layouts
from kaframe.notify.matching import EVENTS, compile_condition, create_events, matching_events
from kaframe.notify.pace import Event, Route, due_groups, read_told
from kaframe.notify.recipients import ALIASES, ASSIGNEE, Recipient, Recipients
from kaframe.notify.text import Message, NoticeText
from kaframe.project import Project
from kaframe.rules.notify import Notice

NOTICES = {
    "notice_key": "VARCHAR",
    "rule": "VARCHAR",
    "channel": "VARCHAR",
    "recipient": "VARCHAR",
    "address": "VARCHAR",
    "subject": "VARCHAR",
    "text": "VARCHAR",
    "html": "VARCHAR",
    "accounts": "VARCHAR",
    "events": "VARCHAR",
    "state": "VARCHAR",
    "reason": "VARCHAR",
    "decided_on": "DATE",
}
def write_notices(project: Project, db: Database) -> None:
    """Write a message a notice, recipient and channel (or account, or event), or say why it is held back.

    Reads: ``events``, ``owners``, ``tasks``, ``tiers``, ``colours``, ``measures``, ``accounts``,
        ``past_events``, ``past_notices``, ``past_owners``, ``past_run``, ``past_tasks``.
    Writes: ``notices``. A rule tells a recipient an event once a channel, also in later runs of the day.
    """
    create_events(project, db)
    told, recipients, words = read_told(db), Recipients(project, db), NoticeText(project, db)
    rows = []
    for notice in project.rules.notify.notices:
        for route, events in _routes(project, db, notice, recipients):
            for group, reason in due_groups(project, route, events, told):
                rows.append(_row(project, route, group, (reason, recipients, words)))
    rows.sort(key=lambda row: (row["rule"], row["recipient"], row["channel"], row["notice_key"]))
    db.execute(f"DROP TABLE {EVENTS}")
    db.create("notices", rows, NOTICES)


def render_for(project: Project, db: Database, name: str, account_id: str) -> Message | None:
    """A message of all that there is to tell of an account, by a template; None when that is nothing.

    Reads: as ``write_notices``.
    """
    notices = project.rules.notify.notices
    asked = [notice for notice in notices if name == f"{PREFIX}{notice.id}{SUFFIX}"]
    create_events(project, db)
    events = db.rows(f"SELECT * FROM {EVENTS} WHERE account_id = {literal(account_id)} ORDER BY ALL")
    words = NoticeText(project, db)
    db.execute(f"DROP TABLE {EVENTS}")
    return words.write((asked or list(notices))[0], events) if events and notices else None


def check(project: Project) -> list[Problem]:
    """What is wrong with channels and notices: options, recipients, channel names, conditions."""
    problems = check_channels(project) + check_layouts(project)
    first: dict[str, Notice] = {}
    for notice in project.rules.notify.notices:
        if first.setdefault(notice.id, notice) is not notice:
            message = f"the notice '{notice.id}' stands twice"
            at, also = place_of(notice, "id"), place_of(first[notice.id], "id")
            problems.append(Problem(at, "KF8005", message, "give every notice its own id", also=also))
        problems += _check_recipients(project, notice) + _check_names(project, notice)
        try:
            compile_condition(project, notice)
        except RuleError as error:
            problems += error.problems
    return problems


def _check_recipients(project: Project, notice: Notice) -> list[Problem]:
    known = [role.id for role in project.team.roles] + [member.id for member in project.team.members]
    known += [*ALIASES, ASSIGNEE]
    problems = [
        Problem(
            place_of(notice, "to", name),
            "KF8002",
            f"notice '{notice.id}': no role or member '{name}'",
            nearest(name, known) or f"roles and members: {', '.join(sorted(known))}",
        )
        for name in notice.to
        if name not in known
    ]
    others = [kind for kind in notice.kinds if not kind.startswith("task_")]
    if ASSIGNEE in notice.to and others:
        message = f"notice '{notice.id}': only tasks have an assignee, {', '.join(others)} has none"
        at = place_of(notice, "to", ASSIGNEE)
        problems.append(Problem(at, "KF8003", message, "write account_manager or another role"))
    return problems


def _check_names(project: Project, notice: Notice) -> list[Problem]:
    """Channels that the project's own notices name must be there; those of packs may be missing."""
    known = {*project.config.channels, CONSOLE}
    return [
        Problem(
            place_of(notice, "channels", name),
            "KF8004",
            f"notice '{notice.id}': no channel '{name}' in kaframe.yaml",
            nearest(name, known) or f"channels: {', '.join(sorted(known))}",
        )
        for name in notice.channels
        if name not in known and notice.is_own
    ]


def _routes(
    project: Project, db: Database, notice: Notice, recipients: Recipients
) -> Iterator[tuple[Route, list[Event]]]:
    """Everybody whom a notice concerns on every channel, with the events that match."""
    by_recipient: dict[Recipient, list[Event]] = {}
    for event in matching_events(project, db, notice):
        for recipient in recipients.of(notice, event):
            by_recipient.setdefault(recipient, []).append(event)
    channels = _channels(project, notice)
    for recipient, events in by_recipient.items():
        for channel in channels if recipient.member else channels[:1]:
            yield Route(notice, recipient, channel), events


def _channels(project: Project, notice: Notice) -> list[OpenChannel]:
    """The channels that a notice names; those that a pack names and nobody declares are left out."""
    found = [find_channel(project, name) for name in notice.channels]
    used = [channel for channel in found if channel]
    return used or [channel for name in channel_names(project) if (channel := find_channel(project, name))]


def _row(
    project: Project, route: Route, events: Sequence[Event], how: tuple[str, Recipients, NoticeText]
) -> dict[str, Any]:
    reason, recipients, words = how
    address, trouble = recipients.address(route.recipient, route.channel)
    keys = sorted(event["event_key"] for event in events)
    identity = [*route.identity, route.recipient.reason, project.as_of.isoformat(), keys]
    written = words.write(route.notice, events)
    return {
        "notice_key": hashlib.sha256(json.dumps(identity, ensure_ascii=False).encode()).hexdigest()[:32],
        "rule": route.notice.id,
        "channel": route.channel.name,
        "recipient": route.recipient.member,
        "address": address,
        "subject": written.subject,
        "text": written.text,
        "html": written.html,
        "accounts": json.dumps(sorted({event["account_id"] for event in events if event["account_id"]})),
        "events": json.dumps(keys),
        "state": "undeliverable" if trouble else "throttled" if reason else "pending",
        "reason": trouble or reason or (str(written.problem) if written.problem else None),
        "decided_on": project.as_of,
    }
