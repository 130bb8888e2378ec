"""SQL for the colours of one scorecard.

In order: the calculated colour by the thresholds; then what the first matching exception says; else patience: an
account improves only with margin and after a hold, and worsens after a wait; last, what a person has overridden.
"""

from __future__ import annotations

from dataclasses import dataclass

from kaframe.database import literal, quoted
from kaframe.errors import Problem, RuleError
from kaframe.expression import Compiled, Type
from kaframe.names import account_relation, account_scope, compile_all
from kaframe.project import Project
from kaframe.rules.status import NO_DATA, StatusRule, Threshold
from kaframe.scorecard.points import most_points, number
from kaframe.scorecard.tree import PlannedCard, PlannedNode, plan_cards

NO_RANK = "CAST(NULL AS INTEGER)"


@dataclass(frozen=True, slots=True)
class PlannedRule:
    """The thresholds of a card with its exceptions compiled."""

    rule: StatusRule
    card: PlannedCard
    exceptions: tuple[Compiled, ...]


def plan_rules(project: Project) -> list[PlannedRule]:
    """The thresholds of every scorecard that has some; raises all problems at once."""
    planned: list[PlannedRule] = []
    problems: list[Problem] = []
    for card in plan_cards(project):
        rule = project.rules.status.rgb.get(card.card.id)
        if rule is None:
            continue
        wanted = [(exception.when, Type.BOOLEAN) for exception in rule.exceptions]
        compiled, wrong = compile_all(wanted, account_scope(project, "status"))
        problems += wrong
        planned.append(PlannedRule(rule, card, tuple(item for item in compiled if item)))
    if problems:
        raise RuleError(problems)
    return planned


def colours_query(project: Project, planned: PlannedRule) -> str:
    """The rows of ``colours`` for one card."""
    rule, card = planned.rule, planned.card.card.id
    as_of = literal(project.as_of)
    ranks = {colour.id: rank for rank, colour in enumerate(rule.colours)}
    names = "CASE rank " + " ".join(f"WHEN {rank} THEN {literal(name)}" for name, rank in ranks.items())
    judged = (
        f"SELECT s.*, {_calculated(rule)} AS calculated_rank, {_ranked('p.status', ranks)} AS past_rank, "
        "p.status AS past_status, p.since AS past_since, o.status AS override "
        f"FROM {_scored(project, planned)} AS s "
        f"LEFT JOIN (SELECT * FROM past_colours WHERE card = {literal(card)}) AS p ON p.account_id = s.account_id "
        f"LEFT JOIN (SELECT account_id, status FROM past_overrides WHERE card = {literal(card)}) AS o "
        "ON o.account_id = s.account_id"
    )
    patient = f"SELECT j.*, {_allowed(rule, project)} AS patient_rank FROM ({judged}) AS j{_history(rule, card)}"
    excepted_rows = f"SELECT *, {_exception(planned, ranks)} AS exception_place FROM ({patient})"
    decided = f"SELECT *, {_why(rule)} AS why FROM ({excepted_rows})"
    exceptions = [(literal(item.id), literal(item.status or item.at_most)) for item in rule.exceptions]
    excepted = _chosen("exception_place", [status for _, status in exceptions])
    published = (
        f"CASE why WHEN 'override' THEN override WHEN 'exception' THEN {excepted} "
        f"WHEN 'no_data' THEN {literal(NO_DATA)} ELSE {names.replace('CASE rank', 'CASE patient_rank')} END END"
    )
    ranked = names.replace("CASE rank", "CASE calculated_rank")
    calculated = f"CASE WHEN calculated_rank IS NULL THEN {literal(NO_DATA)} ELSE {ranked} END END"
    named_exception = _chosen("exception_place", [name for name, _ in exceptions])
    named = (
        f"SELECT account_id, {literal(card)} AS card, {published} AS status, {calculated} AS calculated, points, why, "
        f"CASE WHEN why = 'exception' THEN {named_exception} END AS exception, "
        f"weakest, past_status, past_since FROM ({decided})"
    )
    return (
        "SELECT account_id, card, status, calculated, points, why, exception, weakest, "
        f"CASE WHEN status = past_status THEN past_since ELSE {as_of} END AS since FROM ({named})"
    )


