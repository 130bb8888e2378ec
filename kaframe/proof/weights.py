"""Weights that nothing reads. That they add up where the semantics say so is an error of the step."""

from __future__ import annotations

from collections.abc import Iterator

from kaframe.errors import Problem
from kaframe.project import Project
from kaframe.proof.finding import finding
from kaframe.rules.score import ScoreNode
from kaframe.yamlfile import Node

WEIGHED = "weighted_mean"


def check_weights(project: Project) -> list[Problem]:
    """Every weight below an aggregator that treats all parts alike."""
    rules = project.rules.nodes.get("score")
    cards = rules.get("scorecards") if rules else None
    problems: list[Problem] = []
    for card in project.rules.score.scorecards:
        meaning = project.rules.score.meaning(card)
        own = cards.get(card.id) if cards else None
        if meaning is not None and own is not None:
            top = ScoreNode(card.at, card.id, children=card.children, aggregate=card.aggregate)
            problems += _ignored(top, own, meaning.aggregate, meaning.weights == "points")
    return problems


def _ignored(group: ScoreNode, node: Node, usual: str, in_points: bool) -> Iterator[Problem]:
    """The weights that are written below a group; ``in_points``: they are promises that the step holds it to."""
    how = group.aggregate or usual
    listed = node.get("children")
    for child in group.children:
        own = listed.get(child.id) if listed else None
        if own is None:
            continue
        if how != WEIGHED and own.get("weight") and not in_points:
            message = f"'{group.id}' is a '{how}': the weight of '{child.id}' is not read"
            example = f"'{child.id}' counts as much with weight {child.weight:g} as with any other"
            hint = f"take the weight out, or write 'aggregate: {WEIGHED}'"
            yield finding(own.keys["weight"], "KF2321", message, hint, example)
        if child.children:
            yield from _ignored(child, own, usual, in_points)
