"""What a kind of leaf has to say for itself; one file beside this one for each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from kaframe.bind import Label
from kaframe.errors import Location, Problem
from kaframe.expression import Expression, Scope, Type
from kaframe.rules.score import ScoreNode, Semantics
from kaframe.scorecard.leaves.options import Options
from kaframe.scorecard.planned import PlannedNode, Span

Wanted = tuple[Expression | None, Type | None]


def no_inputs(node: ScoreNode) -> list[Wanted]:
    """A kind that needs nothing but the value."""
    return []


def no_options(leaf: PlannedNode, scope: Scope) -> Options | None:
    """A kind whose values are numbers."""
    return None


def no_edges(leaf: PlannedNode, needed: float) -> Iterable[float]:
    """A kind whose values are no numbers."""
    return ()


def no_arms(leaf: PlannedNode) -> tuple[Arm, ...]:
    """A kind of which nobody asks what decided."""
    return ()


def nothing_decides(leaf: PlannedNode) -> str:
    """What belongs to it."""
    return "CAST([] AS INTEGER[])"


def nothing_more(leaf: PlannedNode) -> list[Problem]:
    """A kind whose rule is checked without the types of what it asks."""
    return []


@dataclass(frozen=True, slots=True)
class Arm:
    """One of several parts of a rule, any of which may decide: a case or a row, with the reason that people read."""

    at: Location
    reason: Label | None = None


@dataclass(frozen=True, slots=True)
class LeafKind:
    """One way from a value to points.

    ``key`` is its key in YAML, ``expects`` the type of the value. ``filled`` writes the semantics into the node
    (categories as numbers, edges), ``problems`` says what is wrong with it then. ``inputs`` are the expressions that it
    needs besides the value, compiled into ``PlannedNode.inputs`` in their order. ``sql`` gives the points from the
    column of the value, ``points`` the same in Python (None: missing), ``span`` the fewest and the most of them,
    ``how`` the rule in a few words. For the smallest change that reaches a colour: ``options`` are the values that are
    no numbers, with their points, read in the scope of the step; ``edges`` the numbers at which points begin or end to
    be enough. For those who ask what decided: ``arms`` are the parts of the rule, ``deciding`` the SQL of a list with
    the numbers, from 1, of those that did. ``checked`` says what is wrong once the inputs are compiled.
    """

    key: str
    filled: Callable[[ScoreNode, Semantics, list[Problem]], ScoreNode]
    problems: Callable[[ScoreNode], list[Problem]]
    sql: Callable[[PlannedNode, str], str]
    span: Callable[[ScoreNode], Span]
    points: Callable[[PlannedNode, Any], float | None]
    how: Callable[[ScoreNode], str]
    expects: Type | None = Type.NUMBER
    inputs: Callable[[ScoreNode], list[Wanted]] = no_inputs
    options: Callable[[PlannedNode, Scope], Options | None] = no_options
    edges: Callable[[PlannedNode, float], Iterable[float]] = no_edges
    arms: Callable[[PlannedNode], tuple[Arm, ...]] = no_arms
    deciding: Callable[[PlannedNode], str] = nothing_decides
    checked: Callable[[PlannedNode], list[Problem]] = nothing_more


def points_of(written: Any, node: ScoreNode, meaning: Semantics, problems: list[Problem], at: Location) -> float:
    """Points as a number: as written (at a place), or those of the category that is named."""
    from kaframe.errors import nearest

    if isinstance(written, int | float) and not isinstance(written, bool):
        return float(written)
    if written in meaning.categories:
        return meaning.categories[written]
    known = ", ".join(meaning.categories)
    problems.append(Problem(at, "KF2202", f"'{written}' of '{node.id}' is no category of '{meaning.id}'",
                            nearest(str(written), meaning.categories) or f"categories: {known}; or write a number"))
    return meaning.worst
