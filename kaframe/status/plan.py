"""The thresholds of a card made ready, and the SQL words that all parts of its query share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kaframe.database import literal
from kaframe.errors import Problem, RuleError
from kaframe.expression import Compiled, Type
from kaframe.names import account_scope, compile_all
from kaframe.project import Project
from kaframe.rules.status import StatusRule, Threshold
from kaframe.scorecard.points import number
from kaframe.scorecard.tree import PlannedCard, plan_cards

NO_RANK = "CAST(NULL AS INTEGER)"


@dataclass(frozen=True, slots=True)
class PlannedRule:
    """The thresholds of a card with its exceptions compiled. The rank of a colour is its place, 0 is the best."""

    rule: StatusRule
    card: PlannedCard
    exceptions: tuple[Compiled, ...]

    def edges(self) -> list[tuple[int, Threshold]]:
        """The colours that begin at an edge, with their ranks."""
        return [(rank, colour) for rank, colour in enumerate(self.rule.colours) if colour.edge is not None]

    def rank(self, name: str | None) -> int | None:
        """The rank of a colour; None for no_data and for names that are no colour of the card."""
        names = self.rule.names
        return names.index(name) if name in names else None

    def rank_of_points(self, points: float) -> int:
        """The rank of the colour that points give."""
        return next(rank for rank, colour in enumerate(self.rule.colours) if colour.takes(points))


def plan_rules(project: Project) -> list[PlannedRule]:
    """The thresholds of every scorecard that has some; raises all problems at once."""
    planned: list[PlannedRule] = []
    problems: list[Problem] = []
    for card in plan_cards(project):
        rule = project.rules.status.of(card.card.id)
        if rule is None:
            continue
        wanted = [(exception.when, Type.BOOLEAN) for exception in rule.exceptions]
        compiled, wrong = compile_all(wanted, account_scope(project, "status"))
        problems += wrong
        planned.append(PlannedRule(rule, card, tuple(item for item in compiled if item)))
    if problems:
        raise RuleError(problems)
    return planned


def reached(column: str, colour: Threshold, margin: float = 0.0) -> str:
    """Whether points lie in or above a colour, ``margin`` beyond its edge."""
    sign = ">=" if colour.at_least is not None else ">"
    return f"{column} {sign} {number(colour.beyond(margin))}"


def ranked(planned: PlannedRule, column: str) -> str:
    """The rank of the colour that points give."""
    arms = [f"WHEN {reached(column, colour)} THEN {rank}" for rank, colour in planned.edges()]
    return f"CASE WHEN {column} IS NULL THEN {NO_RANK} {' '.join(arms)} ELSE {len(planned.rule.colours) - 1} END"


def rank_of_name(planned: PlannedRule, column: str) -> str:
    """The rank of a colour by its name; missing for no_data and for colours that are no more."""
    return chosen_by(column, ((literal(name), str(rank)) for rank, name in enumerate(planned.rule.names)), NO_RANK)


def name_of_rank(planned: PlannedRule, column: str) -> str:
    """The name of a colour by its rank."""
    return chosen_by(column, ((str(rank), literal(name)) for rank, name in enumerate(planned.rule.names)))


def names_sql(names: Iterable[str]) -> str:
    """Names as the list behind IN."""
    return f"({', '.join(literal(name) for name in names)})"


def rolled_accounts(card: str) -> str:
    """The parents whose points are not made of their own leaves."""
    return f"SELECT account_id FROM roll_ups WHERE card = {literal(card)} AND points IS NOT NULL"


def chosen_by(column: str, values: Iterable[tuple[str, str]], otherwise: str = "CAST(NULL AS VARCHAR)") -> str:
    """What belongs to the value of a column."""
    arms = " ".join(f"WHEN {value} THEN {result}" for value, result in values)
    return f"CASE {column} {arms} ELSE {otherwise} END" if arms else otherwise
