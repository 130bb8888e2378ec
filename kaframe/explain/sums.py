"""The arithmetic of a scorecard for one account, in Python: points of nodes, total, coverage, and who loses how much.

It says the same as the SQL of ``kaframe.scorecard``; tests compare them over all accounts of the example.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from kaframe.scorecard.planned import MEANS, PlannedCard, PlannedNode, most_lost
from kaframe.scorecard.query import EPSILON
from kaframe.scorecard.spans import category, limited

Points = Mapping[str, float | None]


def filled(card: PlannedCard, leaves: Points) -> dict[str, float | None]:
    """The points of leaves with what a missing one counts as."""
    return {leaf.path: leaf.instead if leaves[leaf.path] is None else leaves[leaf.path] for leaf in card.root.leaves()}


def node_points(card: PlannedCard, leaves: Points) -> dict[str, float | None]:
    """The points of every node from those of the leaves; the root's (unrounded total) under the empty path."""
    found = filled(card, leaves)
    for group in card.root.groups():
        found[group.path] = _group_points(group, card, found)
    return found


def coverage_of(node: PlannedNode, leaves: Points) -> float:
    """The share of the node's weight that is known."""
    if not node.children:
        return 0.0 if leaves[node.path] is None else 1.0
    return sum(coverage_of(child, leaves) * child.weight for child in node.children)


def total_score(card: PlannedCard, leaves: Points) -> float | None:
    """The account's score, rounded as the card says; None when too little is known. Leaves are None where missing."""
    if not card.root.children:
        return None
    known = coverage_of(card.root, leaves) >= card.meaning.minimum_coverage - EPSILON
    lacking = [leaf.path for leaf in card.root.leaves() if leaf.needed and leaves[leaf.path] is None]
    total = node_points(card, leaves)[""]
    if not known or lacking or total is None:
        return None
    return card.meaning.rounding.rounded(total, card.meaning.rounding.total)


def total_by_leaf(card: PlannedCard, leaves: Points, leaf: PlannedNode) -> Callable[[float | None], float | None]:
    """The account's score as a function of the points of one leaf, all else unchanged: what ``total_score`` says.

    Only the groups above the leaf are put together again, as a search asks many times.
    """
    above = [group for group in card.root.groups() if not group.path or leaf.path.startswith(f"{group.path}.")]
    points = node_points(card, {**leaves, leaf.path: None})
    is_possible = total_score(card, {**leaves, leaf.path: 0.0}) is not None
    rounding = card.meaning.rounding

    def total(own: float | None) -> float | None:
        if own is None or not is_possible:
            return total_score(card, {**leaves, leaf.path: own})
        points[leaf.path] = own
        for group in above:
            points[group.path] = _group_points(group, card, points)
        found = points[""]
        return None if found is None else rounding.rounded(found, rounding.total)

    return total


def effective_shares(card: PlannedCard, points: Points) -> dict[str, float]:
    """How much of the account's total every node decides; ``points`` are those of all nodes."""
    shares = {"": 1.0}
    for group in reversed(list(card.root.groups())):
        for child, part in zip(group.children, _parts(group, card, points), strict=True):
            shares[child.path] = shares[group.path] * part
    return shares


def leaf_losses(card: PlannedCard, points: Points, shares: Mapping[str, float]) -> dict[str, float]:
    """What every leaf loses of the total; a missing one loses nothing."""
    losses = {}
    for group in card.root.groups():
        for child in group.children:
            if not child.children:
                own = points[child.path]
                most = most_lost(group, child, card.meaning)
                losses[child.path] = 0.0 if own is None else (most - own) * shares[child.path]
    return losses


@dataclass(frozen=True, slots=True)
class Besides:
    """What a score lacks besides the points that its leaves lose: what starts, limits and categories of groups take or
    give (``other``), and what the rounding of groups makes of the total (``rounded``)."""

    other: float = 0.0
    rounded: float = 0.0


def find_besides(card: PlannedCard, points: Points, lost: float) -> Besides:
    """What a score lacks besides what all leaves lose (``lost``), at the digits of the score.

    ``points`` are those of all nodes, the root's rounded. What the rounding of the total takes is shared by the leaves.
    """
    meaning, rounding = card.meaning, card.meaning.rounding
    if leaves_make_all(card):
        return Besides()
    plain = replace(card, meaning=replace(meaning, rounding=replace(rounding, group=None)))
    exact = node_points(plain, {leaf.path: points[leaf.path] for leaf in card.root.leaves()})[""]
    own = points[""]
    assert exact is not None
    assert own is not None
    other = 0.0 if _is_plain(card) else rounding.rounded(meaning.best - exact - lost, rounding.digits)
    by_groups = rounding.rounded(rounding.rounded(exact, rounding.total) - own, rounding.digits)
    return Besides(other, by_groups)


