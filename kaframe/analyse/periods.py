"""The history of an account in periods of equal length, counted back from the day of the run."""

from __future__ import annotations

from kaframe.analyse.looking import Looking
from kaframe.expression import Type
from kaframe.rules.analyse import Level, Trend

A_YEAR_HAS = {"week": 52, "month": 12, "quarter": 4}


def history(looking: Looking, settings: Level | Trend, periods: int) -> str:
    """A query with ``account_id``, ``back`` (0 = the period that ends today) and ``amount``, 0 where nothing was.

    Amounts are exact decimals: whatever is added up from them does not depend on the order of the rows.

    A history begins with the first period that lies wholly after the account's first row.
    """
    summed = (
        f"SELECT account_id, back, sum(amount) AS amount FROM ({dated_rows(looking, settings)}) "
        "GROUP BY account_id, back"
    )
    grid = (
        "SELECT account_id, CAST(range AS BIGINT) AS back "
        "FROM (SELECT account_id, max(back) AS oldest FROM summed GROUP BY account_id) "
        f"CROSS JOIN range({periods}) WHERE range < oldest"
    )
    return (
        f"WITH summed AS ({summed}), grid AS ({grid}) SELECT account_id, back, coalesce(amount, 0) AS amount "
        "FROM grid LEFT JOIN summed USING (account_id, back)"
    )


def dated_rows(looking: Looking, settings: Level | Trend, managed: bool = True) -> str:
    """The rows that count, each with its period: ``account_id``, ``back`` and ``amount``."""
    columns = [("day", settings.time, Type.DATE), ("amount", settings.value, Type.NUMBER)]
    rows = looking.rows(settings, columns, managed)
    back = f"date_sub('{settings.period}', day, {looking.as_of})"
    return f"SELECT account_id, {back} AS back, amount FROM ({rows}) WHERE day <= {looking.as_of}"
