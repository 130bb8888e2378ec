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
        f"SELECT account_id, CAST(sum(amount) FILTER (WHERE back < {recent}) AS DOUBLE) AS now, "
        f"CAST(sum(amount) FILTER (WHERE back >= {recent}) AS DOUBLE) AS past, "
        f"list_stddev_samp(list(CAST(amount AS DOUBLE) ORDER BY back) FILTER (WHERE back >= {recent})) AS spread, "
        f"count(*) FILTER (WHERE back >= {recent}) AS periods, "
        f"count(*) FILTER (WHERE back >= {recent} AND amount <> 0) AS bought, "
        f"count(*) FILTER (WHERE back < {recent} AND amount <> 0) AS bought_now "
        f"FROM ({periods}) GROUP BY account_id"
    )
    # One large order is no level: a rise must stand on more than half of the recent periods.
    lasting = f" AND bought_now > {recent / 2}" if up else ""
    compared = (
        f"SELECT account_id, periods, round(now, 2) AS now, round(usual * {recent}, 2) AS before, "
        f"round(now / (usual * {recent}) - 1, 6) AS percent, "
        f"round((now - usual * {recent}) / nullif(spread * sqrt({recent}), 0), 4) AS z, "
        "round(others - 1, 6) AS others "
        f"FROM (SELECT *, past / periods AS usual FROM ({sums}) WHERE past > 0) "
        f"JOIN ({_of_others(looking, settings)}) USING (account_id) "
        f"WHERE periods >= {math.ceil(settings.history / 2)} "
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


def _of_others(looking: Looking, settings: Level) -> str:
    """How the average period of all other accounts has changed, for each account; missing where there are none."""
    recent, until = settings.recent, settings.recent + settings.history
    sums = (
        f"coalesce(sum(amount) FILTER (WHERE back < {recent}), 0) AS now, "
        f"coalesce(sum(amount) FILTER (WHERE back >= {recent}), 0) AS past"
    )
    own = f"SELECT account_id, {sums} FROM ({dated_rows(looking, settings)}) WHERE back < {until} GROUP BY account_id"
    everyone = f"SELECT {sums} FROM ({dated_rows(looking, settings, managed=False)}) WHERE back < {until}"
    now, past = "CAST(e.now - o.now AS DOUBLE)", "CAST(e.past - o.past AS DOUBLE)"
    change = f"CASE WHEN e.past > o.past THEN ({now} / {recent}) / ({past} / {settings.history}) END"
    return f"SELECT o.account_id, {change} AS others FROM ({own}) AS o CROSS JOIN ({everyone}) AS e"
