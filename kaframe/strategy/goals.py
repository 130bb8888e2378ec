"""Goals: set once, kept until they are due, and judged in every plan until then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from kaframe.calendar import Calendar
from kaframe.project import Project
from kaframe.rules.measure import Measure
from kaframe.rules.strategy import Goal, Strategy
from kaframe.strategy.choose import TARGET, Chosen, PlannedRules

GoalState = Literal["new", "on_track", "behind", "reached", "missed"]
BEHIND = 0.1  # of the way: a goal is not behind because a month was slow
DIGITS = 6


@dataclass(frozen=True, slots=True)
class PastGoal:
    """A goal as the last plan set it. ``goal`` is ``<strategy>.<goal>``."""

    goal: str
    measure: str
    start_value: float | None
    target: float | None
    set_on: date
    due_on: date


@dataclass(frozen=True, slots=True)
class PlannedGoal:
    """A goal of a plan and how far it has come. ``is_current``: it belongs to a strategy of this plan."""

    strategy: str
    goal: str
    measure: str
    label: str
    start_value: float | None
    value: float | None
    target: float
    progress: float | None
    set_on: date
    due_on: date
    state: GoalState
    is_current: bool = True


class GoalSetter:
    """Sets and judges the goals of one run; ``base_day`` is the day of the base run, if there is one."""

    def __init__(self, project: Project, planned: PlannedRules, calendar: Calendar, base_day: date | None) -> None:
        self._project = project
        self._planned = planned
        self._calendar = calendar
        self._base_day = base_day
        self._measures = {measure.id: measure for measure in project.rules.measure.measures}

    def goals(self, chosen: Chosen, past: Mapping[str, PastGoal]) -> list[PlannedGoal]:
        """The goals of an account's strategies, then those of the last plan that are still open."""
        current = list(filter(None, (
            self._goal(chosen, strategy, goal, past)
            for strategy in chosen.strategies
            for goal in strategy.goals
            if chosen.holds(strategy, goal) and self._measures[goal.measure].id in chosen.facts
        )))  # fmt: skip
        known = {goal.goal for goal in current}
        return current + [goal for goal in self._earlier(chosen, past) if goal.goal not in known]

    def _goal(self, chosen: Chosen, strategy: Strategy, goal: Goal, past: Mapping[str, PastGoal]) -> PlannedGoal | None:
        """The goal as it was set, or set today; none when the account is there already."""
        name = f"{strategy.id}.{goal.id}"
        target = chosen.target(strategy, goal)
        before = past.get(name)
        if before is not None and self._is_kept(before, name, goal, target):
            return self._judged(chosen, before, self._label(goal))
        value = _number(chosen.facts.get(goal.measure))
        if target is None or self._is_reached(goal.measure, value, value, target):
            return None
        today = self._project.as_of
        due = self._calendar.later(today, goal.by)
        fresh = PastGoal(name, goal.measure, _rounded(value), round(target, DIGITS), today, due)
        return self._judged(chosen, fresh, self._label(goal))

    def _is_kept(self, before: PastGoal, name: str, goal: Goal, target: float | None) -> bool:
        """Kept until it has been judged on its day, unless the rule says something else now."""
        is_fixed = not self._planned.compiled[TARGET + name].names
        same = not is_fixed or (target is not None and before.target == round(target, DIGITS))
        return same and before.measure == goal.measure and self._is_open(before)

    def _is_open(self, goal: PastGoal) -> bool:
        """Whether no run after its due day has told yet what became of it."""
        return self._base_day is None or goal.due_on >= self._base_day

    def _earlier(self, chosen: Chosen, past: Mapping[str, PastGoal]) -> Iterator[PlannedGoal]:
        """Goals of strategies that the account no longer has: did the last plan work?"""
        for name in sorted(past):
            goal = past[name]
            if goal.measure in chosen.facts and goal.measure in self._measures and self._is_open(goal):
                rule = self._rule(name)
                label = self._label(rule) if rule else self._measure_label(goal.measure)
                judged = self._judged(chosen, goal, label, is_current=False)
                if judged is not None:
                    yield judged

    def _judged(self, chosen: Chosen, goal: PastGoal, label: str, is_current: bool = True) -> PlannedGoal | None:
        if goal.target is None:
            return None
        value = _rounded(_number(chosen.facts.get(goal.measure)))
        progress = _progress(goal.start_value, value, goal.target)
        return PlannedGoal(
            goal.goal.partition(".")[0], goal.goal, goal.measure, label, goal.start_value, value, goal.target,
            progress, goal.set_on, goal.due_on, self._state(goal, value, progress), is_current,
        )  # fmt: skip

    def _state(self, goal: PastGoal, value: float | None, progress: float | None) -> GoalState:
        today = self._project.as_of
        if self._is_reached(goal.measure, goal.start_value, value, goal.target):
            return "reached"
        if today > goal.due_on:
            return "missed"
        if today <= goal.set_on:
            return "new"
        gone = (today - goal.set_on).days / max((goal.due_on - goal.set_on).days, 1)
        return "behind" if progress is not None and progress < gone - BEHIND else "on_track"

    def _is_reached(self, measure: str, start: float | None, value: float | None, target: float | None) -> bool:
        """By what is good for the measure; a measure that does not say is to move from its start to the target."""
        if value is None or target is None:
            return False
        good = self._measures[measure].good or ("low" if start is not None and target < start else "high")
        return value <= target if good == "low" else value >= target

    def _rule(self, name: str) -> Goal | None:
        strategy, _, goal = name.partition(".")
        rules = self._project.rules.strategy.strategies
        return next((part for item in rules if item.id == strategy for part in item.goals if part.id == goal), None)

    def _label(self, goal: Goal) -> str:
        return self._project.text(goal.label) or self._measure_label(goal.measure)

    def _measure_label(self, measure: str) -> str:
        found: Measure = self._measures[measure]
        return self._project.text(found.label, measure)


def _progress(start: float | None, value: float | None, target: float) -> float | None:
    """The part of the way from the start to the target, 0 to 1."""
    if start is None or value is None or target == start:
        return None
    way = round((value - start) / (target - start), 4)
    return min(max(way, 0.0), 1.0) + 0.0  # no minus zero


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
