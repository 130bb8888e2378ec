"""SQL for the colours of one scorecard.

In order: the calculated colour by the thresholds; patience; the first exception that takes part; last, what a person
has overridden. ``calculated`` and ``calculated_points`` stay what the scorecard alone gives.
"""

from __future__ import annotations

from kaframe.database import literal, quoted
from kaframe.names import account_relation
from kaframe.project import Project
from kaframe.rules.status import NO_DATA
from kaframe.status.exceptions import excepted_colour, excepted_points, exception_name, exception_place
from kaframe.status.largest import REASONS, plan_losses, scored_rows
from kaframe.status.patience import allowed_rank, evidence_columns, history_join, lacks_margin
from kaframe.status.plan import PlannedRule, name_of_rank, names_sql, rank_of_name, ranked, rolled_accounts
from kaframe.status.weakest import weakest_node

COLUMNS = (
    "account_id", "card", "status", "calculated", "points", "calculated_points", "why", "exception", "weakest", "since",
    "last_colour", "begun", "runs", *REASONS,
)  # fmt: skip


def colours_query(project: Project, planned: PlannedRule, shared: str = "", those: str = "") -> str:
    """The rows of ``colours`` for one card; ``those`` limits the accounts, ``shared`` ranks those whose colour comes
    from their children (account_id, rank)."""
    judged = _judged(project, planned, shared, those)
    history = history_join(planned)
    before = "coalesce(j.before, l.shown_colour)" if history else "j.before"
    remembered = (
        f"SELECT j.*, h.* EXCLUDE (account_id), {before} AS remembered FROM ({judged}) AS j{history}"
        if history
        else f"SELECT j.*, {before} AS remembered FROM ({judged}) AS j"
    )
    past = f"SELECT *, {rank_of_name(planned, 'remembered')} AS past_rank FROM ({remembered})"
    patient = f"SELECT *, {allowed_rank(project, planned)} AS patient_rank FROM ({past})"
    excepted = f"SELECT *, {exception_place(planned)} AS exception_place FROM ({patient})"
    decided = f"SELECT *, {_why(planned)} AS why FROM ({excepted})"
    return _published(project, planned, decided)


def own_colours(planned: PlannedRule) -> str:
    """The colour by its own points of every account on the card: account_id, own_calculated."""
    name = name_of_rank(planned, ranked(planned, compared_column(planned)))
    return (
        f"SELECT account_id, coalesce({name}, {literal(NO_DATA)}) AS own_calculated "
        f"FROM {quoted(f'score_{planned.rule.id}')}"
    )


def compared_column(planned: PlannedRule) -> str:
    """Which total of the score table is held against the edges."""
    return "exact" if planned.rule.compare == "calculated" else "points"


def _judged(project: Project, planned: PlannedRule, shared: str, those: str) -> str:
    """Points, calculated rank, and what the past and people say of the account on this card."""
    card = literal(planned.rule.id)
    rank, points, group = ranked(planned, "s.compared"), "s.*", ""
    if shared:
        rank = f"CASE WHEN g.account_id IS NULL THEN {rank} ELSE g.rank END"
        points = "s.* REPLACE (CASE WHEN g.account_id IS NULL THEN s.compared END AS compared)"
        group = f"LEFT JOIN ({shared}) AS g ON g.account_id = s.account_id "
    where = f" WHERE s.account_id {those}" if those else ""
    return (
        f"SELECT {points}, {rank} AS calculated_rank, "
        "p.status AS past_status, p.since AS past_since, p.last_colour AS before, o.status AS override "
        f"FROM {_scored(project, planned)} AS s {group}"
        f"LEFT JOIN (SELECT * FROM past_colours WHERE card = {card}) AS p ON p.account_id = s.account_id "
        f"LEFT JOIN (SELECT account_id, status FROM past_overrides WHERE card = {card} "
        f"AND status IN {names_sql((*planned.rule.names, NO_DATA))}) AS o ON o.account_id = s.account_id{where}"
    )


def _scored(project: Project, planned: PlannedRule) -> str:
    """The card's points, weakest node and what the largest reasons are made of; ``x:<place>`` says which exceptions
    hold, where one does."""
    losses = plan_losses(planned.card)
    told = {"weakest": weakest_node(planned.card), **losses.weights}
    if planned.rule.roll_up and planned.rule.roll_up.points:
        own = f"account_id NOT IN ({rolled_accounts(planned.rule.id)})"  # of others the leaves are no reason
        told = {name: f"CASE WHEN {own} THEN {sql} END" for name, sql in told.items()}
    columns = ", ".join(f"{sql} AS {name}" for name, sql in {**told, **losses.points}.items())
    rows = scored_rows(planned.card)
    scored = f"SELECT account_id, points, {compared_column(planned)} AS compared, {columns} FROM {rows}"
    if not planned.exceptions:
        return f"({scored})"
    names = {name for exception in planned.exceptions for name in exception.names - exception.absent}
    flags = [quoted(f"x:{place}") for place in range(len(planned.exceptions))]
    held = ", ".join(f"{item.sql} AS {flag}" for flag, item in zip(flags, planned.exceptions, strict=True))
    relation = account_relation(project, "status", names)
    excepted = f"SELECT * FROM (SELECT account_id, {held} FROM {relation}) WHERE {' OR '.join(flags)}"
    return (
        f"(SELECT c.*, e.* EXCLUDE (account_id) FROM ({scored}) AS c "
        f"LEFT JOIN ({excepted}) AS e ON e.account_id = c.account_id)"  # of few accounts, so that the join is small
    )


def _why(planned: PlannedRule) -> str:
    """What decided the published colour."""
    held = f"CASE WHEN {lacks_margin(planned)} THEN 'margin' ELSE 'hold' END"
    return (
        "CASE WHEN override IS NOT NULL THEN 'override' WHEN exception_place IS NOT NULL THEN 'exception' "
        "WHEN calculated_rank IS NULL THEN 'no_data' WHEN patient_rank = calculated_rank THEN 'score' "
        f"WHEN patient_rank > calculated_rank THEN {held} ELSE 'wait' END"
    )


def _published(project: Project, planned: PlannedRule, decided: str) -> str:
    """What is published, beside what is calculated."""
    no_data = literal(NO_DATA)
    status = (
        f"CASE why WHEN 'override' THEN override WHEN 'exception' THEN {excepted_colour(planned)} "
        f"WHEN 'no_data' THEN {no_data} ELSE {name_of_rank(planned, 'patient_rank')} END"
    )
    begun, runs = evidence_columns(project, planned)
    losses, good = plan_losses(planned.card), names_sql(sorted(planned.rule.good))
    named = (
        f"SELECT account_id, {literal(planned.rule.id)} AS card, {status} AS status, "
        f"coalesce({name_of_rank(planned, 'calculated_rank')}, {no_data}) AS calculated, "
        f"{excepted_points(planned)} AS points, compared AS calculated_points, why, "
        f"{exception_name(planned)} AS exception, weakest, past_status, past_since, remembered, "
        f"{begun} AS begun, {runs} AS runs{''.join(f', {name}' for name in losses.carried)} FROM ({decided})"
    )
    derived = {
        "since": f"CASE WHEN status = past_status THEN past_since ELSE {literal(project.as_of)} END AS since",
        "last_colour": f"CASE WHEN status = {no_data} THEN remembered ELSE status END AS last_colour",
    }
    derived |= losses.reasons()
    chosen = f"SELECT *, {losses.largest(good)} FROM ({named})"
    return f"SELECT {', '.join(derived.get(name, name) for name in COLUMNS)} FROM ({chosen})"
