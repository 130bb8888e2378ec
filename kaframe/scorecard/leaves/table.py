"""Decision tables: points by the rows that hold, as the hit policy says."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from kaframe.decisiontable import (
    Axis,
    Grid,
    Input,
    Outcome,
    cell_condition,
    clash_sql,
    find_doubts,
    make_axis,
    parse_cell,
    points_sql,
    row_sql,
)
from kaframe.decisiontable.cells import ANYTHING
from kaframe.decisiontable.policy import joined
from kaframe.errors import Problem, RuleError
from kaframe.expression import Compiled, Scope, Type
from kaframe.rules.score import ScoreNode, Semantics
from kaframe.rules.table import DecisionTable, TableRow
from kaframe.scorecard.leaves.kind import Arm, LeafKind, Wanted
from kaframe.scorecard.leaves.options import Options
from kaframe.scorecard.planned import PlannedNode, Span

ASKED = (Type.NUMBER, Type.TEXT, Type.BOOLEAN, Type.DATE, Type.TIMESTAMP)


def _table(node: ScoreNode) -> DecisionTable:
    assert node.table is not None
    return node.table


def _filled(node: ScoreNode, meaning: Semantics, problems: list[Problem]) -> ScoreNode:
    return node


def _problems(node: ScoreNode) -> list[Problem]:
    if node.value is None:
        return []
    return [Problem(node.value.at, "KF2249", f"leaf '{node.id}' has a table and a value",
                    "the inputs of the table are its values: leave 'value' out")]


def _inputs(node: ScoreNode) -> list[Wanted]:
    return [(one.value, None) for one in _table(node).inputs]


def _checked(leaf: PlannedNode) -> list[Problem]:
    """Every cell is read and checked against the type of its input."""
    problems: list[Problem] = []
    for one, compiled in zip(_table(leaf.node).inputs, leaf.inputs, strict=True):
        if compiled is not None and compiled.type not in ASKED:
            problems.append(Problem(one.value.at, "KF2249", f"the input '{one.name}' is a {compiled.type}",
                                    "cells ask about numbers, texts, true and false, days and moments"))
    for row in _table(leaf.node).rows if not problems else ():
        try:
            _condition(row, leaf)
        except RuleError as error:
            problems += error.problems
    return problems


def _condition(row: TableRow, leaf: PlannedNode) -> str:
    """All cells of a row: false if one is, else unknown if one is, else true. Raises: RuleError."""
    parts: list[str] = []
    problems: list[Problem] = []
    for text, value in zip(row.cells, leaf.inputs, strict=True):
        assert value is not None
        try:
            found = cell_condition(parse_cell(text, value.type), Input(value.sql, value.type, value.inexact))
            parts += [found.sql] if found else []
        except RuleError as error:
            problems += error.problems
    if problems:
        raise RuleError(problems)
    return f"({' AND '.join(parts)})" if parts else "TRUE"


@lru_cache(maxsize=64)
def _outcomes(table: DecisionTable, inputs: tuple[Compiled | None, ...]) -> tuple[Outcome, ...]:
    leaf = PlannedNode("", ScoreNode(table.at, "", table=table), 1.0, inputs=inputs)
    return tuple(Outcome(_condition(row, leaf), row.points) for row in table.rows)


def _sql(leaf: PlannedNode, value: str) -> str:
    table = _table(leaf.node)
    return points_sql(table.policy, _outcomes(table, leaf.inputs), table.otherwise)


def _span(node: ScoreNode) -> Span:
    table = _table(node)
    points = [row.points for row in table.rows]
    rest = [table.otherwise] if table.otherwise is not None else []
    if table.collect == "count":
        return Span(min([1.0, *rest]), max([float(len(points)), *rest]))
    if table.collect == "sum":
        least = sum(one for one in points if one < 0) or min(points)
        most = sum(one for one in points if one > 0) or max(points)
        return Span(min([least, *rest]), max([most, *rest]))
    return Span(min([*points, *rest]), max([*points, *rest]))


def _points(leaf: PlannedNode, value: Any) -> float | None:
    """A table has no value of its own."""
    return None


def _how(node: ScoreNode) -> str:
    table = _table(node)
    return f"table {table.hit}{f' {table.collect}' if table.collect else ''}, {len(table.rows)} rows"


def _options(leaf: PlannedNode, scope: Scope) -> Options:
    """Each row as what it asks for, and ``else``; rows that add up are no way by themselves.

    A row brings its points unless another holds that goes before it, or contradicts it.
    """
    table = _table(leaf.node)
    if table.policy.adds_up:
        return Options()
    grid, points = table_grid(leaf), [row.points for row in table.rows]

    @cache
    def unless(place: int, lacking: frozenset[int]) -> tuple[int, ...] | None:
        if place == len(points):
            return () if grid.can_be(None, ()) else None
        rivals = [one for one in table.policy.rivals(place, points) if one in lacking or table.policy.can_clash]
        if not grid.can_be(place, rivals):
            return None
        return tuple(one for one in rivals if grid.overlap(place, one))

    rest = [("else", table.otherwise)] if table.otherwise is not None else []
    return Options((*((_asked(row, table), row.points) for row in table.rows), *rest), unless)


def _asked(row: TableRow, table: DecisionTable) -> str:
    asked = [
        f"{one.name} {cell.text.strip()}"
        for one, cell in zip(table.inputs, row.cells, strict=True)
        if cell.text.strip() not in ANYTHING
    ]
    return ", ".join(asked) or "-"


def _arms(leaf: PlannedNode) -> tuple[Arm, ...]:
    table = _table(leaf.node)
    return (*(Arm(row.at, row.reason) for row in table.rows), Arm(table.at))


def _deciding(leaf: PlannedNode) -> str:
    table = _table(leaf.node)
    rows = _outcomes(table, leaf.inputs)
    holding = ", ".join(f"CASE WHEN {row.condition} THEN {place} END" for place, row in enumerate(rows, 1))
    holding = f"list_filter([{holding}], lambda x: x IS NOT NULL)"
    if not table.policy.adds_up:
        one = f"[{row_sql(table.policy, rows, table.otherwise)}]"
        return f"CASE WHEN {clash_sql(table.policy, rows)} THEN {holding} ELSE {one} END"
    some = joined([row.condition for row in rows], "OR")
    rest = f"[{len(rows) + 1}]" if table.otherwise is not None else "NULL"
    return f"CASE WHEN {some} THEN {holding} WHEN NOT {some} THEN {rest} END"


def table_grid(leaf: PlannedNode, axis_of: Callable[[PlannedNode, list[int]], Axis] | None = None) -> Grid:
    """The rows of a leaf's table over the values of its inputs; columns of one expression are one axis.

    ``axis_of`` makes the axis of the inputs at these places; without it values are anything of their type.
    """
    columns: dict[str, list[int]] = {}
    for place, compiled in enumerate(leaf.inputs):
        assert compiled is not None
        columns.setdefault(compiled.sql, []).append(place)
    make = axis_of or table_axis
    return Grid(tuple(make(leaf, places) for places in columns.values()), len(_table(leaf.node).rows))


def table_axis(leaf: PlannedNode, places: list[int]) -> Axis:
    """The axis of the inputs at these places, which are one expression."""
    table, compiled = _table(leaf.node), leaf.inputs[places[0]]
    assert compiled is not None
    cells = [[parse_cell(row.cells[place], compiled.type) for place in places] for row in table.rows]
    return make_axis(table.inputs[places[0]].name, compiled.type, cells)


def clashing(leaf: PlannedNode) -> str:
    """SQL: do rows of the leaf's table contradict each other for an account? "" where that is proved impossible."""
    if leaf.node.table is None or not leaf.node.table.policy.can_clash:
        return ""
    table = leaf.node.table
    found = find_doubts(table_grid(leaf), table.policy, [row.points for row in table.rows], has_else=True)
    proved = not any(one.kind == "clash" for one in found)
    return "" if proved else clash_sql(table.policy, _outcomes(table, leaf.inputs))


TABLE = LeafKind("table", _filled, _problems, _sql, _span, _points, _how, None, _inputs, _options, arms=_arms,
                 deciding=_deciding, checked=_checked)
