"""Which strategies each key account gets: every condition and target of the rules in one query."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kaframe.analyse.plan import analysed_ids
from kaframe.bind import place_of
from kaframe.database import Database, literal, quoted
from kaframe.errors import Problem, RuleError
from kaframe.expression import Compiled, Expression, Name, Scope, Type
from kaframe.names import account_relation, account_scope, compile_all
from kaframe.project import Project
from kaframe.rules.strategy import Strategy

INSIGHT = "insight."
HOLDS, TARGET = "holds:", "target:"  # columns of the query that answers all rules at once


@dataclass(frozen=True, slots=True)
class PlannedRules:
    """Every condition (``holds:<part>``) and target (``target:<part>``) of the strategies, compiled."""

    compiled: Mapping[str, Compiled]

    @property
    def names(self) -> frozenset[str]:
        """The names that they use and that the project has."""
        return frozenset(name for item in self.compiled.values() for name in item.names - item.absent)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A key account, all that is known of it by name, what holds for it, and the strategies that it gets."""

    account_id: str
    facts: Mapping[str, Any]
    answers: Mapping[str, Any]
    strategies: tuple[Strategy, ...]

    def holds(self, strategy: Strategy, part: Any) -> bool:
        """Whether a goal, offer or action of the strategy is for this account."""
        return part.when is None or self.answers[f"{HOLDS}{strategy.id}.{part.id}"] is True

    def target(self, strategy: Strategy, goal: Any) -> float | None:
        """The target of a goal, as it would be set today."""
        found = self.answers[f"{TARGET}{strategy.id}.{goal.id}"]
        return None if found is None else float(found)


def plan_rules(project: Project) -> PlannedRules:
    """Compile all conditions and targets; raises all problems at once."""
    wanted = list(_expressions(project))
    pairs = [(expression, kind) for _, expression, kind in wanted]
    compiled, problems = compile_all(pairs, strategy_scope(project))
    if problems:
        raise RuleError(problems)
    named = zip((name for name, _, _ in wanted), compiled, strict=True)
    return PlannedRules({name: item for name, item in named if item is not None})


def strategy_scope(project: Project) -> Scope:
    """The names of account rules at this step, and ``insight.<id>`` for every analysis."""
    scope = account_scope(project, "strategy")
    found = analysed_ids(project)
    insights = {
        f"{INSIGHT}{analysis.id}": Name(Type.BOOLEAN, quoted(f"{INSIGHT}{analysis.id}"), analysis.id not in found)
        for analysis in project.rules.analyse.analyses
    }
    return dataclasses.replace(scope, names={**scope.names, **insights}, windows=False)


def choose_strategies(project: Project, db: Database, planned: PlannedRules) -> Iterator[Chosen]:
    """Every key account with its strategies, ordered by account.

    The first of the file come first; ``otherwise`` is for accounts for which no other is known to hold.
    """
    rules = project.rules.strategy
    columns = [f"{item.sql} AS {quoted(name)}" for name, item in planned.compiled.items()]
    listed = ", ".join(["r.*", *columns])
    relation = account_relation(project, "strategy", managed=True)
    query = (
        f"SELECT {listed} FROM {with_insights(relation, planned.names)} AS r "
        "SEMI JOIN (SELECT account_id FROM tiers WHERE key_account) AS k ON k.account_id = r.account_id "
        "ORDER BY r.account_id"
    )
    for row in db.rows(query):
        answers = {name: row.pop(name) for name in planned.compiled}
        first = [item for item in rules.strategies if not item.otherwise and answers.get(HOLDS + item.id, True) is True]
        found = first or [item for item in rules.strategies if item.otherwise]
        yield Chosen(row["account_id"], row, answers, tuple(found[: rules.most]))


def _expressions(project: Project) -> Iterator[tuple[str, Expression, Type]]:
    for strategy in project.rules.strategy.strategies:
        if strategy.when is not None:
            yield HOLDS + strategy.id, strategy.when, Type.BOOLEAN
        for part in strategy.parts():
            if part.when is not None:
                yield f"{HOLDS}{strategy.id}.{part.id}", part.when, Type.BOOLEAN
        for goal in strategy.goals:
            yield f"{TARGET}{strategy.id}.{goal.id}", goal.target, Type.NUMBER


def with_insights(relation: str, names: Iterable[str]) -> str:
    """The rows of a relation, each with whether its account has the insights (``insight.<id>``) among the names."""
    asked = sorted(name.removeprefix(INSIGHT) for name in names if name.startswith(INSIGHT))
    if not asked:
        return relation
    shown = ", ".join(f"coalesce({quoted(INSIGHT + name)}, FALSE) AS {quoted(INSIGHT + name)}" for name in asked)
    flags = ", ".join(f"bool_or(insight = {literal(name)}) AS {quoted(INSIGHT + name)}" for name in asked)
    return (
        f"(SELECT a.*, {shown} FROM {relation} AS a "
        f"LEFT JOIN (SELECT account_id, {flags} FROM insights GROUP BY account_id) AS i USING (account_id))"
    )


def twice(project: Project) -> list[Problem]:
    """Ids that stand twice: of strategies, and of parts of one strategy, which share one space of names."""
    problems: list[Problem] = []
    rules = project.rules.strategy
    groups: list[tuple[str, tuple[Any, ...]]] = [
        ("strategy", rules.strategies),
        ("improvement", rules.improvements),
    ]
    groups += [(f"part of '{item.id}'", item.parts()) for item in rules.strategies]
    for words, items in groups:
        seen: dict[str, Any] = {}
        for item in items:
            first = seen.setdefault(item.id, item)
            if first is not item:
                problems.append(
                    Problem(
                        place_of(item, "id"),
                        "KF2150",
                        f"the {words} '{item.id}' stands twice",
                        "give each its own id",
                        also=place_of(first, "id"),
                    )
                )
    return problems
