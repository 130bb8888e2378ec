"""SQL for one scorecard: values, points, groups from the leaves up, total; each stage a plain nested SELECT.

Columns of a node: its path for the points, and, for groups, ``~c``, ``~l`` and ``~h`` with its path for coverage and
for the points it would have if what is missing were worst or best.
"""

from __future__ import annotations

from collections.abc import Sequence

from kaframe.database import quoted
from kaframe.names import JOINED_NAMES
from kaframe.scorecard.points import leaf_points, number
from kaframe.scorecard.tree import PlannedCard, PlannedNode

APPLIES = quoted("~applies")
EXACT_DIGITS = 9  # what lies beyond is the binary tail and no part of a score
EPSILON = 1e-12  # what a sum of shares may lack of what it is


def card_query(card: PlannedCard, relation: str, exact: bool = False) -> str:
    """The table ``score_<card>``: one row an account that the card applies to; with the unrounded total or without."""
    leaves = list(card.root.leaves()) if card.root.children else []
    values = [f"{leaf.value.sql} AS {_value(leaf)}" for leaf in leaves if leaf.value]
    conditions = "".join(f", {quoted(name)}" for name in sorted(_case_names(leaves)))
    applies = [f"{card.applies.sql} AS {APPLIES}"] if card.applies else []
    query = f"SELECT {', '.join(['account_id', *values, *applies])}{conditions} FROM {relation}"
    points = [f"{leaf_points(leaf, _value(leaf), card.meaning)} AS {quoted(leaf.path)}" for leaf in leaves]
    kept = [_value(leaf) for leaf in leaves if is_computed(leaf)]
    query = _staged(query, ["account_id", *kept, *points, *([APPLIES] if applies else [])])
    query = f"SELECT * FROM ({query}) WHERE {APPLIES}" if applies else query  # last: pareto is among all accounts
    for stage in _stages(card.root):
        sums = [part for group in stage if _is_plain(group) for part in _sums(group)]
        query = f"SELECT *, {', '.join(sums)} FROM ({query})" if sums else query
        query = f"SELECT *, {', '.join(part for group in stage for part in _group(group, card))} FROM ({query})"
    return _finished(card, query, kept, exact)


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


def balanced(terms: Sequence[str], operator: str = "+") -> str:
    """The terms joined as a balanced tree: a long left-deep sum does not bind."""
    if len(terms) == 1:
        return terms[0]
    middle = len(terms) // 2
    return f"({balanced(terms[:middle], operator)} {operator} {balanced(terms[middle:], operator)})"


def _staged(query: str, columns: Sequence[str]) -> str:
    return f"SELECT {', '.join(columns)} FROM ({query})"


def _value(leaf: PlannedNode) -> str:
    return quoted(f"value:{leaf.path}")


def _case_names(leaves: Sequence[PlannedNode]) -> set[str]:
    return {name for leaf in leaves for case in leaf.cases if case for name in case.names - case.absent}


def _stages(root: PlannedNode) -> list[list[PlannedNode]]:
    """Groups by height: every group stands in a later stage than the groups below it; the root is alone at the end."""
    stages: list[list[PlannedNode]] = []

    def height(node: PlannedNode) -> int:
        if not node.children:
            return -1
        own = 1 + max(height(child) for child in node.children)
        while len(stages) <= own:
            stages.append([])
        if node is not root:
            stages[own].append(node)
        return own

    height(root)
    return [stage for stage in stages if stage] + ([[root]] if root.children else [])


def _is_plain(group: PlannedNode) -> bool:
    """Whether two sums say everything about the group: a weighted mean of leaves."""
    weighted = group.node.aggregate in ("weighted_mean", "mean")
    return bool(group.path) and weighted and not any(child.children for child in group.children)


def _sums(group: PlannedNode) -> list[str]:
    """What is known of a plain group: its weighted points (``~n``) and its weight (``~c``, a share of 1)."""
    top, bottom = _weighted_sums([(quoted(child.path), child.weight) for child in group.children])
    return [f"{top} AS {quoted('~n' + group.path)}", f"{bottom} AS {quoted('~c' + group.path)}"]


def _plain_group(group: PlannedNode, card: PlannedCard) -> list[str]:
    """Points, low and high of a plain group from its two sums."""
    worst, best = card.meaning.scale
    known, weight = quoted("~n" + group.path), quoted("~c" + group.path)
    missing = f"({number(1)} - {weight})"
    return [
        f"{known} / NULLIF({weight}, 0) AS {quoted(group.path)}",
        f"{known} + {missing} * {number(worst)} AS {quoted('~l' + group.path)}",
        f"{known} + {missing} * {number(best)} AS {quoted('~h' + group.path)}",
    ]


def _group(group: PlannedNode, card: PlannedCard) -> list[str]:
    """Points, coverage, low and high of a group from its children's."""
    if _is_plain(group):
        return _plain_group(group, card)
    worst, best = card.meaning.scale
    how = group.node.aggregate
    name = group.path or "points"
    low = [_bound(child, "~l", worst) for child in group.children]
    high = [_bound(child, "~h", best) for child in group.children]
    coverage = balanced([f"{_coverage(child)} * {number(child.weight)}" for child in group.children])
    return [
        f"{_points(group, card, how)} AS {quoted(name)}",
        f"{coverage} AS {quoted('~c' + group.path)}",
        f"{_joined(group, low, how)} AS {quoted('~l' + group.path)}",
        f"{_joined(group, high, how)} AS {quoted('~h' + group.path)}",
    ]


