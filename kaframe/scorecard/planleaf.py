"""A leaf made ready: its expressions compiled, every choice of the semantics written into it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from kaframe.bind import place_of
from kaframe.errors import Problem, RuleError, nearest
from kaframe.expression import Compiled, Scope, Type, compile_expression
from kaframe.expression.types import DAYS as DAY_TYPES
from kaframe.rules.score import ScoreNode, Semantics
from kaframe.scorecard.ageing import ageing_problems, faded_span
from kaframe.scorecard.leaves import kind_of, written_kinds
from kaframe.scorecard.leaves.raw import RAW
from kaframe.scorecard.planned import PlannedNode, Span

POLICIES = ("skip", "worst", "best", "neutral", "no_data")


@dataclass(frozen=True, slots=True)
class Plan:
    """What the planning of a card's nodes shares; ``absent`` and ``problems`` grow."""

    meaning: Semantics
    scope: Scope
    absent: list[str]
    problems: list[Problem]


def plan_leaf(node: ScoreNode, path: str, plan: Plan, added_up: bool) -> PlannedNode | None:
    """The leaf, or None when its data are absent or its rule is wrong.

    ``added_up``: it stands in a sum, where points are on no scale and neutral is nothing.
    """
    before = len(plan.problems)
    node, value = _with_value(node, plan)
    plan.problems.extend(_shape_problems(node))
    if len(plan.problems) > before:
        return None
    kind = kind_of(node)
    node = kind.filled(node, plan.meaning, plan.problems)
    plan.problems.extend(kind.problems(node) + ageing_problems(node))
    inputs = tuple(_compiled(expression, expects, plan) for expression, expects in kind.inputs(node))
    fresh = _day(node.fresh.on, plan) if node.fresh else None
    decay = _day(node.decay.day, plan) if node.decay else None
    leaf = PlannedNode(path, node, node.weight, (), value, inputs, fresh, decay)
    if any(part.absent and "coalesce" not in part.functions for part in leaf.parts()):
        plan.absent.append(path)
        return None
    if len(plan.problems) == before:
        plan.problems.extend(kind.checked(leaf))
    if len(plan.problems) > before:
        return None
    return _with_points(leaf, plan, added_up)


def _with_value(node: ScoreNode, plan: Plan) -> tuple[ScoreNode, Compiled | None]:
    """The leaf's value compiled; a text that nothing turns into points names a category."""
    kind = kind_of(node)
    if node.value is None:
        return node, None
    value = _compiled(node.value, None if kind is RAW else kind.expects, plan)
    if value is not None and kind is RAW and value.type is Type.TEXT:
        return replace(node, map=dict(plan.meaning.categories)), value
    if value is not None and kind is RAW and value.type not in (Type.NUMBER, Type.MISSING):
        _compiled(node.value, Type.NUMBER, plan)
    return node, value


def _with_points(leaf: PlannedNode, plan: Plan, added_up: bool) -> PlannedNode:
    """The leaf with the points that it can give, and what a missing value counts as."""
    node, meaning = leaf.node, plan.meaning
    raw = faded_span(node, kind_of(node).span(node))
    limits = _limits(node, meaning, added_up, plan.problems)
    low, high = raw
    if limits:
        low, high = (min(max(end, limits[0]), limits[1]) for end in raw)
    digits = meaning.rounding.leaf
    rounded = [end if digits is None or abs(end) == float("inf") else meaning.rounding.rounded(end, digits)
               for end in (low, high)]
    span = Span(*rounded)
    instead = _instead(node, meaning, span, added_up, plan.problems)
    if instead is not None and digits is not None:
        instead = meaning.rounding.rounded(instead, digits)
    return replace(leaf, raw=raw, span=span, limits=limits, instead=instead, needed=node.missing == "no_data")


def _limits(
    node: ScoreNode, meaning: Semantics, added_up: bool, problems: list[Problem]
) -> tuple[float, float] | None:
    """The leaf's own clamp, or the scale where it stands on one."""
    if node.clamp is not None:
        limits = meaning.limits(node.clamp)
        if limits and limits[0] >= limits[1]:
            message = f"the clamp of '{node.id}' does not go from few to many points"
            problems.append(Problem(place_of(node, "clamp"), "KF2208", message, "write it like clamp: [0, 40]"))
        return limits
    return None if added_up or meaning.beyond_scale == "keep" else meaning.scale


def _instead(
    node: ScoreNode, meaning: Semantics, span: Span, added_up: bool, problems: list[Problem]
) -> float | None:
    """What a missing value counts as."""
    policy = node.missing
    if isinstance(policy, int | float) and not isinstance(policy, bool):
        return float(policy)
    if policy in meaning.categories:
        return meaning.categories[policy]
    wrong = policy_problems(node, meaning)
    if wrong:
        problems += wrong
        return None
    found = {"worst": span.low, "best": span.high, "neutral": 0.0 if added_up else meaning.neutral}.get(policy)
    if found is not None and abs(found) == float("inf"):
        problems.append(Problem(place_of(node, "missing"), "KF2213",
                                f"nothing bounds the points of '{node.id}', so there is no {policy}",
                                "say clamp: [0, 20], or missing: with a number"))
        return None
    return found


def policy_problems(node: ScoreNode, meaning: Semantics) -> list[Problem]:
    """What a leaf or a group says of missing values must be a known word or a number; a group may say nothing."""
    policy, known = node.missing, [*POLICIES, *meaning.categories]
    if policy is None or policy in known or (isinstance(policy, int | float) and not isinstance(policy, bool)):
        return []
    return [Problem(place_of(node, "missing"), "KF2212",
                    f"'{policy}' of '{node.id}' says nothing about a missing value",
                    nearest(str(policy), known) or f"known: {', '.join(known)}, or a number")]


def _compiled(expression: Any, expects: Type | None, plan: Plan) -> Compiled | None:
    if expression is None:
        return None
    try:
        return compile_expression(expression, plan.scope, expects)
    except RuleError as error:
        plan.problems.extend(error.problems)
        return None


def _day(expression: Any, plan: Plan) -> Compiled | None:
    compiled = _compiled(expression, None, plan)
    if compiled is not None and compiled.type not in DAY_TYPES and compiled.type is not Type.MISSING:
        plan.problems.append(Problem(expression.at, "KF2214", f"'{expression.text}' is no day but a {compiled.type}",
                                     "name a column or measure that holds a date"))
        return None
    return compiled


def _shape_problems(node: ScoreNode) -> list[Problem]:
    """A leaf has one way to its points."""
    ways = [kind.key for kind in written_kinds(node)]
    if len(ways) > 1:
        return [Problem(place_of(node, ways[1]), "KF2132", f"leaf '{node.id}' has {' and '.join(ways)}",
                        "keep one of them")]
    if node.value is None and not node.cases and node.table is None:
        return [Problem(node.at, "KF2133", f"'{node.id}' has neither children nor a value",
                        "give it a value, cases or children")]
    if node.aggregate is not None or node.start is not None:
        word = "aggregate" if node.aggregate is not None else "start"
        return [Problem(place_of(node, word), "KF2210", f"leaf '{node.id}' has '{word}'",
                        "that belongs to a group with children")]
    if node.ends is not None and not node.curve:
        return [Problem(place_of(node, "ends"), "KF2215", f"leaf '{node.id}' has 'ends' and no curve", "leave it out")]
    return []
