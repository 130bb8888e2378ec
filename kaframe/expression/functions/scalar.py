"""Functions of one row: numbers, texts and choices."""

from __future__ import annotations

from collections.abc import Callable

from kaframe.expression.functions.record import Argument, Call, Function
from kaframe.expression.sql import double, round_half_up, settled
from kaframe.expression.types import ORDERED, Type

NUMBER = frozenset({Type.NUMBER})
TEXT = frozenset({Type.TEXT})
BOOLEAN = frozenset({Type.BOOLEAN})


def _word(template: str) -> Callable[[Call], str]:
    """Print a template with {0}, {1} for the arguments, numbers as DOUBLE."""

    def print_call(call: Call) -> str:
        texts = (double(piece) if piece.type is Type.NUMBER else piece.sql for piece in call.arguments)
        return template.format(*texts)

    return print_call


def _listed(word: str) -> Callable[[Call], str]:
    """Print WORD(a, b, ...)."""
    return lambda call: f"{word}({', '.join(piece.sql for piece in call.arguments)})"


def _known(word: str) -> Callable[[Call], str]:
    """Print LEAST or GREATEST so that one missing argument makes the result missing."""

    def print_call(call: Call) -> str:
        texts = [piece.sql for piece in call.arguments]
        open_ones = [piece.sql for piece in call.arguments if piece.constant is None]
        known = " AND ".join(f"{text} IS NOT NULL" for text in open_ones) or "TRUE"
        return f"(CASE WHEN {known} THEN {word}({', '.join(texts)}) END)"

    return print_call


def _cut(word: str) -> Callable[[Call], str]:
    """Print FLOOR or CEIL; a number that is whole but for rounding errors stays what it is."""
    return lambda call: f"{word}({settled(call.arguments[0])})"


def _round(call: Call) -> str:
    return round_half_up(double(call.arguments[0]), call.count(1))


def _choose(call: Call) -> str:
    condition, yes, no = (piece.sql for piece in call.arguments)
    return f"(CASE WHEN {condition} THEN {yes} ELSE {no} END)"


_X = (Argument("x", NUMBER),)
_TEXT = (Argument("text", TEXT),)
_PART = (Argument("text", TEXT), Argument("part", TEXT))
_EACH = (Argument("a", ORDERED, same=True), Argument("b", ORDERED, same=True, many=True))