def leaves_make_all(card: PlannedCard) -> bool:
    """Whether what the leaves lose is all that the score lacks: no starts, limits, categories or rounded groups."""
    return _is_plain(card) and not _rounds_groups(card)


def _rounds_groups(card: PlannedCard) -> bool:
    return card.meaning.rounding.group is not None and any(group.path for group in card.root.groups())


def _is_plain(card: PlannedCard) -> bool:
    """Whether no start, limit or category of a group adds or takes points."""
    plain = all(group.how not in ("sum", "worst_of") and group.limits is None for group in card.root.groups())
    on_scale = all(leaf.limits == card.meaning.scale or leaf.span.high <= card.meaning.best
                   for leaf in card.root.leaves())
    return plain and on_scale


def exact_parts(parts: Mapping[str, float], total: float, digits: int) -> dict[str, float]:
    """The parts rounded so that they add up to the total exactly: those cut most get what is left."""
    unit = Decimal(1).scaleb(-digits)
    exact = {name: Decimal(repr(part)) / unit for name, part in parts.items()}
    whole = {name: math.floor(part) for name, part in exact.items()}
    rest = int((Decimal(repr(total)) / unit).to_integral_value(ROUND_HALF_UP)) - sum(whole.values())
    order = sorted(exact, key=lambda name: exact[name] - whole[name], reverse=rest > 0)
    shared = [name for name in order if exact[name]]  # what a sum adds without a bound is a negative loss
    for place in range(abs(rest) if shared else 0):
        whole[shared[place % len(shared)]] += 1 if rest > 0 else -1
    return {name: float(count * unit) for name, count in whole.items()}


def _group_points(group: PlannedNode, card: PlannedCard, points: Points) -> float | None:
    """The points of a group from those of its children."""
    value, digits = _joined(group, card, points), card.meaning.rounding.group
    if value is None:
        return None
    value = limited(group, value)
    return card.meaning.rounding.rounded(value, digits) if group.path and digits is not None else value


def _joined(group: PlannedNode, card: PlannedCard, points: Points) -> float | None:
    how = group.how
    if how in MEANS:
        return _weighted([(points[unit.path], share) for unit, share in card.units(group)])
    known = [own for child in group.children if (own := points[child.path]) is not None]
    if not known:
        return None
    if how == "sum":
        return (group.node.start or 0.0) + sum(known)
    if how == "worst_of":
        return min(category(own, card.meaning) for own in known)
    return min(known) if how == "min" else max(known)


def _weighted(children: Sequence[tuple[float | None, float]]) -> float | None:
    known = [(points, weight) for points, weight in children if points is not None]
    whole = sum(weight for _, weight in known)
    return sum(points * weight for points, weight in known) / whole if whole else None


def _parts(group: PlannedNode, card: PlannedCard, points: Points) -> list[float]:
    """Each child's part of its group: its share of what is known, or all for the first that decides."""
    how = group.how
    if how == "sum":
        return [1.0] * len(group.children)
    if how not in MEANS:
        deciding = _deciding(group, card, points)
        return [1.0 if child is deciding else 0.0 for child in group.children]
    weights = [child.weight * _known_part(child, card, points) for child in group.children]
    whole = sum(weights)
    return [weight / whole if whole else 0.0 for weight in weights]


def _known_part(child: PlannedNode, card: PlannedCard, points: Points) -> float:
    """The part of a child's weight that it keeps: all when it has points; across the card what is known below."""
    if child.children and child.is_mean and card.meaning.renormalise == "scorecard":
        return sum(share for unit, share in card.units(child) if points[unit.path] is not None)
    return 0.0 if points[child.path] is None else 1.0


def _deciding(group: PlannedNode, card: PlannedCard, points: Points) -> PlannedNode | None:
    """The first child with the lowest (in ``max`` the highest) points."""
    known = [(own, child) for child in group.children if (own := points[child.path]) is not None]
    if not known:
        return None
    pick = max if group.how == "max" else min
    return pick(known, key=lambda one: one[0])[1]
