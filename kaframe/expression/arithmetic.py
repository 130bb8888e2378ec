"""Numbers, days and texts put together: + - * / % and ||."""

from __future__ import annotations

from decimal import Context, Decimal, DecimalException

from kaframe.expression import sql
from kaframe.expression.check import Checker, Checks, constant, typed, unknown
from kaframe.expression.tree import Node
from kaframe.expression.types import DAYS, Piece, Type

# Plain numbers are added up exactly: 0.1 + 0.2 is 0.3 before it becomes a double.
_EXACT = Context(prec=50)


def check_arithmetic(checker: Checker, node: Node) -> Piece:
    """Two numbers, or a day and an interval."""
    left, right = (checker.check(part) for part in node.parts)
    if left.type is None or right.type is None:
        return unknown(node)
    if {left.type, right.type} & (DAYS | {Type.INTERVAL}):
        return _shift(checker, node, left, right)
    what = f"a value beside '{node.value}'"
    fits = [checker.expect(piece, (Type.NUMBER,), what, _text_hint(piece, node)) for piece in (left, right)]
    if not all(fits):
        return unknown(node)
    left, right = typed(left, Type.NUMBER), typed(right, Type.NUMBER)
    if left.constant is not None and right.constant is not None:
        return _fold(node, left.constant, right.constant)
    return _calculate(node, left, right)


def _text_hint(piece: Piece, node: Node) -> str:
    if piece.type is not Type.TEXT:
        return ""
    return "join texts with ||" if node.value == "+" else "write cast(x as number)"


_STEPS = {
    "+": _EXACT.add, "-": _EXACT.subtract, "*": _EXACT.multiply, "/": _EXACT.divide, "%": _EXACT.remainder,
}  # fmt: skip


def _fold(node: Node, left: Decimal, right: Decimal) -> Piece:
    """Arithmetic between plain numbers; what has no result is missing."""
    try:
        value = _STEPS[node.value](left, right)
        if float(value) - float(value) == 0:
            return constant(value, node.at)
    except (DecimalException, OverflowError):
        pass
    return Piece(sql.print_missing(Type.NUMBER), Type.NUMBER, node.at, double=True)


def _calculate(node: Node, left: Piece, right: Piece) -> Piece:
    """Arithmetic on data: in DOUBLE, with missing for a division by zero."""
    first, second = sql.double(left), right.sql
    if node.value in "/%":
        first = first if node.value == "/" else sql.double(sql.finite(left))
        second = f"NULLIF({sql.double(sql.finite(right))}, 0e0)" if right.constant is None else right.sql
        second = sql.print_missing(Type.NUMBER) if right.constant == 0 else second
    elif left.double or right.double:
        first = left.sql
    text = f"({first} {node.value} {second})"
    return Piece(text, Type.NUMBER, node.at, double=True, risky=True, inexact=True)


def _shift(checker: Checker, node: Node, left: Piece, right: Piece) -> Piece:
    """A day plus or minus an interval; a DATE stays one unless hours are added."""
    if node.value == "+" and left.type is Type.INTERVAL:
        left, right = right, left
    if left.type in DAYS and right.type is Type.INTERVAL and node.value in "+-":
        shifted = f"{left.sql} {node.value} {right.sql}"
        if left.type is Type.DATE and right.literal in ("DAY", "MONTH"):
            return Piece(f"CAST({shifted} AS DATE)", Type.DATE, node.at)
        return Piece(f"CAST({shifted} AS TIMESTAMP)", Type.TIMESTAMP, node.at)
    hint = "shift a day by a span: d - interval 12 month"
    if left.type in DAYS and right.type in DAYS and node.value == "-":
        hint = "write days_between(a, b)"
    elif left.type in DAYS and right.type is Type.NUMBER:
        hint = "write d - interval 30 day"
    checker.note(node, "KF2011", f"{left.type} {node.value} {right.type} has no meaning", hint)
    return unknown(node)


def check_minus(checker: Checker, node: Node) -> Piece:
    """A number with the other sign."""
    piece = checker.check(node.parts[0])
    if piece.type is None or not checker.expect(piece, (Type.NUMBER,), "a value after '-'"):
        return unknown(node)
    piece = typed(piece, Type.NUMBER)
    if piece.constant is not None:
        return constant(-piece.constant, node.at)
    text = f"(-{sql.double(piece)})"
    return Piece(text, Type.NUMBER, node.at, double=True, risky=piece.risky, inexact=piece.inexact)


def check_join(checker: Checker, node: Node) -> Piece:
    """Two texts, one after the other; missing if one is missing."""
    pieces = [checker.check(part) for part in node.parts]
    for piece in pieces:
        checker.expect(piece, (Type.TEXT,), "a value beside '||'", "write cast(x as text)")
    left, right = (typed(piece, Type.TEXT).sql for piece in pieces)
    return Piece(f"({left} || {right})", Type.TEXT, node.at)


ARITHMETIC: Checks = {"arithmetic": check_arithmetic, "minus": check_minus, "join": check_join}
