"""Which leaves of a scorecard had a known value for somebody, and which parts of their rules decided."""

from __future__ import annotations

from collections.abc import Iterator

from kaframe.database import Database, quoted
from kaframe.names import account_relation
from kaframe.project import Project
from kaframe.scorecard.ageing import fresh_sql
from kaframe.scorecard.leafparts import deciding_parts, leaf_parts
from kaframe.scorecard.planned import PlannedCard, PlannedNode
from kaframe.testing.points import Key, part_name


def leaf_hits(project: Project, db: Database, card: PlannedCard) -> Iterator[Key]:
    """The leaves and their parts, over the accounts on the card; what stands in for a missing value proves nothing.

    Reads: ``measures`` and what else the card's expressions name, ``score_<card>``.
    """
    leaves = list(card.root.leaves()) if card.root.children else []
    if not leaves:
        return
    names = {name for leaf in leaves for part in leaf.parts() for name in part.names - part.absent}
    listed = ", ".join(f"{_decided(project, leaf)} AS p{place}" for place, leaf in enumerate(leaves))
    query = f"SELECT account_id, {listed} FROM {account_relation(project, 'score', names)}"
    query = f"SELECT q.* FROM ({query}) AS q SEMI JOIN {quoted(f'score_{card.card.id}')} USING (account_id)"
    sets = ", ".join(f"list(p{place}) FILTER (WHERE p{place} IS NOT NULL) AS s{place}" for place in range(len(leaves)))
    (row,) = db.rows(f"SELECT {sets} FROM ({query})")
    for place, leaf in enumerate(leaves):
        yield from _of_leaf(project, card, leaf, row[f"s{place}"] or [])


def _of_leaf(project: Project, card: PlannedCard, leaf: PlannedNode, decided: list[list[int | None]]) -> Iterator[Key]:
    parts = leaf_parts(project, card.card.id, leaf.path, leaf.node)
    numbers = {number for one in decided for number in one if number is not None}
    if decided and (numbers or not parts or leaf.node.curve):
        yield "leaf", f"{card.card.id}.{leaf.path}"
    for number in sorted(numbers):
        part = parts[number - 1]
        yield part.kind, f"{card.card.id}.{leaf.path}{part_name(part.name)}"


def _decided(project: Project, leaf: PlannedNode) -> str:
    """The parts that decide, for values that are neither missing nor stale."""
    parts = deciding_parts(leaf, f"({leaf.value.sql})" if leaf.value else "NULL")
    known = [f"({fresh_sql(leaf, project.as_of)})"] if leaf.fresh else []
    known += [f"({leaf.decay.sql}) IS NOT NULL"] if leaf.decay else []
    return f"CASE WHEN {' AND '.join(known)} THEN {parts} END" if known else parts
