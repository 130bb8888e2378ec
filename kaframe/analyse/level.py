"""Behaviour: how much an account buys now, against its own history."""

from __future__ import annotations

import math

from kaframe.analyse.looking import Found, Looking
from kaframe.analyse.periods import A_YEAR_HAS, dated_rows, history
from kaframe.database import literal
from kaframe.rules.analyse import Level

UNITS = {
    "now": "currency",
    "before": "currency",
    "percent": "percent",
    "z": "number",
    "periods": "count",
    "others": "percent",
}


def look(looking: Looking, settings: Level) -> Found:
    """Accounts whose last periods differ clearly from those before.

    ``before`` is what as many periods brought on average, ``percent`` the change, ``z`` the change in standard
    deviations of such a sum, ``others`` the change of all other accounts together: what those share with the account
    is a season, the market, or data that have not come yet. At least half of the history must be there.
    """
    recent, up = settings.recent, settings.direction == "up"
    periods = history(looking, settings, recent + settings.history)
    sums = (
        f"SELECT account_id, sum(amount) FILTER (WHERE back < {recent}) AS now, "
        f"avg(amount) FILTER (WHERE back >= {recent}) AS usual, "
        f"stddev_samp(amount) FILTER (WHERE back >= {recent}) AS spread, "
        f"count(*) FILTER (WHERE back >= {recent}) AS periods, "
        f"count(*) FILTER (WHERE back >= {recent} AND amount <> 0) AS bought, "
        f"count(*) FILTER (WHERE back < {recent} AND amount <> 0) AS bought_now, "
        f"coalesce(sum(amount) FILTER (WHERE back >= {recent}), 0) AS past FROM ({periods}) GROUP BY account_id"
    )
    # One large order is no level: a rise must stand on more than half of the recent periods.
    lasting = f" AND bought_now > {recent / 2}" if up else ""
    compared = (
        f"SELECT account_id, periods, round(now, 2) AS now, round(usual * {recent}, 2) AS before, "
        f"round(now / (usual * {recent}) - 1, 6) AS percent, "
        f"round((now - usual * {recent}) / nullif(spread * sqrt({recent}), 0), 4) AS z, "
        f"round({_of_others(settings)} - 1, 6) AS others "
        f"FROM ({sums}) CROSS JOIN ({_of_all(looking, settings)}) "
        f"WHERE usual > 0 AND periods >= {math.ceil(settings.history / 2)} "
        f"AND bought >= {settings.at_least}{lasting}"
    )
    sign = "" if up else "-"
    a_year = A_YEAR_HAS[settings.period] / recent
    worth = f"abs(now - before) * {literal(float(a_year))}" if looking.is_money(settings.value) else "NULL"
    own = "(1 + percent) / (1 + others) - 1"  # the part of the change that others do not share
    return Found(
        f"SELECT account_id, NULL AS subject, {worth} AS worth, {literal(up)} AS good, * EXCLUDE (account_id) "
        f"FROM ({compared}) WHERE {sign}percent >= {literal(settings.percent)} "
        f"AND (z IS NULL OR {sign}z >= {literal(settings.z)}) "
        f"AND (others IS NULL OR others <= -1 OR {sign}({own}) >= {literal(settings.percent)})",
        UNITS,
    )


def _of_all(looking: Looking, settings: Level) -> str:
    """What all accounts bought in the recent periods and in those before."""
    rows = dated_rows(looking, settings, managed=False)
    return (
        f"SELECT CAST(coalesce(sum(amount) FILTER (WHERE back < {settings.recent}), 0) AS DOUBLE) AS all_now, "
        f"CAST(coalesce(sum(amount) FILTER (WHERE back >= {settings.recent}), 0) AS DOUBLE) AS all_past "
        f"FROM ({rows}) WHERE back < {settings.recent + settings.history}"
    )


def _of_others(settings: Level) -> str:
    """How the other accounts' average period has changed; nothing where there are no others."""
    now, past = f"(all_now - now) / {settings.recent}", f"(all_past - past) / {settings.history}"
    return f"CASE WHEN all_past - past > 0.005 THEN ({now}) / ({past}) END"
