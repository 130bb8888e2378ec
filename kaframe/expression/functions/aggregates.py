"""Functions over the rows of an account: what a measure with ``from:`` is made of.

Rows where the argument is missing do not count. Sums are made in DECIMAL, everything else in an order
of its own, so that the same rows give the same value whatever their order and the number of threads.
"""

from __future__ import annotations

from kaframe.expression.functions.record import Argument, Call, Function
from kaframe.expression.sql import double, money
from kaframe.expression.types import DAYS, ORDERED, Type

NUMBER = frozenset({Type.NUMBER})
_X = (Argument("x", NUMBER),)
_VALUE = (Argument("x", ORDERED, same=True),)
_CONDITION = (Argument("condition", frozenset({Type.BOOLEAN})),)
_BY = (Argument("x", same=True), Argument("by", DAYS | NUMBER | {Type.TEXT}))


def _sum(call: Call) -> str:
    return f"CAST({call.aggregate(f'SUM({money(call.arguments[0])})')} AS DOUBLE)"


def _mean(call: Call) -> str:
    value = money(call.arguments[0])
    return f"({_sum(call)} / NULLIF({call.aggregate(f'COUNT({value})')}, 0))"


def _count(call: Call) -> str:
    what = call.arguments[0].sql if call.arguments else "*"
    distinct = "DISTINCT " if call.distinct else ""
    return f"CAST({call.aggregate(f'COUNT({distinct}{what})')} AS DOUBLE)"


def _extreme(word: str, call: Call) -> str:
    return call.aggregate(f"{word}({call.arguments[0].sql})")


def _deviation(call: Call) -> str:
    value = f"CAST({money(call.arguments[0])} AS DOUBLE)"
    return call.aggregate(f"STDDEV_SAMP({value} ORDER BY {value})")


def _by(word: str, call: Call) -> str:
    value, by = (piece.sql for piece in call.arguments)
    known = (f"{value} IS NOT NULL", f"{by} IS NOT NULL")
    return call.aggregate(f"{word}({value}, ROW({by}, {value}))", *known)


def _any(call: Call) -> str:
    condition = call.arguments[0].sql
    unknown = call.aggregate("COUNT(*)", f"{condition} IS NULL")
    found = call.aggregate(f"BOOL_OR({condition})")
    return f"(CASE WHEN {found} THEN TRUE WHEN {unknown} = 0 THEN {found} END)"


def _all(call: Call) -> str:
    condition = call.arguments[0].sql
    unknown = call.aggregate("COUNT(*)", f"{condition} IS NULL")
    found = call.aggregate(f"BOOL_AND({condition})")
    return f"(CASE WHEN NOT {found} THEN FALSE WHEN {unknown} = 0 THEN {found} END)"


def _share(call: Call) -> str:
    condition = call.arguments[0].sql
    holds = call.aggregate("COUNT(*)", condition)
    known = call.aggregate(f"COUNT({condition})")
    return f"(CAST({holds} AS DOUBLE) / NULLIF({known}, 0))"


AGGREGATES = (
    Function(
        "sum", _X, Type.NUMBER, "aggregate",
        {"en": "Sum, exact to six decimals; missing without values",
         "zh": "合计，精确到六位小数；没有值时缺失"},
        "sum(amount)", _sum,
    ),
    Function(
        "count", (Argument("x", optional=True),), Type.NUMBER, "aggregate",
        {"en": "Number of rows, or of rows where x is not missing; count(distinct x) counts different values",
         "zh": "行数，或 x 不缺失的行数；count(distinct x) 统计不同值的个数"},
        "count(distinct invoice)", _count,
    ),
    Function(
        "avg", _X, Type.NUMBER, "aggregate",
        {"en": "Mean", "zh": "平均值"}, "avg(amount)", _mean, "inexact",
    ),
    Function(
        "min", _VALUE, None, "aggregate",
        {"en": "Smallest or earliest value", "zh": "最小值或最早值"},
        "min(ordered_on)", lambda call: _extreme("MIN", call), "same",
    ),
    Function(
        "max", _VALUE, None, "aggregate",
        {"en": "Largest or latest value", "zh": "最大值或最晚值"},
        "max(ordered_on)", lambda call: _extreme("MAX", call), "same",
    ),
    Function(
        "median", _X, Type.NUMBER, "aggregate",
        {"en": "Median; the mean of the two in the middle", "zh": "中位数；偶数个时取中间两个的平均"},
        "median(amount)", lambda call: call.aggregate(f"MEDIAN({double(call.arguments[0])})"), "risky",
    ),
    Function(
        "stddev", _X, Type.NUMBER, "aggregate",
        {"en": "Standard deviation of a sample; missing with fewer than two values",
         "zh": "样本标准差；少于两个值时缺失"},
        "stddev(amount)", _deviation, "inexact",
    ),
    Function(
        "first", _BY, None, "aggregate",
        {"en": "x of the row with the earliest by, of rows where both are known; the smallest x of a tie",
         "zh": "by 最早的那一行的 x（两者均已知）；并列时取最小的 x"},
        "first(amount, ordered_on)", lambda call: _by("ARG_MIN", call), "same",
    ),
    Function(
        "latest", _BY, None, "aggregate",
        {"en": "x of the row with the latest by, of rows where both are known; the largest x of a tie",
         "zh": "by 最晚的那一行的 x（两者均已知）；并列时取最大的 x"},
        "latest(amount, ordered_on)", lambda call: _by("ARG_MAX", call), "same",
    ),
    Function(
        "any", _CONDITION, Type.BOOLEAN, "aggregate",
        {"en": "True if the condition holds in a row; else unknown if it is unknown in one; else false",
         "zh": "任一行成立为真；否则有未知则未知；否则为假"},
        "any(amount > 1000)", _any,
    ),
    Function(
        "all", _CONDITION, Type.BOOLEAN, "aggregate",
        {"en": "False if the condition fails in a row; else unknown if it is unknown in one; else true",
         "zh": "任一行不成立为假；否则有未知则未知；否则为真"},
        "all(amount > 0)", _all,
    ),
    Function(
        "share", _CONDITION, Type.NUMBER, "aggregate",
        {"en": "Share of rows in which the condition holds, among those where it is known, 0 to 1",
         "zh": "条件成立的行所占比例（仅计已知的行），0 到 1"},
        "share(amount > 1000)", _share,
    ),
)
