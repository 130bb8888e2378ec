"""Step ``status``: from points to a colour, with exceptions, patience and the reasons."""

from __future__ import annotations

from kaframe.database import Database, quoted
from kaframe.groups import PlannedRollUp, plan_roll_up
from kaframe.project import Project
from kaframe.status.checks import check
from kaframe.status.colours import colours_query, own_colours
from kaframe.status.overrides import list_overrides
from kaframe.status.plan import PlannedRule, plan_rules
from kaframe.status.reasons import reasons_query
from kaframe.status.shares import share_members, share_ranks

__all__ = ["check", "colour_accounts"]

NO_COLOURS = (
    "SELECT ''::VARCHAR AS account_id, ''::VARCHAR AS card, ''::VARCHAR AS status, ''::VARCHAR AS calculated, "
    "0::DOUBLE AS points, 0::DOUBLE AS calculated_points, ''::VARCHAR AS why, ''::VARCHAR AS exception, "
    "''::VARCHAR AS weakest, NULL::DATE AS since, ''::VARCHAR AS last_colour, NULL::DATE AS begun, 0::BIGINT AS runs, "
    "''::VARCHAR AS reason_1, ''::VARCHAR AS reason_2, ''::VARCHAR AS reason_3 WHERE FALSE"
)


def colour_accounts(project: Project, db: Database) -> None:
    """Give every score its colour and, for managed accounts, the reasons: points lost, largest first.

    Reads: ``score_<card>``, ``measures``, ``tiers``, ``managed``, ``past_colours``, ``past_statuses``,
        ``past_overrides``, ``past_expired``.
    Writes: ``colours``, a row an account and scorecard: published and calculated status and points, why they differ,
        the weakest node and since when; ``reasons``, a row a managed account and leaf that loses points; ``overrides``,
        a row a colour set by hand and what became of it.
    Raises: RuleError when an exception cannot be compiled; it carries the rule's file:line:col.
    """
    planned = plan_rules(project)
    shared = {rule.rule.id: roll_up for rule in planned if (roll_up := _shares(project, rule))}
    alone = [f"({colours_query(project, rule)})" for rule in planned if rule.rule.id not in shared]
    db.execute(f"CREATE TABLE colours AS {' UNION ALL '.join(alone) or NO_COLOURS}")
    for rule in planned:
        if rule.rule.id in shared:
            _colour_groups(project, db, rule, shared[rule.rule.id])
    db.execute(f"CREATE TABLE reasons AS {reasons_query(project, [rule.card for rule in planned])}")
    list_overrides(project, db)


def _shares(project: Project, planned: PlannedRule) -> PlannedRollUp | None:
    """The roll-up of a card by which parents get their colour from shares of their children."""
    roll_up = plan_roll_up(project, planned.rule.id)
    return roll_up if roll_up and roll_up.rule.shares else None


def _colour_groups(project: Project, db: Database, planned: PlannedRule, roll_up: PlannedRollUp) -> None:
    """Colour the companies without children, then level by level those that stand above them."""
    own = quoted(f"own_colours_{planned.rule.id}")
    db.execute(f"CREATE TEMP TABLE {own} AS {own_colours(planned)}")
    parents = "(SELECT account_id FROM families WHERE level > 0)"
    db.execute(f"INSERT INTO colours {colours_query(project, planned, those=f'NOT IN {parents}')}")
    for level in range(1, (db.value("SELECT max(level) FROM families") or 0) + 1):
        ranks = share_ranks(project, planned, roll_up, level)
        those = f"IN (SELECT account_id FROM families WHERE level = {level})"
        db.execute(f"INSERT INTO colours {colours_query(project, planned, ranks, those)}")
    db.execute(f"INSERT INTO roll_ups {share_members(project, planned, roll_up)}")
    db.execute(f"DROP TABLE {own}")
