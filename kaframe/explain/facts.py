"""What the points of leaves rest on besides their values: age, and what counts instead of a missing one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kaframe.database import Database
from kaframe.explain.lookup import AMONG, one_each
from kaframe.names import account_relation
from kaframe.project import Project
from kaframe.scorecard.planned import PlannedCard, PlannedNode
from kaframe.scorecard.query import facts_query


@dataclass(frozen=True, slots=True)
class LeafFacts:
    """One leaf of one account. ``undated``: its day is missing; ``left``: the part of its points that age has left."""

    known: bool = True
    stale: bool = False
    undated: bool = False
    left: float | None = None


def find_facts(
    project: Project, db: Database, card: PlannedCard, ids: Sequence[str]
) -> dict[str, Mapping[str, LeafFacts]]:
    """The facts of all leaves that have some, by account and path."""
    leaves = [leaf for leaf in card.root.leaves() if card.root.children and _has_facts(leaf)]
    if not leaves:
        return {}
    query = facts_query(card, leaves, account_relation(project, "score", card.names()), project.as_of)
    found = one_each(db, f"SELECT * FROM ({query}) WHERE {AMONG}", [list(ids)])
    return {account_id: {leaf.path: _facts(leaf, row) for leaf in leaves} for account_id, row in found.items()}


def _has_facts(leaf: PlannedNode) -> bool:
    return bool(leaf.instead is not None or leaf.fresh or leaf.decay)


def _facts(leaf: PlannedNode, row: Mapping[str, Any]) -> LeafFacts:
    left = row[f"left:{leaf.path}"]
    return LeafFacts(
        known=bool(row[f"known:{leaf.path}"]),
        stale=row[f"fresh:{leaf.path}"] is False,
        undated=leaf.fresh is not None and row[f"fresh:{leaf.path}"] is None,
        left=None if left is None else float(left),
    )
