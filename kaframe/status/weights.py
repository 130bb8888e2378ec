"""SQL for how much of the total each leaf decides for one account: in means its share of what is known.

A column ``known:<group>`` is the weight that is known of a mean, a share of 1; ``worth:<group>`` is how many points of
the total a point and a weight of 1 in the group make.
"""

from __future__ import annotations

from collections.abc import Iterator

from kaframe.database import literal, quoted
from kaframe.scorecard.planned import MEANS, PlannedCard, PlannedNode
from kaframe.scorecard.points import balanced, extreme, number


def with_worth(card: PlannedCard, rows: str, unit: float = 1.0) -> str:
    """The rows of ``score_<card>`` with what a point in each group is worth, counted in parts of a point, say."""
    known = "".join(f", {sql} AS {quoted(name)}" for name, sql in _known_shares(card).items())
    worth = "".join(f", {sql} AS {quoted(name)}" for name, sql in _worth(card, card.root, number(unit)))
    return f"SELECT *{worth} FROM (SELECT *{known} FROM {rows})"


def leaf_weights(card: PlannedCard) -> Iterator[tuple[PlannedNode, PlannedNode, str]]:
    """Every leaf with its group and its weight in the total, over the columns of ``with_worth``."""
    if not card.root.children:
        return
    for group in card.root.groups():
        for child in group.children:
            if not child.children:
                yield child, group, _decided(card, group, child, quoted(f"worth:{group.path}"))


def _worth(card: PlannedCard, group: PlannedNode, passed: str) -> Iterator[tuple[str, str]]:
    """The columns ``worth:`` of a group and of those below it, from what its own points are worth."""
    if not group.children:
        return
    worth = f"{passed} / NULLIF({quoted(f'known:{group.path}')}, 0)" if group.how in MEANS else passed
    yield f"worth:{group.path}", worth
    for child in group.children:
        yield from _worth(card, child, _decided(card, group, child, f"({worth})"))


def _known_shares(card: PlannedCard) -> dict[str, str]:
    """The weight that is known, a share of 1: of what every mean is taken over."""
    return {
        f"known:{group.path}": _known([(unit.path, share) for unit, share in card.units(group)])
        for group in card.root.groups()
        if group.how in MEANS
    }


def _known(weights: list[tuple[str, float]]) -> str:
    return balanced([
        f"CASE WHEN {quoted(path)} IS NULL THEN {number(0)} ELSE {number(weight)} END" for path, weight in weights
    ])


def _decided(card: PlannedCard, group: PlannedNode, child: PlannedNode, worth: str) -> str:
    """How much of the total a child decides for one account, of what its group is worth."""
    if group.how == "sum":
        return worth
    if group.how not in MEANS:
        return f"{worth} * {_decides(group, child)}"
    handed_on = child.children and child.is_mean and card.meaning.renormalise == "scorecard"
    known = f" * {quoted(f'known:{child.path}')}" if handed_on else ""
    return f"{worth}{known} * {number(child.weight)}"


def _decides(group: PlannedNode, child: PlannedNode) -> str:
    """1 for the first child with the lowest (in ``max`` the highest) points."""
    names = [quoted(one.path) for one in group.children]
    decides = extreme(names, "greatest" if group.how == "max" else "least")
    first = " ".join(f"WHEN {name} = {decides} THEN {literal(name)}" for name in names)
    return f"CASE WHEN CASE {first} END = {literal(quoted(child.path))} THEN {number(1)} ELSE {number(0)} END"
