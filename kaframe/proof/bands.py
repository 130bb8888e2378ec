"""Bands of the scorecards: values that two claim, and values between two that none claims.

Values without any band, and bands without any value, are errors of the step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from kaframe.errors import Problem
from kaframe.expression import Type
from kaframe.project import Project
from kaframe.proof.domains import domain_of_value
from kaframe.proof.finding import beside, finding
from kaframe.proof.leaves import all_leaves
from kaframe.ranges import REAL, Domain, Spans
from kaframe.rules.score import Band, ScoreNode

NUMBER = Domain.between(float("-inf"), float("inf"))


def check_bands(project: Project) -> list[Problem]:
    """What is odd about the bands of every leaf, each with a value that shows it."""
    banded = [leaf for leaf in all_leaves(project) if leaf.node.bands]
    return [
        *(problem for leaf in banded for problem in _leaf(leaf.path, leaf.node)),
        *(problem for leaf in banded for problem in _beyond(project, leaf.path, leaf.node)),
    ]


def band_values(band: Band) -> Spans:
    """The values of a band."""
    found = Spans.all(REAL)
    edges = ((">=", band.at_least), (">", band.above), ("<=", band.at_most), ("<", band.below))
    for sign, edge in edges:
        if edge is not None:
            found = found.meet(Spans.compared(REAL, sign, edge))
    return found


def _leaf(path: str, leaf: ScoreNode) -> Iterator[Problem]:
    bands = [(band, band_values(band)) for band in leaf.bands if not band.otherwise]
    yield from _shared(path, bands)
    rest = next((band for band in leaf.bands if band.otherwise), None)
    if rest is not None:
        yield from _left(path, rest, [values for _, values in bands])


def _beyond(project: Project, path: str, leaf: ScoreNode) -> Iterator[Problem]:
    """Bands for what the value can never be: below 0 of a count, above 1 of a share."""
    domain = domain_of_value(project, leaf.value, Type.NUMBER) if leaf.value else None
    known = domain.values.known if domain else None
    if domain is None or leaf.value is None or not isinstance(known, Spans):
        return
    for band in (band for band in leaf.bands if not band.otherwise):
        if Spans.of(known.step, band_values(band).parts).meet(known).is_empty:
            message = f"no value is ever in this band of '{path}'"
            hint = "take it out, or mend its edges"
            yield finding(band.at, "KF2334", message, hint, f"{leaf.value.text.strip()} is {domain.described()}")


def _shared(path: str, bands: Sequence[tuple[Band, Spans]]) -> Iterator[Problem]:
    """Values of two bands of which neither lies within the other; one within the other is read from the top."""
    for (above, first), (below, second) in combinations(bands, 2):
        both = first.meet(second)
        if both.is_empty or both in (first, second):
            continue
        value = _written(both)
        if both.parts[0][0] == both.parts[0][1]:
            message = f"two bands of '{path}' claim the edge {value}; it counts for the first of them"
            hint = "write 'above' or 'below' for one of the two"
            yield beside(finding(below.at, "KF2302", message, hint, value), above.at)
        else:
            message = f"two bands of '{path}' overlap; what lies in both counts for the first of them"
            hint = "let one begin where the other ends"
            yield beside(finding(below.at, "KF2303", message, hint, value), above.at)


def _left(path: str, rest: Band, sets: Sequence[Spans]) -> Iterator[Problem]:
    """Values between bands that fall to ``else`` together with others.

    An ``else`` that is just the one stretch between the others is meant so; a single edge between two bands never is.
    """
    left = Spans.of(REAL, [part for one in sets for part in one.parts]).complement().parts
    for low, high in left:
        between = low != float("-inf") and high != float("inf")
        if between and (low == high or len(left) > 1):
            value = _written(Spans.of(REAL, [(low, high)]))
            hint = "let a band begin where the one before it ends"
            yield finding(rest.at, "KF2304", f"the bands of '{path}' leave a gap that falls to 'else'", hint, value)


def _written(values: Spans) -> str:
    return NUMBER.written(values.example())
