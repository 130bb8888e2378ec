"""Step ``strategy``: a personal plan for every key account."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from kaframe.calendar import read_calendar
from kaframe.database import Database
from kaframe.duty import read_duty
from kaframe.errors import Problem, RuleError
from kaframe.layouts import load_templates
from kaframe.project import Project
from kaframe.strategy.actions import ActionPlanner, Known, action_row, without_repeats
from kaframe.strategy.checks import check_strategies
from kaframe.strategy.choose import Chosen, PlannedRules, choose_strategies, plan_rules
from kaframe.strategy.context import Case, Contexts, offers_of
from kaframe.strategy.edited import Edits, PlanText
from kaframe.strategy.goals import GoalSetter, PlannedGoal
from kaframe.strategy.rendering import render_plan
from kaframe.strategy.situation import Situation, Situations
from kaframe.strategy.versions import Version, approval_of, hash_content, hash_edit, next_version
from kaframe.templates import Templates

PLANS = {
    "account_id": "VARCHAR", "version": "BIGINT",
    **dict.fromkeys(("strategies", "title", "markdown", "content_hash", "state", "approval"), "VARCHAR"),
    "made_on": "DATE", **dict.fromkeys(("problem", "file", "generated", "edit", "finding"), "VARCHAR"),
}  # fmt: skip
ACTIONS = {
    **dict.fromkeys(("account_id", "strategy", "action", "task_key", "title", "role", "member"), "VARCHAR"),
    "due_on": "DATE", "because": "VARCHAR",
}  # fmt: skip
GOALS = {
    **dict.fromkeys(("account_id", "strategy", "goal", "measure", "label"), "VARCHAR"),
    **dict.fromkeys(("start_value", "value", "target", "progress"), "DOUBLE"),
    **dict.fromkeys(("set_on", "due_on"), "DATE"),
    "state": "VARCHAR",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Desk:
    """What every plan of a run is written with."""

    project: Project
    rules: PlannedRules
    goals: GoalSetter
    actions: ActionPlanner
    templates: Templates
    contexts: Contexts
    edits: Edits


def write_plans(project: Project, db: Database) -> None:
    """Write one Markdown plan a key account: situation, goals, offers, actions, improvements.

    Reads: ``measures``, ``tiers``, ``owners``, ``insights``, ``colours``, ``reasons``, ``stages``, and ``past_plans``,
        ``past_goals``, ``past_tasks``, ``past_edits``, ``past_run``.
    Writes: ``plans`` (a row a key account, none without strategies), ``actions``, ``goals``. A plan whose template
        fails has ``problem``; all others are there all the same. What a person has written in a plan is in it.
    Raises: RuleError when a condition cannot be compiled; it carries the rule's file:line:col.
    """
    plans, actions, goals = [], [], []
    desk = _open_desk(project, db)
    for case in _cases(desk, db) if project.rules.strategy.strategies else ():
        account = case.chosen.account_id
        plans.append(_plan_row(desk, case))
        actions += [action_row(account, action) for action in case.actions]
        goals += [_goal_row(account, goal) for goal in case.goals]
    db.create("plans", plans, PLANS)
    db.create("actions", actions, ACTIONS)
    db.create("goals", goals, GOALS)


def render_for(project: Project, db: Database, name: str, account_id: str) -> str | None:
    """A template of plans for one account, before any edit; None when the account has no plan.

    Reads: as ``write_plans``. A strategy's section is written for that strategy, also when the account has not got it.
    Raises: RuleError KF40xx with the template's place.
    """
    desk = _open_desk(project, db)
    case = next((case for case in _cases(desk, db) if case.chosen.account_id == account_id), None)
    if case is None:
        return None
    if name == project.rules.strategy.plan:
        return render_plan(project, desk.templates, desk.contexts, case)
    chosen = [*case.chosen.strategies, *project.rules.strategy.strategies]
    shown = next((item for item in chosen if item.template == name), chosen[0])
    context = {**desk.contexts.context(case), "strategy": desk.contexts.strategy(shown, case)}
    return desk.templates.render(name, context)


def check(project: Project) -> list[Problem]:
    """What is wrong with the strategies and their templates."""
    return check_strategies(project)


def _open_desk(project: Project, db: Database) -> Desk:
    calendar = read_calendar(project.config.calendar, project.config.closed_days, project.config.place("calendar"))
    base_day = db.value("SELECT max(as_of) FROM past_run")
    rules = plan_rules(project)
    return Desk(
        project,
        rules,
        GoalSetter(project, rules, calendar, base_day),
        ActionPlanner(project, calendar, read_duty(project, db)),
        load_templates(project),
        Contexts(project),
        Edits(project, db),
    )


def _cases(desk: Desk, db: Database) -> Iterator[Case]:
    situations = Situations(desk.project, db)
    for chosen in choose_strategies(desk.project, db, desk.rules):
        yield _case(desk, chosen, situations.of(chosen.account_id))


def _case(desk: Desk, chosen: Chosen, situation: Situation) -> Case:
    past = situation.past_plan
    known = Known(
        chosen,
        past.strategies if past else frozenset(),
        situation.past_actions,
        situation.reasons,
        situation.insight_labels,
        str(situation.colour.get("card") or ""),
    )
    return Case(
        chosen,
        situation,
        desk.goals.goals(chosen, situation.past_goals),
        offers_of(desk.project, chosen, situation),
        without_repeats(desk.actions.actions(known)),
    )


def _plan_row(desk: Desk, case: Case) -> dict[str, Any]:
    past = case.situation.past_plan
    row = {
        "account_id": case.chosen.account_id,
        "strategies": json.dumps([strategy.id for strategy in case.chosen.strategies]),
        "title": desk.contexts.title(case),
    }
    try:
        markdown = render_plan(desk.project, desk.templates, desk.contexts, case)
    except RuleError as error:
        return {**row, "version": past.version if past else 0, "state": "draft", "problem": str(error)}
    text = desk.edits.apply(case.chosen.account_id, markdown)
    version = _version(desk.project, case, text)
    return {
        **row, **text.row(), "version": version.number, "state": version.state,
        "content_hash": version.content_hash, "approval": version.approval, "made_on": version.made_on,
    }  # fmt: skip


def _version(project: Project, case: Case, text: PlanText) -> Version:
    strategies = case.chosen.strategies
    content = hash_content(strategies, case.goals, [offer.id for offer in case.offers], case.actions)
    if text.changes:
        content = hash_edit(content, text.changes)
    return next_version(case.situation.past_plan, content, approval_of(strategies), project.as_of)


def _goal_row(account_id: str, goal: PlannedGoal) -> dict[str, Any]:
    return {
        "account_id": account_id,
        **{name: value for name, value in asdict(goal).items() if name in GOALS},
    }
