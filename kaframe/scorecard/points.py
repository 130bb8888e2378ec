"""SQL for the points of one leaf: CASE arms, so that a missing value falls through every one of them."""

from __future__ import annotations

from itertools import pairwise

from kaframe.database import literal
from kaframe.rules.score import Band, Semantics
from kaframe.scorecard.tree import PlannedNode


def number(value: float) -> str:
    """A constant as the engine's DOUBLE."""
    return f"CAST({float(value)!r} AS DOUBLE)"


def leaf_points(leaf: PlannedNode, value: str, meaning: Semantics) -> str:
    """The points of a leaf from its value (an SQL column), after what the semantics do with a missing one."""
    points = _raw_points(leaf, value)
    instead = missing_points(leaf, meaning)
    return points if instead is None else f"coalesce({points}, {number(instead)})"


def missing_points(leaf: PlannedNode, meaning: Semantics) -> float | None:
    """What a missing value counts as, or None when it counts as nothing."""
    policy = leaf.node.missing if leaf.node.missing is not None else meaning.missing
    worst, best = meaning.scale
    if isinstance(policy, int | float):
        return float(policy)
    return {"worst": worst, "best": best, "neutral": (worst + best) / 2}.get(policy)


def most_points(leaf: PlannedNode, meaning: Semantics) -> float:
    """The most points that any value of the leaf gives."""
    node = leaf.node
    given = [band.points for band in node.bands] + [case.points for case in node.cases]
    given += [corner[1] for corner in node.curve] + list((node.map or {}).values())
    return max(given, default=meaning.scale[1])


def _raw_points(leaf: PlannedNode, value: str) -> str:
    node = leaf.node
    if node.bands:
        arms = [_band_arm(band, value) for band in node.bands]
        return f"CASE {' '.join(arms)} END"
    if node.curve:
        return _curve(node.curve, value)
    if node.map is not None:
        return _map(node.map, value)
    if node.cases:
        return _cases(leaf)
    return value


def _band_arm(band: Band, value: str) -> str:
    tests = [
        f"{value} {sign} {number(edge)}"
        for sign, edge in ((">=", band.at_least), (">", band.above), ("<=", band.at_most), ("<", band.below))
        if edge is not None
    ]
    condition = " AND ".join(tests) if tests else f"{value} IS NOT NULL"
    return f"WHEN {condition} THEN {number(band.points)}"


def _curve(corners: tuple[tuple[float, float], ...], value: str) -> str:
    """Linear between the corners, flat beyond them."""
    (first, first_points), (last, last_points) = corners[0], corners[-1]
    arms = [f"WHEN {value} <= {number(first)} THEN {number(first_points)}"]
    for (x0, y0), (x1, y1) in pairwise(corners):
        slope = (y1 - y0) / (x1 - x0)
        arms.append(f"WHEN {value} <= {number(x1)} THEN {number(y0)} + ({value} - {number(x0)}) * {number(slope)}")
    arms.append(f"WHEN {value} > {number(last)} THEN {number(last_points)}")
    return f"CASE {' '.join(arms)} END"


def _map(points: object, value: str) -> str:
    assert isinstance(points, dict)
    arms = [f"WHEN {literal(name)} THEN {number(worth)}" for name, worth in points.items() if name != "else"]
    rest = f"ELSE {number(points['else'])}" if "else" in points else ""
    text = f"CAST({value} AS VARCHAR)"
    return f"CASE WHEN {value} IS NULL THEN NULL ELSE CASE {text} {' '.join(arms)} {rest} END END"


def _cases(leaf: PlannedNode) -> str:
    """The first condition that holds; an unknown one makes the points unknown: no account is green by accident."""
    arms = []
    for case, condition in zip(leaf.node.cases, leaf.cases, strict=True):
        if condition is None:
            arms.append(f"ELSE {number(case.points)}")
            break
        arms.append(f"WHEN {condition.sql} THEN {number(case.points)} WHEN ({condition.sql}) IS NULL THEN NULL")
    return f"CASE {' '.join(arms)} END"
