"""A scorecard made ready: leaves whose data are absent left out, weights as shares, every expression compiled."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from kaframe.bind import place_of
from kaframe.cardcolumns import OWN_COLUMNS
from kaframe.errors import Problem, RuleError, nearest
from kaframe.expression import Compiled, Scope, Type, compile_expression
from kaframe.names import account_scope
from kaframe.project import Project
from kaframe.rules.score import Scorecard, ScoreNode, ScoreRules, Semantics
from kaframe.scorecard.family import family_problems, with_families
from kaframe.scorecard.planleaf import Plan, plan_leaf, policy_problems
from kaframe.scorecard.planned import PlannedCard, PlannedNode, Span
from kaframe.scorecard.spans import group_span
from kaframe.scorecard.weights import weight_problems

__all__ = ["PlannedCard", "PlannedNode", "plan_card", "plan_cards"]

EVENLY = ("mean", "min", "max", "sum", "worst_of")


@lru_cache(maxsize=8)
def plan_cards(project: Project) -> tuple[PlannedCard, ...]:
    """Every scorecard, compiled once a project; raises all problems of all cards at once."""
    planned: list[PlannedCard] = []
    problems: list[Problem] = family_problems(project.rules.score)
    for card in project.rules.score.scorecards:
        try:
            planned.append(plan_card(project, card))
        except RuleError as error:
            problems += error.problems
    if problems:
        raise RuleError(list(dict.fromkeys(problems)))
    return with_families(planned)


def plan_card(project: Project, card: Scorecard) -> PlannedCard:
    """Compile one scorecard."""
    rules = project.rules.score
    meaning = rules.meaning(card)
    if meaning is None:
        raise RuleError([_unknown_semantics(card, rules)])
    scope = account_scope(project, "score")
    problems = semantics_problems(meaning)
    problems += [
        Problem(child.at, "KF2139", f"'{child.id}' is a column of every scorecard", f"call it '{child.id}_part' or so")
        for child in card.children
        if child.id in OWN_COLUMNS
    ]
    plan = Plan(meaning, scope, [], problems)
    top = ScoreNode(card.at, card.id, children=card.children, aggregate=card.aggregate, start=card.start,
                    clamp=card.clamp, places=card.places)
    root = _plan_node(top, "", plan, meaning.missing)
    applies = _compiled(card.applies, scope, problems) if card.applies else None
    if root is not None and not problems:
        problems += weight_problems(root, meaning, bool(plan.absent))
    if problems:
        raise RuleError(problems)
    return PlannedCard(card, meaning, root or PlannedNode("", top, 1.0), applies, tuple(plan.absent))


def semantics_problems(meaning: Semantics) -> list[Problem]:
    """A scale goes upwards, and what is rounded can be handed on."""
    problems = []
    if meaning.worst >= meaning.best:
        message = f"the scale of '{meaning.id}' does not go from few to many points"
        problems.append(Problem(place_of(meaning, "scale"), "KF2148", message, "write it like scale: [0, 100]"))
    limits = None if meaning.clamp == "scale" else meaning.limits(meaning.clamp)
    if limits and limits[0] >= limits[1]:
        message = f"the clamp of '{meaning.id}' does not go from few to many points"
        problems.append(Problem(place_of(meaning, "clamp"), "KF2208", message, "write it like clamp: [0, 100]"))
    if meaning.renormalise == "scorecard" and meaning.rounding.group is not None:
        problems.append(Problem(place_of(meaning.rounding, "group"), "KF2209",
                                f"'{meaning.id}' rounds groups and hands weight on across the scorecard",
                                "then the score is no mean of groups: say renormalise: group, or round no groups"))
    return problems


def _unknown_semantics(card: Scorecard, rules: ScoreRules) -> Problem:
    from kaframe.rules.profiles import profile_names

    known = sorted({*profile_names(), *(item.id for item in rules.semantics)})
    hint = nearest(card.semantics, known) or f"known: {', '.join(known)}"
    return Problem(place_of(card, "semantics"), "KF2130", f"scorecard '{card.id}' rests on the semantics "
                   f"'{card.semantics}', which nobody declares", hint)


def _plan_node(node: ScoreNode, path: str, plan: Plan, missing: Any, added_up: bool = False) -> PlannedNode | None:
    """The node with its weight not yet a share; None when all its data are absent."""
    missing = missing if node.missing is None else node.missing
    if not node.children:
        return plan_leaf(replace(node, missing=missing), path, plan, added_up)
    wrong = policy_problems(node, plan.meaning)
    if wrong:
        plan.problems.extend(wrong)
        missing = plan.meaning.missing  # told here, not once more at every leaf below
    node = replace(node, aggregate=node.aggregate or plan.meaning.aggregate)
    is_sum = node.aggregate == "sum"
    below = [
        _plan_node(child, f"{path}.{child.id}" if path else child.id, plan, missing, is_sum) for child in node.children
    ]
    children = [child for child in below if child is not None]
    if not children:
        return None
    raw = [1.0 if node.aggregate in EVENLY else child.node.weight for child in children]
    total = sum(raw)
    if total <= 0:
        message = f"the weights below '{node.id}' are all 0"
        plan.problems.append(Problem(node.at, "KF2131", message, "give one of them a weight"))
        return None
    shared = tuple(replace(child, weight=weight / total) for child, weight in zip(children, raw, strict=True))
    return _plan_group(node, path, shared, plan)


def _plan_group(node: ScoreNode, path: str, children: tuple[PlannedNode, ...], plan: Plan) -> PlannedNode:
    """The group with its start, its limits and the points that it can give."""
    meaning, is_sum = plan.meaning, node.aggregate == "sum"
    clamp = node.clamp if node.clamp is not None else meaning.clamp if is_sum else None
    limits = meaning.limits(clamp)
    if limits and limits[0] >= limits[1]:
        message = f"the clamp of '{node.id}' does not go from few to many points"
        plan.problems.append(Problem(place_of(node, "clamp"), "KF2208", message, "write it like clamp: [0, 40]"))
    if node.start is not None and not is_sum:
        plan.problems.append(Problem(place_of(node, "start"), "KF2210", f"'{node.id}' has a start and is no sum",
                                     "say aggregate: sum, or leave 'start' out"))
    ways = [name for name in ("value", "bands", "curve", "cases", "map", "table", "fresh", "decay", "ends")
            if getattr(node, name) not in ((), None)]
    if ways:
        plan.problems.append(Problem(place_of(node, ways[0]), "KF2211", f"'{node.id}' has children and '{ways[0]}'",
                                     "a node is a group or a leaf: keep one of them"))
    start = meaning.start if node.start is None else node.start
    planned = PlannedNode(path, replace(node, start=start), 1.0, children, limits=limits)
    digits = meaning.rounding.group if path else None
    span = group_span(planned, meaning)
    if digits is not None:
        span = Span(*(meaning.rounding.rounded(end, digits) if abs(end) < float("inf") else end for end in span))
    return replace(planned, span=span)


def _compiled(expression: Any, scope: Scope, problems: list[Problem]) -> Compiled | None:
    try:
        return compile_expression(expression, scope, Type.BOOLEAN)
    except RuleError as error:
        problems += error.problems
        return None