def _scored(project: Project, planned: PlannedRule) -> str:
    """The card's points and weakest node, and as ``x:<place>`` whether each exception holds."""
    table = quoted(f"score_{planned.card.card.id}")
    scored = f"SELECT account_id, points, {_weakest(planned.card)} AS weakest FROM {table}"
    if not planned.exceptions:
        return f"({scored})"
    names = {name for exception in planned.exceptions for name in exception.names - exception.absent}
    flags = ", ".join(f"{item.sql} AS {quoted(f'x:{place}')}" for place, item in enumerate(planned.exceptions))
    relation = account_relation(project, "status", names)
    return (
        f"(SELECT c.*, e.* EXCLUDE (account_id) FROM ({scored}) AS c "
        f"JOIN (SELECT account_id, {flags} FROM {relation}) AS e ON e.account_id = c.account_id)"
    )


def _calculated(rule: StatusRule) -> str:
    """The place of the first colour whose edge the points reach; missing when there are no points."""
    arms = [
        f"WHEN s.points >= {number(colour.at_least)} THEN {rank}"
        for rank, colour in enumerate(rule.colours)
        if colour.at_least is not None
    ]
    return f"CASE WHEN s.points IS NULL THEN {NO_RANK} {' '.join(arms)} ELSE {len(rule.colours) - 1} END"


def _ranked(column: str, ranks: dict[str, int]) -> str:
    arms = " ".join(f"WHEN {literal(name)} THEN {rank}" for name, rank in ranks.items())
    return f"CASE {column} {arms} END"


def _exception(planned: PlannedRule, ranks: dict[str, int]) -> str:
    """The place of the first exception that holds; one that is unknown does not, and a cap only where it lowers."""
    arms = []
    for place, exception in enumerate(planned.rule.exceptions):
        caps = f" AND patient_rank < {ranks[exception.at_most]}" if exception.at_most in ranks else ""
        arms.append(f"WHEN {quoted(f'x:{place}')}{caps} THEN {place}")
    return f"CASE {' '.join(arms)} END" if arms else NO_RANK


def _chosen(column: str, values: list[str]) -> str:
    arms = " ".join(f"WHEN {place} THEN {value}" for place, value in enumerate(values))
    return f"CASE {column} {arms} END" if arms else "CAST(NULL AS VARCHAR)"


def _allowed(rule: StatusRule, project: Project) -> str:
    """The colour that patience allows: better only with margin and hold, worse only after the wait."""
    better = [
        f"WHEN past_rank > {rank} AND points >= {number(_edge(colour) + rule.recover)}"
        f"{_held(rule, rank, project)} THEN {rank}"
        for rank, colour in enumerate(rule.colours)
        if colour.at_least is not None
    ]
    waited = _waited(rule, project)
    improving = f"WHEN calculated_rank < past_rank THEN CASE {' '.join(better)} ELSE past_rank END" if better else ""
    worsening = f"WHEN calculated_rank > past_rank AND NOT ({waited}) THEN past_rank" if waited else ""
    return f"CASE WHEN past_rank IS NULL THEN calculated_rank {improving} {worsening} ELSE calculated_rank END"


def _edge(colour: Threshold) -> float:
    return colour.at_least or 0.0


def _held(rule: StatusRule, rank: int, project: Project) -> str:
    """It has had the points on every published run since before the hold began."""
    if rule.hold is None:
        return ""
    return f" AND coalesce({quoted(f'good:{rank}')} + {rule.hold.interval_sql} <= {literal(project.as_of)}, FALSE)"


