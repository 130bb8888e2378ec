"""SQL for the reasons behind a colour: for managed accounts, the points that every leaf loses of the total."""

from __future__ import annotations

from collections.abc import Sequence

from kaframe.database import literal, quoted
from kaframe.expression import FUNCTIONS
from kaframe.names import account_relation
from kaframe.project import Project
from kaframe.scorecard.leaves import kind_of
from kaframe.scorecard.planned import reason_from
from kaframe.scorecard.points import number
from kaframe.scorecard.query import is_computed
from kaframe.scorecard.tree import PlannedCard, PlannedNode
from kaframe.status.plan import rolled_accounts
from kaframe.status.weights import leaf_weights, with_worth

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
    return " UNION ALL ".join(parts) or NO_REASONS


def _card(project: Project, card: PlannedCard) -> str:
    """The leaves of one card side by side in lists, so that its managed accounts are read once."""
    weights = sorted(leaf_weights(card), key=lambda found: found[0].path)  # of equal losses the first by name
    leaves = [leaf for leaf, _, _ in weights]
    told = {leaf.path for leaf in leaves if _reason_text(project, leaf)}
    values = ", ".join(f"{_value(leaf, leaf.path in told)} AS {quoted(f'shown:{leaf.path}')}" for leaf in leaves)
    managed = f"(SELECT s.* FROM {quoted(f'score_{card.card.id}')} AS s SEMI JOIN managed AS g USING (account_id))"
    source = (
        f"SELECT s.*, {values} FROM ({with_worth(card, managed)}) AS s "
        f"JOIN measures AS m ON m.account_id = s.account_id{_told(project, leaves)}"
        f" ANTI JOIN ({rolled_accounts(card.card.id)}) AS r ON r.account_id = s.account_id"
    )
    baselines = [reason_from(group, leaf, card.meaning) for leaf, group, _ in weights]
    lists = {
        "place": [str(place) for place, _ in enumerate(leaves)],
        "node": [literal(leaf.path) for leaf in leaves],
        "points": [quoted(leaf.path) for leaf in leaves],
        "most": [number(most) for most, _ in baselines],
        "sign": [number(sign) for _, sign in baselines],
        "weight": [weight for _, _, weight in weights],
        "value": [quoted(f"shown:{leaf.path}") for leaf in leaves],
    }
    columns = ", ".join(f"unnest([{', '.join(parts)}]) AS {name}" for name, parts in lists.items())
    lost = (
        "SELECT *, round((most - points) * sign * weight, 6) AS lost "
        f"FROM (SELECT account_id, {columns} FROM ({source})) WHERE points IS NOT NULL"
    )
    return (
        f"SELECT account_id, {literal(card.card.id)} AS card, "
        "row_number() OVER (PARTITION BY account_id ORDER BY lost DESC, place) AS rank, "
        f"node, lost, points, round(weight, 6) AS weight, value FROM ({lost}) WHERE lost > 0"
    )


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
