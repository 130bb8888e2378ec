"""SQL for the reasons behind a colour: for managed accounts, the points that every leaf loses of the total."""

from __future__ import annotations

from collections.abc import Sequence

from kaframe.database import literal, quoted
from kaframe.expression import FUNCTIONS
from kaframe.names import account_relation
from kaframe.project import Project
from kaframe.scorecard.leaves import kind_of
from kaframe.scorecard.planned import MEANS, reason_from
from kaframe.scorecard.points import balanced, extreme, number
from kaframe.scorecard.query import is_computed
from kaframe.scorecard.tree import PlannedCard, PlannedNode
from kaframe.status.plan import rolled_accounts

WINDOWED = {name for name, function in FUNCTIONS.items() if function.kind == "window"}  # among all accounts
NO_REASONS = (
    "SELECT ''::VARCHAR AS account_id, ''::VARCHAR AS card, 0::BIGINT AS rank, ''::VARCHAR AS node, 0::DOUBLE AS lost, "
    "0::DOUBLE AS points, 0::DOUBLE AS weight, ''::VARCHAR AS value WHERE FALSE"
)


def reasons_query(project: Project, cards: Sequence[PlannedCard]) -> str:
    """The rows of ``reasons``: what each leaf loses (with a ``baseline``: against that), largest first.

    In weighted means the losses of an account add up to what its score lacks: a leaf's weight is its share of
    what is known. In ``min`` and ``max`` groups the first that decides carries the group's whole weight.
    """
    parts = [_card(project, card) for card in cards if card.root.children]
    if not parts:
        return NO_REASONS
    return (
        "SELECT account_id, card, row_number() OVER (PARTITION BY account_id, card ORDER BY lost DESC, node) AS rank, "
        f"node, lost, points, weight, value FROM ({' UNION ALL '.join(parts)}) WHERE lost > 0"
    )


def leaf_losses(card: PlannedCard) -> dict[str, str]:
    """What each leaf loses of the total, over the columns of ``with_known_weights``; NULL where it is missing."""
    leaves = _paths(card.root, ())
    return {
        leaf.path: f"{_loss(leaf, path[-1], card)} * {weight}"
        for (leaf, path), weight in zip(leaves, _weights(card, leaves), strict=True)
    }


def with_known_weights(card: PlannedCard) -> str:
    """The rows of ``score_<card>`` with what is known of the weights."""
    known = "".join(f", {sql} AS {quoted(name)}" for name, sql in _known_shares(card).items())
    return f"SELECT s.*{known} FROM {quoted(f'score_{card.card.id}')} AS s"


def _loss(leaf: PlannedNode, group: PlannedNode, card: PlannedCard) -> str:
    most, sign = reason_from(group, leaf, card.meaning)
    points = quoted(leaf.path)
    return f"({number(most)} - {points})" if sign > 0 else f"({points} - {number(most)})"


def _card(project: Project, card: PlannedCard) -> str:
    """The leaves of one card side by side in lists, so that its managed accounts are read once."""
    leaves = _paths(card.root, ())
    told = {leaf.path for leaf, _ in leaves if _reason_text(project, leaf)}
    values = ", ".join(f"{_value(leaf, leaf.path in told)} AS {quoted(f'shown:{leaf.path}')}" for leaf, _ in leaves)
    source = (
        f"SELECT s.*, {values} FROM ({with_known_weights(card)}) AS s "
        "SEMI JOIN managed AS g ON g.account_id = s.account_id JOIN measures AS m ON m.account_id = s.account_id"
        f"{_told(project, [leaf for leaf, _ in leaves])}"
        f" ANTI JOIN ({rolled_accounts(card.card.id)}) AS r ON r.account_id = s.account_id"
    )
    baselines = [reason_from(path[-1], leaf, card.meaning) for leaf, path in leaves]
    lists = {
        "node": [literal(leaf.path) for leaf, _ in leaves],
        "points": [quoted(leaf.path) for leaf, _ in leaves],
        "most": [number(most) for most, _ in baselines],
        "sign": [number(sign) for _, sign in baselines],
        "weight": _weights(card, leaves),
        "value": [quoted(f"shown:{leaf.path}") for leaf, _ in leaves],
    }
    columns = ", ".join(f"unnest([{', '.join(parts)}]) AS {name}" for name, parts in lists.items())
    return (
        f"SELECT account_id, {literal(card.card.id)} AS card, node, round((most - points) * sign * weight, 6) AS lost, "
        f"points, round(weight, 6) AS weight, value FROM (SELECT account_id, {columns} FROM ({source})) "
        "WHERE points IS NOT NULL"
    )


