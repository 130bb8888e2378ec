"""Step ``status``: from points to a colour, with exceptions, patience and the reasons."""

from __future__ import annotations

from kaframe.database import Database
from kaframe.errors import Problem, RuleError, nearest
from kaframe.project import Project
from kaframe.rules.score import ScoreRules
from kaframe.rules.status import NO_DATA, StatusException, StatusRule
from kaframe.status.colours import colours_query, plan_rules
from kaframe.status.reasons import reasons_query

NO_COLOURS = (
    "SELECT ''::VARCHAR AS account_id, ''::VARCHAR AS card, ''::VARCHAR AS status, ''::VARCHAR AS calculated, "
    "0::DOUBLE AS points, ''::VARCHAR AS why, ''::VARCHAR AS exception, ''::VARCHAR AS weakest, NULL::DATE AS since "
    "WHERE FALSE"
)


def colour_accounts(project: Project, db: Database) -> None:
    """Give every score its colour and, for managed accounts, the reasons: points lost, largest first.

    Reads: ``score_<card>``, ``measures``, ``tiers``, ``managed``, ``past_colours``, ``past_statuses``,
        ``past_overrides``.
    Writes: ``colours``, a row an account and scorecard: published and calculated status, why they differ, the weakest
        node and since when; ``reasons``, a row a managed account and leaf that loses points.
    Raises: RuleError when an exception cannot be compiled; it carries the rule's file:line:col.
    """
    planned = plan_rules(project)
    colours = " UNION ALL ".join(f"({colours_query(project, rule)})" for rule in planned)
    db.execute(f"CREATE TABLE colours AS {colours or NO_COLOURS}")
    db.execute(f"CREATE TABLE reasons AS {reasons_query([rule.card for rule in planned])}")


def check(project: Project) -> list[Problem]:
    """What is wrong with thresholds and exceptions."""
    problems: list[Problem] = []
    cards = {card.id for card in project.rules.score.scorecards}
    for rule in project.rules.status.rgb.values():
        if rule.id not in cards:
            problems.append(Problem(rule.at, "KF2140", f"thresholds for '{rule.id}', which is no scorecard",
                                    nearest(rule.id, cards) or f"scorecards: {', '.join(sorted(cards)) or 'none'}"))
        problems += _threshold_problems(rule)
        problems += _scale_problems(project.rules.score, rule)
    for name in sorted(cards - project.rules.status.rgb.keys()):
        at = next(card.at for card in project.rules.score.scorecards if card.id == name)
        problems.append(Problem(at, "KF2141", f"scorecard '{name}' has no thresholds",
                                f"add '{name}:' under 'rgb:' in rules/status.yaml"))
    try:
        plan_rules(project)
    except RuleError as error:
        problems += error.problems
    return problems


def _threshold_problems(rule: StatusRule) -> list[Problem]:
    """Colours go from the best to the worst, and the last takes the rest."""
    if not rule.colours:
        return [Problem(rule.at, "KF2142", f"'{rule.id}' has no colours", "give it green, yellow and red")]
    problems = []
    if rule.colours[-1].at_least is not None:
        problems.append(Problem(rule.colours[-1].at, "KF2143", f"no colour of '{rule.id}' takes the rest",
                                f"say '{rule.colours[-1].id}: else'"))
    edges = [colour.at_least for colour in rule.colours[:-1]]
    for colour, before, edge in zip(rule.colours[1:], edges, edges[1:], strict=False):
        if edge is not None and before is not None and edge >= before:
            problems.append(Problem(colour.at, "KF2144", f"'{colour.id}' from {edge:g} points can never be reached",
                                    f"the colour above it begins at {before:g}: order them from the best to the worst"))
    for exception in rule.exceptions:
        problems += _exception_problems(rule, exception)
    return problems


def _scale_problems(scores: ScoreRules, rule: StatusRule) -> list[Problem]:
    """A threshold beyond the scale is never reached."""
    card = next((card for card in scores.scorecards if card.id == rule.id), None)
    meaning = scores.meaning(card) if card else None
    if meaning is None:
        return []
    top = meaning.scale[-1]
    return [
        Problem(colour.at, "KF2147", f"'{colour.id}' from {colour.at_least:g} points on is never reached",
                f"the scale of '{rule.id}' ends at {top:g}")
        for colour in rule.colours
        if colour.at_least is not None and colour.at_least > top
    ]


def _exception_problems(rule: StatusRule, exception: StatusException) -> list[Problem]:
    known = [colour.id for colour in rule.colours] + [NO_DATA]
    named = exception.status or exception.at_most
    if bool(exception.status) == bool(exception.at_most):
        return [Problem(exception.at, "KF2146", f"exception '{exception.id}' needs either 'status' or 'at_most'",
                        "'status: red' decides the colour, 'at_most: yellow' caps it")]
    if named not in known:
        return [Problem(exception.at, "KF2145", f"exception '{exception.id}' gives '{named}', which is no colour",
                        nearest(named, known) or f"colours: {', '.join(known)}")]
    return []
