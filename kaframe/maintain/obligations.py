"""What has to be done by when: a task is an obligation that has a key, whatever it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from kaframe.bind import Duration
from kaframe.calendar import Calendar
from kaframe.rules.maintain import A_WEEK, Cadence
from kaframe.taskkey import began_on, task_key

State = Literal["due", "late", "snoozed", "planned", "done"]
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Obligation:
    """Something to be done: for which account (None = for the team), by whom, by when.

    ``last_on`` is when a cadence was last done; ``lead`` how long before its day it is shown as due;
    ``opened_on`` when it was first asked for (None = now, unless the store knows better).
    """

    key: str
    kind: str
    rule: str
    title: str
    role: str
    member: str | None
    due_on: date | None
    account_id: str | None = None
    opened_on: date | None = None
    last_on: date | None = None
    lead: Duration = A_WEEK


@dataclass(frozen=True, slots=True)
class PastTask:
    """A task as the store has it: runs wrote it, people have done it or put it off."""

    key: str
    account_id: str | None
    kind: str
    rule: str
    title: str
    role: str
    member: str | None
    opened_on: date
    due_on: date | None
    state: str
    done_on: date | None
    snoozed_until: date | None


@dataclass(frozen=True, slots=True)
class Turn:
    """One account's (or member's) turn in a cadence: when it was last done, and the tasks that it had before.

    ``subject`` is what stands in the key: the account, or ``@member``. ``is_new``: the base run did not ask.
    """

    subject: str
    last: date | None
    past: tuple[PastTask, ...]
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class NextTurn:
    """The next task of a cadence: its key, the day it was opened and is due, and when it was last done."""

    key: str
    opened_on: date
    due_on: date
    last_on: date | None


def next_turn(cadence: Cadence, turn: Turn, calendar: Calendar, day: date) -> NextTurn:
    """When a cadence is due next.

    The obligation begins the day after it was last done. When no last time is known it begins on the run that
    first asks for it; the open task remembers that day. Who comes under the cadence only now, long after the
    last time, has the grace ``first`` from that day on, and is not late at once.
    """
    last = last_done(turn)
    began = _first_asked(turn, day) if last is None else min(last, date.max - ONE_DAY) + ONE_DAY
    finished = {task.key for task in turn.past if task.state == "done"}
    while task_key("cadence", cadence.id, turn.subject, began) in finished:
        began += ONE_DAY  # somebody marked it done before the data told of the last time
    key = task_key("cadence", cadence.id, turn.subject, began)
    first = cadence.first or cadence.every
    due = calendar.later(began, first) if last is None else calendar.later(last, cadence.every)
    opened = next(
        (task.opened_on for task in turn.past if task.key == key), day if turn.is_new else min(day, due)
    )
    if opened > due:
        due = calendar.later(opened, cadence.first) if cadence.first else opened
    return NextTurn(key, opened, calendar.next_working(due), last)


def last_done(turn: Turn) -> date | None:
    """When it was last done: by the data and the log, or because somebody marked its task done."""
    days = [task.done_on for task in turn.past if task.state == "done" and task.done_on]
    return max([*days, *([turn.last] if turn.last else [])], default=None)


def _first_asked(turn: Turn, day: date) -> date:
    """The day the oldest open task says it began; today when there is none."""
    began = [began_on(task.key) for task in turn.past if task.state == "open"]
    return min([day, *filter(None, began)])


def fulfilled_by_data(cadence: Cadence, turn: Turn) -> Iterator[tuple[PastTask, date]]:
    """Open tasks of the cadence that the data or the log show as done since they began, and when."""
    if turn.last is None:
        return
    for task in turn.past:
        began = began_on(task.key)
        if task.state == "open" and began is not None and turn.last >= began:
            yield task, turn.last


def task_row(duty: Obligation, past: PastTask | None, calendar: Calendar, day: date) -> dict[str, Any]:
    """The row of an open task, as of a day; what people put off is snoozed until then."""
    snoozed = past is not None and past.snoozed_until is not None and past.snoozed_until > day
    state = "snoozed" if snoozed else state_of(duty, calendar, day)
    return {
        "task_key": duty.key, "account_id": duty.account_id, "kind": duty.kind, "rule": duty.rule,
        "title": duty.title, "role": duty.role, "member": duty.member,
        "opened_on": past.opened_on if past else duty.opened_on or day, "due_on": duty.due_on,
        "state": state, "done_on": None,
        "days_late": _days_late(duty.due_on, day), "last_on": duty.last_on,
    }  # fmt: skip


def state_of(duty: Obligation, calendar: Calendar, day: date) -> State:
    """Late after its day, due within its lead time, else planned. What has no day is due."""
    if duty.due_on is None:
        return "due"
    if day > duty.due_on:
        return "late"
    return "due" if day >= calendar.earlier(duty.due_on, duty.lead) else "planned"


def done_row(task: PastTask, done_on: date | None) -> dict[str, Any]:
    """The row of a task that is done."""
    return {
        "task_key": task.key, "account_id": task.account_id, "kind": task.kind, "rule": task.rule,
        "title": task.title, "role": task.role, "member": task.member, "opened_on": task.opened_on,
        "due_on": task.due_on, "state": "done", "done_on": done_on,
        "days_late": _days_late(task.due_on, done_on), "last_on": done_on,
    }  # fmt: skip


def _days_late(due_on: date | None, day: date | None) -> int:
    return max(0, (day - due_on).days) if due_on and day else 0


def by_rule(tasks: Mapping[str, PastTask]) -> dict[tuple[str, str], tuple[PastTask, ...]]:
    """The tasks of each cadence and subject: ``(rule, account or @member)``."""
    found: dict[tuple[str, str], list[PastTask]] = {}
    for task in tasks.values():
        if task.kind != "cadence":
            continue
        # the account may have another id by now than the one in the key
        subject = task.account_id or task.key.removeprefix(f"{task.kind}:{task.rule}:").rpartition(":")[0]
        found.setdefault((task.rule, subject), []).append(task)
    return {key: tuple(listed) for key, listed in found.items()}
