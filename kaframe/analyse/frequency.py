"""Behaviour: how long an account has been silent, against its own usual rhythm."""

from __future__ import annotations

from kaframe.analyse.looking import Found, Looking
from kaframe.database import literal
from kaframe.expression import Type
from kaframe.rules.analyse import Frequency

UNITS = {"days": "days", "usual": "days", "longest": "days", "times": "number", "last": "date"}
SELDOM = 0.9  # a pause that one in ten of the account's own pauses reaches is nothing new


def look(looking: Looking, settings: Frequency) -> Found:
    """Accounts with no row for much longer than is usual between two of theirs.

    ``days`` since the last, ``usual`` and ``longest`` days between two. Silence counts up to the last day on which
    anybody bought: beyond it the data may not have come yet. Worth what was bought on an average day, for each usual
    pause that has passed beyond the first.
    """
    columns = [("day", settings.time, Type.DATE), ("amount", settings.value, Type.NUMBER)]
    rows, all_rows = looking.rows(settings, columns), looking.rows(settings, columns[:1], managed=False)
    end = f"(SELECT max(day) FROM ({all_rows}) WHERE day <= {looking.as_of})"
    since = literal(looking.day_before(settings.within))
    by_day = (
        f"SELECT account_id, day, sum(amount) AS amount FROM ({rows}) "
        f"WHERE day > {since} AND day <= {looking.as_of} GROUP BY account_id, day"
    )
    gaps = f"SELECT *, day - lag(day) OVER (PARTITION BY account_id ORDER BY day) AS gap FROM ({by_day})"
    habits = (
        "SELECT account_id, count(*) AS bought, max(day) AS last, "
        f"{end} - max(day) AS days, median(gap) AS usual, max(gap) AS longest, "
        f"quantile_cont(gap, {SELDOM}) AS seldom, CAST(sum(amount) AS DOUBLE) / count(*) AS average "
        f"FROM ({gaps}) GROUP BY account_id"
    )
    worth = "average * (days / usual - 1)" if looking.is_money(settings.value) else "NULL"
    return Found(
        f"SELECT account_id, NULL AS subject, {worth} AS worth, FALSE AS good, CAST(days AS DOUBLE) AS days, "
        "usual, longest, round(days / usual, 1) AS times, last "
        f"FROM ({habits}) WHERE bought >= {settings.at_least} AND usual > 0 "
        f"AND days >= usual * {literal(settings.times)} AND days > seldom",
        UNITS,
    )
