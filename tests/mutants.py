"""Wrong lines, one at a time: every way in which this changes a source by one small thing.

A comparison flipped, ``and`` and ``or`` exchanged, a condition turned round, a number one more, a text changed where it
is compared, a value not returned, a statement left out. Texts that people read are left alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
EXCHANGED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
MATCHING = frozenset({"startswith", "endswith", "removeprefix", "removesuffix", "split", "partition", "get", "count"})
ELSEWHERE = frozenset({"TYPE_CHECKING", "sys.platform == 'win32'"})  # what no test on this system can take
UNSAID = frozenset({"annotation", "returns", "decorator_list"})
Change = tuple[ast.expr | ast.stmt | ast.pattern, str]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A source with one thing changed: where, what stood there, what stands there now."""

    line: int
    before: str
    after: str
    source: bytes


def mutants(source: bytes) -> Iterator[Mutant]:
    """Every wrong version of a source, outermost change first."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for node in _nodes(ast.parse(source)):
        for target, after in _changes(node):
            begin = starts[target.lineno - 1] + target.col_offset
            end = starts[(target.end_lineno or 0) - 1] + (target.end_col_offset or 0)
            wrong = source[:begin] + after.encode() + source[end:]
            yield Mutant(target.lineno, source[begin:end].decode(), after, wrong)


def _nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Every node that does something here: no annotations, no other system; f-strings have no true columns."""
    if isinstance(node, ast.JoinedStr):
        return
    if isinstance(node, ast.If) and ast.unparse(node.test) in ELSEWHERE:
        for child in node.orelse:
            yield from _nodes(child)
        return
    yield node
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and name not in UNSAID:
                yield from _nodes(child)


def _changes(node: ast.AST) -> Iterator[Change]:
    """What could stand wrongly in a node."""
    match node:
        case ast.Compare(left=left, ops=[op, *more], comparators=comparators):
            yield node, f"({ast.unparse(ast.Compare(left, [FLIPPED[type(op)](), *more], comparators))})"
            yield from _wrong_texts(left, *comparators)
        case ast.BoolOp(op=op, values=values):
            yield node, f"({ast.unparse(ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values))})"
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield node, f"({ast.unparse(operand)})"
        case ast.BinOp(left=left, op=op, right=right) if type(op) in EXCHANGED and not _are_text(left, right):
            yield node, f"({ast.unparse(ast.BinOp(left, EXCHANGED[type(op)](), right))})"
        case ast.Constant(value=bool(value)):
            yield node, repr(not value)
        case ast.Constant(value=int(value) | float(value)):
            yield node, f"({value + 1!r})"
        case ast.Call(func=ast.Attribute(attr=attr), args=args) if attr in MATCHING:
            yield from _wrong_texts(*args)
        case ast.Subscript(value=value, slice=key) if ast.unparse(value) != "Literal":
            yield from _wrong_texts(key)
        case ast.MatchValue(value=value):
            yield from _wrong_texts(value)
        case _:
            yield from _wrong_statements(node)


def _wrong_statements(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Return(value=value) if value is not None and ast.unparse(value) != "None":
            yield node, "return None"
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) | ast.comprehension(ifs=[test]) if (
            isinstance(test, ast.Name | ast.Attribute | ast.Call | ast.Subscript | ast.NamedExpr)
        ):
            yield test, f"(not ({ast.unparse(test)}))"
        case ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()) | ast.Raise() | ast.AugAssign():
            yield node, "pass"
        case ast.Continue() | ast.Break():
            yield node, "pass"


def _wrong_texts(*nodes: ast.expr) -> Iterator[Change]:
    """The texts that something is compared with, changed."""
    for node in nodes:
        for each in node.elts if isinstance(node, ast.Tuple | ast.Set | ast.List) else [node]:
            if isinstance(each, ast.Constant) and isinstance(each.value, str | bytes):
                yield each, repr(each.value + (b"~" if isinstance(each.value, bytes) else "~"))


def _are_text(*nodes: ast.expr) -> bool:
    return any(isinstance(node, ast.JoinedStr) or isinstance(getattr(node, "value", None), str) for node in nodes)
