"""What can be known to be wrong with strategies before a run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kaframe.bind import place_of
from kaframe.errors import Location, Problem, RuleError, nearest
from kaframe.expression import Type
from kaframe.names import account_scope
from kaframe.project import Project
from kaframe.rules.score import ScoreNode
from kaframe.strategy.actions import IMPROVE
from kaframe.strategy.choose import plan_rules, twice
from kaframe.strategy.rendering import check_templates


def check_strategies(project: Project) -> list[Problem]:
    """Problems of ids, roles, measures, reasons, conditions and templates."""
    problems = [
        *twice(project),
        *_reserved(project),
        *_roles(project),
        *_measures(project),
        *_reasons(project),
    ]
    try:
        plan_rules(project)
    except RuleError as error:
        problems += error.problems
    return problems + check_templates(project)


def _reserved(project: Project) -> Iterator[Problem]:
    for strategy in project.rules.strategy.strategies:
        if strategy.id == IMPROVE:
            yield Problem(
                place_of(strategy, "id"),
                "KF2151",
                f"'{IMPROVE}' is what the improvement plan is called",
                "choose another id for the strategy",
            )
        if strategy.otherwise and strategy.when is not None:
            yield Problem(
                place_of(strategy, "otherwise"),
                "KF2152",
                f"'{strategy.id}' has both 'when' and 'otherwise'",
                "keep 'otherwise' for the strategy of accounts that have no other",
            )


def _roles(project: Project) -> Iterator[Problem]:
    rules = project.rules.strategy
    for role, at in _named_roles(project):
        problem = project.team.role_problem(role, at) if role else None
        if problem:
            yield problem
    for item in rules.improvements:
        problem = project.team.role_problem(item.role, place_of(item, "role"))
        if problem:
            yield problem


def _named_roles(project: Project) -> Iterator[tuple[str, Location]]:
    for strategy in project.rules.strategy.strategies:
        yield strategy.approval, place_of(strategy, "approval")
        yield from ((offer.role, place_of(offer, "role")) for offer in strategy.offers)
        yield from ((action.role, place_of(action, "role")) for action in strategy.actions)


def _measures(project: Project) -> Iterator[Problem]:
    known = {measure.id for measure in project.rules.measure.measures}
    types = {name: known.type for name, known in account_scope(project, "strategy").names.items()}
    for strategy in project.rules.strategy.strategies:
        for goal in strategy.goals:
            if goal.measure not in known:
                yield Problem(
                    place_of(goal, "measure"),
                    "KF2153",
                    f"the goal '{goal.id}' is about '{goal.measure}', which is no measure",
                    nearest(goal.measure, known) or "rules/measure.yaml has the measures",
                )
            elif types.get(goal.measure, Type.NUMBER) not in (Type.NUMBER, Type.MISSING):
                yield Problem(
                    place_of(goal, "measure"),
                    "KF2156",
                    f"the goal '{goal.id}' is about '{goal.measure}', which is {types[goal.measure]}, not a number",
                    "make a measure of it, such as days_since(...)",
                )


def _reasons(project: Project) -> Iterator[Problem]:
    """Nodes of improvements, and what actions say they answer: of any card of the primary family."""
    score = project.rules.score
    cards = [card for card in score.scorecards if card.id in score.primaries()]
    nodes = {path for card in cards for path in _paths(card.children, "")}
    insights = {analysis.id for analysis in project.rules.analyse.analyses}
    elsewhere = {path: card.id for card in score.scorecards for path in _paths(card.children, "")}
    found: list[Problem] = []
    for item in project.rules.strategy.improvements:
        if item.node not in nodes:
            other = elsewhere.get(item.node)
            told = f"it is one of '{other}': write a strategy with 'when: weakest.{other} = ...'" if other else ""
            names = ", ".join(f"'{card.id}'" for card in cards) or "'none'"
            many = "scorecards" if len(cards) > 1 else "scorecard"
            found.append(
                Problem(
                    place_of(item, "node"),
                    "KF2154",
                    f"'{item.node}' is no node of the primary {many} {names}",
                    told or nearest(item.node, nodes) or f"nodes: {', '.join(sorted(nodes))}",
                )
            )
    for strategy in project.rules.strategy.strategies:
        for action in strategy.actions:
            if action.because and action.because not in nodes | insights:
                found.append(
                    Problem(
                        place_of(action, "because"),
                        "KF2155",
                        f"'{action.because}' is neither an analysis nor a node of the score",
                        nearest(action.because, nodes | insights) or "leave 'because' out",
                    )
                )
    yield from (problem for problem in found if not _of_pack(problem))
    yield from _unused([problem for problem in found if _of_pack(problem)])


def _of_pack(problem: Problem) -> bool:
    return problem.at is not None and not problem.at.file.startswith("rules/")


def _unused(found: list[Problem]) -> Iterator[Problem]:
    """A project with a scorecard of its own has no use for what a pack says of other nodes: told once for a file."""
    files = dict.fromkeys(problem.at.file for problem in found if problem.at)
    for file in files:
        here = [problem for problem in found if problem.at and problem.at.file == file]
        others = f", and {len(here) - 1} more like it" if len(here) > 1 else ""
        message = f"{here[0].message}{others}: not used"
        hint = "write improvements for your own nodes"
        yield replace(here[0], message=message, hint=hint, severity="warning")


def _paths(nodes: tuple[ScoreNode, ...], above: str) -> Iterator[str]:
    for node in nodes:
        path = f"{above}.{node.id}" if above else node.id
        yield path
        yield from _paths(node.children, path)
