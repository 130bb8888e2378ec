"""Keys of maps that no value is ever written like."""

from __future__ import annotations

from collections.abc import Iterator

from kaframe.errors import Problem
from kaframe.expression import Type
from kaframe.project import Project
from kaframe.proof.domains import domain_of
from kaframe.proof.finding import finding
from kaframe.ranges import WordSet
from kaframe.scorecard.planned import PlannedNode
from kaframe.scorecard.tree import plan_cards

FLAGS = ("true", "false")


def check_maps(project: Project) -> list[Problem]:
    """Every map of every card."""
    return [
        problem
        for card in plan_cards(project)
        if card.root.children
        for leaf in card.root.leaves()
        if leaf.node.map and leaf.node.value
        for problem in _of_map(project, leaf)
    ]


def _of_map(project: Project, leaf: PlannedNode) -> Iterator[Problem]:
    assert leaf.node.map is not None
    assert leaf.node.value is not None
    told = [(key, *_never_written(project, leaf, key)) for key in leaf.node.map if key != "else"]
    never = [(key, example, hint) for key, example, hint in told if example]
    if never:
        keys = ", ".join(f"'{key}'" for key, _, _ in never)
        what = f"the key {keys} in the map of '{leaf.path}' never comes"
        if len(never) > 1:
            what = f"the keys {keys} in the map of '{leaf.path}' never come"
        yield finding(leaf.node.value.at, "KF2348", what, never[0][2], never[0][1])


def _never_written(project: Project, leaf: PlannedNode, key: str) -> tuple[str, str]:
    """How values are written when none is written like the key, and what to write; nothing when one may be."""
    assert leaf.value is not None
    assert leaf.node.value is not None
    text = leaf.node.value.text.strip()
    if leaf.value.type is Type.BOOLEAN and key not in FLAGS:
        return f"{text} is true or false", "write true and false"
    if leaf.value.type is Type.NUMBER and not _is_written(key):
        worth = _number(key)
        return f"the number {worth:g} is written '{worth}'", "give points to numbers with 'bands' or 'cases'"
    domain = domain_of(project, text, Type.TEXT) if leaf.value.type is Type.TEXT else None
    known = domain.values.known if domain else None
    if domain is not None and isinstance(known, WordSet) and not known.contains(key):
        return f"{text} is {domain.described()}", "write one of these"
    return "", ""


def _is_written(key: str) -> bool:
    return repr(_number(key)) == key or "e" in key.lower()


def _number(key: str) -> float:
    """The number that a key means, or any for one that means none."""
    try:
        return float(key)
    except ValueError:
        return 5.0
