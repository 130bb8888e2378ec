"""What would bring the next better colour: each leaf by itself, and the cheapest combination of measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from kaframe.explain.effort import find_cheapest, find_levers
from kaframe.explain.facts import LeafFacts
from kaframe.explain.reach import counted_reach, find_reach, named_reach, whole_value
from kaframe.explain.records import Combination, Reach, Target
from kaframe.explain.sums import Points
from kaframe.names import account_scope
from kaframe.project import Project
from kaframe.scorecard.leaves import kind_of
from kaframe.scorecard.leaves.options import Options
from kaframe.scorecard.planned import PlannedCard, PlannedNode


@dataclass(frozen=True, slots=True)
class Sought:
    """The points that one account lacks: ``aim`` on the ``card``, as its colours are held against them; ``known`` are
    the points of its leaves, None where a value is missing; ``options`` what their values can be, where no numbers."""

    project: Project
    card: PlannedCard
    known: Points
    aim: float
    options: Mapping[str, Options] = field(default_factory=dict)


def find_options(project: Project, card: PlannedCard) -> dict[str, Options]:
    """The options of the leaves of a card whose values are names, conditions or rows, by path."""
    scope = account_scope(project, "score")
    leaves = [leaf for leaf in card.root.leaves() if card.root.children]
    found = {leaf.path: kind_of(leaf.node).options(leaf, scope) for leaf in leaves}
    return {path: options for path, options in found.items() if options is not None}


def seek(
    project: Project, card: PlannedCard, target: Target, known: Points, options: Mapping[str, Options]
) -> Sought:
    """What is sought of an account for the next colour.

    Where colours compare the calculated total it is not rounded; an edge that does not belong is passed by one unit.
    """
    rule = project.rules.status.rgb[card.card.id]
    if rule.compare == "calculated":
        rounding = replace(card.meaning.rounding, total=None)
        card = replace(card, meaning=replace(card.meaning, rounding=rounding))
    aim = Decimal(repr(target.points))
    if target.above:
        aim += Decimal(1).scaleb(-card.meaning.rounding.digits)
    return Sought(project, card, known, float(aim), options)


def leaf_reach(sought: Sought, leaf: PlannedNode, value: Any, facts: LeafFacts) -> Reach:
    """The smallest change of one leaf's value that is enough, or why none can be told."""
    is_ageless = not (facts.stale or facts.undated)
    if is_ageless and _counts_elsewhere(sought, leaf):
        return Reach(why="shared")
    found = _reach(sought, leaf, value)
    if is_ageless or not (found.is_possible or found.why):
        return found
    return Reach(why="stale" if facts.stale else "undated")


def _reach(sought: Sought, leaf: PlannedNode, value: Any) -> Reach:
    if leaf.path in sought.options:
        return named_reach(sought.card, sought.known, leaf, sought.aim, sought.options[leaf.path])
    current = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
    units = {measure.id: measure.unit for measure in sought.project.rules.measure.measures}
    search = counted_reach if whole_value(leaf, units) else find_reach
    return search(sought.card, sought.known, leaf, sought.aim, current)


def cheapest_way(sought: Sought, values: Mapping[str, Any], tries: int) -> Combination | None:
    """The cheapest combination that brings the colour, where measures say what effort they take."""
    levers = find_levers(sought.card, sought.project.rules.measure.measures, values)
    return find_cheapest(sought.card, sought.known, levers, sought.aim, tries)


def _counts_elsewhere(sought: Sought, leaf: PlannedNode) -> bool:
    """Whether other leaves use what this one uses: they may lose what it gains, or gain more."""
    names = _names(sought, leaf)
    return any(names & _names(sought, one) for one in sought.card.root.leaves() if one is not leaf)


def _names(sought: Sought, leaf: PlannedNode) -> set[str]:
    """What the points of a leaf rest on; a measure that is nothing but another name goes by that."""
    measures = sought.project.rules.measure.measures
    aliases = {one.id: one.value.text.strip() for one in measures if not one.from_table}
    used = {name for part in (leaf.value, *leaf.inputs) if part for name in part.names}
    return used | {aliases[name] for name in used & aliases.keys() if aliases[name].isidentifier()}
