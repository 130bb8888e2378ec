"""What is true, false or unknown: comparisons, lists, patterns, and how they are put together."""

from __future__ import annotations

from kaframe.expression import sql
from kaframe.expression.check import Checker, Checks, date_hint, typed, unknown
from kaframe.expression.tree import Node
from kaframe.expression.types import DAYS, Piece, Type


def check_chain(checker: Checker, node: Node) -> Piece:
    """``a and b and c``, or with ``or``."""
    parts = [checker.condition(part, f"a part of '{node.kind}'") for part in node.parts]
    return Piece(f"({f' {node.kind.upper()} '.join(part.sql for part in parts)})", Type.BOOLEAN, node.at)


def check_not(checker: Checker, node: Node) -> Piece:
    """The opposite; unknown stays unknown."""
    part = checker.condition(node.parts[0], "what follows 'not'")
    return Piece(f"(NOT {part.sql})", Type.BOOLEAN, node.at)


def check_is(checker: Checker, node: Node) -> Piece:
    """``x is true``: never unknown."""
    part = checker.condition(node.parts[0], f"what is '{node.value.lower()}'")
    return Piece(f"({part.sql} IS {node.value})", Type.BOOLEAN, node.at)


def check_missing(checker: Checker, node: Node) -> Piece:
    """``x is null``: never unknown."""
    part = sql.finite(checker.check(node.parts[0]))
    return Piece(f"({part.sql} IS NULL)", Type.BOOLEAN, node.at)


def check_compare(checker: Checker, node: Node) -> Piece:
    """Two values of one type."""
    left, right = (checker.check(part) for part in node.parts)
    return Piece(_compare(checker, node.value, left, right), Type.BOOLEAN, node.at)


def _compare(checker: Checker, sign: str, left: Piece, right: Piece) -> str:
    """Print one comparison whose sides go together; else note why they do not."""
    if left.type is None or right.type is None:
        return "NULL"
    if Type.MISSING in (left.type, right.type):
        nothing = right if right.type is Type.MISSING else left
        negative = "not " if sign == "<>" else ""
        message = f"'{sign} null' is never true, it is unknown"
        checker.note(nothing, "KF2017", message, f"write is {negative}null")
        return "NULL"
    if not _fit(checker, left, right, sign):
        return "NULL"
    rounded = left.inexact or right.inexact
    return f"({sql.comparable(left, rounded=rounded)} {sign} {sql.comparable(right, rounded=rounded)})"


def _fit(checker: Checker, left: Piece, right: Piece, sign: str) -> bool:
    """Whether two values can be compared in that way."""
    if left.type is not right.type and {left.type, right.type} != DAYS:
        hint = _type_hint(left, right)
        checker.note(right, "KF2011", f"{left.type} and {right.type} cannot be compared", hint)
        return False
    if left.type is Type.INTERVAL or (left.type is Type.BOOLEAN and sign not in ("=", "<>")):
        checker.note(left, "KF2011", f"{left.type} has no order")
        return False
    return True


def _type_hint(left: Piece, right: Piece) -> str:
    types = {left.type, right.type}
    if types & DAYS:
        return date_hint(right) or date_hint(left)
    if types == {Type.NUMBER, Type.TEXT}:
        return "write cast(x as number), or the number without quotes"
    return "write true or false without quotes" if types == {Type.BOOLEAN, Type.TEXT} else ""


def check_between(checker: Checker, node: Node) -> Piece:
    """Both edges belong to it."""
    value, low, high = (checker.check(part) for part in node.parts)
    above, below = _compare(checker, ">=", value, low), _compare(checker, "<=", value, high)
    return Piece(f"({above} AND {below})", Type.BOOLEAN, node.at)


def check_in(checker: Checker, node: Node) -> Piece:
    """One of a list of values."""
    value, *values = (checker.check(part) for part in node.parts)
    fits = [_listed(checker, value, other) for other in values]
    if value.type is None or not all(fits):
        return Piece("NULL", Type.BOOLEAN, node.at)
    rounded = any(piece.inexact for piece in (value, *values))
    listed = ", ".join(sql.comparable(piece, rounded=rounded) for piece in values)
    return Piece(f"({sql.comparable(value, rounded=rounded)} IN ({listed}))", Type.BOOLEAN, node.at)


def _listed(checker: Checker, value: Piece, other: Piece) -> bool:
    if value.type is None or other.type is None:
        return False
    if Type.MISSING in (value.type, other.type):
        nothing = other if other.type is Type.MISSING else value
        hint = "write x is null or x in (...)"
        checker.note(nothing, "KF2017", "null in a list makes the answer unknown", hint)
        return False
    return _fit(checker, value, other, "=")


def check_like(checker: Checker, node: Node) -> Piece:
    """A text against a pattern: % stands for any characters, _ for one."""
    value, pattern = (checker.check(part) for part in node.parts)
    checker.expect(value, (Type.TEXT,), "a value before 'like'")
    if pattern.type is not None and pattern.literal is None:
        checker.note(pattern, "KF2015", "the pattern of 'like' must be written out", "write x like 'south%'")
    text = typed(value, Type.TEXT).sql
    return Piece(f"({text} LIKE {pattern.sql})", Type.BOOLEAN, node.at)


def check_case(checker: Checker, node: Node) -> Piece:
    """``case when ... then ... else ... end``: the first condition that holds decides."""
    conditions = [checker.condition(part, "what follows 'when'") for part in node.parts[:-1:2]]
    values = [checker.check(part) for part in (*node.parts[1::2], node.parts[-1])]
    kind = checker.common(values, "the values of 'case'")
    if kind is None:
        return unknown(node)
    values = [typed(value, kind) for value in values]
    pairs = zip(conditions, values, strict=False)
    arms = " ".join(f"WHEN {when.sql} THEN {then.sql}" for when, then in pairs)
    return Piece(
        f"(CASE {arms} ELSE {values[-1].sql} END)",
        kind,
        node.at,
        double=kind is Type.NUMBER and all(value.double for value in values),
        risky=any(value.risky for value in values),
        inexact=any(value.inexact for value in values),
    )


CONDITIONS: Checks = {
    "and": check_chain, "or": check_chain, "not": check_not, "is": check_is, "is null": check_missing,
    "compare": check_compare, "between": check_between, "in": check_in, "like": check_like,
    "case": check_case,
}  # fmt: skip
