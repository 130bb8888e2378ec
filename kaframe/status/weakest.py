"""SQL for the top-level node of a card that loses an account the most points."""

from __future__ import annotations

from kaframe.database import literal, quoted
from kaframe.scorecard.points import most_points, number
from kaframe.scorecard.tree import PlannedCard, PlannedNode


def weakest_node(card: PlannedCard) -> str:
    """The top-level node that loses the most points; the first of equals, nothing when none loses any."""
    lost = [
        (child.path, f"coalesce(({number(_most(child, card))} - {quoted(child.path)}) * {number(child.weight)}, -1)")
        for child in card.root.children
    ]
    if not lost:
        return "CAST(NULL AS VARCHAR)"
    most = lost[0][1] if len(lost) == 1 else f"greatest({', '.join(sql for _, sql in lost)})"
    arms = " ".join(f"WHEN {sql} = {most} THEN {literal(path)}" for path, sql in lost)
    return f"CASE WHEN {most} <= 0 THEN NULL {arms} END"


def _most(child: PlannedNode, card: PlannedCard) -> float:
    """The points from which a top-level node loses some: in a sum the most that the leaf gives."""
    additive = card.root.node.aggregate == "sum" and not child.children
    return most_points(child, card.meaning) if additive else card.meaning.scale[1]
