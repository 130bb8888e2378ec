"""Behaviour: how much an account buys now, against its own history."""

from __future__ import annotations

import math

from kaframe.analyse.looking import Found, Looking
from kaframe.analyse.periods import A_YEAR_HAS, history
from kaframe.database import literal
from kaframe.rules.analyse import Level

UNITS = {"now": "currency", "before": "currency", "percent": "percent", "z": "number", "periods": "count"}


def look(looking: Looking, settings: Level) -> Found:
    """Accounts whose last periods differ clearly from those before.

    ``before`` is what as many periods brought on average, ``percent`` the change, ``z`` the change in standard
    deviations of such a sum. At least half of the history must be there.
    """
    recent, up = settings.recent, settings.direction == "up"
    periods = history(looking, settings, recent + settings.history)
    sums = (
        f"SELECT account_id, sum(amount) FILTER (WHERE back < {recent}) AS now, "
        f"avg(amount) FILTER (WHERE back >= {recent}) AS usual, "
        f"stddev_samp(amount) FILTER (WHERE back >= {recent}) AS spread, "
        f"count(*) FILTER (WHERE back >= {recent}) AS periods FROM ({periods}) GROUP BY account_id"
    )
    compared = (
        f"SELECT account_id, periods, round(now, 2) AS now, round(usual * {recent}, 2) AS before, "
        f"round(now / (usual * {recent}) - 1, 6) AS percent, "
        f"round((now - usual * {recent}) / nullif(spread * sqrt({recent}), 0), 4) AS z "
        f"FROM ({sums}) WHERE usual > 0 AND periods >= {math.ceil(settings.history / 2)}"
    )
    sign = "" if up else "-"
    a_year = A_YEAR_HAS[settings.period] / recent
    worth = f"abs(now - before) * {literal(float(a_year))}" if looking.is_money(settings.value) else "NULL"
    return Found(
        f"SELECT account_id, NULL AS subject, {worth} AS worth, {literal(up)} AS good, * EXCLUDE (account_id) "
        f"FROM ({compared}) WHERE {sign}percent >= {literal(settings.percent)} "
        f"AND (z IS NULL OR {sign}z >= {literal(settings.z)})",
        UNITS,
    )
