"""SQL for the colour of a parent from the share of its children, by count or by value, that have a colour."""

from __future__ import annotations

from kaframe.database import literal, quoted
from kaframe.groups import PlannedRollUp
from kaframe.project import Project
from kaframe.rules.rollup import Share
from kaframe.rules.status import NO_DATA
from kaframe.status.plan import NO_RANK, PlannedRule, names_sql

VALUE = "DECIMAL(38, 9)"  # exact, so that half is never more than half
OWN, UNSURE = -1, -2  # no share is reached; too little is known of those that qualify


def share_ranks(project: Project, planned: PlannedRule, roll_up: PlannedRollUp, level: int) -> str:
    """The parents of a level whose colour their children decide: account_id, rank (missing: no_data).

    Reads: ``families``, and ``colours`` of the levels below.
    """
    rule = roll_up.rule
    counted = _counted(project, planned, roll_up, f"= {level}")
    known = f"sum(value) FILTER (WHERE status <> {literal(NO_DATA)})"
    whole = "sum(value)" if rule.missing == "count" else known
    sums = ", ".join(
        f"coalesce(sum(value) FILTER (WHERE status IN {names_sql(share.of)}), 0) AS part{place}"
        for place, share in enumerate(rule.shares)
        if not share.rest
    )
    grouped = (
        f"SELECT account_id, {whole} AS whole, {known} AS known, bool_or(status = {literal(NO_DATA)}) AS lacks"
        f"{f', {sums}' if sums else ''} FROM ({counted}) GROUP BY account_id"
    )
    arms = "".join(
        f" WHEN {_reached(share, place)} THEN {planned.rank(share.status)}"
        for place, share in enumerate(rule.shares)
        if not share.rest
    )
    rest = next((str(planned.rank(share.status)) for share in rule.shares if share.rest), str(OWN))
    strict = "OR lacks " if rule.missing == "no_data" else ""
    unsure = f"WHEN coalesce(known, 0) <= 0 {strict}THEN {UNSURE}"
    ranked = f"SELECT account_id, CASE {unsure}{arms} ELSE {rest} END AS place FROM ({grouped})"
    decided = (
        f"SELECT account_id, CASE WHEN place <> {UNSURE} THEN place END AS rank FROM ({ranked}) WHERE place <> {OWN}"
    )
    if rule.none == "own":
        return decided
    return (
        f"{decided} UNION ALL SELECT account_id, {NO_RANK} FROM families WHERE level = {level} "
        f"AND account_id NOT IN (SELECT account_id FROM ({grouped}))"
    )


def share_members(project: Project, planned: PlannedRule, roll_up: PlannedRollUp) -> str:
    """The rows of ``roll_ups``: which colour each member counts with, and its share of its group."""
    card, whole = literal(planned.rule.id), "NULLIF(sum(value) OVER (PARTITION BY account_id), 0)"
    missing = f"WHEN status = {literal(NO_DATA)} THEN 'missing'"
    states = f"CASE WHEN value IS NULL THEN 'no_weight' {missing} ELSE 'counted' END"
    return (
        f"SELECT account_id, {card} AS card, member, status, CAST(NULL AS DOUBLE) AS points, weight, "
        f"round(CAST(value AS DOUBLE) / CAST({whole} AS DOUBLE), 6) AS share, {states} AS state "
        f"FROM ({_counted(project, planned, roll_up, '> 0')})"
    )


def _counted(project: Project, planned: PlannedRule, roll_up: PlannedRollUp, level: str) -> str:
    """Every member with its value and the colour that it counts with; the parent itself with that of its own points."""
    card = literal(planned.rule.id)
    status = "c.status" if roll_up.rule.counts == "published" else "c.calculated"
    own = f"SELECT account_id, own_calculated FROM {quoted(f'own_colours_{planned.rule.id}')}"
    members = roll_up.members(project, level, f"SELECT account_id FROM ({own})")
    return (
        f"SELECT m.account_id, m.member, m.weight, CAST(m.weight AS {VALUE}) AS value, "
        f"CASE WHEN m.member = m.account_id THEN o.own_calculated ELSE {status} END AS status FROM ({members}) AS m "
        f"LEFT JOIN (SELECT * FROM colours WHERE card = {card}) AS c ON c.account_id = m.member "
        f"JOIN ({own}) AS o ON o.account_id = m.member"
    )


def _reached(share: Share, place: int) -> str:
    sign = ">=" if share.at_least is not None else ">"
    return f"part{place} {sign} whole * CAST({share.edge!r} AS DECIMAL(10, 9))"
