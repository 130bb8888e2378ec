"""Which case or row of a rule decided the points of leaves, and the reason that it gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kaframe.database import Database
from kaframe.explain.lookup import AMONG, one_each
from kaframe.explain.records import Deciding
from kaframe.names import account_relation
from kaframe.project import Project
from kaframe.scorecard.leaves import kind_of
from kaframe.scorecard.planned import PlannedCard, PlannedNode

Decided = Mapping[str, tuple[Deciding, ...]]


def find_deciding(project: Project, db: Database, card: PlannedCard, ids: Sequence[str]) -> dict[str, Decided]:
    """The parts of the rules of leaves that decided for each account, by the leaf's path.

    Several where points are put together, or where rows contradict each other and there are no points.
    """
    leaves = [leaf for leaf in card.root.leaves() if card.root.children and kind_of(leaf.node).arms(leaf)]
    if not leaves:
        return {}
    names = {name for leaf in leaves for part in leaf.parts() for name in part.names}
    places = [f"{kind_of(leaf.node).deciding(leaf)} AS x{number}" for number, leaf in enumerate(leaves)]
    relation = account_relation(project, "score", names)  # whole: pareto is among all accounts
    query = f"SELECT * FROM (SELECT account_id, {', '.join(places)} FROM {relation}) WHERE {AMONG}"
    return {
        account_id: {leaf.path: _parts(project, leaf, row[f"x{number}"]) for number, leaf in enumerate(leaves)}
        for account_id, row in one_each(db, query, [list(ids)]).items()
    }


def _parts(project: Project, leaf: PlannedNode, places: Sequence[int | None] | None) -> tuple[Deciding, ...]:
    arms = kind_of(leaf.node).arms(leaf)
    return tuple(
        Deciding(f"{arm.at.file}:{arm.at.line}", project.text(arm.reason))
        for arm in (arms[place - 1] for place in places or () if place is not None)
    )
