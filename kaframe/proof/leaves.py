"""The leaves of every scorecard as their semantics fill them in, whether this project has the data or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kaframe.project import Project
from kaframe.rules.score import Scorecard, ScoreNode
from kaframe.scorecard.leaves import kind_of


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf of a card: its path, and its node with edges and points as numbers."""

    card: Scorecard
    path: str
    node: ScoreNode


def leaves_of(project: Project, card: Scorecard) -> Iterator[Leaf]:
    """Every leaf of a card; none of one whose semantics nobody declares."""
    meaning = project.rules.score.meaning(card)
    if meaning is None:
        return
    for top in card.children:
        for path, node in top.leaves():
            yield Leaf(card, path, kind_of(node).filled(node, meaning, []))


def all_leaves(project: Project) -> Iterator[Leaf]:
    """Every leaf of every card."""
    for card in project.rules.score.scorecards:
        yield from leaves_of(project, card)
