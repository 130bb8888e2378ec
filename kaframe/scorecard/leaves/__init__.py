"""The kinds of leaves: ways from a value to points, one file each. A new kind is a file and a line in ``KINDS``."""

from __future__ import annotations

from kaframe.rules.score import ScoreNode
from kaframe.scorecard.leaves.bands import BANDS
from kaframe.scorecard.leaves.cases import CASES
from kaframe.scorecard.leaves.curve import CURVE
from kaframe.scorecard.leaves.kind import LeafKind
from kaframe.scorecard.leaves.map import MAP
from kaframe.scorecard.leaves.raw import RAW
from kaframe.scorecard.leaves.table import TABLE

KINDS: tuple[LeafKind, ...] = (BANDS, CURVE, CASES, MAP, TABLE)


def written_kinds(node: ScoreNode) -> list[LeafKind]:
    """The kinds that a leaf writes; it should be one, or none: then the value is the points."""
    return [kind for kind in KINDS if getattr(node, kind.key) not in ((), None)]


def kind_of(node: ScoreNode) -> LeafKind:
    """The kind of a leaf."""
    return next(iter(written_kinds(node)), RAW)
