"""Functions of one row: days, months and periods."""

from __future__ import annotations

from collections.abc import Callable

from kaframe.expression.functions.record import Argument, Call, Function
from kaframe.expression.sql import day, print_date
from kaframe.expression.types import DAYS, Type

UNITS = ("day", "week", "month", "quarter", "year")
_D = (Argument("d", DAYS),)
_PAIR = (Argument("a", DAYS), Argument("b", DAYS))


def days_apart(first: str, last: str) -> str:
    """Print the whole days from one day to another."""
    return f"CAST({last} - {first} AS DOUBLE)"


def months_apart(first: str, last: str) -> str:
    """Print the full months from one day to another; a month is full on the same day of the month.

    31 January to 28 February is no full month; to 1 March it is one. Backwards they count negative.
    """
    months = (
        f"((EXTRACT(YEAR FROM {last}) - EXTRACT(YEAR FROM {first})) * 12"
        f" + EXTRACT(MONTH FROM {last}) - EXTRACT(MONTH FROM {first}))"
    )
    days = f"EXTRACT(DAY FROM {last}) - EXTRACT(DAY FROM {first})"
    ahead = f"WHEN {last} >= {first} AND {days} < 0 THEN -1"
    back = f"WHEN {last} < {first} AND {days} > 0 THEN 1"
    return f"CAST({months} + CASE {ahead} {back} ELSE 0 END AS DOUBLE)"


def _between(apart: Callable[[str, str], str]) -> Callable[[Call], str]:
    return lambda call: apart(day(call.arguments[0]), day(call.arguments[1]))


def _since(apart: Callable[[str, str], str]) -> Callable[[Call], str]:
    return lambda call: apart(day(call.arguments[0]), print_date(call.as_of))


def _part(word: str) -> Callable[[Call], str]:
    return lambda call: f"CAST(EXTRACT({word} FROM {call.arguments[0].sql}) AS DOUBLE)"


def truncate(unit: str, text: str) -> str:
    """Print the first day of the period that a day lies in."""
    return f"CAST(DATE_TRUNC('{unit}', {text}) AS DATE)"


def _truncate(call: Call) -> str:
    return truncate(call.arguments[0].literal or "day", call.arguments[1].sql)


def _part_function(name: str, word: str, en: str, zh: str) -> Function:
    return Function(name, _D, Type.NUMBER, "scalar", {"en": en, "zh": zh}, f"{name}(last_order)", _part(word))


DATES = (
    Function(
        "days_since", _D, Type.NUMBER, "scalar",
        {"en": "Whole days from d to as_of", "zh": "从 d 到 as_of 的天数"},
        "days_since(last_order)", _since(days_apart),
    ),
    Function(
        "months_since", _D, Type.NUMBER, "scalar",
        {"en": "Full months from d to as_of", "zh": "从 d 到 as_of 的整月数"},
        "months_since(last_order)", _since(months_apart),
    ),
    Function(
        "days_between", _PAIR, Type.NUMBER, "scalar",
        {"en": "Whole days from a to b, negative when b is earlier", "zh": "从 a 到 b 的天数；b 更早时为负"},
        "days_between(first_order, last_order)", _between(days_apart),
    ),
    Function(
        "months_between", _PAIR, Type.NUMBER, "scalar",
        {"en": "Full months from a to b, negative when b is earlier",
         "zh": "从 a 到 b 的整月数；b 更早时为负"},
        "months_between(first_order, last_order)", _between(months_apart),
    ),
    _part_function("year", "YEAR", "Year", "年份"),
    _part_function("quarter", "QUARTER", "Quarter, 1 to 4", "季度，1 到 4"),
    _part_function("month", "MONTH", "Month, 1 to 12", "月份，1 到 12"),
    _part_function("day", "DAY", "Day of the month", "当月第几日"),
    _part_function("weekday", "ISODOW", "Day of the week, Monday is 1, Sunday 7", "星期几，周一 1，周日 7"),
    Function(
        "date_trunc", (Argument("unit", frozenset({Type.TEXT}), literal="unit"), *_D), Type.DATE, "scalar",
        {"en": "First day of the period ('day', 'week', 'month', 'quarter', 'year') that d lies in",
         "zh": "d 所在周期（'day'、'week'、'month'、'quarter'、'year'）的第一天"},
        "date_trunc('month', last_order)", _truncate,
    ),
    Function(
        "month_start", _D, Type.DATE, "scalar",
        {"en": "First day of the month of d", "zh": "d 所在月份的第一天"},
        "month_start(last_order)", lambda call: truncate("month", call.arguments[0].sql),
    ),
)
