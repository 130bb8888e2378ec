"""Step ``status``: from points to a colour, with exceptions, patience and the reasons."""

from __future__ import annotations

from kaframe.database import Database
from kaframe.project import Project
from kaframe.status.checks import check
from kaframe.status.colours import colours_query
from kaframe.status.overrides import list_overrides
from kaframe.status.plan import plan_rules
from kaframe.status.reasons import reasons_query

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
    colours = " UNION ALL ".join(f"({colours_query(project, rule)})" for rule in planned)
    db.execute(f"CREATE TABLE colours AS {colours or NO_COLOURS}")
    db.execute(f"CREATE TABLE reasons AS {reasons_query(project, [rule.card for rule in planned])}")
    list_overrides(project, db)
