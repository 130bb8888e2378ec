"""Step ``stage``: where each key account stands in the team's cycle, and whether it gets on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

from kaframe.bind import place_of
from kaframe.calendar import Calendar, read_calendar
from kaframe.database import Database
from kaframe.duty import Duty, read_duty
from kaframe.errors import Problem, nearest
from kaframe.expression import Type
from kaframe.names import compile_all
from kaframe.project import Project
from kaframe.rules.stage import Stage
from kaframe.stage.facts import FACTS, read_situations, stage_scope
from kaframe.stage.places import Place, Situation, judge, next_place, open_tasks, waits_for

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
    Writes: ``stages`` (a row for each managed account in the cycle), ``stage_tasks`` (what is left to do).
    """
    calendar = read_calendar(project.config.calendar, project.config.closed_days, project.config.place("calendar"))
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
    known = dict.fromkeys(stage.id for stage in stages)
    problems = [problem for stage in stages for problem in _wrong_stage(project, stage, known)]
    starts = [stage for stage in stages if stage.start]
    problems += [
        Problem(
            place_of(stage, "start"),
            "KF2171",
            f"'{stage.id}' is a second stage to start with, after '{starts[0].id}'",
            "keep 'start: true' on one stage",
        )
        for stage in starts[1:]
    ]
    counts = Counter(stage.id for stage in stages)
    problems += [
        Problem(place_of(stage, "id"), "KF2172", f"the stage '{stage.id}' stands twice", "give every stage its own id")
        for stage in stages
        if counts[stage.id] > 1
    ]
    problems += [
        Problem(
            measure.at,
            "KF2176",
            f"measure '{measure.id}' has a name that stage.yaml gives to something else",
            f"choose another id than {', '.join(FACTS)}",
        )
        for measure in project.rules.measure.measures
        if measure.id in FACTS
    ]
    conditions = [(when, Type.BOOLEAN) for when in project.rules.stage.expressions()]
    return problems + compile_all(conditions, stage_scope(project))[1]


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
            "title": project.text(task.title), "role": task.role,
            "member": duty.who(now.account_id, task.role),
            "due_on": calendar.later(place.counted_from, within) if within else None,
        }  # fmt: skip


def _wrong_stage(project: Project, stage: Stage, stages: Collection[str]) -> Iterator[Problem]:
    """Roles, stages and tasks that do not exist; tasks without any limit; ways that lead nowhere."""
    yield from filter(None, [project.team.role_problem(stage.owner, place_of(stage, "owner"))])
    tasks = [task.id for task in stage.tasks]
    for task in stage.tasks:
        yield from filter(None, [project.team.role_problem(task.role, place_of(task, "role"))])
        if task.within is None and stage.within is None:
            yield Problem(
                task.at, "KF2173", f"the task '{task.id}' is never due", "give it or its stage 'within'"
            )
        if tasks.count(task.id) > 1:
            yield Problem(
                place_of(task, "id"),
                "KF2172",
                f"the task '{task.id}' stands twice in stage '{stage.id}'",
                "give every task of a stage its own id",
            )
    for way in stage.to:
        if way.stage not in stages:
            yield Problem(
                place_of(way, "stage"),
                "KF2170",
                f"no stage '{way.stage}'",
                nearest(way.stage, stages) or f"stages: {', '.join(stages)}",
            )
        elif way.stage == stage.id:
            at = place_of(way, "stage")
            yield Problem(at, "KF2174", f"the stage '{stage.id}' leads to itself", "name another stage")
        for name in way.requires:
            if name not in tasks:
                yield Problem(
                    place_of(way, "requires", name),
                    "KF2175",
                    f"no task '{name}' in stage '{stage.id}'",
                    nearest(name, tasks) or f"its tasks: {', '.join(tasks) or 'none'}",
                )
