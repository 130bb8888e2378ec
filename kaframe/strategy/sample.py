"""Accounts as they could be, so that templates are tried before there are any."""

from __future__ import annotations

from datetime import timedelta

from kaframe.bind import Label
from kaframe.errors import Location
from kaframe.project import Project
from kaframe.rules.status import NO_DATA
from kaframe.rules.strategy import Strategy
from kaframe.shades import names_of
from kaframe.strategy.actions import IMPROVE, PlannedAction, Reason
from kaframe.strategy.choose import Chosen
from kaframe.strategy.context import Case, Offer
from kaframe.strategy.goals import PlannedGoal
from kaframe.strategy.situation import Situation

NOWHERE = Location("sample")


def sample_cases(project: Project) -> list[Case]:
    """An account with one of everything, and one of which nothing is known."""
    strategies = project.rules.strategy.strategies or (Strategy(NOWHERE, "sample", Label("Sample", "样例")),)
    return [_full(project, strategies), Case(Chosen("sample", {}, {}, strategies[:1]))]


def _worst(project: Project) -> str:
    """The colour of the primary card that asks for most."""
    primary = project.rules.score.primary()
    names = names_of(project, primary.id) if primary else ()
    return names[-1] if names else NO_DATA


def _full(project: Project, strategies: tuple[Strategy, ...]) -> Case:
    today, first = project.as_of, strategies[0]
    numbers = {measure.id: today if measure.unit == "date" else 0.5 for measure in project.rules.measure.measures}
    words = {
        "name": "Sample",
        "parent": "group",
        "tier": "key",
        "status": _worst(project),
        "weakest": "",
        "stage": "strategy",
    }
    insights = [
        {"insight": "sample", "kind": "sample", "subject": "Sample", "sentence": "Sample.", "value": 1.0, "good": good,
         "since": today}
        for good in (False, True, None)
    ]  # fmt: skip
    action = PlannedAction(first.id, "sample", "", "Sample", "lead", None, today, "Sample")
    improvement = PlannedAction(IMPROVE, "sample", "", "Sample", "lead", None, today, "Sample", answers="sample")
    due = today + timedelta(days=90)
    goals = [
        PlannedGoal(first.id, "sample", measure.id, "Sample", 0.0, 0.5, 1.0, 0.5, today, due, "on_track", is_current)
        for measure in project.rules.measure.measures[:1]
        for is_current in (True, False)
    ]
    situation = Situation(
        colour={"why": "exception", "exception": "sample", "since": today},
        insights=insights,
        reasons=[Reason("sample", "Sample", 5.0)],
        owners=[{"role": "lead", "member": "sample"}],
    )
    offers = [Offer("sample", "Sample", "lead"), Offer("sample:space", "Sample", "", "Sample.", 1.0)]
    chosen = Chosen("sample", {**words, "score": 50.0, **numbers}, {}, strategies)
    return Case(chosen, situation, goals, offers, [action, improvement])
