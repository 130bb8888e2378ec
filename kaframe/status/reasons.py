"""SQL for the reasons behind a colour: for managed accounts, the points that every leaf loses of the total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kaframe.database import literal, quoted
from kaframe.scorecard.points import most_points, number
from kaframe.scorecard.query import balanced, is_computed, leaf_shares
from kaframe.scorecard.tree import PlannedCard, PlannedNode

NO_REASONS = (
    "SELECT ''::VARCHAR AS account_id, ''::VARCHAR AS card, 0::BIGINT AS rank, ''::VARCHAR AS node, 0::DOUBLE AS lost, "
    "0::DOUBLE AS points, 0::DOUBLE AS weight, ''::VARCHAR AS value WHERE FALSE"
)


def reasons_query(cards: Sequence[PlannedCard]) -> str:
    """The rows of ``reasons``: what each leaf loses, largest first.

    In weighted means the losses of an account add up to what its score lacks: a leaf's weight is its share of
    what is known. In ``min`` and ``max`` groups the first that decides carries the group's whole weight.
    """
    parts = [_card(card) for card in cards if card.root.children]
    if not parts:
        return NO_REASONS
    return (
        "SELECT account_id, card, row_number() OVER (PARTITION BY account_id, card ORDER BY lost DESC, node) AS rank, "
        f"node, lost, points, weight, value FROM ({' UNION ALL '.join(parts)}) WHERE lost > 0"
    )


def _card(card: PlannedCard) -> str:
    """The leaves of one card side by side in lists, so that its managed accounts are read once."""
    leaves = _paths(card.root, ())
    shares = _known_shares(card)
    known = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in shares.items())
    values = ", ".join(f"{_value(leaf)} AS {quoted(f'shown:{leaf.path}')}" for leaf, _ in leaves)
    source = (
        f"SELECT s.*{f', {known}' if known else ''}, {values} "
        f"FROM {quoted(f'score_{card.card.id}')} AS s "
        "SEMI JOIN managed AS g ON g.account_id = s.account_id JOIN measures AS m ON m.account_id = s.account_id"
    )
    lists = {
        "node": [literal(leaf.path) for leaf, _ in leaves],
        "points": [quoted(leaf.path) for leaf, _ in leaves],
        "most": [number(_most(leaf, path[-1], card)) for leaf, path in leaves],
        "weight": _weights(card, leaves),
        "value": [quoted(f"shown:{leaf.path}") for leaf, _ in leaves],
    }
    columns = ", ".join(f"unnest([{', '.join(parts)}]) AS {name}" for name, parts in lists.items())
    return (
        f"SELECT account_id, {literal(card.card.id)} AS card, node, round((most - points) * weight, 6) AS lost, "
        f"points, round(weight, 6) AS weight, value FROM (SELECT account_id, {columns} FROM ({source})) "
        "WHERE points IS NOT NULL"
    )


def _most(leaf: PlannedNode, group: PlannedNode, card: PlannedCard) -> float:
    """The points from which the leaf loses some: in a sum the most that it gives."""
    return most_points(leaf, card.meaning) if group.node.aggregate == "sum" else card.meaning.scale[1]


def _weights(card: PlannedCard, leaves: Sequence[tuple[PlannedNode, Sequence[PlannedNode]]]) -> list[str]:
    """The share of the total that each leaf decides for one account."""
    if card.meaning.renormalise == "scorecard":
        shares = leaf_shares(card)
        return [f"{number(shares[leaf.path])} / NULLIF({quoted('known:')}, 0)" for leaf, _ in leaves]
    return [_weight(leaf, path) for leaf, path in leaves]


def _weight(leaf: PlannedNode, path: Sequence[PlannedNode]) -> str:
    return " * ".join(_share(group, child) for group, child in zip(path, (*path[1:], leaf), strict=True))


def _known_shares(card: PlannedCard) -> dict[str, str]:
    """The weight that is known: of the children of every weighted mean, or of all leaves of the card."""
    if card.meaning.renormalise == "scorecard":
        return {"known:": _known(leaf_shares(card))}
    return {
        f"known:{group.path}": _known({child.path: child.weight for child in group.children})
        for group in card.root.groups()
        if group.node.aggregate in ("weighted_mean", "mean")
    }


def _known(weights: Mapping[str, float]) -> str:
    return balanced([
        f"CASE WHEN s.{quoted(path)} IS NULL THEN 0 ELSE {number(weight)} END" for path, weight in weights.items()
    ])


def _share(group: PlannedNode, child: PlannedNode) -> str:
    """How much of the group's points this child decides for one account."""
    points = quoted(child.path)
    how = group.node.aggregate
    if how in ("min", "max"):
        names = [quoted(one.path) for one in group.children]
        decides = f"{'least' if how == 'min' else 'greatest'}({', '.join(names)})"
        first = " ".join(f"WHEN {name} = {decides} THEN {literal(name)}" for name in names)
        return f"CASE WHEN CASE {first} END = {literal(points)} THEN {number(1)} ELSE {number(0)} END"
    if how == "sum":
        return number(1)
    return f"({number(child.weight)} / NULLIF({quoted(f'known:{group.path}')}, 0))"


def _value(leaf: PlannedNode) -> str:
    if leaf.value is None:
        return "CAST(NULL AS VARCHAR)"
    column = f"s.{quoted('value:' + leaf.path)}" if is_computed(leaf) else f"m.{leaf.value.sql}"
    return f"CAST({column} AS VARCHAR)"


def _paths(node: PlannedNode, above: Sequence[PlannedNode]) -> list[tuple[PlannedNode, tuple[PlannedNode, ...]]]:
    """Every leaf with the groups above it, from the root down."""
    if not node.children:
        return [(node, tuple(above))] if above else []
    return [found for child in node.children for found in _paths(child, (*above, node))]
