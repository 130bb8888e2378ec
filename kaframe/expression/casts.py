"""Casts: only between numbers, texts, days and truth values; what does not fit becomes missing."""

from __future__ import annotations

from kaframe.expression import sql
from kaframe.expression.check import Checker, Checks, constant, typed, unknown
from kaframe.expression.tree import Node
from kaframe.expression.types import Piece, Type

_TARGETS = {
    "number": Type.NUMBER, "integer": Type.NUMBER, "text": Type.TEXT, "boolean": Type.BOOLEAN,
    "date": Type.DATE,
}  # fmt: skip
_SOURCES = {
    Type.NUMBER: (Type.NUMBER, Type.TEXT, Type.BOOLEAN),
    Type.TEXT: (Type.TEXT, Type.NUMBER, Type.BOOLEAN, Type.DATE, Type.TIMESTAMP),
    Type.BOOLEAN: (Type.BOOLEAN, Type.TEXT),
    Type.DATE: (Type.DATE, Type.TIMESTAMP, Type.TEXT),
}


def check_cast(checker: Checker, node: Node) -> Piece:
    """The value as another type; integers are rounded half up, as round(x) does."""
    piece, target = checker.check(node.parts[0]), _TARGETS[node.value]
    if piece.type is None or not checker.expect(piece, _SOURCES[target], f"what is cast to {node.value}"):
        return unknown(node)
    piece = sql.finite(typed(piece, target))
    if target is Type.NUMBER:
        return _number(node, piece)
    if piece.type is target:
        return piece
    if target is Type.TEXT and piece.type is Type.NUMBER:
        return Piece(_digits(piece), Type.TEXT, node.at)
    return Piece(f"TRY_CAST({piece.sql} AS {sql.TYPES[target]})", target, node.at)


def _number(node: Node, piece: Piece) -> Piece:
    """A number out of a text, a truth value (1 or 0) or a number."""
    if piece.type is Type.BOOLEAN:
        text = f"(CASE WHEN {piece.sql} THEN 1e0 WHEN NOT {piece.sql} THEN 0e0 END)"
        piece = Piece(text, Type.NUMBER, node.at, double=True)
    elif piece.type is Type.TEXT:
        text = f"TRY_CAST({piece.sql} AS DOUBLE)"
        piece = Piece(text, Type.NUMBER, node.at, double=True, risky=True)
    if node.value == "number":
        return piece
    if piece.constant is not None and piece.constant == piece.constant.to_integral_value():
        return constant(piece.constant, node.at)
    return Piece(sql.round_half_up(sql.double(sql.finite(piece)), 0), Type.NUMBER, node.at, double=True)


def _digits(piece: Piece) -> str:
    """A number as people write it: whole numbers without a point."""
    number = sql.double(piece)
    whole = f"WHEN {number} = FLOOR({number}) AND ABS({number}) < 1e15"
    short, long = f"CAST(CAST({number} AS BIGINT) AS VARCHAR)", f"CAST({number} AS VARCHAR)"
    return f"(CASE {whole} THEN {short} ELSE {long} END)"


CASTS: Checks = {"cast": check_cast}
