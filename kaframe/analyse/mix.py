"""What an account buys has shifted from one thing to another."""

from __future__ import annotations

from kaframe.analyse.looking import Found, Looking
from kaframe.database import literal
from kaframe.expression import Type
from kaframe.rules.analyse import Mix

UNITS = {"shift": "percent", "share": "percent", "before": "percent", "change": "percent"}


def look(looking: Looking, settings: Mix) -> Found:
    """Accounts whose shares have moved by at least ``shift`` (the total variation distance, 0 to 1).

    The subject is what has moved most; ``share`` its share now, ``before`` the one before, ``change`` the
    difference. Worth that difference of what was spent in the recent time.
    """
    columns = [
        ("day", settings.time, Type.DATE),
        ("amount", settings.value, Type.NUMBER),
        ("item", settings.by, None),
    ]
    rows = looking.rows(settings, columns)
    turn = looking.day_before(settings.recent)
    begin = looking.day_before(settings.history, turn)
    recent = f"day > {literal(turn)}"
    spent = (
        f"SELECT account_id, item, {_positive(recent)} AS now, {_positive(f'NOT {recent}')} AS past, "
        f"count(*) FILTER (WHERE {recent}) AS rows_now, count(*) FILTER (WHERE NOT {recent}) AS rows_past "
        f"FROM ({rows}) WHERE day > {literal(begin)} AND day <= {looking.as_of} GROUP BY account_id, item"
    )
    totals = (
        "SELECT *, CAST(sum(now) OVER account AS DOUBLE) AS all_now, "
        "CAST(sum(past) OVER account AS DOUBLE) AS all_past, "
        "least(sum(rows_now) OVER account, sum(rows_past) OVER account) AS fewest "
        f"FROM ({spent}) WINDOW account AS (PARTITION BY account_id)"
    )
    shares = (
        "SELECT *, round(now / all_now, 6) AS share, round(past / all_past, 6) AS before "
        f"FROM ({totals}) WHERE all_now > 0 AND all_past > 0 AND fewest >= {settings.at_least}"
    )
    moved = (
        "SELECT *, round(share - before, 6) AS change, "
        "CAST(sum(CAST(abs(share - before) AS DECIMAL(18, 6))) OVER (PARTITION BY account_id) / 2 AS DOUBLE) AS shift "
        f"FROM ({shares}) QUALIFY row_number() OVER "
        "(PARTITION BY account_id ORDER BY abs(share - before) DESC, item) = 1"
    )
    worth = "abs(change) * all_now" if looking.is_money(settings.value) else "NULL"
    return Found(
        f"SELECT account_id, item AS subject, {worth} AS worth, NULL AS good, shift, share, before, change "
        f"FROM ({moved}) WHERE shift >= {literal(settings.shift)}",
        UNITS,
    )


def _positive(condition: str) -> str:
    """What was spent, where returns do not outweigh it."""
    return f"greatest(coalesce(sum(amount) FILTER (WHERE {condition}), 0), 0)"
