"""Calls of functions: which are allowed here, with which arguments."""

from __future__ import annotations

from kaframe.errors import nearest
from kaframe.expression import sql
from kaframe.expression.check import CLOCKS, Checker, Checks, typed, unknown
from kaframe.expression.functions import Argument, Call, Function
from kaframe.expression.functions.dates import UNITS
from kaframe.expression.functions.series import FEWEST_PERIODS, MOST_PERIODS, SERIES_UNITS
from kaframe.expression.tree import Node
from kaframe.expression.types import DAYS, Piece, Type

_CHANCE = {"random", "rand", "uuid", "gen_random_uuid", "newid", "nextval"}
_NOW = CLOCKS | {"getdate", "sysdate", "curdate", "transaction_timestamp", "clock_timestamp", "age"}
_INSTEAD = {
    "iff": "if(condition, a, b)", "ifnull": "coalesce(a, b)", "nvl": "coalesce(a, b)", "isnull": "x is null",
    "pow": "power(x, y)", "log": "ln(x) or log10(x)", "ceiling": "ceil(x)", "len": "length(x)",
    "mean": "avg(x)",
    "average": "avg(x)", "last": "latest(x, by)", "arg_max": "latest(x, by)", "arg_min": "first(x, by)",
    "stddev_samp": "stddev(x)", "bool_or": "any(condition)", "bool_and": "all(condition)", "mod": "x % y",
    "datediff": "days_between(a, b)", "date_diff": "days_between(a, b)", 
    "count_if": "count() filter (where ...)",
    "countif": "count() filter (where ...)", "concat": "a || b", "percent_rank": "percentile(x)",
    "min_by": "first(x, by)", "max_by": "latest(x, by)", "date": "cast(x as date)", "row_number": "rank(x)",
}  # fmt: skip
_OF_VALUES = {
    "max": "; the largest of several values is greatest(a, b)",
    "min": "; the smallest of several values is least(a, b)",
}
_DIGITS = 9


def check_call(checker: Checker, node: Node) -> Piece:
    """A call of a known function, in a place where it may stand."""
    function = checker.scope.functions.get(node.value.lower())
    if function is None:
        return _unknown_function(checker, node)
    allowed = _allowed(checker, node, function)
    pieces = _arguments(checker, node, function)
    where = _where(checker, node, function)
    if pieces is None or not allowed:
        return unknown(node)
    checker.called.add(function.name)
    kind = function.returns
    if kind is None:
        spread = _spread(function, len(pieces))
        kind = _common_type([p for p, a in zip(pieces, spread, strict=False) if a.same])
    rows = " AND ".join(text for text in (checker.scope.rows, where) if text)
    call = Call(tuple(pieces), checker.scope.as_of, rows, node.distinct)
    exact_type = function.returns is not None or all(piece.double for piece in pieces)
    return Piece(
        function.print(call),
        kind,
        node.at,
        double=kind is Type.NUMBER and exact_type,
        risky=function.precision == "risky",
        inexact=function.precision in ("inexact", "risky")
        or (function.precision == "same" and any(piece.inexact for piece in pieces)),
    )


def _unknown_function(checker: Checker, node: Node) -> Piece:
    """Note a function that is not in the list, and what to write instead; its arguments are still checked."""
    word, functions = node.value, checker.scope.functions
    if word.lower() in _NOW or word.lower() in _CHANCE:
        hint = "use as_of" if word.lower() in _NOW else "the same data must give the same answer"
        checker.note(node, "KF2008", f"{word}() would give another value at another time", hint)
    else:
        instead = _INSTEAD.get(word.lower())
        hint = f"write {instead}" if instead else nearest(word.lower(), functions)
        hint = hint or "docs/expressions.md lists those that are"
        checker.note(node, "KF2003", f"function {word} is not allowed", hint)
    before, checker.inside = checker.inside, checker.inside or next(iter(functions.values()), None)
    for part in node.parts:
        if part.kind != "star":
            checker.check(part)
    checker.inside = before
    return unknown(node)


