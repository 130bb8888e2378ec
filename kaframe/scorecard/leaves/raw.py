"""Raw points: the value is the points."""

from __future__ import annotations

import math
from typing import Any

from kaframe.errors import Problem
from kaframe.rules.score import ScoreNode, Semantics
from kaframe.scorecard.leaves.kind import LeafKind
from kaframe.scorecard.planned import PlannedNode, Span


def _filled(node: ScoreNode, meaning: Semantics, problems: list[Problem]) -> ScoreNode:
    return node


def _problems(node: ScoreNode) -> list[Problem]:
    return []


def _sql(leaf: PlannedNode, value: str) -> str:
    return value


def _span(node: ScoreNode) -> Span:
    return Span(-math.inf, math.inf)


def _points(leaf: PlannedNode, value: Any) -> float | None:
    return float(value)


def _how(node: ScoreNode) -> str:
    return "points"


def _edges(leaf: PlannedNode, needed: float) -> list[float]:
    return [needed]


RAW = LeafKind("value", _filled, _problems, _sql, _span, _points, _how, edges=_edges)
