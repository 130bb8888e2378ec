"""Weights that must add up: percent among sisters, points to the span of the scale."""

from __future__ import annotations

from kaframe.errors import Problem
from kaframe.rules.score import Semantics
from kaframe.scorecard.planned import PlannedNode

NEAR = 1e-6
WEIGHED = "weighted_mean"


def weight_problems(root: PlannedNode, meaning: Semantics, some_absent: bool) -> list[Problem]:
    """What does not add up; leaves whose data this project lacks make no difference to what was written."""
    if meaning.weights == "percent":
        return [problem for group in root.groups() if group.how == WEIGHED for problem in _percent(group)]
    if meaning.weights == "points" and not some_absent:
        return _points(root, meaning)
    return []


def _percent(group: PlannedNode) -> list[Problem]:
    total = sum(child.weight for child in group.node.children)
    if abs(total - 100) <= NEAR:
        return []
    name = group.node.id
    return [Problem(group.node.at, "KF2216", f"the weights below '{name}' add up to {total:g} and not to 100",
                    "these semantics weigh in percent; weights: relative leaves it open")]


def _points(root: PlannedNode, meaning: Semantics) -> list[Problem]:
    """Every child promises points; together they are what the scale holds."""
    span = meaning.best - meaning.worst
    if root.how == "sum":
        most = {child.path: child.span.high for child in root.children}
        total = (root.node.start or 0.0) + sum(most.values()) - meaning.worst
    else:
        most = {child.path: child.node.weight for child in root.children}
        total = sum(most.values())
    if abs(total - span) <= NEAR:
        return []
    parts = " + ".join(f"{points:g}" for points in most.values())
    message = f"the points of '{root.node.id}' add up to {parts} = {total:g} and not to {span:g}"
    return [Problem(root.node.at, "KF2217", message,
                    "these semantics count in points: let the most of each child add up to the scale")]
