"""Bands: points by the range that a value is in; the first that holds it."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import Any

from kaframe.bind import place_of
from kaframe.errors import Problem
from kaframe.rules.score import Band, ScoreNode, Semantics
from kaframe.scorecard.leaves.kind import LeafKind, points_of
from kaframe.scorecard.planned import PlannedNode, Span
from kaframe.scorecard.points import number

SIGNS = (("at_least", ">="), ("above", ">"), ("at_most", "<="), ("below", "<"))


def takes(band: Band, value: float) -> bool:
    """Whether a value is in a band."""
    return (
        (band.at_least is None or value >= band.at_least)
        and (band.above is None or value > band.above)
        and (band.at_most is None or value <= band.at_most)
        and (band.below is None or value < band.below)
    )


def probes(bands: tuple[Band, ...]) -> list[float]:
    """A value of every stretch on which the bands say the same: each edge, between two, and beyond the last."""
    edges = sorted({edge for band in bands for name, _ in SIGNS if (edge := getattr(band, name)) is not None})
    if not edges:
        return [0.0]
    between = [(low + high) / 2 for low, high in pairwise(edges)]
    return sorted({edges[0] - 1, *edges, *between, edges[-1] + 1})


def _filled(node: ScoreNode, meaning: Semantics, problems: list[Problem]) -> ScoreNode:
    bands = []
    for band in node.bands:
        problems += _edge_problems(band, node)
        points = points_of(band.points, node, meaning, problems, place_of(band, "points"))
        plain = replace(band, points=points, lower=None, upper=None)
        bands.append(_with_edges(plain, band.lower, band.upper, meaning))
    return replace(node, bands=tuple(bands))


def _with_edges(band: Band, low: float | None, high: float | None, meaning: Semantics) -> Band:
    """``from`` and ``to`` as the semantics read them."""
    if low is not None:
        band = replace(band, at_least=low) if meaning.edges == "lower" else replace(band, above=low)
    if high is not None:
        band = replace(band, below=high) if meaning.edges == "lower" else replace(band, at_most=high)
    return band


def _edge_problems(band: Band, node: ScoreNode) -> list[Problem]:
    """A side of a range has one edge."""
    doubled = [
        words
        for words, one, two in (("from", band.lower, (band.at_least, band.above)),
                                ("to", band.upper, (band.at_most, band.below)),
                                ("at_least", band.at_least, (band.above,)), ("at_most", band.at_most, (band.below,)))
        if one is not None and any(other is not None for other in two)
    ]
    return [
        Problem(place_of(band, word), "KF2203", f"a band of '{node.id}' has '{word}' and another edge on the same side",
                "keep one of them")
        for word in doubled[:1]
    ]


def _problems(node: ScoreNode) -> list[Problem]:
    """Every value has a band, and every band has a value."""
    last = next((place for place, band in enumerate(node.bands) if band.otherwise), len(node.bands) - 1)
    problems = [
        Problem(band.at, "KF2136", f"bands of '{node.id}' after 'else' are never reached", "put 'else' last")
        for band in node.bands[last + 1 :][:1]
    ]
    values = probes(node.bands)
    reached = {place for value in values if (place := _place(node.bands, value)) is not None}
    gap = next((value for value in values if _place(node.bands, value) is None), None)
    if gap is not None:
        problems.append(Problem(node.bands[-1].at, "KF2135", f"the bands of '{node.id}' leave values without points, "
                                f"such as {gap:g}", "end them with {else: points}"))
    problems += [
        Problem(band.at, "KF2137", f"this band of '{node.id}' is never reached",
                "bands above it take all its values: order them from the narrowest on")
        for place, band in enumerate(node.bands[: last + 1])
        if place not in reached
    ]
    return problems


def _place(bands: tuple[Band, ...], value: float) -> int | None:
    return next((place for place, band in enumerate(bands) if takes(band, value)), None)


def _sql(leaf: PlannedNode, value: str) -> str:
    """Where a band takes the rest, missing values go first: that is a test less for most."""
    arms, rest = [], ""
    for band in leaf.node.bands:
        tests = [f"{value} {sign} {number(edge)}" for name, sign in SIGNS if (edge := getattr(band, name)) is not None]
        if not tests:
            rest = f" ELSE {number(band.points)}"
            break
        arms.append(f"WHEN {' AND '.join(tests)} THEN {number(band.points)}")
    missing = f"WHEN {value} IS NULL THEN NULL " if rest else ""
    return f"CASE {missing}{' '.join(arms)}{rest} END"


def _points(leaf: PlannedNode, value: Any) -> float | None:
    place = _place(leaf.node.bands, value)
    return None if place is None else float(leaf.node.bands[place].points)


def _span(node: ScoreNode) -> Span:
    points = [band.points for band in node.bands]
    return Span(min(points), max(points))


def _how(node: ScoreNode) -> str:
    texts = []
    for band in node.bands:
        limits = [f"{sign}{edge:g}" for name, sign in SIGNS if (edge := getattr(band, name)) is not None]
        texts.append(f"{'&'.join(limits) or 'else'}:{band.points:g}")
    return "bands " + " ".join(texts)


def _edges(leaf: PlannedNode, needed: float) -> list[float]:
    edges = [getattr(band, name) for band in leaf.node.bands for name, _ in SIGNS]
    return [edge for edge in edges if edge is not None and math.isfinite(edge)]


BANDS = LeafKind("bands", _filled, _problems, _sql, _span, _points, _how, edges=_edges)
