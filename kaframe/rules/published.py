"""The rules of a published run, made again from the plain data that its manifest keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kaframe.errors import Location, Problem, RuleError
from kaframe.rules.load import KINDS, Expected, Rules, bind_kind
from kaframe.yamlfile import Node


def published_rules(manifest: Mapping[str, Any], expected: Expected) -> Rules:
    """The records of the rules that a run was made with, with the places that they had then.

    ``expected`` is what the packs can use of the data; it belongs to the project, not to the run.
    Raises: RuleError KF1325 when this kaframe reads the rules otherwise than the one that published them.
    """
    run_id, places = str(manifest["run_id"]), manifest["places"]
    nodes = {kind: _node(data, places.get(kind), Location(run_id)) for kind, data in manifest["rules"].items()}
    problems: list[Problem] = []
    records = {kind: bind_kind(kind, nodes.get(kind), problems) for kind in KINDS}
    if problems:
        hint = "it was published with another kaframe: explain it with that one, or compare later runs"
        message = f"the rules of the run {run_id} cannot be read any more: {problems[0].message}"
        raise RuleError([Problem(Location(run_id), "KF1325", message, hint)])
    return Rules(**records, expected=expected, nodes=nodes)


def rule_places(rules: Rules) -> dict[str, Any]:
    """Where every mapping of the rules stands (its key, if it has one), as plain data for the manifest.

    Each is ``[file, line, col, places below]``.
    """
    return {kind: _places(node, node.at) for kind, node in sorted(rules.nodes.items())}


def _places(node: Node, at: Location) -> Any:
    """``at``: where its key stands, or itself where it has none."""
    if isinstance(node.value, dict):
        found = {key: _places(child, node.keys.get(key, child.at)) for key, child in node.value.items()}
        return [at.file, at.line, at.col, {key: places for key, places in found.items() if places}]
    if isinstance(node.value, list):
        listed = [_places(child, child.at) for child in node.value]
        return listed if any(listed) else None
    return None


def _node(data: Any, places: Any, at: Location) -> Node:
    """Plain data as a tree again; a plain value stands where the mapping around it does."""
    if isinstance(data, Mapping):
        file, line, col, below = places or (at.file, at.line, at.col, {})
        own = Location(file, line, col)
        values = {key: _node(value, below.get(key), own) for key, value in data.items()}
        return Node(values, own, keys={key: value.at for key, value in values.items()})
    if isinstance(data, list):
        listed = places or [None] * len(data)
        return Node([_node(value, one, at) for value, one in zip(data, listed, strict=True)], at)
    return Node(data, at)
