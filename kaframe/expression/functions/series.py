"""Functions of an account against its own history: periods before ``as_of``, in one pass over its rows.

A period is full when it has ended before ``as_of``: the one that ``as_of`` lies in never counts. A
period without rows has the sum 0; an account without any row in the window has no value at all.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from kaframe.expression.functions.record import Argument, Call, Function
from kaframe.expression.sql import double, money, print_date, print_number
from kaframe.expression.types import DAYS, Type

SERIES_UNITS = ("week", "month", "quarter")
FEWEST_PERIODS, MOST_PERIODS = 2, 36
_MONTHS = {"month": 1, "quarter": 3}


def period_starts(as_of: date, unit: str, periods: int) -> list[date]:
    """The first days of the last full periods before ``as_of``, and the day after the last of them."""
    if unit == "week":
        monday = as_of - timedelta(days=as_of.weekday())
        return [monday - timedelta(weeks=back) for back in range(periods, -1, -1)]
    step = _MONTHS[unit]
    current = (as_of.year * 12 + as_of.month - 1) // step
    months = [(current - back) * step for back in range(periods, -1, -1)]
    return [date(month // 12, month % 12 + 1, 1) for month in months]


def _within(time: str, start: date, end: date) -> str:
    return f"{time} >= {print_date(start)} AND {time} < {print_date(end)}"


def _number(unit: str, time: str, start: date) -> str:
    """Print which period of the window a row lies in, 0 for the first."""
    if unit == "week":
        return f"FLOOR((CAST({time} AS DATE) - {print_date(start)}) / 7e0)"
    month = f"(EXTRACT(YEAR FROM {time}) * 12 + EXTRACT(MONTH FROM {time}) - {start.year * 12 + start.month})"
    return f"FLOOR({month} / {print_number(_MONTHS[unit])})"


def _trend(call: Call) -> str:
    value, time, unit = call.arguments[0], call.arguments[1].sql, call.arguments[2].literal or "month"
    periods = call.count(3)
    starts = period_starts(call.as_of, unit, periods)
    inside = _within(time, starts[0], starts[-1])
    # Twice the distance from the middle of the window is a whole number: the products stay exact.
    distance = f"(2e0 * {_number(unit, time, starts[0])} - {print_number(periods - 1)})"
    moment = call.aggregate(f"SUM(TRY_CAST({double(value)} * {distance} AS DECIMAL(38, 6)))", inside)
    total = call.aggregate(f"SUM({money(value)})", inside)
    # slope = (moment / 2) / (n (n^2 - 1) / 12), mean = total / n
    scale = print_number(6 / (periods * periods - 1))
    return f"(CAST({moment} AS DOUBLE) * {scale} / NULLIF(ABS(CAST({total} AS DOUBLE)), 0e0))"


def _zscore(call: Call) -> str:
    value, time, unit = call.arguments[0], call.arguments[1].sql, call.arguments[2].literal or "month"
    periods = call.count(3)
    starts = period_starts(call.as_of, unit, periods + 1)
    pairs = list(pairwise(starts))
    sums = [call.aggregate(f"SUM({money(value)})", _within(time, *pair)) for pair in pairs]
    doubles = [f"COALESCE(CAST({text} AS DOUBLE), 0e0)" for text in sums]
    known = call.aggregate("COUNT(*)", f"{value.sql} IS NOT NULL", _within(time, starts[0], starts[-2]))
    # Measured from one of the sums, an unchanging history has a deviation of exactly 0.
    gaps = [f"({text} - {doubles[-2]})" for text in (*doubles[:-2], doubles[-1])]
    latest, many = gaps.pop(), print_number(periods)
    total = f"({' + '.join(gaps)})"
    squares = f"({' + '.join(f'{gap} * {gap}' for gap in gaps)})"
    spread = f"({squares} - {total} * {total} / {many}) / {print_number(periods - 1)}"
    deviation = f"SQRT(GREATEST({spread}, 0e0))"
    return f"(CASE WHEN {known} > 0 THEN ({latest} - {total} / {many}) / NULLIF({deviation}, 0e0) END)"


_SERIES = (
    Argument("value", frozenset({Type.NUMBER})),
    Argument("time", DAYS),
    Argument("unit", frozenset({Type.TEXT}), literal="unit"),
    Argument("periods", frozenset({Type.NUMBER}), literal="count"),
)

SERIES = (
    Function(
        "trend", _SERIES, Type.NUMBER, "series",
        {"en": "Slope of the least-squares line through the sums of the last full periods before as_of,"
               " a period, as a share of the size of their mean; unit 'week', 'month' or 'quarter'",
         "zh": "as_of 之前最近若干完整周期合计值的最小二乘斜率（每周期），除以其均值的绝对值；"
               "unit 为 'week'、'month' 或 'quarter'"},
        "trend(amount, ordered_on, 'month', 12)", _trend, "inexact",
    ),
    Function(
        "zscore", _SERIES, Type.NUMBER, "series",
        {"en": "Sum of the latest full period, less the mean of the periods before it, in their standard"
               " deviations; missing where those are all equal or have no rows",
         "zh": "最近一个完整周期的合计值减去此前各周期均值，再除以其标准差；此前各周期相等或无数据时缺失"},
        "zscore(amount, ordered_on, 'month', 12)", _zscore, "inexact",
    ),
)
