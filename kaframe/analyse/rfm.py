"""Recency, frequency and monetary value of all buying accounts, and the segments that they make."""

from __future__ import annotations

from kaframe.analyse.looking import Found, Looking
from kaframe.database import literal
from kaframe.expression import Name, Scope, Type
from kaframe.rules.analyse import Rfm

QUINTILES = ("recency", "frequency", "monetary")
UNITS = {
    **dict.fromkeys(QUINTILES, "number"), "days": "days", "bought": "count", "spent": "currency", "segment": "text",
}  # fmt: skip
NO_SEGMENT = "none"


def segments_query(looking: Looking, settings: Rfm) -> str:
    """Every account that has bought: quintiles from 1 (worst) to 5 (best), and the segment's id.

    Quintiles are cut by rank among all buying accounts; accounts with equal values share theirs.
    """
    columns = [("day", settings.time, Type.DATE), ("amount", settings.value, Type.NUMBER)]
    rows = looking.rows(settings, columns, managed=False)
    since = literal(looking.day_before(settings.within))
    bought = (
        f"SELECT account_id, {looking.as_of} - max(day) AS days, count(DISTINCT day) AS bought, sum(amount) AS spent "
        f"FROM ({rows}) WHERE day > {since} AND day <= {looking.as_of} GROUP BY account_id HAVING sum(amount) > 0"
    )
    ranked = (
        f"SELECT *, {_quintile('days DESC')} AS recency, {_quintile('bought')} AS frequency, "
        f"{_quintile('spent')} AS monetary FROM ({bought})"
    )
    names = {name: Name(Type.NUMBER) for name in (*QUINTILES, "days", "bought", "spent")}
    scope = Scope("a segment of rfm", names, looking.project.as_of, functions=looking.project.functions)
    arms = [
        f"WHEN {looking.in_scope(segment.when, scope).sql} THEN {literal(segment.id)}" for segment in settings.segments
    ]
    segment = f"CASE {' '.join(arms)} ELSE '{NO_SEGMENT}' END" if arms else f"'{NO_SEGMENT}'"
    return f"SELECT *, {segment} AS segment FROM ({ranked})"


def look(looking: Looking, settings: Rfm) -> Found:
    """The managed accounts in segments that are worth telling; the evidence has the segment's label."""
    told = [segment for segment in settings.segments if segment.tell]
    labels = " ".join(
        f"WHEN {literal(segment.id)} THEN {literal(looking.project.text(segment.label))}" for segment in told
    )
    goods = " ".join(f"WHEN {literal(segment.id)} THEN {literal(segment.good)}" for segment in told)
    listed = ", ".join(literal(segment.id) for segment in told)
    query = segments_query(looking, settings)
    if not told:
        return Found("SELECT NULL AS account_id, NULL AS subject, NULL AS worth, NULL AS good WHERE FALSE", {})
    return Found(
        f"SELECT account_id, NULL AS subject, CAST(spent AS DOUBLE) AS worth, CASE segment {goods} END AS good, "
        "recency, frequency, monetary, CAST(days AS DOUBLE) AS days, bought, CAST(spent AS DOUBLE) AS spent, "
        f"CASE segment {labels} END AS segment FROM ({query}) SEMI JOIN managed USING (account_id) "
        f"WHERE segment IN ({listed})",
        UNITS,
    )


def _quintile(order: str) -> str:
    """1 for the lowest fifth by that order, 5 for the highest."""
    return f"CAST(least(5, 1 + floor(5 * percent_rank() OVER (ORDER BY {order}))) AS BIGINT)"
