"""SQL for the reasons behind a colour: for managed accounts, the points that every leaf loses of the total."""

from __future__ import annotations

from collections.abc import Sequence

from kaframe.database import literal, quoted
from kaframe.scorecard.points import number
from kaframe.scorecard.query import is_computed
from kaframe.scorecard.tree import PlannedCard, PlannedNode

NO_REASONS = (
    "SELECT ''::VARCHAR AS account_id, ''::VARCHAR AS card, 0::BIGINT AS rank, ''::VARCHAR AS node, 0::DOUBLE AS lost, "
    "0::DOUBLE AS points, 0::DOUBLE AS weight, ''::VARCHAR AS value WHERE FALSE"
)


def reasons_query(cards: Sequence[PlannedCard]) -> str:
    """The rows of ``reasons``: what each leaf loses, largest first.

    In weighted means the losses of an account add up to what its score lacks: a leaf's weight is its share of
    what is known. In ``min`` and ``max`` groups the leaf that decides carries the group's whole weight.
    """
    parts = [_card(card) for card in cards if card.root.children]
    if not parts:
        return NO_REASONS
    return (
        "SELECT account_id, card, row_number() OVER (PARTITION BY account_id, card ORDER BY lost DESC, node) AS rank, "
        f"node, lost, points, weight, value FROM ({' UNION ALL '.join(parts)}) WHERE lost > 0"
    )


def _card(card: PlannedCard) -> str:
    """The leaves of one card: its managed accounts are picked once, then every leaf reads those few rows."""
    leaves = _paths(card.root, ())
    measured = sorted({leaf.value.sql for leaf, _ in leaves if leaf.value and not is_computed(leaf)})
    columns = ", ".join(["s.*", *(f"m.{name} AS {_measured(name)}" for name in measured)])
    picked = (
        f"SELECT {columns} FROM {quoted(f'score_{card.card.id}')} AS s "
        "SEMI JOIN managed AS g ON g.account_id = s.account_id JOIN measures AS m ON m.account_id = s.account_id"
    )
    parts = " UNION ALL ".join(_leaf(card, leaf, path) for leaf, path in leaves)
    return f"(WITH picked AS MATERIALIZED ({picked}) {parts})"


def _leaf(card: PlannedCard, leaf: PlannedNode, path: Sequence[PlannedNode]) -> str:
    best = number(card.meaning.scale[1])
    points = f"s.{quoted(leaf.path)}"
    weight = " * ".join(_share(group, child) for group, child in zip(path, (*path[1:], leaf), strict=True))
    return (
        f"SELECT account_id, {literal(card.card.id)} AS card, {literal(leaf.path)} AS node, "
        f"round(({best} - points) * weight, 6) AS lost, points, round(weight, 6) AS weight, value FROM "
        f"(SELECT s.account_id, {points} AS points, {weight} AS weight, {_value(leaf)} AS value "
        f"FROM picked AS s WHERE {points} IS NOT NULL)"
    )


def _measured(name: str) -> str:
    return quoted(f"measured:{name.strip(chr(34))}")


def _share(group: PlannedNode, child: PlannedNode) -> str:
    """How much of the group's points this child decides for one account."""
    points = f"s.{quoted(child.path)}"
    how = group.node.aggregate
    if how in ("min", "max"):
        own = f"s.{quoted(group.path or 'points')}"
        return f"CASE WHEN {points} = {own} THEN {number(1)} ELSE {number(0)} END"
    if how == "sum":
        return number(1)
    known = " + ".join(
        f"CASE WHEN s.{quoted(sister.path)} IS NULL THEN 0 ELSE {number(sister.weight)} END" for sister in group.children
    )
    return f"({number(child.weight)} / NULLIF({known}, 0))"


def _value(leaf: PlannedNode) -> str:
    if leaf.value is None:
        return "CAST(NULL AS VARCHAR)"
    column = quoted(f"value:{leaf.path}") if is_computed(leaf) else _measured(leaf.value.sql)
    return f"CAST(s.{column} AS VARCHAR)"


def _paths(node: PlannedNode, above: Sequence[PlannedNode]) -> list[tuple[PlannedNode, tuple[PlannedNode, ...]]]:
    """Every leaf with the groups above it, from the root down."""
    if not node.children:
        return [(node, tuple(above))] if above else []
    return [found for child in node.children for found in _paths(child, (*above, node))]
