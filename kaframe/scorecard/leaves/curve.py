"""Curves: linear between corners; beyond them flat, straight on, or missing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

from kaframe.bind import place_of
from kaframe.errors import Problem
from kaframe.rules.score import ScoreNode, Semantics
from kaframe.scorecard.leaves.kind import LeafKind
from kaframe.scorecard.planned import PlannedNode, Span
from kaframe.scorecard.points import number

Corner = tuple[float, float]


def _filled(node: ScoreNode, meaning: Semantics, problems: list[Problem]) -> ScoreNode:
    return replace(node, ends=node.ends or meaning.ends)


def _problems(node: ScoreNode) -> list[Problem]:
    inputs = [corner[0] for corner in node.curve]
    if inputs != sorted(set(inputs)):
        return [Problem(place_of(node, "curve"), "KF2134",
                        f"the curve of '{node.id}' does not go from small to large values",
                        "order its corners by their first number, each once")]
    return []


def _sql(leaf: PlannedNode, value: str) -> str:
    corners = leaf.node.curve
    pieces = list(pairwise(corners))
    first, last = corners[0], corners[-1]
    if leaf.node.ends == "extend":
        arms = [f"WHEN {value} <= {number(one[0])} THEN {_line(before, one, value)}" for before, one in pieces]
        return f"CASE {' '.join(arms)} WHEN {value} > {number(last[0])} THEN {_line(*pieces[-1], value)} END"
    arms = [f"WHEN {value} <= {number(one[0])} THEN {_line(before, one, value)}" for before, one in pieces]
    if leaf.node.ends == "missing":
        return f"CASE WHEN {value} < {number(first[0])} THEN NULL {' '.join(arms)} END"
    below = f"WHEN {value} <= {number(first[0])} THEN {number(first[1])}"
    return f"CASE WHEN {value} IS NULL THEN NULL {below} {' '.join(arms)} ELSE {number(last[1])} END"


def _line(one: Corner, other: Corner, value: str) -> str:
    (x0, y0), (x1, y1) = one, other
    return f"{number(y0)} + ({value} - {number(x0)}) * {number((y1 - y0) / (x1 - x0))}"


def _points(leaf: PlannedNode, value: Any) -> float | None:
    corners, ends = leaf.node.curve, leaf.node.ends
    outside = value < corners[0][0] or value > corners[-1][0]
    if outside and ends == "missing":
        return None
    if outside and ends == "clamp":
        return float(corners[0][1] if value < corners[0][0] else corners[-1][1])
    pieces = list(pairwise(corners))
    (x0, y0), (x1, y1) = next((piece for piece in pieces if value <= piece[1][0]), pieces[-1])
    return float(y0 + (value - x0) * ((y1 - y0) / (x1 - x0)))


def _span(node: ScoreNode) -> Span:
    """The corners' points; straight on, a slope at an end has no bound."""
    points = [float(corner[1]) for corner in node.curve]
    low, high = min(points), max(points)
    if node.ends == "extend":
        first, last = points[1] - points[0], points[-1] - points[-2]
        low = -math.inf if first > 0 or last < 0 else low
        high = math.inf if first < 0 or last > 0 else high
    return Span(low, high)


def _how(node: ScoreNode) -> str:
    ends = "" if node.ends == "clamp" else f" {node.ends}"
    return "curve " + " ".join(f"{value:g}:{points:g}" for value, points in node.curve) + ends


def _edges(leaf: PlannedNode, needed: float) -> Iterator[float]:
    corners = leaf.node.curve
    pieces = list(pairwise(corners))
    yield from (float(corner[0]) for corner in corners)
    for place, ((x0, y0), (x1, y1)) in enumerate(pieces):
        within = min(y0, y1) <= needed <= max(y0, y1)
        outer = leaf.node.ends == "extend" and place in (0, len(pieces) - 1)
        if (within or outer) and y0 != y1:
            crossing = x0 + (needed - y0) * (x1 - x0) / (y1 - y0)
            reach = (x1 - x0) * 1e-12  # the crossing itself may fall short by the last bit
            yield from (crossing, crossing + reach, crossing - reach)


CURVE = LeafKind("curve", _filled, _problems, _sql, _span, _points, _how, edges=_edges)
