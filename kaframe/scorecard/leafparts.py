"""The parts of a leaf's rule, any of which may decide: bands, cases, rows, keys, stretches of a curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kaframe.database import literal
from kaframe.errors import Location
from kaframe.project import Project
from kaframe.rules.score import ScoreNode
from kaframe.scorecard.leaves import kind_of
from kaframe.scorecard.leaves.bands import SIGNS
from kaframe.scorecard.planned import PlannedNode
from kaframe.scorecard.points import number
from kaframe.yamlfile import Node

ELSE = "else"
NOTHING = "CAST([] AS INTEGER[])"  # the value is known, and the leaf has no parts


@dataclass(frozen=True, slots=True)
class LeafPart:
    """One part: ``kind`` is band, case, row, key or stretch; ``name`` tells it apart from its sisters."""

    kind: str
    name: str
    at: Location


def leaf_parts(project: Project, card: str, path: str, node: ScoreNode) -> list[LeafPart]:
    """All parts of a leaf, in the order of the numbers that ``deciding_parts`` gives."""
    table = node.table
    if table is not None:
        rows = [LeafPart("row", f"#{place}", row.at) for place, row in enumerate(table.rows, 1)]
        rest = _written(project, card, path, "table").keys.get(ELSE, table.at)
        return [*rows, LeafPart("row", ELSE, rest)] if table.otherwise is not None else rows
    if node.map is not None:
        keys = _written(project, card, path, "map").keys
        return [LeafPart("key", key, keys.get(key, node.at)) for key in node.map]
    if node.curve:
        corners = _listed(_written(project, card, path, "curve"))
        places = [corner.at for corner in corners] if len(corners) == len(node.curve) else [node.at] * len(node.curve)
        pairs = zip(pairwise(node.curve), places, strict=False)
        return [LeafPart("stretch", f"{low[0]:g}..{high[0]:g}", at) for (low, high), at in pairs]
    bands = [LeafPart("band", f"#{place}", band.at) for place, band in enumerate(node.bands, 1)]
    return bands or [LeafPart("case", f"#{place}", case.at) for place, case in enumerate(node.cases, 1)]


def deciding_parts(leaf: PlannedNode, value: str) -> str:
    """SQL of a list with the numbers, from 1, of the parts that decide; NULL where the value is not known.

    ``value`` is the SQL of the leaf's value. Beyond the ends of a curve no stretch of it decides.
    """
    node = leaf.node
    if node.table is not None or node.cases:
        return kind_of(node).deciding(leaf)
    if node.map is not None:
        return _of_keys(node.map, value)
    arms = _bands(leaf, value) if node.bands else _stretches(node.curve, value)
    return f"CASE WHEN {value} IS NULL THEN NULL {' '.join(arms)} ELSE {NOTHING} END"


def _bands(leaf: PlannedNode, value: str) -> list[str]:
    arms = []
    for place, band in enumerate(leaf.node.bands, 1):
        tests = [f"{value} {sign} {number(edge)}" for name, sign in SIGNS if (edge := getattr(band, name)) is not None]
        arms.append(f"WHEN {' AND '.join(tests) or 'TRUE'} THEN [{place}]")
    return arms


def _stretches(curve: Sequence[Sequence[float]], value: str) -> list[str]:
    if not curve:
        return []
    arms = [f"WHEN {value} <= {number(high[0])} THEN [{place}]" for place, (_, high) in enumerate(pairwise(curve), 1)]
    return [f"WHEN {value} < {number(curve[0][0])} THEN {NOTHING}", *arms]


def _of_keys(keys: Mapping[str, object], value: str) -> str:
    arms = [f"WHEN {literal(key)} THEN [{place}]" for place, key in enumerate(keys, 1) if key != ELSE]
    rest = f"[{list(keys).index(ELSE) + 1}]" if ELSE in keys else "NULL"
    listed = f"CASE CAST({value} AS VARCHAR) {' '.join(arms)} ELSE {rest} END" if arms else rest
    return f"CASE WHEN {value} IS NULL THEN NULL ELSE {listed} END"


def _written(project: Project, card: str, path: str, key: str) -> Node:
    """What the rules say of a leaf under a key, with its place; an empty node where it comes from elsewhere."""
    found: Node | None = project.rules.nodes.get("score")
    steps = ["scorecards", card, *(step for name in path.split(".") for step in ("children", name)), key]
    for step in steps:
        found = found.get(step) if found is not None and isinstance(found.value, dict) else None
    return found or Node({}, Location(""))


def _listed(node: Node) -> list[Node]:
    return node.value if isinstance(node.value, list) else []