SCALAR = (
    Function(
        "ratio", (Argument("a", NUMBER), Argument("b", NUMBER)), Type.NUMBER, "scalar",
        {"en": "a divided by b; missing where b is 0", "zh": "a 除以 b；b 为 0 时缺失"},
        "ratio(profit, revenue)", _word("({0} / NULLIF({1}, 0e0))"), "risky",
    ),
    Function(
        "abs", _X, Type.NUMBER, "scalar",
        {"en": "Size without sign", "zh": "绝对值"}, "abs(profit)", _word("ABS({0})"), "same",
    ),
    Function(
        "round", (Argument("x", NUMBER), Argument("digits", NUMBER, optional=True, literal="count")),
        Type.NUMBER, "scalar",
        {"en": "Rounded half up, in decimal; digits from -9 to 9, 0 if left out",
         "zh": "按十进制四舍五入；digits 为 -9 到 9，省略为 0"},
        "round(8.45, 1)", _round,
    ),
    Function(
        "floor", _X, Type.NUMBER, "scalar",
        {"en": "Next whole number below", "zh": "向下取整"}, "floor(revenue / 1000)", _cut("FLOOR"),
    ),
    Function(
        "ceil", _X, Type.NUMBER, "scalar",
        {"en": "Next whole number above", "zh": "向上取整"}, "ceil(revenue / 1000)", _cut("CEIL"),
    ),
    Function(
        "sqrt", _X, Type.NUMBER, "scalar",
        {"en": "Square root; missing below 0", "zh": "平方根；负数时缺失"},
        "sqrt(revenue)", _word("SQRT(CASE WHEN {0} >= 0e0 THEN {0} END)"), "inexact",
    ),
    Function(
        "ln", _X, Type.NUMBER, "scalar",
        {"en": "Natural logarithm; missing at 0 and below", "zh": "自然对数；不大于 0 时缺失"},
        "ln(revenue)", _word("LN(CASE WHEN {0} > 0e0 THEN {0} END)"), "inexact",
    ),
    Function(
        "log10", _X, Type.NUMBER, "scalar",
        {"en": "Logarithm to base 10; missing at 0 and below", "zh": "常用对数；不大于 0 时缺失"},
        "log10(revenue)", _word("LOG10(CASE WHEN {0} > 0e0 THEN {0} END)"), "inexact",
    ),
    Function(
        "exp", _X, Type.NUMBER, "scalar",
        {"en": "e to the power of x; missing where it is too large", "zh": "e 的 x 次方；过大时缺失"},
        "exp(-0.1 * orders)", _word("EXP({0})"), "risky",
    ),
    Function(
        "power", (Argument("x", NUMBER), Argument("y", NUMBER)), Type.NUMBER, "scalar",
        {"en": "x to the power of y; missing where it is no number or too large",
         "zh": "x 的 y 次方；无意义或过大时缺失"},
        "power(1.05, orders)", _word("POWER({0}, {1})"), "risky",
    ),
    Function(
        "least", _EACH, None, "scalar",
        {"en": "Smallest; missing if any argument is missing", "zh": "最小值；任一参数缺失则缺失"},
        "least(revenue / 1000, 100)", _known("LEAST"), "same",
    ),
    Function(
        "greatest", _EACH, None, "scalar",
        {"en": "Largest; missing if any argument is missing", "zh": "最大值；任一参数缺失则缺失"},
        "greatest(profit, 0)", _known("GREATEST"), "same",
    ),
    Function(
        "coalesce", (Argument("a", same=True), Argument("b", same=True, many=True)), None, "scalar",
        {"en": "First argument that is not missing", "zh": "第一个不缺失的参数"},
        "coalesce(profit, 0)", _listed("COALESCE"), "same",
    ),
    Function(
        "nullif", (Argument("a", same=True), Argument("b", same=True)), None, "scalar",
        {"en": "a, but missing where it equals b", "zh": "a；等于 b 时缺失"},
        "nullif(region, 'unknown')", _listed("NULLIF"), "same",
    ),
    Function(
        "if", (Argument("condition", BOOLEAN), Argument("a", same=True), Argument("b", same=True)),
        None, "scalar",
        {"en": "a where the condition holds, else b, also where it is unknown",
         "zh": "条件成立取 a，否则（包括未知）取 b"},
        "if(key_account, 2, 1)", _choose, "same",
    ),
    Function(
        "lower", _TEXT, Type.TEXT, "scalar",
        {"en": "In lower case", "zh": "转为小写"}, "lower(region)", _word("LOWER({0})"),
    ),
    Function(
        "upper", _TEXT, Type.TEXT, "scalar",
        {"en": "In upper case", "zh": "转为大写"}, "upper(region)", _word("UPPER({0})"),
    ),
    Function(
        "trim", _TEXT, Type.TEXT, "scalar",
        {"en": "Without blanks at both ends", "zh": "去掉首尾空格"}, "trim(region)", _word("TRIM({0})"),
    ),
    Function(
        "length", _TEXT, Type.NUMBER, "scalar",
        {"en": "Number of characters", "zh": "字符数"},
        "length(region)", _word("CAST(LENGTH({0}) AS DOUBLE)"),
    ),
    Function(
        "contains", _PART, Type.BOOLEAN, "scalar",
        {"en": "The part occurs in the text; upper and lower case differ",
         "zh": "文本包含该部分；区分大小写"},
        "contains(region, 'th')", _word("(STRPOS({0}, {1}) > 0)"),
    ),
    Function(
        "starts_with", _PART, Type.BOOLEAN, "scalar",
        {"en": "The text starts with the part", "zh": "文本以该部分开头"},
        "starts_with(region, 'so')", _word("STARTS_WITH({0}, {1})"),
    ),
    Function(
        "ends_with", _PART, Type.BOOLEAN, "scalar",
        {"en": "The text ends with the part", "zh": "文本以该部分结尾"},
        "ends_with(region, 'th')", _word("(RIGHT({0}, LENGTH({1})) = {1})"),
    ),
)
