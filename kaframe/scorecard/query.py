"""SQL for one scorecard: values, points, groups from the leaves up, total; each stage a plain nested SELECT.

Columns of a node: its path for the points, and, for groups, ``~c``, ``~l`` and ``~h`` with its path for coverage and
for the points it would have if what is missing were worst or best. The root's path is empty, its points are ``points``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kaframe.database import quoted
from kaframe.names import JOINED_NAMES
from kaframe.scorecard.groupquery import group_stages
from kaframe.scorecard.leafquery import known, value_column, values, with_points
from kaframe.scorecard.planned import PlannedCard, PlannedNode
from kaframe.scorecard.points import half_up, number, rounded

APPLIES = quoted("~applies")
EPSILON = 1e-12  # what a sum of shares may lack of what it is
COVERAGE_DIGITS = 4


def card_query(card: PlannedCard, relation: str, as_of: date, exact: bool = False) -> str:
    """The table ``score_<card>``: one row an account that the card applies to; with the unrounded total or without."""
    leaves = list(card.root.leaves()) if card.root.children else []
    conditions = "".join(f", {quoted(name)}" for name in sorted(_input_names(leaves)))
    applies = [f"{card.condition} AS {APPLIES}"] if card.condition else []
    query = f"SELECT {', '.join(['account_id', *values(leaves, as_of), *applies])}{conditions} FROM {relation}"
    kept = [value_column(leaf) for leaf in leaves if is_computed(leaf)]
    query = with_points(query, leaves, ["account_id", *kept, *([APPLIES] if applies else [])], card)
    query = f"SELECT * FROM ({query}) WHERE {APPLIES}" if applies else query  # last: pareto is among all accounts
    for columns in group_stages(card):
        query = f"SELECT *, {', '.join(columns)} FROM ({query})"
    return _finished(card, query, kept, exact)


def facts_query(card: PlannedCard, leaves: Sequence[PlannedNode], relation: str, as_of: date) -> str:
    """What the points of leaves rest on, one row an account: whether the value is ``known:``, is ``fresh:``, and what
    age has ``left:`` of its points."""
    names = [quoted(name) for name in sorted(_input_names(leaves))]
    query = f"SELECT {', '.join(['account_id', *values(leaves, as_of), *names])} FROM {relation}"
    kept = [quoted(f"~fresh:{leaf.path}") for leaf in leaves if leaf.fresh]
    kept += [quoted(f"~left:{leaf.path}") for leaf in leaves if leaf.decay]
    query = with_points(query, leaves, ["account_id", *kept], card)
    shown = [f"{known(leaf)} AS {quoted('known:' + leaf.path)}" for leaf in leaves]
    for leaf in leaves:
        for kind, day in (("fresh", leaf.fresh), ("left", leaf.decay)):
            told = quoted(f"~{kind}:{leaf.path}") if day else "NULL"
            shown.append(f"{told} AS {quoted(f'{kind}:{leaf.path}')}")
    return f"SELECT account_id, {', '.join(shown)} FROM ({query})"


def is_computed(leaf: PlannedNode) -> bool:
    """Whether the leaf's value is more than a measure or column, which ``measures`` keeps anyway."""
    if leaf.value is None:
        return False
    return leaf.value.sql not in {quoted(name) for name in leaf.value.names - JOINED_NAMES}


def leaf_shares(card: PlannedCard) -> dict[str, float]:
    """The share of the total that every leaf has when nothing is missing."""
    shares: dict[str, float] = {}

    def walk(node: PlannedNode, share: float) -> None:
        if not node.children:
            shares[node.path] = share
        for child in node.children:
            walk(child, share * child.weight)

    for child in card.root.children:
        walk(child, child.weight)
    return shares


def _input_names(leaves: Sequence[PlannedNode]) -> set[str]:
    """The names that the points of leaves are made of besides their values."""
    return {name for leaf in leaves for part in leaf.inputs if part for name in part.names - part.absent}


def _finished(card: PlannedCard, query: str, kept: Sequence[str], exact: bool) -> str:
    """The columns people see: nodes, the total rounded in decimal, coverage, low and high."""
    if not card.root.children:
        empty = "CAST(NULL AS DOUBLE)"
        exactly = f"{empty} AS exact, " if exact else ""
        nothing = f"{empty} AS points, {exactly}{number(0)} AS coverage, {empty} AS low, {empty} AS high"
        return f"SELECT account_id, {nothing} FROM ({query})"
    nodes = [quoted(node.path) for node in _in_order(card.root)]
    enough = [f"{quoted('~c')} >= {number(card.meaning.minimum_coverage - EPSILON)}"]
    enough += [known(leaf) for leaf in card.root.leaves() if leaf.needed]
    digits = card.meaning.rounding.total
    known_points = f"CASE WHEN {' AND '.join(enough)} THEN {{}} END"
    totals = [f"{known_points.format(_total(card, 'points', digits))} AS points"]
    totals += [f"{known_points.format(_total(card, 'points', None))} AS exact"] if exact else []
    ends = [f"{_total(card, column, digits)} AS {name}" for column, name in (("~l", "low"), ("~h", "high"))]
    coverage = f"{half_up(quoted('~c'), COVERAGE_DIGITS)} AS coverage"
    return f"SELECT {', '.join(['account_id', *nodes, *kept, *totals, coverage, *ends])} FROM ({query})"


def _total(card: PlannedCard, column: str, digits: int | None) -> str:
    """The total at so many digits; nothing where nothing bounds it."""
    rounding, span = card.meaning.rounding, card.root.span
    total = rounded(quoted(column), digits, rounding, span)
    if abs(span.low) < float("inf") and abs(span.high) < float("inf"):
        return total
    return f"CASE WHEN abs({quoted(column)}) < {number(float('inf'))} THEN {total} END"


def _in_order(root: PlannedNode) -> list[PlannedNode]:
    """Every node below the root, parents before children, as written."""
    nodes = []
    for child in root.children:
        nodes += [child, *_in_order(child)]
    return nodes
