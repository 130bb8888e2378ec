"""Which case or row of a rule decided the points of a leaf, and the reason that it gives."""

from __future__ import annotations

from kaframe.explain.evidence import Records
from kaframe.explain.records import Deciding
from kaframe.names import account_relation
from kaframe.scorecard.leaves import kind_of
from kaframe.scorecard.planned import PlannedNode


def find_deciding(records: Records, leaf: PlannedNode) -> tuple[Deciding, ...]:
    """The parts of the leaf's rule that decided for the account; several where points are put together, or where rows
    contradict each other and there are no points."""
    kind = kind_of(leaf.node)
    arms = kind.arms(leaf)
    if not arms:
        return ()
    names = {name for part in leaf.parts() for name in part.names}
    relation = account_relation(records.project, "score", names)
    query = f"SELECT account_id, {kind.deciding(leaf)} AS places FROM {relation}"  # whole: pareto is among all accounts
    rows = records.db.rows(f"SELECT places FROM ({query}) WHERE account_id = ?", [records.account_id])
    places = [place for row in rows for place in row["places"] or () if place is not None]
    return tuple(
        Deciding(f"{arm.at.file}:{arm.at.line}", records.project.text(arm.reason))
        for arm in (arms[place - 1] for place in places)
    )
