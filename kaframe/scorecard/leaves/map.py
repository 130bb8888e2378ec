"""Maps: points by the text of a value; one that is not listed is missing, unless there is an ``else``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kaframe.bind import place_of
from kaframe.database import literal
from kaframe.errors import Problem
from kaframe.expression import Scope
from kaframe.rules.score import ScoreNode, Semantics
from kaframe.scorecard.leaves.kind import LeafKind, points_of
from kaframe.scorecard.leaves.options import Options
from kaframe.scorecard.planned import PlannedNode, Span
from kaframe.scorecard.points import number


def _filled(node: ScoreNode, meaning: Semantics, problems: list[Problem]) -> ScoreNode:
    points = {
        name: points_of(given, node, meaning, problems, place_of(node, "map", name))
        for name, given in (node.map or {}).items()
    }
    return replace(node, map=points)


def _problems(node: ScoreNode) -> list[Problem]:
    if not node.map:
        return [Problem(place_of(node, "map"), "KF2205", f"the map of '{node.id}' is empty",
                        "write it like map: {gold: 100, else: 0}")]
    return []


def _sql(leaf: PlannedNode, value: str) -> str:
    points = leaf.node.map or {}
    arms = [f"WHEN {literal(name)} THEN {number(worth)}" for name, worth in points.items() if name != "else"]
    rest = f"ELSE {number(points['else'])}" if "else" in points else ""
    text = f"CASE CAST({value} AS VARCHAR) {' '.join(arms)} {rest} END" if arms else number(points["else"])
    return f"CASE WHEN {value} IS NULL THEN NULL ELSE {text} END"


def _span(node: ScoreNode) -> Span:
    points = list((node.map or {"else": 0.0}).values())
    return Span(min(points), max(points))


def _points(leaf: PlannedNode, value: Any) -> float | None:
    points = leaf.node.map or {}
    found = points.get(str(value), points.get("else"))
    return None if found is None else float(found)


def _how(node: ScoreNode) -> str:
    return "map " + " ".join(f"{name}:{points:g}" for name, points in (node.map or {}).items())


def _options(leaf: PlannedNode, scope: Scope) -> Options:
    return Options.named((leaf.node.map or {}).items())


MAP = LeafKind("map", _filled, _problems, _sql, _span, _points, _how, None, options=_options)
