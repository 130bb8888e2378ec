"""The arithmetic of a scorecard for one account, in Python: points of nodes, total, coverage, and who loses how much.

It says the same as the SQL of ``kaframe.scorecard``; tests compare them over all accounts of the example.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from kaframe.rules.score import ScoreNode
from kaframe.scorecard.points import missing_points, most_points
from kaframe.scorecard.query import EPSILON, leaf_shares
from kaframe.scorecard.tree import PlannedCard, PlannedNode

Points = Mapping[str, float | None]


def node_points(card: PlannedCard, leaves: Points) -> dict[str, float | None]:
    """The points of every node from those of the leaves; the root's (unrounded total) under the empty path."""
    found: dict[str, float | None] = dict(leaves)
    for group in card.root.groups():
        if not group.path and card.meaning.renormalise == "scorecard":
            found[""] = _weighted([(found[path], share) for path, share in leaf_shares(card).items()])
        else:
            found[group.path] = _joined(group, card, [(found[child.path], child.weight) for child in group.children])
    return found


def coverage_of(node: PlannedNode, leaves: Points) -> float:
    """The share of the node's weight that is known."""
    if not node.children:
        return 0.0 if leaves[node.path] is None else 1.0
    return sum(coverage_of(child, leaves) * child.weight for child in node.children)


def total_score(card: PlannedCard, leaves: Points) -> float | None:
    """The account's score, rounded as the card says; None when too little is known."""
    if not card.root.children:
        return None
    known = coverage_of(card.root, leaves) >= card.meaning.minimum_coverage - EPSILON
    needed = [leaf.path for leaf in card.root.leaves() if _is_needed(leaf.node, card) and leaves[leaf.path] is None]
    total = node_points(card, leaves)[""]
    return rounded(total, card.meaning.digits) if known and not needed and total is not None else None


def effective_shares(card: PlannedCard, points: Points) -> dict[str, float]:
    """How much of the account's total every node decides; ``points`` are those of all nodes."""
    shares = {"": 1.0}
    if card.meaning.renormalise == "scorecard":
        return _shared_by_leaves(card, points)
    for group in reversed(list(card.root.groups())):
        for child, part in zip(group.children, _parts(group, points), strict=True):
            shares[child.path] = shares[group.path] * part
    return shares


def leaf_losses(card: PlannedCard, points: Points, shares: Mapping[str, float]) -> dict[str, float]:
    """What every leaf loses of the total; a missing one loses nothing."""
    losses = {}
    for group in card.root.groups():
        for child in group.children:
            if not child.children:
                own = points[child.path]
                most = most_points(child, card.meaning) if group.node.aggregate == "sum" else card.meaning.scale[1]
                losses[child.path] = 0.0 if own is None else (most - own) * shares[child.path]
    return losses


def exact_parts(parts: Mapping[str, float], total: float, digits: int) -> dict[str, float]:
    """The parts rounded so that they add up to the total exactly: those cut most get what is left."""
    unit = Decimal(1).scaleb(-digits)
    exact = {name: Decimal(repr(part)) / unit for name, part in parts.items()}
    whole = {name: math.floor(part) for name, part in exact.items()}
    rest = int((Decimal(repr(total)) / unit).to_integral_value(ROUND_HALF_UP)) - sum(whole.values())
    order = sorted(exact, key=lambda name: exact[name] - whole[name], reverse=rest > 0)
    losing = [name for name in order if exact[name] > 0]
    for place in range(abs(rest) if losing else 0):
        whole[losing[place % len(losing)]] += 1 if rest > 0 else -1
    return {name: float(count * unit) for name, count in whole.items()}


def rounded(value: float, digits: int) -> float:
    """Half-up in decimal, after cutting the binary tail beyond nine digits; as the step ``score`` does."""
    nine = Decimal(repr(value)).quantize(Decimal("1e-9"), ROUND_HALF_UP)
    return float(nine.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def instead_of_missing(leaf: PlannedNode, card: PlannedCard) -> float | None:
    """What a missing value counts as; None when it counts as nothing."""
    return missing_points(leaf, card.meaning)


def _joined(group: PlannedNode, card: PlannedCard, children: Sequence[tuple[float | None, float]]) -> float | None:
    how = group.node.aggregate
    known = [points for points, _ in children if points is not None]
    if not known:
        return None
    if how in ("weighted_mean", "mean"):
        return _weighted(children)
    if how in ("min", "max"):
        return min(known) if how == "min" else max(known)
    worst, best = card.meaning.scale
    return min(max(group.node.start + sum(known), worst), best)


def _weighted(children: Sequence[tuple[float | None, float]]) -> float | None:
    known = [(points, weight) for points, weight in children if points is not None]
    whole = sum(weight for _, weight in known)
    return sum(points * weight for points, weight in known) / whole if whole else None


def _parts(group: PlannedNode, points: Points) -> list[float]:
    """Each child's part of its group: its share of what is known, or all for the first that decides."""
    how = group.node.aggregate
    if how == "sum":
        return [1.0] * len(group.children)
    if how in ("min", "max"):
        deciding = next((child for child in group.children if _decides(child, group, points)), None)
        return [1.0 if child is deciding else 0.0 for child in group.children]
    weights = [0.0 if points[child.path] is None else child.weight for child in group.children]
    whole = sum(weights)
    return [weight / whole if whole else 0.0 for weight in weights]


def _decides(child: PlannedNode, group: PlannedNode, points: Points) -> bool:
    return points[child.path] is not None and points[child.path] == points[group.path]


def _shared_by_leaves(card: PlannedCard, points: Points) -> dict[str, float]:
    """With one renormalisation over the whole card a group decides as much as its leaves together."""
    written = leaf_shares(card)
    known = sum(share for path, share in written.items() if points[path] is not None)
    shares = {path: 0.0 if points[path] is None or not known else share / known for path, share in written.items()}
    for group in card.root.groups():
        shares[group.path] = sum(shares[leaf.path] for leaf in group.leaves())
    return shares


def _is_needed(node: ScoreNode, card: PlannedCard) -> bool:
    policy = node.missing if node.missing is not None else card.meaning.missing
    return bool(policy == "no_data")
