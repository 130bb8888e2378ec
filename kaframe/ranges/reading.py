"""From an expression to the sets of values for which it is true, and for which it is false."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from kaframe.errors import RuleError
from kaframe.expression import Expression, Scope, Type, compile_expression
from kaframe.expression.check import Checker
from kaframe.expression.comparisons import FLIPPED
from kaframe.expression.compile import CHECKS, read_expression
from kaframe.expression.sql import SAME
from kaframe.expression.tree import Node
from kaframe.expression.types import Findings, Piece
from kaframe.ranges.domain import Domain, Values, place_of_day, place_of_moment
from kaframe.ranges.logic import ALWAYS, NEVER, All, AnyOf, In, Logic, Term, negate
from kaframe.ranges.spans import Spans
from kaframe.ranges.wordsets import WordSet

Constant = float | int | str | bool
DomainOf = Callable[[str, Type], Domain | None]
PLACES = ("pareto", "rank", "percentile")
OPPOSITE = {"=": "=", "<>": "<>", **FLIPPED}


@dataclass(frozen=True, slots=True)
class Condition:
    """When an expression is true and when it is false; where it is neither it is unknown."""

    true: Logic
    false: Logic

    @property
    def not_true(self) -> Logic:
        """False or unknown: where a rule goes on to the next."""
        return negate(self.true)

    @property
    def unknown(self) -> Logic:
        """Neither true nor false."""
        return All((negate(self.true), negate(self.false)))


def read_condition(expression: Expression, scope: Scope, domain_of: DomainOf) -> Condition | None:
    """The condition; None for an expression that does not compile, which is told elsewhere.

    ``domain_of`` says what a name (or a call such as ``pareto(revenue)``) can be, None for anything of its type.
    Names whose data a project lacks are taken as if it had them: a rule is judged by what it says.
    """
    names = {word: replace(name, absent=False) for word, name in scope.names.items()}
    scope = replace(scope, names=names)
    try:
        compile_expression(expression, scope, Type.BOOLEAN)
    except RuleError:
        return None
    node = read_expression(Findings(expression))
    return _Reader(expression, scope, domain_of).read(node) if node else None


@dataclass(frozen=True, slots=True)
class _Valued:
    """A term, and what stands in for it where it is missing (``coalesce(x, 0)``)."""

    term: Term
    type: Type
    instead: Constant | None = None
    scaled: bool = False


class _Reader:
    """Reads one checked tree."""

    __slots__ = ("domain_of", "findings", "scope")

    def __init__(self, expression: Expression, scope: Scope, domain_of: DomainOf) -> None:
        self.findings, self.scope, self.domain_of = Findings(expression), scope, domain_of

    def read(self, node: Node) -> Condition:
        """The condition that a part of the tree is."""
        make = _READERS.get(node.kind)
        found = make(self, node) if make else None
        return found or self._closed(node)

    def chain(self, node: Node) -> Condition:
        parts = [self.read(part) for part in node.parts]
        true, false = tuple(part.true for part in parts), tuple(part.false for part in parts)
        return Condition(All(true), AnyOf(false)) if node.kind == "and" else Condition(AnyOf(true), All(false))

    def opposite(self, node: Node) -> Condition:
        part = self.read(node.parts[0])
        return Condition(part.false, part.true)

    def certainly(self, node: Node) -> Condition:
        """``x is true``: never unknown."""
        part = self.read(node.parts[0])
        true = part.true if node.value == "TRUE" else part.false
        return Condition(true, negate(true))

    def missing(self, node: Node) -> Condition:
        """``x is null``: never unknown."""
        (part,) = node.parts
        piece = self._piece(part)
        if piece.type is Type.BOOLEAN:
            true = self.read(part).unknown
            return Condition(true, negate(true))
        found = self._valued(part)
        if found is None:
            return self._closed(node)
        if found.instead is not None:
            return Condition(NEVER, ALWAYS)
        nothing = found.term.domain.values.only_missing()
        return Condition(In(found.term, nothing), In(found.term, nothing.complement()))

    def boolean(self, node: Node) -> Condition:
        return Condition(ALWAYS, NEVER) if node.value == "TRUE" else Condition(NEVER, ALWAYS)

    def null(self, node: Node) -> Condition:
        return Condition(NEVER, NEVER)

    def flag(self, node: Node) -> Condition | None:
        """A name or call that is true or false by itself."""
        found = self._valued(node)
        return self._tested(found, WordSet(frozenset({True}))) if found and found.type is Type.BOOLEAN else None

    def compare(self, node: Node) -> Condition | None:
        left, right = node.parts
        sign = node.value
        if self._constant(left) is not None:
            left, right, sign = right, left, OPPOSITE[sign]
        found, edge = self._valued(left), self._constant(right)
        if found is None or edge is None:
            return None
        known = self._known(found, sign, edge, self._piece(right).type)
        return self._tested(found, known) if known is not None else None

    def between(self, node: Node) -> Condition:
        value, low, high = node.parts
        parts = (Node("compare", node.at, ">=", (value, low)), Node("compare", node.at, "<=", (value, high)))
        return self.read(Node("and", node.at, parts=parts))

    def among(self, node: Node) -> Condition:
        value, *values = node.parts
        parts = tuple(Node("compare", node.at, "=", (value, other)) for other in values)
        return self.read(Node("or", node.at, parts=parts))

    def _closed(self, node: Node) -> Condition:
        """A part that is not looked into: true, false or unknown, but the same wherever it stands again."""
        piece = self._piece(node)
        term = Term(piece.sql, self._text(node), Domain.flag(), is_free=False)
        return _flagged(term)

    def _valued(self, node: Node) -> _Valued | None:
        """The term behind a value, if it is no constant."""
        piece = self._piece(node)
        if piece.type is None or piece.constant is not None or self._constant(node) is not None:
            return None
        if node.kind == "call" and node.value.lower() == "coalesce" and len(node.parts) == 2:
            found, instead = self._valued(node.parts[0]), self._constant(node.parts[1])
            if found and found.instead is None and instead is not None and not found.scaled:
                return replace(found, instead=instead)
        asked = node.value if node.kind == "name" else node.value.lower() if node.kind == "call" else ""
        own = self.domain_of(asked, piece.type) if asked else None
        if piece.inexact:
            return _Valued(Term(piece.sql, self._text(node), Domain.whole(), is_free=False), piece.type, scaled=True)
        is_place = asked in PLACES and node.parts[0].kind == "name"
        text = f"{asked}({node.parts[0].value})" if is_place else self._text(node)
        term = Term(piece.sql, text, own or Domain.of(piece.type), node.kind == "name", is_place)
        return _Valued(term, piece.type)

    def _tested(self, found: _Valued, known: Spans | WordSet) -> Condition:
        """True where the value is in the set, false where it is known and is not."""
        true, false = Values(known), Values(known.complement())
        if found.instead is not None:
            inside = known.contains(found.instead)  # type: ignore[arg-type]
            true, false = replace(true, missing=inside), replace(false, missing=not inside)
        return Condition(In(found.term, true), In(found.term, false))

    def _known(self, found: _Valued, sign: str, edge: Constant, kind: Type | None) -> Spans | WordSet | None:
        """The values that compare so with an edge; None when that is not looked into."""
        if isinstance(edge, bool | str):
            same = WordSet(frozenset({edge}))
            return {"=": same, "<>": same.complement()}.get(sign)
        if found.type is Type.DATE and kind is not Type.DATE:
            return None
        if found.type is Type.TIMESTAMP and kind is Type.DATE:
            edge = place_of_moment(datetime.combine(date.fromordinal(int(edge)), time()))
        if found.scaled:
            edge = math.floor(edge * SAME + 0.5)
        possible = found.term.domain.values.known
        return Spans.compared(possible.step, sign, edge) if isinstance(possible, Spans) else None

    def _constant(self, node: Node) -> Constant | None:
        """The value of a part that needs no data."""
        if node.kind == "text":
            return node.value
        if node.kind == "boolean":
            return node.value == "TRUE"
        if node.kind == "moment":
            return place_of_moment(datetime.fromisoformat(node.value))
        day = self._day(node)
        if day is not None:
            return place_of_day(day)
        constant = self._piece(node).constant
        return None if constant is None else float(constant)

    def _day(self, node: Node) -> date | None:
        """A day that is written out, or ``as_of``, or one so long before or after it."""
        if node.kind == "day":
            return date.fromisoformat(node.value)
        if node.kind == "name" and node.value == "as_of":
            return self.scope.as_of
        if node.kind != "arithmetic" or node.value not in "+-" or node.parts[1].kind != "interval":
            return None
        day = self._day(node.parts[0])
        count, unit = node.parts[1].value.split(" ")
        number = int(count) if node.value == "+" else -int(count)
        return _shifted(day, number, unit) if day else None

    def _piece(self, node: Node) -> Piece:
        return Checker(self.findings, self.scope, CHECKS).check(node)

    def _text(self, node: Node) -> str:
        """The part as people know it: a name as it is, else what is printed."""
        return node.value if node.kind == "name" else self._piece(node).sql


def _flagged(term: Term) -> Condition:
    return Condition(
        In(term, Values(WordSet(frozenset({True})))), In(term, Values(WordSet(frozenset({False}))))
    )


def _shifted(day: date, count: int, unit: str) -> date | None:
    """The day so many days or months later; the last of the month where it has no such day."""
    try:
        if unit == "DAY":
            return day + timedelta(days=count)
        if unit != "MONTH":
            return None
        year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
        first = date(year, month + 1, 1)
        following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    except (ValueError, OverflowError):
        return None
    return first.replace(day=min(day.day, (following - first).days))


_READERS: dict[str, Callable[[_Reader, Node], Condition | None]] = {
    "and": _Reader.chain, "or": _Reader.chain, "not": _Reader.opposite, "is": _Reader.certainly,
    "is null": _Reader.missing, "boolean": _Reader.boolean, "null": _Reader.null, "name": _Reader.flag,
    "call": _Reader.flag, "compare": _Reader.compare, "between": _Reader.between, "in": _Reader.among,
}  # fmt: skip
