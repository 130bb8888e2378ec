"""SQL for the top-level node of a card that loses an account the most points."""

from __future__ import annotations

from kaframe.database import literal, quoted
from kaframe.scorecard.planned import PlannedCard, most_lost
from kaframe.scorecard.points import number


def weakest_node(card: PlannedCard) -> str:
    """The top-level node that loses the most points; the first of equals, nothing when none loses any."""
    lost = []
    for child in card.root.children:
        most = number(most_lost(card.root, child, card.meaning))
        lost.append((child.path, f"coalesce(({most} - {quoted(child.path)}) * {number(child.weight)}, -1)"))
    if not lost:
        return "CAST(NULL AS VARCHAR)"
    most = lost[0][1] if len(lost) == 1 else f"greatest({', '.join(sql for _, sql in lost)})"
    arms = " ".join(f"WHEN {sql} = {most} THEN {literal(path)}" for path, sql in lost)
    return f"CASE WHEN {most} <= 0 THEN NULL {arms} END"
