"""Names, types and meaning: a tree is checked part by part and printed as it goes.

Every part becomes a :class:`Piece`. A part that is wrong is noted and goes on without a type, so that
one look tells everything that is wrong with an expression.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Context, Decimal, InvalidOperation, Overflow

from kaframe.errors import nearest
from kaframe.expression import sql
from kaframe.expression.functions import Function
from kaframe.expression.scope import Scope
from kaframe.expression.tree import Kind, Node
from kaframe.expression.types import DAYS, Findings, Piece, Type

CLOCKS = {"current_date", "current_timestamp", "current_time", "localtime", "localtimestamp", "today", "now"}
LONGEST_SQL = 200_000
_EXACT = Context(prec=50)
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?)?")


class Checker:
    """Checks one expression in its scope; ``inside`` is the aggregate or window function around a part."""

    __slots__ = ("absent", "aggregate", "called", "checks", "findings", "inside", "names", "scope")

    def __init__(self, findings: Findings, scope: Scope, checks: Checks) -> None:
        self.findings = findings
        self.checks = checks
        self.scope = scope
        self.inside: Function | None = None
        self.aggregate = False
        self.names: set[str] = set()
        self.absent: set[str] = set()
        self.called: set[str] = set()

    def check(self, node: Node) -> Piece:
        """The printed piece for a part of the tree."""
        piece = self.checks[node.kind](self, node)
        if len(piece.sql) > LONGEST_SQL:
            self.note(node, "KF2009", "the expression grows too large in print", "split it into measures")
            return unknown(node)
        return piece

    def note(self, node: Node | Piece, code: str, message: str, hint: str = "") -> None:
        """Note a problem at the place of a part."""
        self.findings.add(node.at, code, message, hint)

    def expect(self, piece: Piece, types: Iterable[Type], what: str, hint: str = "") -> bool:
        """Whether a piece has one of the types; a bare null has any."""
        wanted = tuple(types)
        if piece.type is None or piece.type is Type.MISSING or not wanted or piece.type in wanted:
            return True
        words = " or ".join(sorted(wanted))
        hint = hint or declare_hint(piece, wanted)
        hint = hint or ("make it a condition, such as x > 0" if wanted == (Type.BOOLEAN,) else "")
        self.note(piece, "KF2011", f"{what} must be {words}, this is {piece.type}", hint)
        return False

    def common(self, pieces: Iterable[Piece], what: str) -> Type | None:
        """The one type that all pieces have; None when they differ, which is noted."""
        found: Type | None = Type.MISSING
        for piece in pieces:
            if piece.type is None or found is None:
                found = None
            elif found is Type.MISSING or piece.type is found:
                found = piece.type
            elif {found, piece.type} == DAYS:
                found = Type.TIMESTAMP
            elif piece.type is not Type.MISSING:
                hint = date_hint(piece) if found in DAYS else ""
                self.note(piece, "KF2011", f"{what}: {found} and {piece.type} do not go together", hint)
                return None
        return found

    def name(self, node: Node) -> Piece:
        """A column, measure or other word of the scope."""
        word, names = node.value, self.scope.names
        if word == "as_of":
            return Piece(sql.print_date(self.scope.as_of), Type.DATE, node.at)
        if word not in names:
            return self._unknown_name(node)
        name = names[word]
        self.names.add(word)
        if self.scope.aggregates and self.inside is None:
            hint = f"sum({word}), or latest({word}, ...) for one row's value"
            self.note(node, "KF2014", f"'{word}' differs from row to row; an account needs one value", hint)
        if name.in_doubt:
            return unknown(node)
        if name.absent:
            self.absent.add(word)
            return Piece(sql.print_missing(name.type), name.type, node.at, double=True)
        column = word if name.declarable else ""
        return Piece(name.sql or sql.print_name(word), name.type, node.at, inexact=name.inexact, column=column)

    def _unknown_name(self, node: Node) -> Piece:
        word = node.value
        if word in self.scope.later:
            message = f"'{word}' is not known yet in {self.scope.words}"
            self.note(node, "KF2012", message, self.scope.later[word])
        elif self.scope.may_be(word):
            return unknown(node)
        elif word.lower() in CLOCKS and not node.distinct:
            self.note(node, "KF2008", f"'{word}' would give another value on another day", "use as_of")
        else:
            self.note(node, "KF2010", f"unknown name '{word}' in {self.scope.words}", self._near(node))
        return unknown(node)

    def _near(self, node: Node) -> str:
        """The name that was probably meant; else some that are known, and how a text is written."""
        word, known = node.value, sorted({*self.scope.names, "as_of", *self.scope.later})
        same = next((name for name in known if name.casefold() == word.casefold()), "")
        hint = f"did you mean '{same}'?" if same else nearest(word, known)
        if hint and not node.distinct:
            return hint
        few = ", ".join(known[:5]) + (" ..." if len(known) > 5 else "")
        return f"{hint or f'known are {few};'} a text stands in single quotes: {sql.print_text(word)}"

    def number(self, node: Node) -> Piece:
        """A number, exact until it is printed."""
        try:
            value = _EXACT.create_decimal(node.value)
        except Overflow:
            value = Decimal("Infinity")
        except InvalidOperation:
            self.note(node, "KF2002", f"'{node.value}' is no number")
            return unknown(node)
        if not math.isfinite(float(value)):
            self.note(node, "KF2016", f"the number {node.value} is too large", "no number is larger than 1.79e308")
            return unknown(node)
        return constant(value, node.at)

    def text(self, node: Node) -> Piece:
        """A text literal."""
        return Piece(sql.print_text(node.value), Type.TEXT, node.at, literal=node.value)

    def boolean(self, node: Node) -> Piece:
        """true or false."""
        return Piece(node.value, Type.BOOLEAN, node.at)

    def null(self, node: Node) -> Piece:
        """A missing value."""
        return Piece("NULL", Type.MISSING, node.at)

    def moment(self, node: Node) -> Piece:
        """A date or timestamp literal, which must exist in the calendar."""
        kind = Type.DATE if node.kind == "day" else Type.TIMESTAMP
        form = _ISO_DAY if kind is Type.DATE else _ISO_MOMENT
        try:
            if not form.fullmatch(node.value):
                raise ValueError(node.value)
            value = datetime.fromisoformat(node.value)
        except ValueError:
            shown = "date '2010-12-31'" if kind is Type.DATE else "timestamp '2010-12-31 08:00:00'"
            self.note(node, "KF2016", f"'{node.value}' is no {kind}", f"write {shown}")
            return unknown(node)
        if kind is Type.DATE:
            return Piece(sql.print_date(value.date()), kind, node.at)
        return Piece(f"TIMESTAMP '{value.isoformat(' ')}'", kind, node.at)

    def interval(self, node: Node) -> Piece:
        """A span of time."""
        count, unit = node.value.split(" ")
        return Piece(f"INTERVAL '{count}' {unit}", Type.INTERVAL, node.at, literal=unit)

    def refused(self, node: Node) -> Piece:
        """A part that is already reported."""
        return unknown(node)

    def star(self, node: Node) -> Piece:
        """``*`` stands in count(*) only."""
        self.note(node, "KF2004", "'*' is not allowed in an expression", "count(*) counts rows")
        return unknown(node)

    def condition(self, node: Node, what: str) -> Piece:
        """A part that must be true, false or unknown."""
        piece = self.check(node)
        self.expect(piece, (Type.BOOLEAN,), what, "compare it with something: x > 0")
        return typed(piece, Type.BOOLEAN)


def unknown(node: Node) -> Piece:
    """A piece that has been reported."""
    return Piece("NULL", None, node.at)


def constant(value: Decimal, at: int) -> Piece:
    """A number that needs no data."""
    return Piece(sql.print_number(value), Type.NUMBER, at, double=True, constant=value)


def typed(piece: Piece, kind: Type) -> Piece:
    """A bare null becomes a missing value of the type that is wanted."""
    if piece.type is not Type.MISSING:
        return piece
    return Piece(sql.print_missing(kind), kind, piece.at, double=True)


def declare_hint(piece: Piece, wanted: Iterable[Type]) -> str:
    """How a column of texts gets another type: rows that do not have it are kept apart then."""
    possible = set(wanted)
    kind = next((kind for kind in DECLARED if kind in possible), None)
    if not piece.column or piece.type is not Type.TEXT or kind is None:
        return ""
    return f"declare it at its source: types: {{{piece.column}: {kind}}}; rows that do not fit are kept apart"


def date_hint(piece: Piece) -> str:
    """How a day is written, for a text that looks like one."""
    found = _ISO_DAY.match(piece.literal or "")
    return f"write date '{found.group()}'" if found else ""


Checks = Mapping[Kind, Callable[[Checker, Node], Piece]]
DECLARED = (Type.NUMBER, Type.DATE, Type.TIMESTAMP, Type.BOOLEAN)
LEAVES: Checks = {
    "number": Checker.number, "text": Checker.text, "boolean": Checker.boolean, "null": Checker.null,
    "day": Checker.moment, "moment": Checker.moment, "interval": Checker.interval, "name": Checker.name,
    "star": Checker.star, "refused": Checker.refused,
}  # fmt: skip
