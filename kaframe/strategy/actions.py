"""Actions: what the strategies want done, and what is done about the reasons of a colour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kaframe.bind import Duration
from kaframe.calendar import Calendar
from kaframe.duty import Duty
from kaframe.project import Project
from kaframe.rules.strategy import Action, Improvement, Strategy
from kaframe.shades import is_good
from kaframe.strategy.choose import Chosen
from kaframe.taskkey import task_key

IMPROVE = "improve"  # stands where other actions have their strategy


@dataclass(frozen=True, slots=True)
class PastAction:
    """The task of an action as people have left it."""

    rule: str
    began: date
    state: str
    done_on: date | None


@dataclass(frozen=True, slots=True)
class Reason:
    """A leaf of the primary scorecard that loses points of an account."""

    node: str
    label: str
    lost: float


@dataclass(frozen=True, slots=True)
class PlannedAction:
    """An action of a plan: who, what, by when, why. ``answers`` is the leaf that an improvement is about."""

    strategy: str
    action: str
    task_key: str
    title: str
    role: str
    member: str | None
    due_on: date
    because: str = ""
    is_done: bool = False
    answers: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What decides about an account's actions; ``insights`` has the label of each that it has."""

    chosen: Chosen
    past_strategies: frozenset[str]
    past: Mapping[str, PastAction]
    reasons: Sequence[Reason]
    insights: Mapping[str, str]
    card: str


class ActionPlanner:
    """Plans the actions of one run."""

    def __init__(self, project: Project, calendar: Calendar, duty: Duty) -> None:
        self._project = project
        self._calendar = calendar
        self._duty = duty

    def actions(self, known: Known) -> list[PlannedAction]:
        """The actions of the strategies in their order, then the improvements by the points they are about."""
        return [*self._of_strategies(known), *self._improvements(known)]

    def _of_strategies(self, known: Known) -> Iterator[PlannedAction]:
        for strategy in known.chosen.strategies:
            for action in strategy.actions:
                if known.chosen.holds(strategy, action):
                    yield self._of_strategy(known, strategy, action)

    def _of_strategy(self, known: Known, strategy: Strategy, action: Action) -> PlannedAction:
        """An action begins with its strategy; done once, it stays done as long as the account keeps the strategy."""
        past = known.past.get(f"{strategy.id}.{action.id}")
        goes_on = strategy.id in known.past_strategies and past is not None and past.state != "dropped"
        planned = self._planned(known, strategy.id, action, past if goes_on else None)
        return replace(planned, because=self._because(known, strategy, action))

    def _improvements(self, known: Known) -> Iterator[PlannedAction]:
        """What is done about the largest losses, and what was begun and still loses points."""
        status = known.chosen.facts.get("status")
        if status is None or is_good(self._project, known.card, status):
            return
        rules = self._project.rules.strategy
        top = [reason for reason in known.reasons if reason.lost >= rules.improve.lost][: rules.improve.most]
        for reason in known.reasons:
            for item in rules.improvements:
                if not item.answers(reason.node):
                    continue
                past = known.past.get(f"{IMPROVE}.{item.id}")
                is_open = past is not None and past.state == "open"
                if reason in top or is_open:
                    yield self._improvement(known, item, reason, past)

    def _improvement(self, known: Known, item: Improvement, reason: Reason, past: PastAction | None) -> PlannedAction:
        """Done is done for as long as it may take; when points are still lost after that, it begins anew."""
        if past is not None and not self._still_counts(item, past):
            past = None
        words = {
            "zh": f"{reason.label}：失{reason.lost:g}分",
            "en": f"{reason.label}: {reason.lost:g} points lost",
        }
        because = words.get(self._project.config.language, words["en"])
        return replace(self._planned(known, IMPROVE, item, past), because=because, answers=reason.node)

    def _still_counts(self, item: Improvement, past: PastAction) -> bool:
        if past.state == "done" and past.done_on is not None:
            return self._calendar.later(past.done_on, item.within) >= self._project.as_of
        return past.state == "open"

    def _planned(
        self, known: Known, strategy: str, action: Action | Improvement, past: PastAction | None
    ) -> PlannedAction:
        began = past.began if past else self._project.as_of
        account = known.chosen.account_id
        return PlannedAction(
            strategy, action.id, task_key("action", f"{strategy}.{action.id}", account, began),
            self._project.text(action.title), action.role, self._duty.who(account, action.role),
            self._due(began, action.within), is_done=past is not None and past.state == "done",
        )  # fmt: skip

    def _due(self, began: date, within: Duration) -> date:
        return self._calendar.next_working(self._calendar.later(began, within))

    def _because(self, known: Known, strategy: Strategy, action: Action) -> str:
        """The insight or the lost points that an action answers, else what the strategy is for."""
        reason = next((item for item in known.reasons if item.node == action.because), None)
        if reason is not None:
            return reason.label
        return known.insights.get(action.because) or self._project.text(strategy.label)


def without_repeats(actions: Iterable[PlannedAction]) -> list[PlannedAction]:
    """Each task once: one improvement may answer several leaves."""
    found: dict[str, PlannedAction] = {}
    for action in actions:
        found.setdefault(action.task_key, action)
    return list(found.values())


def action_row(account_id: str, action: PlannedAction) -> dict[str, Any]:
    """The row of ``actions``."""
    return {
        "account_id": account_id, "strategy": action.strategy, "action": action.action,
        "task_key": action.task_key, "title": action.title, "role": action.role, "member": action.member,
        "due_on": action.due_on, "because": action.because,
    }  # fmt: skip