def _waited(rule: StatusRule, project: Project) -> str:
    """It has been worse than its colour on every published run since before the wait began."""
    if rule.wait is None:
        return ""
    arms = " ".join(
        f"WHEN {rank} THEN {quoted(f'bad:{rank}')} + {rule.wait.interval_sql} <= {literal(project.as_of)}"
        for rank, colour in enumerate(rule.colours)
        if colour.at_least is not None
    )
    return f"coalesce(CASE past_rank {arms} END, FALSE)"


def _history(rule: StatusRule, card: str) -> str:
    """Since which published run, without a break, it has had (``good:``) or lacked (``bad:``) an edge's points."""
    edges = [(rank, _edge(colour)) for rank, colour in enumerate(rule.colours) if colour.at_least is not None]
    columns = []
    if rule.hold is not None:
        columns += [(f"good:{rank}", f"points >= {number(edge + rule.recover)}") for rank, edge in edges]
    if rule.wait is not None:
        columns += [(f"bad:{rank}", f"points < {number(edge)}") for rank, edge in edges]
    if not columns:
        return ""
    broken = ", ".join(
        f"max(as_of) FILTER (WHERE NOT ({test})) OVER (PARTITION BY account_id) AS {quoted('broken:' + name)}"
        for name, test in columns
    )
    begun = ", ".join(
        f"min(as_of) FILTER (WHERE ({test}) AND as_of > coalesce({quoted('broken:' + name)}, DATE '0001-01-01')) "
        f"AS {quoted(name)}"
        for name, test in columns
    )
    known = f"SELECT * FROM past_statuses WHERE card = {literal(card)} AND points IS NOT NULL"
    return (
        f" LEFT JOIN (SELECT account_id, {begun} FROM (SELECT *, {broken} FROM ({known})) GROUP BY account_id) AS h "
        "ON h.account_id = j.account_id"
    )


def _why(rule: StatusRule) -> str:
    """What decided the published colour."""
    held = "'hold'" if rule.hold else "'margin'"
    return (
        "CASE WHEN override IS NOT NULL THEN 'override' WHEN exception_place IS NOT NULL THEN 'exception' "
        "WHEN calculated_rank IS NULL THEN 'no_data' WHEN patient_rank = calculated_rank THEN 'score' "
        f"WHEN patient_rank > calculated_rank THEN CASE WHEN {_short_of_margin(rule)} THEN 'margin' ELSE {held} END "
        "ELSE 'wait' END"
    )


def _short_of_margin(rule: StatusRule) -> str:
    """Not one better colour is reached with the margin."""
    arms = " ".join(
        f"WHEN {rank} THEN points < {number(_edge(rule.colours[rank - 1]) + rule.recover)}"
        for rank in range(1, len(rule.colours))
        if rule.colours[rank - 1].at_least is not None
    )
    return f"CASE past_rank {arms} ELSE FALSE END" if arms else "FALSE"


def _weakest(card: PlannedCard) -> str:
    """The top-level node that loses the most points; the first of equals, nothing when none loses any."""
    lost = [
        (child.path, f"coalesce(({number(_most(child, card))} - {quoted(child.path)}) * {number(child.weight)}, -1)")
        for child in card.root.children
    ]
    if not lost:
        return "CAST(NULL AS VARCHAR)"
    most = lost[0][1] if len(lost) == 1 else f"greatest({', '.join(sql for _, sql in lost)})"
    arms = " ".join(f"WHEN {sql} = {most} THEN {literal(path)}" for path, sql in lost)
    return f"CASE WHEN {most} <= 0 THEN NULL {arms} END"


def _most(child: PlannedNode, card: PlannedCard) -> float:
    """The points from which a top-level node loses some: in a sum the most that the leaf gives."""
    additive = card.root.node.aggregate == "sum" and not child.children
    return most_points(child, card.meaning) if additive else card.meaning.scale[1]
