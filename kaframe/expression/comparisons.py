"""The comparisons that a condition is made of, for telling what an account lacks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kaframe.expression.check import Checker
from kaframe.expression.compile import CHECKS, read_expression
from kaframe.expression.scope import Scope
from kaframe.expression.tree import Node
from kaframe.expression.types import Expression, Findings, Type

FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison of a measure with an edge, printed in parts.

    ``value`` is the measure, ``holds`` the whole comparison. ``needed`` is the edge; "" when the
    comparison is about the place among all accounts (pareto, rank, percentile): then the smallest value
    that holds is what is needed. ``carries`` is the share of a ``pareto(x) < 0.8``, where that is a number above 0.
    """

    text: str
    measure: str
    value: str
    holds: str
    needed: str
    names: frozenset[str]
    carries: float | None = None


def comparisons(expression: Expression, scope: Scope) -> list[Comparison]:
    """Every comparison of numbers in a condition that compiles, in reading order; none of absent names."""
    findings = Findings(expression)
    root = read_expression(findings)
    nodes = list(_joined(root)) if root else []
    ends = [*(node.at for node in nodes[1:]), len(expression.text)][: len(nodes)]
    found = [_comparison(node, expression.text[node.at : end], findings, scope)
             for node, end in zip(nodes, ends, strict=True) if node.kind == "compare" and node.value in FLIPPED]
    return [item for item in found if item is not None]


def _joined(node: Node) -> Iterator[Node]:
    """The conditions that ``and`` and ``or`` join."""
    if node.kind in ("and", "or"):
        for part in node.parts:
            yield from _joined(part)
    else:
        yield node


def _comparison(node: Node, text: str, findings: Findings, scope: Scope) -> Comparison | None:
    checker = Checker(findings, scope, CHECKS)
    holds = checker.check(node)
    left, right = node.parts
    sign = node.value
    if left.kind == "number":
        left, right, sign = right, left, FLIPPED[sign]
    ranked = left.kind == "call" and left.value.lower() in ("pareto", "rank", "percentile")
    measured = left.parts[0] if ranked else left
    names = frozenset(checker.names)
    value, edge = checker.check(measured), checker.check(right)
    if checker.absent or value.type is not Type.NUMBER or measured.kind != "name":
        return None
    needed = "" if ranked else edge.sql
    return Comparison(_trimmed(text), measured.value, value.sql, holds.sql, needed, names, _carries(left, sign, right))


def _carries(left: Node, sign: str, right: Node) -> float | None:
    is_set = left.kind == "call" and left.value.lower() == "pareto" and sign in ("<", "<=") and right.kind == "number"
    return float(right.value) if is_set and float(right.value) > 0 else None


def _trimmed(text: str) -> str:
    """The comparison without the word and the brackets that follow it."""
    text = text.strip()
    while True:
        lowered = text.lower()
        if lowered.endswith((" and", " or")):
            text = text[: lowered.rindex(" ")].rstrip()
        elif text.endswith("(") or (text.endswith(")") and text.count(")") > text.count("(")):
            text = text[:-1].rstrip()
        else:
            return text
