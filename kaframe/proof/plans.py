"""Colours for which there is no strategy, and strategies of which the plan says nothing."""

from __future__ import annotations

from collections.abc import Iterator

from kaframe.errors import KaframeError, Problem
from kaframe.expression import Expression
from kaframe.layouts import load_templates
from kaframe.project import Project
from kaframe.proof.domains import colours_of
from kaframe.proof.finding import finding
from kaframe.proof.reading import Reading
from kaframe.ranges import can_hold
from kaframe.rules.strategy import Strategy
from kaframe.strategy.actions import PlannedAction
from kaframe.strategy.choose import Chosen, strategy_scope
from kaframe.strategy.context import Case, Contexts
from kaframe.strategy.rendering import render_plan

MARK = "Xkaframemarkx"  # no template says this by itself, and nothing in it is escaped


def check_colours(project: Project) -> list[Problem]:
    """Colours of the primary card that no strategy is for."""
    strategies, primary = project.rules.strategy.strategies, project.rules.score.primary()
    if not strategies or primary is None or any(item.otherwise for item in strategies):
        return []
    reading = Reading(project, scope=strategy_scope(project))
    read = [reading.read(item.when) for item in strategies]
    bare = []
    cards = project.rules.score.primaries()
    for colour in dict.fromkeys(colour for card in cards for colour in colours_of(project, card)):
        coloured = reading.read(Expression(f"status = '{colour}'", strategies[0].at))
        if coloured and all(item and can_hold(item.true, coloured.true).is_possible is False for item in read):
            bare.append(colour)
    if not bare:
        return []
    message = f"no strategy is for accounts that are {' or '.join(bare)}"
    hint = "write one, or let one say 'otherwise: true'"
    return [finding(strategies[0].at, "KF2360", message, hint, example=f"status = '{bare[0]}'")]


def check_plans(project: Project) -> list[Problem]:
    """Strategies without a template whose goals and actions the template of the whole plan leaves out."""
    bare = [item for item in project.rules.strategy.strategies if not item.template and (item.actions or item.goals)]
    return [problem for item in bare for problem in _unsaid(project, item)]


def _unsaid(project: Project, strategy: Strategy) -> Iterator[Problem]:
    """Render the plan with one action of the strategy and look for it."""
    action = PlannedAction(strategy.id, "sample", "", MARK, "lead", None, project.as_of, MARK)
    case = Case(Chosen("sample", {}, {}, (strategy,)), actions=[action])
    try:
        plan = render_plan(project, load_templates(project), Contexts(project), case)
    except KaframeError:
        return  # told by the step
    if MARK not in plan:
        name = project.rules.strategy.plan
        message = f"the strategy '{strategy.id}' has no template, and '{name}' leaves it out"
        yield finding(strategy.at, "KF2361", message,
                      "name a template, or let the plan list the actions of strategies without a section",
                      example=f"a plan with the strategy '{strategy.id}' does not show its actions")  # fmt: skip
