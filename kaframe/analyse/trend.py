"""A steady rise or fall over many periods, which no single one of them shows."""

from __future__ import annotations

import math

from kaframe.analyse.looking import Found, Looking
from kaframe.analyse.periods import A_YEAR_HAS, history
from kaframe.database import literal
from kaframe.rules.analyse import Trend

UNITS = {"percent": "percent", "slope": "currency", "fit": "percent", "mean": "currency", "periods": "count"}
ENOUGH = 2 / 3  # of the periods must have purchases, or a newcomer's first months make a trend


def look(looking: Looking, settings: Trend) -> Found:
    """Accounts whose line through the last periods rises or falls, and fits.

    ``percent`` is the change a period as a share of the mean, ``slope`` the same in money. Worth what a year more
    of it would change against the last one.
    """
    up = settings.direction == "up"
    periods = history(looking, settings, settings.periods)
    # ``u`` is twice the distance of a period from the middle: whole numbers, so that the slope is exact.
    placed = f"SELECT *, count(*) OVER (PARTITION BY account_id) - 1 - 2 * back AS u FROM ({periods})"
    sums = (
        "SELECT account_id, count(*) AS periods, count(*) FILTER (WHERE amount <> 0) AS bought, "
        "CAST(sum(amount) AS DOUBLE) / count(*) AS mean, "
        "CAST(sum(amount * u) AS DOUBLE) AS along, sum(u * u) AS width, "
        f"list_var_pop(list(CAST(amount AS DOUBLE) ORDER BY back)) AS spread FROM ({placed}) GROUP BY account_id"
    )
    lines = (
        "SELECT account_id, periods, bought, mean, 2 * along / width AS slope, "
        f"round(along * along / width / nullif(spread * periods, 0), 6) AS fit FROM ({sums}) WHERE width > 0"
    )
    judged = (
        "SELECT account_id, round(slope / mean, 6) AS percent, round(slope, 2) AS slope, fit, "
        f"round(mean, 2) AS mean, periods FROM ({lines}) "
        f"WHERE mean > 0 AND bought >= {math.ceil(settings.periods * ENOUGH)}"
    )
    a_year = A_YEAR_HAS[settings.period] ** 2
    worth = f"abs(slope) * {a_year}" if looking.is_money(settings.value) else "NULL"
    return Found(
        f"SELECT account_id, NULL AS subject, {worth} AS worth, {literal(up)} AS good, * EXCLUDE (account_id) "
        f"FROM ({judged}) WHERE {'' if up else '-'}percent >= {literal(settings.slope)} "
        f"AND fit >= {literal(settings.fit)}",
        UNITS,
    )
