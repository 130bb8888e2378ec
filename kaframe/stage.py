"""Step ``stage``: where each key account stands in the team's cycle, and whether it gets on."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from kaframe.calendar import Calendar, read_calendar
from kaframe.database import Database
from kaframe.duty import Duty, read_duty
from kaframe.errors import Problem, RuleError, nearest
from kaframe.expression import Name, Scope, Type
from kaframe.names import account_relation, account_scope, compile_all
from kaframe.project import Project
from kaframe.rules.stage import Stage, Transition
from kaframe.stageflow import Move, Place, Situation, judge, next_place, open_tasks, waits_for

FACTS = {
    "stage_days": Type.NUMBER,
    "stage_working_days": Type.NUMBER,
    "plan_state": Type.TEXT,
    "open_tasks": Type.NUMBER,
    "insight_count": Type.NUMBER,
    "analysed": Type.BOOLEAN,
}
STAGES = {
    **dict.fromkeys(("account_id", "stage"), "VARCHAR"), **dict.fromkeys(("entered_on", "due_on"), "DATE"),
    **dict.fromkeys(("state", "role", "member", "from_stage", "by", "reason"), "VARCHAR"),
    **dict.fromkeys(("counted_from", "parked_until"), "DATE"), "waits_for": "VARCHAR",
}  # fmt: skip
STAGE_TASKS = {
    **dict.fromkeys(("task_key", "account_id", "stage", "task", "title", "role", "member"), "VARCHAR"),
    "due_on": "DATE",
}


def move_stages(project: Project, db: Database) -> None:
    """Bring each key account one stage further where rules or people say so, and judge how it gets on.

    Reads: ``managed``, ``tiers``, ``measures``, ``colours``, ``owners``, ``insights``, ``past_stages``,
        ``past_moves``, ``past_tasks``, ``past_plans``.
    Writes: ``stages`` (a row for each managed account in the cycle), ``stage_tasks`` (what is left to do there).
    """
    calendar = read_calendar(project.config.calendar, project.config.closed_days, project.config.at)
    duty = read_duty(project, db)
    stages: list[dict[str, Any]] = []
    tasks: list[dict[str, Any]] = []
    for now in read_situations(project, db, calendar):
        place = next_place(project, now)
        stage = project.rules.stage.stage(place.stage) if place else None
        if place is None or stage is None:
            continue
        stages.append(_stage_row(project, now, (stage, place), calendar, duty))
        if not (place.is_parked or place.has_left):
            tasks += _task_rows(project, now, (stage, place), calendar, duty)
    db.create("stages", stages, STAGES)
    db.create("stage_tasks", tasks, STAGE_TASKS)


def check(project: Project) -> list[Problem]:
    """What is wrong with the stages: names, limits, transitions and conditions."""
    stages = project.rules.stage.stages
    problems = [problem for stage in stages for problem in _wrong_stage(project, stage)]
    starts = [stage for stage in stages if stage.start]
    problems += [
        Problem(stage.at, "KF2141", f"'{stage.id}' is a second stage to start with, after '{starts[0].id}'",
                "keep 'start: true' on one stage")
        for stage in starts[1:]
    ]
    counts = Counter(stage.id for stage in stages)
    problems += [
        Problem(stage.at, "KF2142", f"the stage '{stage.id}' stands twice", "give every stage its own id")
        for stage in stages
        if counts[stage.id] > 1
    ]
    problems += [
        Problem(measure.at, "KF2146", f"measure '{measure.id}' has a name that stage.yaml gives to something else",
                f"choose another id than {', '.join(FACTS)}")
        for measure in project.rules.measure.measures
        if measure.id in FACTS
    ]
    conditions = [(when, Type.BOOLEAN) for when in project.rules.stage.expressions()]
    return problems + compile_all(conditions, _scope(project))[1]


def read_situations(project: Project, db: Database, calendar: Calendar) -> list[Situation]:
    """All that decides about each managed account, ordered by account."""
    past = _read_past(db)
    moves = _read_moves(db)
    done: dict[str, set[str]] = defaultdict(set)
    for row in db.rows("SELECT account_id, task_key FROM past_tasks WHERE kind = 'stage' AND state = 'done'"):
        done[row["account_id"]].add(row["task_key"])
    answers = _answer_conditions(project, db, past, calendar)
    rows = db.rows("SELECT t.account_id, t.key_account, t.candidate FROM tiers AS t SEMI JOIN managed AS g "
                   "ON g.account_id = t.account_id ORDER BY t.account_id")
    return [
        Situation(
            account, bool(row["key_account"]), bool(row["candidate"]), past.get(account), moves.get(account, ()),
            answers.get(account, {}), done.get(account, set()),
        )
        for row in rows
        for account in [row["account_id"]]
    ]


def _read_past(db: Database) -> dict[str, Place]:
    rows = db.rows("SELECT * FROM past_stages WHERE state <> 'done'")
    return {
        row["account_id"]: Place(
            row["stage"], row["entered_on"], row["counted_from"] or row["entered_on"], row["by"] or "rule",
            row["reason"] or "", row["from_stage"], row["state"] == "parked", row["parked_until"],
        )
        for row in rows
    }


def _read_moves(db: Database) -> Mapping[str, Sequence[Move]]:
    moves: dict[str, list[Move]] = defaultdict(list)
    for row in db.rows("SELECT * FROM past_moves ORDER BY made_on, move_id"):
        author = f" ({row['author']})" if row["author"] else ""
        reason = f"{row['reason'] or ''}{author}"
        moves[row["account_id"]].append(Move(row["action"], row["stage"], row["until"], reason, row["made_on"]))
    return moves


def _scope(project: Project) -> Scope:
    """The names of account rules at this step, and those of :data:`FACTS`."""
    scope = account_scope(project, "stage")
    names = {**scope.names, **{name: Name(kind) for name, kind in FACTS.items()}}
    return dataclasses.replace(scope, names=names, windows=False)


def _answer_conditions(
    project: Project, db: Database, past: Mapping[str, Place], calendar: Calendar
) -> dict[str, dict[tuple[str, int], bool | None]]:
    """Which transitions of its present stage each account's conditions allow; None where it cannot be known."""
    ways: list[tuple[tuple[str, int], Transition]] = [
        ((stage.id, number), way)
        for stage in project.rules.stage.stages
        for number, way in enumerate(stage.to)
    ]
    conditions = [way.when for _, way in ways]
    compiled, problems = compile_all([(when, Type.BOOLEAN) for when in conditions], _scope(project))
    if problems:
        raise RuleError(problems)
    listed = ", ".join(f"{item.sql if item else 'TRUE'} AS c{number}" for number, item in enumerate(compiled))
    used = {name for item in compiled if item for name in item.names}
    _create_facts(project, db, past, calendar)
    relation = account_relation(project, "stage", used, managed=True)
    rows = db.rows(f"SELECT r.account_id, {listed or 'TRUE'} FROM {relation} AS r LEFT JOIN stage_facts AS f "
                   "ON f.fact_account = r.account_id")
    db.execute("DROP TABLE stage_facts")
    return {
        row["account_id"]: {key: row[f"c{number}"] for number, (key, _) in enumerate(ways)} for row in rows
    }