def _points(group: PlannedNode, card: PlannedCard, how: str) -> str:
    """The points of what is known; missing when nothing is."""
    if not group.path and card.meaning.renormalise == "scorecard":
        return _weighted([(quoted(path), share) for path, share in leaf_shares(card).items()])
    children = [(quoted(child.path), child.weight) for child in group.children]
    if how in ("weighted_mean", "mean"):
        return _weighted(children)
    names = [name for name, _ in children]
    if how in ("min", "max"):
        return names[0] if len(names) == 1 else f"{'least' if how == 'min' else 'greatest'}({', '.join(names)})"
    worst, best = card.meaning.scale
    known = balanced([f"coalesce({name}, {number(0)})" for name in names])
    total = f"{number(group.node.start)} + {known}"
    unknown = " AND ".join(f"{name} IS NULL" for name in names)
    return f"CASE WHEN {unknown} THEN NULL ELSE {_clamped(total, worst, best)} END"


def _weighted(children: Sequence[tuple[str, float]]) -> str:
    """The weighted mean of the children that are known."""
    top, bottom = _weighted_sums(children)
    return f"{top} / NULLIF({bottom}, 0)"


def _weighted_sums(children: Sequence[tuple[str, float]]) -> tuple[str, str]:
    """The weighted points and the weight of the children that are known."""
    top = balanced([f"CASE WHEN {name} IS NULL THEN 0 ELSE {name} * {number(weight)} END" for name, weight in children])
    bottom = balanced([f"CASE WHEN {name} IS NULL THEN 0 ELSE {number(weight)} END" for name, weight in children])
    return top, bottom


def _joined(group: PlannedNode, parts: Sequence[str], how: str) -> str:
    """The group's value when every child has one."""
    if how in ("min", "max"):
        return parts[0] if len(parts) == 1 else f"{'least' if how == 'min' else 'greatest'}({', '.join(parts)})"
    if how == "sum":
        return f"{number(group.node.start)} + {balanced(list(parts))}"
    weighted = zip(parts, group.children, strict=True)
    return balanced([f"{part} * {number(child.weight)}" for part, child in weighted])


def _bound(child: PlannedNode, kind: str, instead: float) -> str:
    return quoted(kind + child.path) if child.children else f"coalesce({quoted(child.path)}, {number(instead)})"


def _coverage(child: PlannedNode) -> str:
    known = f"CASE WHEN {quoted(child.path)} IS NULL THEN {number(0)} ELSE {number(1)} END"
    return quoted("~c" + child.path) if child.children else known


def _clamped(value: str, low: float, high: float) -> str:
    least, most = number(low), number(high)
    return f"CASE WHEN {value} < {least} THEN {least} WHEN {value} > {most} THEN {most} ELSE {value} END"


def _finished(card: PlannedCard, query: str, kept: Sequence[str], exact: bool) -> str:
    """The columns people see: nodes, the total rounded half-up in decimal, coverage, low and high."""
    if not card.root.children:
        empty = "CAST(NULL AS DOUBLE)"
        exactly = f"{empty} AS exact, " if exact else ""
        nothing = f"{empty} AS points, {exactly}{number(0)} AS coverage, {empty} AS low, {empty} AS high"
        return f"SELECT account_id, {nothing} FROM ({query})"
    digits = card.meaning.digits
    nodes = [quoted(node.path) for node in _in_order(card.root)]
    enough = [f"{quoted('~c')} >= {number(card.meaning.minimum_coverage - EPSILON)}"]
    enough += [f"{quoted(leaf.path)} IS NOT NULL" for leaf in card.root.leaves() if _needed(leaf, card)]
    known = f"CASE WHEN {' AND '.join(enough)} THEN {{}} END"
    totals = [f"{known.format(rounded(quoted('points'), digits))} AS points"]
    totals += [f"{known.format(rounded(quoted('points'), EXACT_DIGITS))} AS exact"] if exact else []
    low, high = (f"{rounded(quoted(kind), digits)} AS {name}" for kind, name in (("~l", "low"), ("~h", "high")))
    coverage = f"{rounded(quoted('~c'), 4)} AS coverage"
    return f"SELECT {', '.join(['account_id', *nodes, *kept, *totals, coverage, low, high])} FROM ({query})"


def rounded(value: str, digits: int) -> str:
    """Half-up in decimal, so that 8.45 becomes 8.5; the binary tail beyond nine digits is no part of a score."""
    return f"CAST(round(CAST({value} AS DECIMAL(18, 9)), {digits}) AS DOUBLE)"


def _needed(leaf: PlannedNode, card: PlannedCard) -> bool:
    policy = leaf.node.missing if leaf.node.missing is not None else card.meaning.missing
    return bool(policy == "no_data")


def _in_order(root: PlannedNode) -> list[PlannedNode]:
    """Every node below the root, parents before children, as written."""
    nodes = []
    for child in root.children:
        nodes += [child, *_in_order(child)]
    return nodes
