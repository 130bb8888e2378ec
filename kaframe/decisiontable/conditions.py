"""From what a cell asks to a condition of the expression language: its own tree, checked and printed like any other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from kaframe.decisiontable.cells import Cell, Test
from kaframe.decisiontable.values import Value
from kaframe.expression import Compiled, Name, Scope, Type, compile_tree
from kaframe.expression.tree import Node

INPUT = "input"  # what the tree of a cell calls the value of its column


@dataclass(frozen=True, slots=True)
class Input:
    """The value of an input column, where it is computed: its SQL and its type."""

    sql: str
    type: Type
    inexact: bool = False


def cell_condition(cell: Cell, value: Input) -> Compiled | None:
    """The condition on the column's value; None for a cell that asks nothing. It is unknown where the value is missing.

    Raises: RuleError with the place in the cell.
    """
    if cell.asks_nothing:
        return None
    names = {INPUT: Name(value.type, value.sql, inexact=value.inexact)}
    return compile_tree(_tree(cell), cell.text, Scope("a cell of a decision table", names, date.min), Type.BOOLEAN)


def _tree(cell: Cell) -> Node:
    tests = cell.tests
    equal = [test for test in tests if test.sign == "="]
    nodes = [_test(test) for test in tests if test.sign != "="]
    if len(equal) > 1:
        values = tuple(_literal(test.at, test.low) for test in equal)
        nodes.append(Node("in", equal[0].at, parts=(_input(equal[0]), *values)))
    else:
        nodes += [_test(test) for test in equal]
    found = nodes[0] if len(nodes) == 1 else Node("or", tests[0].at, "OR", tuple(nodes))
    return Node("not", tests[0].at, parts=(found,)) if cell.negated else found


def _test(test: Test) -> Node:
    if test.sign == "null":
        return Node("is null", test.at, parts=(_input(test),))
    if test.sign != "range":
        return _compared(test, test.sign, test.low)
    above = _compared(test, ">=" if test.with_low else ">", test.low)
    below = _compared(test, "<=" if test.with_high else "<", test.high)
    return Node("and", test.at, "AND", (above, below))


def _compared(test: Test, sign: str, value: Value | None) -> Node:
    return Node("compare", test.at, sign, (_input(test), _literal(test.at, value)))


def _input(test: Test) -> Node:
    return Node("name", test.at, INPUT)


def _literal(at: int, value: Value | None) -> Node:
    assert value is not None
    if isinstance(value, bool):
        return Node("boolean", at, "TRUE" if value else "FALSE")
    if isinstance(value, Decimal):
        number = Node("number", at, str(abs(value)))
        return Node("minus", at, parts=(number,)) if value < 0 else number
    if isinstance(value, datetime):
        return Node("moment", at, value.isoformat(" "))
    if isinstance(value, date):
        return Node("day", at, value.isoformat())
    return Node("text", at, value)
