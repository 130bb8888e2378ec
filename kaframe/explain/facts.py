"""What the points of leaves rest on besides their values: age, and what counts instead of a missing one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kaframe.database import Database
from kaframe.names import account_relation
from kaframe.project import Project
from kaframe.scorecard.planned import PlannedCard, PlannedNode
from kaframe.scorecard.query import facts_query


@dataclass(frozen=True, slots=True)
class LeafFacts:
    """One leaf of one account. ``left``: the part of its points that age has left."""

    known: bool = True
    stale: bool = False
    left: float | None = None


def find_facts(project: Project, db: Database, card: PlannedCard, account_id: str) -> Mapping[str, LeafFacts]:
    """The facts of all leaves that have some, by path."""
    leaves = [leaf for leaf in card.root.leaves() if card.root.children and _has_facts(leaf)]
    if not leaves:
        return {}
    query = facts_query(card, leaves, account_relation(project, "score", card.names()), project.as_of)
    row = db.rows(f"SELECT * FROM ({query}) WHERE account_id = ?", [account_id])[0]
    return {leaf.path: _facts(leaf, row) for leaf in leaves}


def _has_facts(leaf: PlannedNode) -> bool:
    return bool(leaf.instead is not None or leaf.fresh or leaf.decay)


def _facts(leaf: PlannedNode, row: Mapping[str, Any]) -> LeafFacts:
    left = row[f"left:{leaf.path}"]
    return LeafFacts(
        known=bool(row[f"known:{leaf.path}"]),
        stale=row[f"fresh:{leaf.path}"] is False,
        left=None if left is None else float(left),
    )
