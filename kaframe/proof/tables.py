"""Decision tables: rows that contradict each other, leave a gap, never hold or never decide, each with an example."""

from __future__ import annotations

from functools import partial

from kaframe.decisiontable import Axis, Cell, Finding, Grid, describe, find_doubts, limited, parse_cell
from kaframe.errors import Problem
from kaframe.expression import Type
from kaframe.project import Project
from kaframe.proof.domains import domain_of_value
from kaframe.proof.finding import finding
from kaframe.rules.table import DecisionTable
from kaframe.scorecard.leaves.table import table_axis, table_grid
from kaframe.scorecard.planned import PlannedNode
from kaframe.scorecard.tree import plan_cards


def check_tables(project: Project) -> list[Problem]:
    """Every decision table of every card."""
    leaves = [leaf for card in plan_cards(project) if card.root.children for leaf in card.root.leaves()]
    return [problem for leaf in leaves if leaf.node.table for problem in _doubtful(project, leaf, leaf.node.table)]


def _doubtful(project: Project, leaf: PlannedNode, table: DecisionTable) -> list[Problem]:
    written, grid = table_grid(leaf), table_grid(leaf, partial(_axis, project))
    found = find_doubts(grid, table.policy, [row.points for row in table.rows], table.otherwise is not None)
    upside_down = {row for row, _ in written.impossible()}
    return [
        *(_always(cell) for cell in _needless(leaf, written)),
        *(_never(project, one, leaf) if one.kind == "impossible" and one.row not in upside_down else _told(one, table)
          for one in found),
    ]  # fmt: skip


def _axis(project: Project, leaf: PlannedNode, places: list[int]) -> Axis:
    """The axis of an input, with those of its values that there can be."""
    table, compiled = leaf.node.table, leaf.inputs[places[0]]
    assert table is not None
    assert compiled is not None
    return limited(table_axis(leaf, places), domain_of_value(project, table.inputs[places[0]].value, compiled.type))


def _needless(leaf: PlannedNode, grid: Grid) -> list[Cell]:
    """Cells that ask something and take every value: mostly a comma where a range was meant."""
    if len(grid.axes) != len(leaf.inputs):
        return []
    found, table = [], leaf.node.table
    assert table is not None
    for place, (axis, compiled) in enumerate(zip(grid.axes, leaf.inputs, strict=True)):
        assert compiled is not None
        for row, taken in zip(table.rows, axis.taken, strict=True):
            cell = parse_cell(row.cells[place], compiled.type)
            if len(cell.tests) > 1 and axis.known & ~taken == 0 and compiled.type is not Type.BOOLEAN:
                found.append(cell)
    return found


def _always(cell: Cell) -> Problem:
    return Problem(cell.text.at, "KF2248", f"the cell '{cell.text.text.strip()}' holds for every value",
                   "a comma means 'or'; a range is written [10..20), anything at all -", "warning")


def _never(project: Project, found: Finding, leaf: PlannedNode) -> Problem:
    """A row with a cell that asks for what its input can never be."""
    table = leaf.node.table
    assert table is not None
    place = found.column if found.column < len(table.inputs) else 0
    cell, value, compiled = table.rows[found.row].cells[place], table.inputs[place].value, leaf.inputs[place]
    domain = domain_of_value(project, value, compiled.type) if compiled else None
    message = f"the cell '{cell.text.strip()}' holds for no value that {value.text.strip()} can have"
    return finding(cell.at, "KF2248", message, "write one that it can have, or take the row out",
                   f"{value.text.strip()} is {domain.described()}" if domain else "")


def _told(found: Finding, table: DecisionTable) -> Problem:
    """A finding with its place, the other row, and how to mend it."""
    example = describe(found.example)
    if found.kind == "gap":
        return Problem(table.at, "KF2245", f"no row of the decision table holds for {example}",
                       "add a row, or say what holds then: else: 0", "warning")
    row = table.rows[found.row]
    other = table.rows[found.other] if found.other >= 0 else None
    also = other.at if other else None
    if found.kind == "impossible":
        cell = row.cells[found.column] if found.column < len(row.cells) else row.cells[0]
        return Problem(cell.at, "KF2248", f"the cell '{cell.text.strip()}' holds for no value",
                       "is the range upside down? it is written [10..20)", "warning")
    if found.kind == "clash":
        what = "hold" if table.hit == "unique" else "hold and give other points"
        return Problem(row.at, "KF2244", f"this row and the one at {also} both {what} for {example}",
                       "then the points are missing: narrow one of them, or say hit: first", "warning", also)
    before = f"the row at {also} goes before it" if also else "rows that go before it take all its values"
    return Problem(row.at, "KF2246", f"this row never decides: {before}", "delete it, or change their order", "warning",
                   also, example)