def _allowed(checker: Checker, node: Node, function: Function) -> bool:
    """Whether a function of its kind may stand here."""
    scope, name, problem = checker.scope, function.name, ("", "", "")
    if function.kind in ("aggregate", "series") and not scope.aggregates:
        message = f"{name}() is over the rows of a table; {scope.words} sees one row at a time"
        problem = ("KF2013", message, "make a measure with 'from:' and use its name")
    elif function.kind == "window" and not scope.windows:
        problem = ("KF2013", f"{name}() is among all accounts and not allowed in {scope.words}", "")
    elif function.kind != "scalar" and checker.inside is not None:
        problem = ("KF2014", f"{name}() inside {checker.inside.name}()", "make a measure of the inner one")
    elif node.where is not None and function.kind in ("scalar", "window"):
        problem = ("KF2004", f"{name}() takes no 'filter'", "")
    elif node.distinct and name != "count":
        problem = ("KF2004", f"{name}() takes no 'distinct'", "count(distinct x) counts different values")
    if problem[0]:
        checker.note(node, *problem)
        return False
    checker.aggregate = checker.aggregate or function.kind in ("aggregate", "series")
    return True


def _where(checker: Checker, node: Node, function: Function) -> str:
    """The printed condition of ``filter (where ...)``."""
    if node.where is None:
        return ""
    before, checker.inside = checker.inside, function
    condition = checker.condition(node.where, "what follows 'where'")
    checker.inside = before
    return condition.sql


def _arguments(checker: Checker, node: Node, function: Function) -> list[Piece] | None:
    """The checked arguments; None when they do not fit, which is noted."""
    parts = node.parts
    if function.name == "count" and len(parts) == 1 and parts[0].kind == "star" and not node.distinct:
        parts = ()
    before = checker.inside
    checker.inside = before or (None if function.kind == "scalar" else function)
    pieces = [checker.check(part) for part in parts]
    checker.inside = before
    if any(part.kind == "refused" for part in parts):
        return None
    most = function.most
    needs_one = node.distinct and not parts
    if len(pieces) < function.fewest or (most is not None and len(pieces) > most) or needs_one:
        message = f"{function.name}() got {len(pieces)} arguments"
        larger = _OF_VALUES.get(function.name, "") if len(pieces) > 1 else ""
        checker.note(node, "KF2015", message, f"write {function.signature}" + larger)
        return None
    pairs = list(zip(_spread(function, len(pieces)), pieces, strict=True))
    good = [_fits(checker, function, argument, piece) for argument, piece in pairs]
    same = [piece for argument, piece in pairs if argument.same]
    common = checker.common(same, f"the arguments of {function.name}()") if all(good) else None
    if not all(good) or common is None or any(piece.type is None for piece in pieces):
        return None
    return [sql.finite(_settled(argument, piece, common)) for argument, piece in pairs]


def _common_type(pieces: list[Piece]) -> Type:
    """The type of arguments that go together, as the checker has found."""
    types = {piece.type for piece in pieces} - {None, Type.MISSING}
    if types == DAYS:
        return Type.TIMESTAMP
    return next(iter(types), None) or Type.MISSING


def _settled(argument: Argument, piece: Piece, common: Type) -> Piece:
    """A bare null gets the type that the argument has."""
    wanted = common if argument.same else min(argument.types, default=Type.MISSING)
    return typed(piece, wanted)


def _spread(function: Function, count: int) -> list[Argument]:
    """One argument for each value of the call: the repeatable one as often as needed."""
    arguments = list(function.arguments)
    if function.most is None:
        arguments += [arguments[-1]] * (count - len(arguments))
    return arguments[:count]


def _fits(checker: Checker, function: Function, argument: Argument, piece: Piece) -> bool:
    """Whether one value is of the type, and written out where that is needed."""
    what = f"{argument.name} of {function.name}()"
    if not checker.expect(piece, argument.types, what):
        return False
    if argument.literal == "unit":
        units = SERIES_UNITS if function.kind == "series" else UNITS
        if piece.literal not in units:
            checker.note(piece, "KF2015", f"{what} must be one of {', '.join(map(repr, units))}")
            return False
    elif argument.literal == "count":
        low, high = (FEWEST_PERIODS, MOST_PERIODS) if function.kind == "series" else (-_DIGITS, _DIGITS)
        value = piece.constant
        if value is None or value != int(value) or not low <= value <= high:
            checker.note(piece, "KF2015", f"{what} must be a whole number from {low} to {high}")
            return False
    return True


CALLS: Checks = {"call": check_call}
