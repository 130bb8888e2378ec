"""What a leaf's value can be where it is no number: names, conditions, rows, and which of them decide."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

Unless = Callable[[int, frozenset[int]], tuple[int, ...] | None]


def nothing_besides(place: int, lacking: frozenset[int]) -> tuple[int, ...]:
    """Of names the value is one: no other can be in the way."""
    return ()


@dataclass(frozen=True, slots=True)
class Options:
    """The names, conditions or rows in the order of the rule, each with its points.

    ``unless`` tells for the place of one, and those with too few points (``lacking``), which others would take its
    points where they hold too; None where it is proven that one of them always does. Values are taken as known.
    """

    ways: tuple[tuple[str, float], ...] = ()
    unless: Unless = nothing_besides

    @classmethod
    def named(cls, points: Iterable[tuple[str, float]]) -> Options:
        """Names, of which a value is one."""
        return cls(tuple(points))
