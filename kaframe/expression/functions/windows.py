"""Functions of an account among all accounts."""

from __future__ import annotations

from kaframe.expression.functions.record import Argument, Call, Function
from kaframe.expression.sql import money
from kaframe.expression.types import Type

_X = (Argument("x", frozenset({Type.NUMBER})),)


def _pareto(call: Call) -> str:
    value, key = money(call.arguments[0]), call.arguments[0].sql
    counted = f"CASE WHEN {value} > 0 THEN {value} END"
    above = (
        f"SUM({counted}) OVER (ORDER BY {key} DESC NULLS LAST"
        " GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    )
    total = f"SUM({counted}) OVER ()"
    share = f"CAST(COALESCE({above}, 0) AS DOUBLE) / CAST({total} AS DOUBLE)"
    return f"(CASE WHEN {value} > 0 THEN {share} WHEN {value} <= 0 THEN 1e0 END)"


def _rank(call: Call) -> str:
    value = call.arguments[0].sql
    rank = f"CAST(RANK() OVER (ORDER BY {value} DESC NULLS LAST) AS DOUBLE)"
    return f"(CASE WHEN {value} IS NOT NULL THEN {rank} END)"


def _percentile(call: Call) -> str:
    value = call.arguments[0].sql
    smaller = f"CAST(RANK() OVER (ORDER BY {value} NULLS LAST) - 1 AS DOUBLE)"
    return f"(CASE WHEN {value} IS NOT NULL THEN {smaller} / COUNT({value}) OVER () END)"


WINDOWS = (
    Function(
        "pareto", _X, Type.NUMBER, "window",
        {"en": "Among all accounts with x above 0, the share of their total held by those ranked strictly"
               " above; ties share one value; 1 at 0 and below. pareto(x) < 0.8 is the smallest set that"
               " carries 80 %",
         "zh": "在所有 x 大于 0 的客户中，排名严格在前者占总额的份额；并列取同一值；x 不大于 0 时为 1。"
               "pareto(x) < 0.8 即承载 80% 的最小集合"},
        "pareto(revenue)", _pareto,
    ),
    Function(
        "rank", _X, Type.NUMBER, "window",
        {"en": "Place among all accounts, 1 is the largest; ties share the better place",
         "zh": "在所有客户中的名次，1 为最大；并列取较前名次"},
        "rank(revenue)", _rank,
    ),
    Function(
        "percentile", _X, Type.NUMBER, "window",
        {"en": "Number of accounts with a smaller x, divided by the number of accounts whose x is known;"
               " 0 for the smallest, always below 1",
         "zh": "x 更小的客户数除以 x 已知的客户数；最小者为 0，恒小于 1"},
        "percentile(revenue)", _percentile,
    ),
)