def _create_facts(project: Project, db: Database, past: Mapping[str, Place], calendar: Calendar) -> None:
    """A row a managed account with what only this step knows of it."""
    rows = db.rows(
        "SELECT g.account_id, p.state AS plan_state, coalesce(t.number, 0) AS open_tasks, "
        "coalesce(i.number, 0) AS insight_count, coalesce(i.number, 0) > 0 AS analysed FROM managed AS g "
        "LEFT JOIN past_plans AS p ON p.account_id = g.account_id "
        "LEFT JOIN (SELECT account_id, count(*) AS number FROM past_tasks WHERE state = 'open' GROUP BY ALL) AS t "
        "ON t.account_id = g.account_id "
        "LEFT JOIN (SELECT account_id, count(*) AS number FROM insights GROUP BY ALL) AS i "
        "ON i.account_id = g.account_id"
    )
    sql_types = {Type.NUMBER: "DOUBLE", Type.TEXT: "VARCHAR", Type.BOOLEAN: "BOOLEAN"}
    day = project.as_of
    facts = [
        {**row, "fact_account": row["account_id"]} | _days_in_stage(past.get(row["account_id"]), day, calendar)
        for row in rows
    ]
    db.create("stage_facts", facts, {"fact_account": "VARCHAR"} | {
        name: sql_types[kind] for name, kind in FACTS.items()
    })


