"""The fourth wall: sqlglot's tree becomes ours, by an allow-list of node classes; the rest is refused."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

from kaframe.expression.grammar import parse
from kaframe.expression.tree import DEEPEST, MOST_NODES, Node
from kaframe.expression.types import Findings

_Words = dict[type[exp.Expr], str]
_MISSING = ("missing", "unknown", "empty", "none", "nil", "na")  # what people call a value that is not there
_ARITHMETIC: _Words = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%"}
_COMPARE: _Words = {exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
_TYPES = {
    "DOUBLE": "number", "FLOAT": "number", "DECIMAL": "number", "INT": "integer", "BIGINT": "integer",
    "TEXT": "text", "VARCHAR": "text", "BOOLEAN": "boolean", "DATE": "date",
}  # fmt: skip
_WORDS: _Words = {
    exp.Subquery: "a query", exp.Select: "a query", exp.Window: "'over (...)'", exp.Lambda: "a lambda",
    exp.Dot: "a call with a dot", exp.Star: "'*'",
    exp.Kwarg: "a named argument", exp.PropertyEQ: "a named argument", exp.IntDiv: "'div'",
    exp.BitwiseLeftShift: "'<<'", exp.BitwiseRightShift: "'>>'", exp.NullSafeEQ: "'is not distinct from'",
    exp.NullSafeNEQ: "'is distinct from'",
    exp.Order: "'order by' inside a call", exp.IgnoreNulls: "'ignore nulls'", exp.Distinct: "'distinct' here",
    exp.Tuple: "a list of values here", exp.ILike: "'ilike'", exp.Concat: "two texts side by side",
    exp.Escape: "'escape'", exp.Filter: "'filter' here", exp.AtTimeZone: "'at time zone'",
}  # fmt: skip
_HINTS: _Words = {
    exp.ILike: "write lower(x) like '...'", exp.Concat: "write 'a' || 'b'", exp.Dot: "write lower(name)",
    exp.Window: "write pareto(x), rank(x) or percentile(x)", exp.Order: "write first(x, by) or latest(x, by)",
    exp.NullSafeEQ: "write x = y or x is null", exp.NullSafeNEQ: "write x <> y or x is null",
}  # fmt: skip
# Whatever else sqlglot may hang on a node that the language knows is refused with the node.
_KNOWN = frozenset({
    "this", "expression", "expressions", "low", "high", "ifs", "true", "default", "to", "unit", "table", "db",
    "is_string", "safe", "negate", "fraction_in_string", "query", "unnest", "field",
})  # fmt: skip
_MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}
_DAYS = {"DAY": 1, "WEEK": 7}
_CLOCK = ("HOUR", "MINUTE")
# Of an interval in quotes sqlglot keeps the first number and unit, and forgets what else stands there.
_QUOTED_INTERVAL = re.compile(r"interval\s*'(?!\s*-?\d+\s*[a-z]*\s*')", re.IGNORECASE)
_LONGEST = 120_000


def read_tree(findings: Findings) -> Node | None:
    """The text as our own tree, or None with what is wrong noted."""
    found = parse(findings)
    if found is None or not _check_size(findings, found):
        return None
    return _Reader(findings).read(found, 0)


def _check_size(findings: Findings, found: exp.Expr) -> bool:
    """Count nodes and depth without recursion; a chain of ``and`` or ``or`` is one level."""
    waiting, count, deepest = [(found, 1)], 0, 1
    while waiting:
        node, depth = waiting.pop()
        count, deepest = count + 1, max(deepest, depth)
        chained = (exp.And, exp.Or, exp.Identifier, exp.Paren)
        waiting += [(part, depth + (not isinstance(part, chained))) for part in node.iter_expressions()]
    if count > MOST_NODES * 2 or deepest > DEEPEST:
        most = f"at most {MOST_NODES * 2} and {DEEPEST} are read"
        message = f"expression of {count} parts, {deepest} deep; {most}"
        findings.add(0, "KF2009", message, "split it into measures")
        return False
    return True


class _Reader:
    """Turns one tree of sqlglot into one of ours."""

    __slots__ = ("findings",)

    def __init__(self, findings: Findings) -> None:
        self.findings = findings

    def read(self, node: exp.Expr, near: int) -> Node:
        """The node as ours; ``near`` is where it stands if it does not know itself.

        ``not`` is a node of its own, or, as in some releases of sqlglot, hangs on what it turns round.
        """
        make = _READERS.get(type(node))
        if make is None or any(value and key not in _KNOWN for key, value in node.args.items()):
            return self.refuse(node, near)
        found = make(self, node, _place(node, near))
        return Node("not", found.at, parts=(found,)) if node.args.get("negate") else found

    def refuse(self, node: exp.Expr, near: int, what: str = "", hint: str = "") -> Node:
        """Note a construct that the language does not have."""
        at = _place(node, near)
        words = what or _WORDS.get(type(node)) or f"'{node.key}'"
        hint = hint or _HINTS.get(type(node), "")
        self.findings.add(at, "KF2004", f"{words} is not allowed in an expression", hint)
        return Node("refused", at)

    def each(self, nodes: list[exp.Expr], near: int) -> tuple[Node, ...]:
        """Several nodes, in order."""
        return tuple(self.read(node, near) for node in nodes)

    def paren(self, node: exp.Expr, at: int) -> Node:
        return self.read(node.this, at)

    def name(self, node: exp.Expr, at: int) -> Node:
        if node.args.get("db") or not isinstance(node.this, exp.Identifier):
            star = isinstance(node.this, exp.Star)
            return self.refuse(node, at, "'*'" if star else "a name of three parts")
        table = node.args.get("table")
        dotted = f"{table.name}.{node.name}" if table else node.name
        return Node("name", at, dotted, distinct=node.this.quoted)

    def literal(self, node: exp.Expr, at: int) -> Node:
        return Node("text" if node.is_string else "number", at, node.name)

    def boolean(self, node: exp.Expr, at: int) -> Node:
        return Node("boolean", at, "TRUE" if node.this else "FALSE")

    def null(self, node: exp.Expr, at: int) -> Node:
        return Node("null", at)

    def unary(self, node: exp.Expr, at: int) -> Node:
        return Node("not" if isinstance(node, exp.Not) else "minus", at, parts=(self.read(node.this, at),))

    def arithmetic(self, node: exp.Expr, at: int) -> Node:
        return Node("arithmetic", at, _ARITHMETIC[type(node)], self._sides(node, at))

    def compare(self, node: exp.Expr, at: int) -> Node:
        return Node("compare", at, _COMPARE[type(node)], self._sides(node, at))

    def join(self, node: exp.Expr, at: int) -> Node:
        return Node("join", at, parts=self._sides(node, at))

    def like(self, node: exp.Expr, at: int) -> Node:
        return Node("like", at, parts=self._sides(node, at))

    def _sides(self, node: exp.Expr, at: int) -> tuple[Node, ...]:
        return self.each([node.this, node.args["expression"]], at)

    def chain(self, node: exp.Expr, at: int) -> Node:
        """``a and b and c`` as one node of three parts, however many there are."""
        parts: list[exp.Expr] = []
        waiting = [node]
        while waiting:
            part = waiting.pop()
            if type(part) is type(node):
                waiting += [part.args["expression"], part.this]
            else:
                parts.append(part)
        return Node("and" if isinstance(node, exp.And) else "or", at, parts=self.each(parts, at))

    def is_(self, node: exp.Expr, at: int) -> Node:
        what, parts = node.args["expression"], (self.read(node.this, at),)
        if isinstance(what, exp.Null):
            return Node("is null", at, parts=parts)
        if isinstance(what, exp.Boolean):
            return Node("is", at, "TRUE" if what.this else "FALSE", parts)
        word = what.name.casefold() if isinstance(what, exp.Column) else ""
        hint = "write 'is null' or 'is not null'" if word in _MISSING else "compare with ="
        return self.refuse(node, at, "'is' with anything but null, true or false", hint)

    def in_(self, node: exp.Expr, at: int) -> Node:
        values = node.args.get("expressions")
        if not values or any(node.args.get(key) for key in ("query", "unnest", "field")):
            return self.refuse(node, at, "'in' without a list of values", "write x in ('a', 'b')")
        return Node("in", at, parts=(self.read(node.this, at), *self.each(values, at)))

    def between(self, node: exp.Expr, at: int) -> Node:
        return Node("between", at, parts=self.each([node.this, node.args["low"], node.args["high"]], at))

    def case(self, node: exp.Expr, at: int) -> Node:
        """Parts are condition, value, condition, value ... default; ``case x when`` compares x each time."""
        parts: list[Node] = []
        for arm in node.args["ifs"]:
            condition = self.read(arm.this, at)
            if node.this is not None:
                operand = self.read(node.this, at)
                condition = Node("compare", condition.at, "=", (operand, condition))
            parts += [condition, self.read(arm.args["true"], at)]
        default = node.args.get("default")
        parts.append(self.read(default, at) if default is not None else Node("null", at))
        return Node("case", at, parts=tuple(parts))

    def cast(self, node: exp.Expr, at: int) -> Node:
        to = node.args["to"]
        kind = getattr(to.this, "value", str(to.this)) if isinstance(to, exp.DataType) else str(to)
        if node.this.is_string and kind in ("DATE", "TIMESTAMP", "TIMESTAMPNTZ"):
            return Node("day" if kind == "DATE" else "moment", _place(node.this, at), node.this.name)
        plain = isinstance(to, exp.DataType) and not to.expressions
        if not plain or kind not in _TYPES:
            hint = "cast to number, integer, text, date or boolean"
            return self.refuse(node, at, f"the type {str(kind).lower()}", hint)
        return Node("cast", at, _TYPES[kind], (self.read(node.this, at),))

    def interval(self, node: exp.Expr, at: int) -> Node:
        """The value is a number and MONTH, DAY, HOUR or MINUTE, which every engine knows."""
        count, unit = node.this, node.args.get("unit")
        word = unit.name.upper().removesuffix("S") if isinstance(unit, exp.Var) else ""
        known = word in _MONTHS or word in _DAYS or word in _CLOCK
        known = known and not _QUOTED_INTERVAL.match(self.findings.expression.text, at)
        if not isinstance(count, exp.Literal) or not re.fullmatch(r"-?\d{1,6}", count.name) or not known:
            hint = "write interval 12 month: a whole number and day, week, month, quarter, year or hour"
            return self.refuse(node, at, "this interval", hint)
        number = int(count.name)
        if word in _MONTHS:
            number, word = number * _MONTHS[word], "MONTH"
        elif word in _DAYS:
            number, word = number * _DAYS[word], "DAY"
        if abs(number) > _LONGEST:
            return self.refuse(node, at, "an interval of more than 10,000 years")
        return Node("interval", at, f"{number} {word}")

    def call(self, node: exp.Expr, at: int) -> Node:
        if not isinstance(node.this, str):
            return self.refuse(node, at, "a quoted function name")
        parts, distinct = list(node.expressions), False
        if len(parts) == 1 and isinstance(parts[0], exp.Distinct) and not parts[0].args.get("on"):
            parts, distinct = list(parts[0].expressions), True
        read = tuple(
            Node("star", _place(part, at)) if type(part) is exp.Star and not part.args.get("except_")
            else self.read(part, at)
            for part in parts
        )  # fmt: skip
        return Node("call", at, node.this, read, distinct=distinct)

    def filter(self, node: exp.Expr, at: int) -> Node:
        where = node.args["expression"]
        if not isinstance(node.this, exp.Anonymous) or not isinstance(where, exp.Where):
            return self.refuse(node, at)
        call = self.call(node.this, at)
        if call.kind != "call":
            return call
        return Node("call", call.at, call.value, call.parts, self.read(where.this, at), call.distinct)


def _place(node: exp.Expr, near: int) -> int:
    """Where a node starts: what sqlglot noted for it, else for its first part."""
    while "start" not in node.meta:
        first = node.args.get("table") or node.args.get("this")
        if not isinstance(first, exp.Expr):
            return near
        node = first
    return int(node.meta["start"])


_READERS: dict[type[exp.Expr], Callable[[_Reader, exp.Expr, int], Node]] = {
    exp.Paren: _Reader.paren, exp.Column: _Reader.name, exp.Literal: _Reader.literal,
    exp.Boolean: _Reader.boolean, exp.Null: _Reader.null, exp.Not: _Reader.unary, exp.Neg: _Reader.unary,
    exp.And: _Reader.chain, exp.Or: _Reader.chain, exp.Is: _Reader.is_, exp.In: _Reader.in_,
    exp.Between: _Reader.between, exp.Like: _Reader.like, exp.DPipe: _Reader.join, exp.Case: _Reader.case,
    exp.Cast: _Reader.cast, exp.Interval: _Reader.interval, exp.Anonymous: _Reader.call,
    exp.Filter: _Reader.filter,
    **dict.fromkeys(_ARITHMETIC, _Reader.arithmetic), **dict.fromkeys(_COMPARE, _Reader.compare),
}  # fmt: skip
