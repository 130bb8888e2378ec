"""SQL for the largest reasons of every account: three leaves, chosen by comparing whole numbers.

Each leaf becomes one number: its loss above, its place below, so that the greatest number is the largest loss and its
low bits say whose. Three passes of ``greatest`` cost half of what unnesting and ranking the leaves costs.
"""

from __future__ import annotations

from kaframe.database import literal, quoted
from kaframe.scorecard.tree import PlannedCard
from kaframe.status.reasons import leaf_losses, with_known_weights

REASONS = ("reason_1", "reason_2", "reason_3")
DIGITS = 1e6  # losses that differ by less are equal, as in ``reasons``
LARGEST = 1e8  # points; what is lost beyond them is as good as equal


def with_largest(card: PlannedCard) -> str:
    """The rows of ``score_<card>`` with ``reason_1`` to ``reason_3``: the leaves that lose the most points.

    A missing leaf loses nothing: its number is NULL, which ``greatest`` skips. Of equal losses the first by name wins.
    """
    losses = sorted(leaf_losses(card).items())
    if not losses:
        nothing = ", ".join(f"CAST(NULL AS VARCHAR) AS {name}" for name in REASONS)
        return f"(SELECT *, {nothing} FROM {quoted(f'score_{card.card.id}')})"
    places = 1 << len(losses).bit_length()
    unbounded = {leaf.path for leaf in card.root.leaves() if max(-leaf.span.low, leaf.span.high) > LARGEST}
    numbers = {
        quoted(f"n:{place}"): _number(_capped(lost) if path in unbounded else lost, place, places)
        for place, (path, lost) in enumerate(losses)
    }
    listed = ", ".join(f"{sql} AS {name}" for name, sql in numbers.items())
    query = f"SELECT *, {listed} FROM ({with_known_weights(card)})"
    for before, name in zip(("", *REASONS), REASONS, strict=False):
        left = [f"CASE WHEN {one} < {quoted('~' + before)} THEN {one} END" if before else one for one in numbers]
        largest = left[0] if len(left) == 1 else f"greatest({', '.join(left)})"
        query = f"SELECT *, {largest} AS {quoted('~' + name)} FROM ({query})"
    paths = ", ".join(literal(path) for path, _ in losses)
    reasons = ", ".join(
        f"CASE WHEN {large} >= {places} THEN [{paths}][{places} - {large} % {places}] END AS {name}"
        for name, large in ((name, quoted("~" + name)) for name in REASONS)
    )
    return f"(SELECT *, {reasons} FROM ({query}))"


def _capped(lost: str) -> str:
    """The loss of a leaf whose points nothing bounds, so that it fits into a whole number."""
    return f"CASE WHEN {lost} > {LARGEST} THEN {LARGEST} ELSE {lost} END"


def _number(lost: str, place: int, places: int) -> str:
    """The loss and, in its low bits, the leaf: the first has the greatest, so that it wins among equals."""
    return f"CAST(floor({lost} * {DIGITS:.0f} + 0.5) AS BIGINT) * {places} + {places - 1 - place}"
