"""What the data say of maps: keys that no account has, and values that no key takes."""

from __future__ import annotations

from collections.abc import Iterator

from kaframe.database import Database, literal, quoted
from kaframe.errors import Problem
from kaframe.names import account_relation
from kaframe.project import Project
from kaframe.proof.finding import finding
from kaframe.scorecard.tree import PlannedCard, PlannedNode

SHOWN = 3


def map_findings(project: Project, db: Database, card: PlannedCard, accounts: int) -> Iterator[Problem]:
    """Every map of a card over the accounts that have it. Reads: ``measures``, ``score_<card>``."""
    for leaf in card.root.leaves() if card.root.children else ():
        if leaf.node.map and leaf.node.value and leaf.value and not leaf.value.absent:
            yield from _of_map(project, db, card, leaf, accounts)


def _of_map(project: Project, db: Database, card: PlannedCard, leaf: PlannedNode, accounts: int) -> Iterator[Problem]:
    assert leaf.value is not None
    assert leaf.node.value is not None
    points = leaf.node.map or {}
    keys = [key for key in points if key != "else"]
    relation = account_relation(project, "score", set(leaf.value.names))
    values = f"SELECT account_id, CAST({leaf.value.sql} AS VARCHAR) AS word FROM {relation} AS r"
    values = f"SELECT word FROM ({values}) SEMI JOIN {quoted(f'score_{card.card.id}')} USING (account_id)"
    listed = ", ".join(map(literal, keys)) or "NULL"
    seen = {row["word"] for row in db.rows(f"SELECT DISTINCT word FROM ({values}) WHERE word IN ({listed})")}
    for key in keys:
        if key not in seen:
            message = f"none of {accounts} accounts has the key '{key}' in the map of '{leaf.path}'"
            yield finding(leaf.node.value.at, "KF2381", message, "is it written as in the data?",
                          f"0 of {accounts} accounts")  # fmt: skip
    if "else" in points:
        return
    others = db.rows(f"SELECT word, count(*) AS n FROM ({values}) WHERE word IS NOT NULL AND word NOT IN ({listed}) "
                     "GROUP BY word ORDER BY n DESC, word")  # fmt: skip
    if others:
        shown = ", ".join(f"'{row['word']}' ({row['n']})" for row in others[:SHOWN])
        more = f" and {len(others) - SHOWN} more" if len(others) > SHOWN else ""
        count = sum(row["n"] for row in others)
        message = f"{count} of {accounts} accounts have a value that the map of '{leaf.path}' does not list"
        yield finding(leaf.node.value.at, "KF2384", message, "list it, or say what others count: else: 0", shown + more)
