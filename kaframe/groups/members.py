"""The members of a group that count for its parent: the children that qualify, and the parent where it is counted."""

from __future__ import annotations

from dataclasses import dataclass

from kaframe.bind import place_of
from kaframe.database import quoted
from kaframe.errors import Problem, RuleError, nearest
from kaframe.expression import Compiled, Type, compile_expression
from kaframe.names import account_relation, account_scope
from kaframe.project import Project
from kaframe.rules.rollup import RollUp

NO_MEMBERS = (
    "SELECT ''::VARCHAR AS account_id, ''::VARCHAR AS card, ''::VARCHAR AS member, ''::VARCHAR AS status, "
    "0::DOUBLE AS points, 0::DOUBLE AS weight, 0::DOUBLE AS share, ''::VARCHAR AS state WHERE FALSE"
)


@dataclass(frozen=True, slots=True)
class PlannedRollUp:
    """A roll-up with its condition compiled; ``step`` is the one whose names it may use."""

    rule: RollUp
    card: str
    step: str
    where: Compiled | None

    def members(self, project: Project, level: str, scored: str) -> str:
        """Who counts for the parents of a level: account_id (the parent), member, weight (missing = unknown).

        ``scored`` gives the accounts that are on the card.
        """
        names = set(self.where.names - self.where.absent) if self.where else set()
        names |= {self.rule.by} if self.rule.by else set()
        relation = account_relation(project, self.step, names)
        weight = f"CASE WHEN {quoted(self.rule.by)} > 0 THEN {quoted(self.rule.by)} END" if self.rule.by else "1"
        facts = (
            f"SELECT account_id, CAST({weight} AS DOUBLE) AS weight, {self.where.sql if self.where else 'TRUE'} "
            f"AS qualifies FROM {relation}"
        )
        parents = f"SELECT account_id FROM families WHERE level {level}"
        links = (
            "SELECT parent AS account_id, account_id AS member FROM families "
            f"WHERE state = 'child' AND parent IN ({parents})"
        )
        children = (
            f"SELECT l.account_id, l.member, e.weight FROM ({links}) AS l JOIN ({facts}) AS e "
            f"ON e.account_id = l.member AND e.qualifies SEMI JOIN ({scored}) AS s ON s.account_id = l.member"
        )
        if self.rule.parent == "left_out":
            return children
        own = (
            f"SELECT p.account_id, p.account_id AS member, e.weight FROM ({parents}) AS p "
            f"JOIN ({facts}) AS e ON e.account_id = p.account_id"
        )
        return f"{children} UNION ALL {own}"


def plan_roll_up(project: Project, card: str) -> PlannedRollUp | None:
    """The roll-up of a card, compiled; None when it has none. Raises: RuleError with what is wrong."""
    rule = project.rules.status.of(card)
    roll_up = rule.roll_up if rule else None
    if roll_up is None:
        return None
    step = "score" if roll_up.points else "status"
    scope = account_scope(project, step)
    problems = _measure_problems(roll_up, {name: known.type for name, known in scope.names.items()})
    where = None
    try:
        where = compile_expression(roll_up.where, scope, Type.BOOLEAN) if roll_up.where else None
    except RuleError as error:
        problems += error.problems
    if problems:
        raise RuleError(problems)
    return PlannedRollUp(roll_up, card, step, where)


def _measure_problems(roll_up: RollUp, known: dict[str, Type]) -> list[Problem]:
    """``by`` names a number."""
    numbers = sorted(name for name, kind in known.items() if kind is Type.NUMBER)
    if roll_up.points == "weighted_mean" and not roll_up.by:
        return [Problem(place_of(roll_up, "points"), "KF2227", "a weighted mean needs to know what weighs a child",
                        "name a measure: 'by: contract_value'")]
    if not roll_up.by or roll_up.by in numbers:
        return []
    what = "is no number" if roll_up.by in known else "is no measure"
    return [Problem(place_of(roll_up, "by"), "KF2227", f"children are weighed by '{roll_up.by}', which {what}",
                    nearest(roll_up.by, numbers) or f"numbers: {', '.join(numbers[:12]) or 'none'}")]
