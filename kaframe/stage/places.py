"""Where an account stands in the team's cycle, and where it goes next: one account at a time, no database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from kaframe.bind import Label
from kaframe.calendar import Calendar
from kaframe.project import Project
from kaframe.rules.stage import Stage, StageTask, Transition
from kaframe.taskkey import task_key

State = Literal["on_track", "behind", "stuck", "parked", "done"]

NEW = Label("New key account", "新的重点客户")
LEFT = Label("No longer a key account", "不再是重点客户")
GONE = Label("The stage '{stage}' no longer exists", "阶段“{stage}”已不存在")
RESUMED = Label("The time of parking is over", "暂停期已满")
WENT = Label("The conditions for '{stage}' hold", "已满足进入“{stage}”的条件")
AND = Label("; ", "；")
NOT_YET = Label("not yet: {text}", "尚未满足：{text}")
UNKNOWN = Label("cannot be known: {text}", "无法判断：{text}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an account stands. Its limit counts from ``counted_from``: entering, or the end of a parking.

    ``has_left``: the account is no longer managed and this is the last time that it is shown.
    """

    stage: str
    entered_on: date
    counted_from: date
    by: str
    reason: str
    from_stage: str | None = None
    is_parked: bool = False
    parked_until: date | None = None
    has_left: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """What a person did by hand: move into a stage, park, or resume."""

    action: str
    stage: str | None
    until: date | None
    reason: str
    made_on: date


@dataclass(frozen=True, slots=True)
class Situation:
    """All that decides about one account: what it is, where it stood, what people did, which conditions hold.

    ``answers`` has for (stage, number of the transition) whether its condition holds; None = cannot be known.
    """

    account_id: str
    is_key: bool
    is_candidate: bool
    past: Place | None
    moves: Sequence[Move]
    answers: Mapping[tuple[str, int], bool | None]
    done: AbstractSet[str]


def next_place(project: Project, now: Situation) -> Place | None:
    """Where the account stands after this run; None when it is not in the cycle. At most one transition.

    What people did by hand comes before every rule, and no rule moves an account on the run that sees it.
    """
    if not (now.is_key or now.is_candidate):
        return replace(now.past, has_left=True, by="rule", reason=project.text(LEFT)) if now.past else None
    place = _known_place(project, now)
    for move in now.moves:
        place = _moved_by_hand(project, place, move)
    if place is None or place.is_parked:
        return _resumed(project, place) if place else None
    if now.moves or place is not now.past:
        return place
    return _moved_by_rule(project, now, place)


def open_tasks(
    stage: Stage, account_id: str, place: Place, done: AbstractSet[str]
) -> Iterator[tuple[str, StageTask]]:
    """The tasks of the stage that are not done yet, with their keys."""
    for task in stage.tasks:
        key = stage_task_key(stage, task.id, account_id, place)
        if key not in done:
            yield key, task


def stage_task_key(stage: Stage, task: str, account_id: str, place: Place) -> str:
    """The key of a task that entering the stage has opened."""
    return task_key("stage", f"{stage.id}.{task}", account_id, place.entered_on)


def judge(stage: Stage, place: Place, calendar: Calendar, day: date) -> tuple[State, date | None]:
    """How the account is doing in its stage, and when it should be through.

    Behind once the limit has passed, stuck once it has passed twice. Without a limit nothing is ever behind.
    """
    if place.has_left:
        return "done", None
    if place.is_parked:
        return "parked", None
    if stage.within is None:
        return "on_track", None
    due = calendar.later(place.counted_from, stage.within)
    if day <= due:
        return "on_track", due
    return ("stuck" if day > calendar.later(due, stage.within) else "behind"), due


def waits_for(project: Project, now: Situation, stage: Stage, place: Place) -> str:
    """What the ways out of the stage wait for: open tasks, conditions that are not known to hold."""
    titles = {task.id: project.text(task.title) for task in stage.tasks}
    still_open = {task.id for _, task in open_tasks(stage, now.account_id, place, now.done)}
    parts: dict[str, None] = {}
    for number, way in enumerate(stage.to):
        parts |= dict.fromkeys(titles[task] for task in way.requires if task in still_open)
        answer = now.answers.get((stage.id, number), True)
        if way.when is not None and answer is not True:
            words = NOT_YET if answer is False else UNKNOWN
            parts[project.text(words).format(text=way.when.text)] = None
    return project.text(AND).join(parts)


def _known_place(project: Project, now: Situation) -> Place | None:
    """Where the account stood, or the start for a new one or one whose stage is gone from the rules."""
    rules, day = project.rules.stage, project.as_of
    if now.past is not None and rules.stage(now.past.stage):
        return now.past
    start = rules.start()
    if start is None or not (now.is_key or now.past):
        return None
    if now.past is not None:
        reason = project.text(GONE).format(stage=now.past.stage)
        return Place(start.id, day, day, "start", reason, from_stage=now.past.stage)
    return Place(start.id, day, day, "start", project.text(NEW))


def _moved_by_hand(project: Project, place: Place | None, move: Move) -> Place | None:
    if move.action == "move" and move.stage:
        if project.rules.stage.stage(move.stage) is None:
            reason = project.text(GONE).format(stage=move.stage)
            return replace(place, reason=reason) if place else None
        came_from = place.stage if place else None
        return Place(move.stage, move.made_on, move.made_on, "hand", move.reason, from_stage=came_from)
    if place is None:
        return None
    if move.action == "park":
        return replace(place, is_parked=True, parked_until=move.until, by="hand", reason=move.reason)
    return replace(
        place, is_parked=False, parked_until=None, counted_from=move.made_on, by="hand", reason=move.reason
    )


def _resumed(project: Project, place: Place) -> Place:
    """A parked account goes on when its day has come; its limit counts anew from there."""
    until = place.parked_until
    if until is None or until > project.as_of:
        return place
    return replace(
        place, is_parked=False, parked_until=None, counted_from=until, by="rule", reason=project.text(RESUMED)
    )


def _moved_by_rule(project: Project, now: Situation, place: Place) -> Place:
    """The first way out whose condition holds and whose tasks are done."""
    stage = project.rules.stage.stage(place.stage)
    assert stage is not None
    for number, way in enumerate(stage.to):
        if now.answers.get((stage.id, number)) is True and _tasks_done(stage, way, now, place):
            target = project.rules.stage.stage(way.stage)
            name = project.text(target.label if target else None, way.stage)
            reason = project.text(way.label) or project.text(WENT).format(stage=name)
            return Place(way.stage, project.as_of, project.as_of, "rule", reason, from_stage=place.stage)
    return place


def _tasks_done(stage: Stage, way: Transition, now: Situation, place: Place) -> bool:
    return all(stage_task_key(stage, task, now.account_id, place) in now.done for task in way.requires)
