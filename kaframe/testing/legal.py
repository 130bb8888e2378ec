"""The words that a column of a run's table can have: ids of rules, and the fixed ones of docs/tables.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kaframe.names import plan_measures
from kaframe.project import Project
from kaframe.rules.status import NO_DATA
from kaframe.strategy.actions import IMPROVE

Column = tuple[str, str]
Legal = Mapping[Column, tuple[str, ...]]
FIXED: Legal = {
    ("tiers", "kept_by"): ("stay", "dwell"),
    ("owners", "via"): ("column", "rule", "deputy"),
    ("handovers", "reason"): ("absent", "leaving", "left"),
    ("findings", "kind"): ("unowned", "overloaded", "untrained", "unfilled", "no_deputy", "unknown_member"),
    ("families", "state"): ("child", "alone", "unknown_parent", "circle"),
    ("roll_ups", "state"): ("counted", "missing", "no_weight"),
    ("colours", "why"): ("score", "no_data", "exception", "margin", "hold", "wait", "override"),
    ("overrides", "state"): ("active", "expired", "account_gone", "not_on_card", "card_gone", "colour_gone"),
    ("stages", "state"): ("on_track", "behind", "stuck", "parked", "done"),
    ("stages", "by"): ("rule", "hand", "start"),
    ("plans", "state"): ("draft", "waiting", "approved", "rejected"),
    ("goals", "state"): ("new", "on_track", "behind", "reached", "missed"),
    ("tasks", "kind"): ("cadence", "stage", "action"),
    ("tasks", "state"): ("due", "late", "snoozed", "planned", "done"),
    ("events", "kind"): (
        "status_changed", "tier_changed", "stage_changed", "stage_stuck", "owner_changed", "task_opened", "task_late",
        "task_done", "insight_new", "insight_gone", "plan_new", "plan_changed", "account_new", "account_gone",
        "override_expired",
    ),
    ("notices", "state"): ("pending", "throttled", "undeliverable"),
}  # fmt: skip
# Everywhere the same, whatever the table; ids of rules that the past speaks of may be gone.
EVERYWHERE = ("card", "tier", "stage", "insight", "role")


def legal_words(project: Project) -> Legal:
    """What each column that names a rule, or has one of a few words, can say."""
    return {**FIXED, **_everywhere(project), **_of_scores(project), **_of_the_cycle(project), **_of_plans(project)}


def _everywhere(project: Project) -> dict[Column, tuple[str, ...]]:
    rules = project.rules
    words = {
        "card": _ids(rules.score.scorecards),
        "tier": _ids(rules.identify.tiers),
        "stage": _ids(rules.stage.stages),
        "insight": _ids(rules.analyse.analyses),
        "role": _ids(project.team.roles),
    }
    return {("", name): words[name] for name in EVERYWHERE}


def _of_scores(project: Project) -> dict[Column, tuple[str, ...]]:
    status, cards = project.rules.status, project.rules.score.scorecards
    rules = [rule for rule in (status.of(card.id) for card in cards) if rule]
    colours = (*dict.fromkeys(colour.id for rule in rules for colour in rule.colours), NO_DATA)
    leaves = tuple(dict.fromkeys(path for card in cards for child in card.children for path, _ in child.leaves()))
    top = tuple(dict.fromkeys(child.id for card in cards for child in card.children))
    return {
        **dict.fromkeys((("colours", name) for name in ("status", "calculated", "last_colour")), colours),
        ("roll_ups", "status"): colours,
        ("colours", "exception"): tuple(dict.fromkeys(one.id for rule in rules for one in rule.exceptions)),
        ("colours", "weakest"): top,
        **dict.fromkeys((("colours", f"reason_{rank}") for rank in (1, 2, 3)), leaves),
        ("reasons", "node"): leaves,
        ("segments_rfm", "segment"): _ids(
            segment for item in project.rules.analyse.analyses for segment in getattr(item.settings, "segments", ())
        ),
    }


def _of_the_cycle(project: Project) -> dict[Column, tuple[str, ...]]:
    stages, measures = project.rules.stage.stages, tuple(item.measure.id for item in plan_measures(project))
    stage_tasks = tuple(f"{stage.id}.{task.id}" for stage in stages for task in stage.tasks)
    actions = tuple(f"{strategy.id}.{one.id}" for strategy in project.rules.strategy.strategies
                    for one in strategy.actions)
    improvements = tuple(f"{IMPROVE}.{one.id}" for one in project.rules.strategy.improvements)
    return {
        ("stages", "from_stage"): _ids(stages),
        ("stage_tasks", "task"): tuple(dict.fromkeys(task.id for stage in stages for task in stage.tasks)),
        ("tasks", "rule"): (*_ids(project.rules.maintain.cadences), *stage_tasks, *actions, *improvements),
        ("notices", "rule"): _ids(project.rules.notify.notices),
        ("portfolio", "measure"): measures,
    }


def _of_plans(project: Project) -> dict[Column, tuple[str, ...]]:
    rules = project.rules.strategy
    goals = [(strategy.id, goal) for strategy in rules.strategies for goal in strategy.goals]
    actions = [action for strategy in rules.strategies for action in strategy.actions]
    return {
        ("plans", "strategies"): _ids(rules.strategies),
        ("plans", "approval"): _ids(project.team.roles),
        ("actions", "strategy"): (*_ids(rules.strategies), IMPROVE),
        ("actions", "action"): (*_ids(actions), *_ids(rules.improvements)),
        ("goals", "strategy"): _ids(rules.strategies),
        ("goals", "goal"): tuple(f"{strategy}.{goal.id}" for strategy, goal in goals),
        ("goals", "measure"): tuple(dict.fromkeys(goal.measure for _, goal in goals)),
    }


def _ids(items: Iterable[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.id for item in items))  # type: ignore[attr-defined]