def _weights(card: PlannedCard, leaves: Sequence[tuple[PlannedNode, Sequence[PlannedNode]]]) -> list[str]:
    """The share of the total that each leaf decides for one account."""
    return [
        " * ".join(_share(card, group, child) for group, child in zip(path, (*path[1:], leaf), strict=True))
        for leaf, path in leaves
    ]


def _known_shares(card: PlannedCard) -> dict[str, str]:
    """The weight that is known, a share of 1: of what every mean is taken over."""
    return {
        f"known:{group.path}": _known([(unit.path, share) for unit, share in card.units(group)])
        for group in card.root.groups()
        if group.how in MEANS
    }


def _known(weights: Sequence[tuple[str, float]]) -> str:
    return balanced([
        f"CASE WHEN s.{quoted(path)} IS NULL THEN {number(0)} ELSE {number(weight)} END" for path, weight in weights
    ])


def _share(card: PlannedCard, group: PlannedNode, child: PlannedNode) -> str:
    """How much of the group's points this child decides for one account."""
    if group.how == "sum":
        return number(1)
    if group.how not in MEANS:
        return _decides(group, child)
    whole = f"NULLIF({quoted(f'known:{group.path}')}, 0)"
    handed_on = child.children and child.is_mean and card.meaning.renormalise == "scorecard"
    known = f"{quoted(f'known:{child.path}')} * " if handed_on else ""
    return f"({known}{number(child.weight)} / {whole})"


def _decides(group: PlannedNode, child: PlannedNode) -> str:
    """1 for the first child with the lowest (in ``max`` the highest) points."""
    names = [quoted(one.path) for one in group.children]
    decides = extreme(names, "greatest" if group.how == "max" else "least")
    first = " ".join(f"WHEN {name} = {decides} THEN {literal(name)}" for name in names)
    return f"CASE WHEN CASE {first} END = {literal(quoted(child.path))} THEN {number(1)} ELSE {number(0)} END"


def _told(project: Project, leaves: Sequence[PlannedNode]) -> str:
    """A join with the reason that the case or row behind the points gives, for leaves that have such reasons."""
    told = {leaf.path: _reason_text(project, leaf) for leaf in leaves}
    columns = ", ".join(f"{text} AS {quoted(f'told:{path}')}" for path, text in told.items() if text)
    if not columns:
        return ""
    names = {name for leaf in leaves if told[leaf.path] for part in leaf.parts() for name in part.names}
    ranked = any(part.functions & WINDOWED for leaf in leaves if told[leaf.path] for part in leaf.parts())
    relation = account_relation(project, "score", names, managed=not ranked)
    return f" LEFT JOIN (SELECT account_id, {columns} FROM {relation}) AS t ON t.account_id = s.account_id"


def _reason_text(project: Project, leaf: PlannedNode) -> str:
    """SQL of the reason, in the project's language; "" for a leaf whose rule tells none."""
    kind = kind_of(leaf.node)
    texts = [project.text(arm.reason) for arm in kind.arms(leaf)]
    if not any(texts):
        return ""
    listed = ", ".join(literal(text) for text in texts)
    said = f"list_filter(list_transform({kind.deciding(leaf)}, lambda i: [{listed}][i]), lambda t: t <> '')"
    return f"NULLIF(array_to_string({said}, '; '), '')"


def _value(leaf: PlannedNode, told: bool) -> str:
    if told:
        return f"t.{quoted(f'told:{leaf.path}')}"
    if leaf.value is None:
        return "CAST(NULL AS VARCHAR)"
    column = f"s.{quoted('value:' + leaf.path)}" if is_computed(leaf) else f"m.{leaf.value.sql}"
    return f"CAST({column} AS VARCHAR)"


def _paths(node: PlannedNode, above: Sequence[PlannedNode]) -> list[tuple[PlannedNode, tuple[PlannedNode, ...]]]:
    """Every leaf with the groups above it, from the root down."""
    if not node.children:
        return [(node, tuple(above))] if above else []
    return [found for child in node.children for found in _paths(child, (*above, node))]
