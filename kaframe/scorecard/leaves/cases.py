"""Cases: points by the first condition that holds."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from kaframe.bind import place_of
from kaframe.errors import Problem
from kaframe.expression import Scope, Type
from kaframe.ranges import All, Domain, can_hold, read_condition
from kaframe.rules.score import ScoreNode, Semantics
from kaframe.scorecard.leaves.kind import Arm, LeafKind, Wanted, points_of
from kaframe.scorecard.leaves.options import Options
from kaframe.scorecard.planned import PlannedNode, Span
from kaframe.scorecard.points import number


def _filled(node: ScoreNode, meaning: Semantics, problems: list[Problem]) -> ScoreNode:
    cases = [
        replace(case, points=points_of(case.points, node, meaning, problems, place_of(case, "points")))
        for case in node.cases
    ]
    return replace(node, cases=tuple(cases))


def _problems(node: ScoreNode) -> list[Problem]:
    last = next((place for place, case in enumerate(node.cases) if case.when is None), len(node.cases))
    return [
        Problem(case.at, "KF2204", f"cases of '{node.id}' after 'else' are never reached", "put 'else' last")
        for case in node.cases[last + 1 :][:1]
    ]


def _inputs(node: ScoreNode) -> list[Wanted]:
    return [(case.when, Type.BOOLEAN) for case in node.cases]


def _sql(leaf: PlannedNode, value: str) -> str:
    """An unknown condition makes the points unknown: no account is green by accident."""
    arms = []
    for case, condition in zip(leaf.node.cases, leaf.inputs, strict=True):
        if condition is None:
            arms.append(f"ELSE {number(case.points)}")
            break
        arms.append(f"WHEN {condition.sql} THEN {number(case.points)} WHEN ({condition.sql}) IS NULL THEN NULL")
    return f"CASE {' '.join(arms)} END"


def _span(node: ScoreNode) -> Span:
    points = [case.points for case in node.cases]
    return Span(min(points), max(points))


def _points(leaf: PlannedNode, value: Any) -> float | None:
    """Cases have no value of their own."""
    return None


def _how(node: ScoreNode) -> str:
    return "cases"


def _options(leaf: PlannedNode, scope: Scope) -> Options:
    """Each case, unless one that is written before it holds too."""
    conditions = [read_condition(case.when, scope, _anything) if case.when else None for case in leaf.node.cases]

    @cache
    def unless(place: int, lacking: frozenset[int]) -> tuple[int, ...] | None:
        before = [conditions[other] for other in lacking if other < place]
        own = conditions[place]
        holds = own.true if own else All(tuple(one.not_true for one in conditions[:place] if one))
        if can_hold(holds, *(one.not_true for one in before if one)).is_possible is False:
            return None
        return tuple(
            other
            for other in sorted(lacking)
            if other < place and (one := conditions[other]) and can_hold(holds, one.true).is_possible is not False
        )

    return Options(tuple((case.when.text if case.when else "else", case.points) for case in leaf.node.cases), unless)


def _anything(name: str, kind: Type) -> Domain | None:
    """A name can be anything of its type."""
    return None


def _arms(leaf: PlannedNode) -> tuple[Arm, ...]:
    return tuple(Arm(case.at, case.reason) for case in leaf.node.cases)


def _deciding(leaf: PlannedNode) -> str:
    arms = []
    for place, condition in enumerate(leaf.inputs, 1):
        if condition is None:
            arms.append(f"ELSE [{place}]")
            break
        arms.append(f"WHEN {condition.sql} THEN [{place}] WHEN ({condition.sql}) IS NULL THEN NULL")
    return f"CASE {' '.join(arms)} END"


CASES = LeafKind("cases", _filled, _problems, _sql, _span, _points, _how, None, _inputs, _options, arms=_arms,
                 deciding=_deciding)
