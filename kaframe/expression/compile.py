"""From what a rule author wrote to what runs, or to everything that is wrong with it."""

from __future__ import annotations

from kaframe.expression import sql
from kaframe.expression.arithmetic import ARITHMETIC
from kaframe.expression.calls import CALLS
from kaframe.expression.casts import CASTS
from kaframe.expression.characters import check_characters
from kaframe.expression.check import LEAVES, Checker, Checks, typed
from kaframe.expression.conditions import CONDITIONS
from kaframe.expression.quoting import advise_quotes
from kaframe.expression.scope import Scope
from kaframe.expression.tree import Node
from kaframe.expression.types import DAYS, Compiled, Expression, Findings, Piece, Type

CHECKS: Checks = {**LEAVES, **ARITHMETIC, **CONDITIONS, **CASTS, **CALLS}


def compile_expression(expression: Expression, scope: Scope, expects: Type | None = None) -> Compiled:
    """Read, check and print one expression.

    ``expects`` is the type that its place needs; None takes any.
    Raises: RuleError with all problems of the expression, each at its character.
    """
    findings = Findings(expression)
    node = read_expression(findings)
    if node is None or findings.problems:
        if node is not None:
            Checker(findings, scope, CHECKS).check(node)
        advise_quotes(findings, scope.names, read_expression)
        raise findings.stop()
    return _print(node, findings, scope, expects)


def compile_tree(node: Node, text: Expression, scope: Scope, expects: Type | None = None) -> Compiled:
    """Check and print a tree that was not written as an expression; its places are offsets in ``text``.

    Raises: RuleError with all its problems.
    """
    return _print(node, Findings(text), scope, expects)


def _print(node: Node, findings: Findings, scope: Scope, expects: Type | None) -> Compiled:
    checker = Checker(findings, scope, CHECKS)
    piece = _settle(checker, checker.check(node), expects)
    if findings.problems:
        advise_quotes(findings, scope.names, read_expression)
        raise findings.stop()
    kind = piece.type or Type.MISSING
    names, absent, called = map(frozenset, (checker.names, checker.absent, checker.called))
    exact, doubt = piece.inexact, piece.type is None
    return Compiled(sql.finite(piece).sql, kind, names, absent, called, checker.aggregate, exact, doubt)


def read_expression(findings: Findings) -> Node | None:
    """The tree of the text; sqlglot is loaded when the first expression is read."""
    if not check_characters(findings):
        return None
    from kaframe.expression.convert import read_tree

    return read_tree(findings)


def _settle(checker: Checker, piece: Piece, expects: Type | None) -> Piece:
    """The result in the type that its place needs."""
    if checker.scope.aggregates and not checker.aggregate and not checker.findings.problems:
        message = f"{checker.scope.words} needs an aggregate: it is one value for all rows of an account"
        checker.note(piece, "KF2014", message, "write sum(x), count() or latest(x, by)")
    if expects is None or piece.type is None:
        return piece
    piece = typed(piece, expects)
    if piece.type is not expects and {piece.type, expects} == DAYS:
        return Piece(f"CAST({piece.sql} AS {sql.TYPES[expects]})", expects, piece.at)
    checker.expect(piece, (expects,), checker.scope.words)
    return piece
