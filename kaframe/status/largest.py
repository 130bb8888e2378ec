"""SQL for the largest reasons of every account: three leaves, chosen by comparing whole numbers.

Each leaf becomes one number: its loss above, its place below, so that the greatest number is the largest loss and its
low bits say whose. The three greatest of a list cost a third of what unnesting and ranking the leaves costs.
"""

from __future__ import annotations

from kaframe.database import literal, quoted
from kaframe.scorecard.planned import reason_from
from kaframe.scorecard.points import number
from kaframe.scorecard.tree import PlannedCard, PlannedNode
from kaframe.status.weights import leaf_weights, with_worth

REASONS = ("reason_1", "reason_2", "reason_3")
DIGITS = 1e6  # losses that differ by less are equal, as in ``reasons``
EXACT = 2.0**52  # up to here, with room to spare, every whole number is a double of its own


def with_largest(card: PlannedCard) -> str:
    """The rows of ``score_<card>`` with ``reason_1`` to ``reason_3``: the leaves that lose the most points.

    A missing leaf loses nothing: its number is NULL, which counts for nothing. Of equal losses the first by name wins.
    """
    leaves = sorted(leaf_weights(card), key=lambda found: found[0].path)
    table = quoted(f"score_{card.card.id}")
    if not leaves:
        nothing = ", ".join(f"CAST(NULL AS VARCHAR) AS {name}" for name in REASONS)
        return f"(SELECT *, {nothing} FROM {table})"
    places = 1 << len(leaves).bit_length()
    most = EXACT / DIGITS / places  # what is lost beyond is as good as equal
    numbers = ", ".join(
        f"round({_lost(card, leaf, group, most)} * ({weight})) * {number(places)} + {number(places - 1 - place)}"
        for place, (leaf, group, weight) in enumerate(leaves)
    )
    largest = f"list_aggregate([{numbers}], 'max', {len(REASONS)}) AS {quoted('~largest')}"
    paths = ", ".join(literal(leaf.path) for leaf, _, _ in leaves)
    reasons = ", ".join(
        f"CASE WHEN {large} >= {places} THEN [{paths}][{places} - CAST({large} AS BIGINT) % {places}] END AS {name}"
        for name, large in ((name, f"{quoted('~largest')}[{rank}]") for rank, name in enumerate(REASONS, 1))
    )
    return f"(SELECT *, {reasons} FROM (SELECT *, {largest} FROM ({with_worth(card, table, DIGITS)})))"


def _lost(card: PlannedCard, leaf: PlannedNode, group: PlannedNode, cap: float) -> str:
    """The points that a leaf loses of its own, at most so many."""
    most, sign = reason_from(group, leaf, card.meaning)
    points = quoted(leaf.path)
    lost = f"({number(most)} - {points})" if sign > 0 else f"({points} - {number(most)})"
    if max(abs(most - end) for end in leaf.span) <= cap:
        return lost
    return f"CASE WHEN {lost} > {number(cap)} THEN {number(cap)} ELSE {lost} END"
