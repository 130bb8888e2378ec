"""SQL for the largest reasons of an account: three leaves, chosen by comparing whole numbers.

Each leaf becomes one number: its loss above, its place below, so that the greatest number is the largest loss and its
low bits say whose. The three greatest of a list cost a third of what unnesting and ranking the leaves costs; they are
sought only where they are shown, and found sooner when the list begins with what is likely to be large.
"""

from __future__ import annotations

from dataclasses import dataclass

from kaframe.database import literal, quoted
from kaframe.scorecard.planned import MEANS, reason_from
from kaframe.scorecard.points import number
from kaframe.scorecard.query import leaf_shares
from kaframe.scorecard.tree import PlannedCard, PlannedNode
from kaframe.status.weights import leaf_weights, with_worth

REASONS = ("reason_1", "reason_2", "reason_3")
DIGITS = 1e6  # losses that differ by less are equal, as in ``reasons``
EXACT = 2.0**52  # up to here, with room to spare, every whole number is a double of its own
LARGEST = quoted("~largest")


@dataclass(frozen=True, slots=True)
class Losses:
    """What the largest reasons of one card are made of: per leaf the number that says how much it loses, over columns
    that are carried from the score to the colour, under names that no other column has.

    ``paths`` are in the order of the places; ``points`` and ``weights`` say of each carried column what it is made of.
    """

    paths: tuple[str, ...]
    numbers: tuple[str, ...]
    points: dict[str, str]
    weights: dict[str, str]

    @property
    def places(self) -> int:
        """How many numbers share a loss, so that the place of the leaf fits below it."""
        return 1 << len(self.paths).bit_length()

    @property
    def carried(self) -> tuple[str, ...]:
        """The names of the columns that are carried."""
        return (*self.points, *self.weights)

    def largest(self, good: str) -> str:
        """The three greatest numbers of an account whose colour is not good: one of the others needs no reason."""
        if not self.paths:
            return f"CAST(NULL AS DOUBLE[]) AS {LARGEST}"
        largest = f"list_aggregate([{', '.join(self.numbers)}], 'max', {len(REASONS)})"
        return f"CASE WHEN status IN {good} THEN NULL ELSE {largest} END AS {LARGEST}"

    def reasons(self) -> dict[str, str]:
        """The leaves that the greatest numbers belong to, by column."""
        if not self.paths:
            return {name: f"CAST(NULL AS VARCHAR) AS {name}" for name in REASONS}
        paths, places = ", ".join(literal(path) for path in self.paths), self.places
        return {
            name: f"CASE WHEN {large} >= {places} THEN [{paths}][{places} - CAST({large} AS BIGINT) % {places}] END "
            f"AS {name}"
            for name, large in ((name, f"{LARGEST}[{rank}]") for rank, name in enumerate(REASONS, 1))
        }


def plan_losses(card: PlannedCard) -> Losses:
    """The leaves that may lose points, over the rows of ``scored_rows``.

    A missing leaf loses nothing: its number is NULL, which counts for nothing. Of equal losses the first by name wins.
    """
    leaves = sorted(leaf_weights(card), key=lambda found: found[0].path)
    places = 1 << len(leaves).bit_length()
    most = EXACT / DIGITS / places  # what is lost beyond is as good as equal
    numbers: dict[str, str] = {}
    points: dict[str, str] = {}
    weights: dict[str, str] = {}
    for place, (leaf, group, weight) in enumerate(leaves):
        own, worth, decided = (quoted(f"{kind}:{of}") for kind, of in (
            ("own", leaf.path), ("worth", group.path), ("weight", leaf.path)))  # fmt: skip
        is_worth = group.how in MEANS or group.how == "sum"  # then a leaf's weight speaks of nothing else
        points[own] = quoted(leaf.path)
        weights |= {worth: worth} if is_worth else {decided: weight}
        lost = f"{_lost(card, leaf, group, own, most)} * ({weight if is_worth else decided})"
        numbers[leaf.path] = f"round({lost}) * {number(places)} + {number(places - 1 - place)}"
    shares = leaf_shares(card)
    heaviest = sorted(numbers, key=lambda path: -shares[path])  # the engine keeps the greatest so far: fewer to replace
    return Losses(tuple(numbers), tuple(numbers[path] for path in heaviest), points, weights)


def scored_rows(card: PlannedCard) -> str:
    """The rows of ``score_<card>`` with what a point in each group is worth."""
    return f"({with_worth(card, quoted(f'score_{card.card.id}'), DIGITS)})"


def _lost(card: PlannedCard, leaf: PlannedNode, group: PlannedNode, points: str, cap: float) -> str:
    """The points that a leaf loses of its own, at most so many."""
    most, sign = reason_from(group, leaf, card.meaning)
    lost = f"({number(most)} - {points})" if sign > 0 else f"({points} - {number(most)})"
    if max(abs(most - end) for end in leaf.span) <= cap:
        return lost
    return f"CASE WHEN {lost} > {number(cap)} THEN {number(cap)} ELSE {lost} END"
