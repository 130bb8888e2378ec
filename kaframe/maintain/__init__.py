"""Step ``maintain``: everything that is to be done, by whom and by when, in one list."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

from kaframe.bind import place_of
from kaframe.calendar import Calendar, read_calendar
from kaframe.database import Database, quoted
from kaframe.duty import Duty, read_duty
from kaframe.errors import Problem, RuleError
from kaframe.expression import Compiled, Type
from kaframe.maintain.obligations import (
    Obligation,
    PastTask,
    Turn,
    by_rule,
    done_row,
    fulfilled_by_data,
    next_turn,
    task_row,
)
from kaframe.names import account_relation, account_scope, compile_all
from kaframe.project import Project
from kaframe.rules.maintain import Cadence

DAYS = (Type.DATE, Type.TIMESTAMP, Type.MISSING)
REMEMBERED = (
    3  # a task marked as done before the data told of it may stand beside the one that the data closed
)
Before = Mapping[tuple[str, str], tuple[PastTask, ...]]  # cadence, and account or @member, to their tasks
TASKS = {
    **dict.fromkeys(("task_key", "account_id", "kind", "rule", "title", "role", "member"), "VARCHAR"),
    **dict.fromkeys(("opened_on", "due_on"), "DATE"),
    "state": "VARCHAR",
    "done_on": "DATE",
    "days_late": "BIGINT",
    "last_on": "DATE",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Planned:
    """A cadence ready to run: its condition and its date, printed."""

    cadence: Cadence
    applies: Compiled | None
    last: Compiled | None


def plan_tasks(project: Project, db: Database) -> None:
    """Merge what cadences, stages and strategies want done with what people have done about it.

    Reads: ``managed``, ``measures`` and what else the rules name, ``owners``, ``stage_tasks``, ``actions``,
        ``past_tasks``, ``past_activities``, ``past_run``.
    Writes: ``tasks``, a row for each open obligation and each task done since the base run. An open task of
        the past that nothing asks for any more is not among them.
    """
    calendar = read_calendar(project.config.calendar, project.config.closed_days, project.config.place("calendar"))
    past = _read_past(db)
    before = by_rule(past)
    turns = [*_account_turns(project, db, before), *_member_turns(project, db, before)]
    wanted = [*_from_cadences(project, turns, calendar, read_duty(project, db)), *_from_tables(db)]
    rows = {
        item.key: task_row(item, past.get(item.key), calendar, project.as_of)
        for item in wanted
        if item.key not in past or past[item.key].state != "done"
    }
    fulfilled = {task.key: day for cadence, turn in turns for task, day in fulfilled_by_data(cadence, turn)}
    done = {key: done_row(past[key], day) for key, day in fulfilled.items() if key not in rows}
    done |= {task.key: done_row(task, task.done_on) for task in _done_since_base(db, past)}
    db.create("tasks", [row for _, row in sorted({**done, **rows}.items())], TASKS)


def check(project: Project) -> list[Problem]:
    """What is wrong with the cadences: roles, ids, conditions and dates."""
    cadences = project.rules.maintain.cadences
    counts = Counter(cadence.id for cadence in cadences)
    problems = [
        Problem(
            place_of(cadence, "id"),
            "KF2180",
            f"the cadence '{cadence.id}' stands twice",
            "give every cadence its own id",
        )
        for cadence in cadences
        if counts[cadence.id] > 1
    ]
    for cadence in cadences:
        problems += filter(None, [project.team.role_problem(cadence.role, place_of(cadence, "role"))])
        if cadence.every.count == 0:
            at, message = place_of(cadence, "every"), f"the cadence '{cadence.id}' is due all the time"
            problems.append(Problem(at, "KF2181", message, "say how often, such as '14 days'"))
        if cadence.each == "members" and (cadence.applies or cadence.last):
            hint = "leave out 'applies' and 'last', or 'for: members'"
            message = f"the cadence '{cadence.id}' is for members and cannot look at accounts"
            at = place_of(cadence, "applies" if cadence.applies else "last")
            problems.append(Problem(at, "KF2182", message, hint))
    return problems + _compile(project)[1]


def _compile(project: Project) -> tuple[list[Planned], list[Problem]]:
    """Every cadence with its condition and date printed, and what is wrong with them."""
    scope = dataclasses.replace(account_scope(project, "maintain"), windows=False)
    cadences = project.rules.maintain.cadences
    conditions, problems = compile_all(((item.applies, Type.BOOLEAN) for item in cadences), scope)
    dates, more = compile_all(((item.last, None) for item in cadences), scope)
    for cadence, last in zip(cadences, dates, strict=True):
        if last is not None and cadence.last is not None and last.type not in DAYS:
            more.append(
                Problem(
                    cadence.last.at,
                    "KF2183",
                    f"'last' must be a date, this is a {last.type}",
                    "name a column or measure that holds the day it was last done",
                )
            )
    planned = [Planned(*parts) for parts in zip(cadences, conditions, dates, strict=True)]
    return planned, problems + more


def _account_turns(project: Project, db: Database, before: Before) -> Iterator[tuple[Cadence, Turn]]:
    """The turn of each managed account in each cadence that applies to it."""
    planned, problems = _compile(project)
    if problems:
        raise RuleError(problems)
    has_base = bool(db.rows("SELECT run_id FROM past_run"))
    logged = _logged(db, "account_id")
    for item in planned:
        if item.cadence.each == "accounts":
            for account, last in _applies_to(project, db, item):
                tasks = before.get((item.cadence.id, account), ())
                days = [last, *(logged.get((account, kind)) for kind in item.cadence.kinds)]
                is_new = has_base and not any(task.state == "open" for task in tasks)
                yield item.cadence, Turn(account, max(filter(None, days), default=None), tasks, is_new)


def _applies_to(project: Project, db: Database, item: Planned) -> list[tuple[str, date | None]]:
    """The managed accounts that a cadence applies to, with the day the data say it was last done."""
    parts = [part for part in (item.applies, item.last) if part is not None]
    used = {name for part in parts for name in part.names}
    relation = account_relation(project, "maintain", used, managed=True)
    last = f"CAST({item.last.sql} AS DATE)" if item.last else "CAST(NULL AS DATE)"
    rows = db.rows(
        f"SELECT account_id, {last} AS last FROM {relation} AS r "
        f"WHERE {item.applies.sql if item.applies else 'TRUE'} ORDER BY account_id"
    )
    return [
        (row["account_id"], row["last"] if _has_been(row["last"], project.as_of) else None) for row in rows
    ]


def _has_been(day: date | None, as_of: date) -> bool:
    """Whether it is a day that has come; a planned visit is not a visit."""
    return day is not None and day <= as_of


def _member_turns(project: Project, db: Database, before: Before) -> Iterator[tuple[Cadence, Turn]]:
    """The turn of each present member in each cadence for the members of a role.

    Done is what people mark as done or log; for the activity ``training`` also the days in team.yaml.
    """
    logged = _logged(db, "author")
    for cadence in project.rules.maintain.cadences:
        if cadence.each != "members":
            continue
        for member in project.team.in_role(cadence.role):
            if not member.is_member(project.as_of):
                continue
            days = list(member.training.values()) if "training" in cadence.kinds else []
            days += filter(None, (logged.get((member.id, kind)) for kind in cadence.kinds))
            last = max((day for day in days if day <= project.as_of), default=None)
            yield cadence, Turn(f"@{member.id}", last, before.get((cadence.id, f"@{member.id}"), ()))


def _logged(db: Database, who: str) -> dict[tuple[str, str], date]:
    """The last day of each kind of logged activity, by account or by author."""
    rows = db.rows(
        f"SELECT {quoted(who)} AS who, kind, max(done_on) AS last FROM past_activities GROUP BY ALL"
    )
    return {(row["who"], row["kind"]): row["last"] for row in rows}


def _from_cadences(
    project: Project, turns: list[tuple[Cadence, Turn]], calendar: Calendar, duty: Duty
) -> Iterator[Obligation]:
    for cadence, turn in turns:
        found = next_turn(cadence, turn, calendar, project.as_of)
        member = turn.subject.removeprefix("@") if cadence.each == "members" else None
        account = None if cadence.each == "members" else turn.subject
        yield Obligation(
            found.key,
            "cadence",
            cadence.id,
            project.text(cadence.title),
            cadence.role,
            member or duty.who(account, cadence.role),
            found.due_on,
            account,
            opened_on=found.opened_on,
            last_on=found.last_on,
            lead=cadence.lead,
        )


def _from_tables(db: Database) -> Iterator[Obligation]:
    """What stages and strategies want done."""
    for kind, table, group, name in (
        ("stage", "stage_tasks", "stage", "task"),
        ("action", "actions", "strategy", "action"),
    ):
        for row in db.rows(f"SELECT * FROM {quoted(table)} ORDER BY task_key"):
            yield Obligation(
                row["task_key"],
                kind,
                f"{row[group]}.{row[name]}",
                row["title"],
                row["role"],
                row["member"],
                row["due_on"],
                row["account_id"],
            )


def _read_past(db: Database) -> dict[str, PastTask]:
    """The tasks of the store that matter, by key: open ones, done ones that are new or the last ones.

    Years of history stay behind, and what was dropped counts as never asked for.
    """
    rows = db.rows(
        "SELECT * FROM past_tasks WHERE state <> 'dropped' QUALIFY state = 'open' "
        "OR done_on >= coalesce((SELECT max(as_of) FROM past_run), DATE '0001-01-01') "
        "OR task_key IN (SELECT task_key FROM actions) "
        "OR row_number() OVER ("
        "PARTITION BY state, kind, rule, coalesce(account_id, member) ORDER BY done_on DESC, task_key DESC"
        f") <= {REMEMBERED} ORDER BY task_key"
    )
    names = [field.name for field in dataclasses.fields(PastTask)][1:]
    return {row["task_key"]: PastTask(row["task_key"], *(row[name] for name in names)) for row in rows}


def _done_since_base(db: Database, past: Mapping[str, PastTask]) -> Iterator[PastTask]:
    """Tasks done on the day of the base run or later: that run may have been before them."""
    base = db.value("SELECT max(as_of) FROM past_run")
    for task in past.values():
        if task.state == "done" and (base is None or (task.done_on is not None and task.done_on >= base)):
            yield task