def _days_in_stage(place: Place | None, day: date, calendar: Calendar) -> dict[str, int | None]:
    if place is None:
        return {"stage_days": None, "stage_working_days": None}
    return {
        "stage_days": (day - place.entered_on).days,
        "stage_working_days": calendar.between(place.entered_on, day),
    }


def _stage_row(
    project: Project, now: Situation, standing: tuple[Stage, Place], calendar: Calendar, duty: Duty
) -> dict[str, Any]:
    stage, place = standing
    state, due_on = judge(stage, place, calendar, project.as_of)
    waiting = "" if place.is_parked or place.has_left else waits_for(project, now, stage, place)
    return {
        "account_id": now.account_id, "stage": place.stage, "entered_on": place.entered_on, "due_on": due_on,
        "state": state, "role": stage.owner, "member": duty.who(now.account_id, stage.owner),
        "from_stage": place.from_stage, "by": place.by, "reason": place.reason or None,
        "counted_from": place.counted_from, "parked_until": place.parked_until, "waits_for": waiting or None,
    }  # fmt: skip


def _task_rows(
    project: Project, now: Situation, standing: tuple[Stage, Place], calendar: Calendar, duty: Duty
) -> Iterator[dict[str, Any]]:
    stage, place = standing
    for key, task in open_tasks(stage, now.account_id, place, now.done):
        within = task.within or stage.within
        yield {
            "task_key": key, "account_id": now.account_id, "stage": stage.id, "task": task.id,
            "title": project.text(task.title), "role": task.role, "member": duty.who(now.account_id, task.role),
            "due_on": calendar.later(place.counted_from, within) if within else None,
        }  # fmt: skip


def _wrong_stage(project: Project, stage: Stage) -> Iterator[Problem]:
    """Roles, stages and tasks that do not exist; tasks without any limit; ways that lead nowhere."""
    yield from filter(None, [project.team.role_problem(stage.owner, stage.at)])
    tasks = [task.id for task in stage.tasks]
    for task in stage.tasks:
        yield from filter(None, [project.team.role_problem(task.role, task.at)])
        if task.within is None and stage.within is None:
            yield Problem(task.at, "KF2143", f"the task '{task.id}' is never due", "give it or its stage 'within'")
        if tasks.count(task.id) > 1:
            yield Problem(task.at, "KF2142", f"the task '{task.id}' stands twice in stage '{stage.id}'",
                          "give every task of a stage its own id")
    stages = [known.id for known in project.rules.stage.stages]
    for way in stage.to:
        if way.stage not in stages:
            yield Problem(way.at, "KF2140", f"no stage '{way.stage}'",
                          nearest(way.stage, stages) or f"stages: {', '.join(stages)}")
        elif way.stage == stage.id:
            yield Problem(way.at, "KF2144", f"the stage '{stage.id}' leads to itself", "name another stage")
        for name in way.requires:
            if name not in tasks:
                yield Problem(way.at, "KF2145", f"no task '{name}' in stage '{stage.id}'",
                              nearest(name, tasks) or f"its tasks: {', '.join(tasks) or 'none'}")
