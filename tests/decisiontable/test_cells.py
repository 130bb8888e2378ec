"""Cells as people write them, and what is said to those that cannot be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaframe.database import Database
from kaframe.decisiontable import Input, cell_condition, parse_cell
from kaframe.errors import Location, Problem, RuleError
from kaframe.expression import Expression, Type

AT = Location("rules/discount.csv", 7, 12)
SQL_TYPES = {Type.NUMBER: "DOUBLE", Type.TEXT: "VARCHAR", Type.BOOLEAN: "BOOLEAN", Type.DATE: "DATE",
             Type.TIMESTAMP: "TIMESTAMP"}  # fmt: skip


def holding(cell: str, kind: Type, values: list[str | None]) -> list[bool | None]:
    """For each value (as text, None is missing) whether the cell holds, as DuckDB says it."""
    condition = cell_condition(parse_cell(Expression(cell, AT), kind), Input('"x"', kind))
    sql = condition.sql if condition else "TRUE"
    with Database() as db:
        query = f"SELECT {sql} AS holds FROM (SELECT CAST(CAST(? AS VARCHAR) AS {SQL_TYPES[kind]}) AS x)"
        return [db.rows(query, [value])[0]["holds"] for value in values]


def refusal(cell: str, kind: Type) -> str:
    with pytest.raises(RuleError) as caught:
        parse_cell(Expression(cell, AT), kind)
    return str(caught.value)


@pytest.mark.parametrize(
    ("cell", "for_10_15_20"),
    [
        (">= 15", "-++"),
        ("≥15", "-++"),
        ("＞１５", "--+"),
        ("< 15", "+--"),
        ("= 15", "-+-"),
        ("15", "-+-"),
        ("!= 15", "+-+"),
        ("<> 15", "+-+"),
        ("[10..20)", "++-"),
        ("(10..20]", "-++"),
        ("]10..20[", "-+-"),
        ("10..15", "++-"),
        ("［10..15］", "++-"),
        ("10, 20", "+-+"),
        ("10、20", "+-+"),
        ("<= 10, >= 20", "+-+"),
        ("not(10, 20)", "-+-"),
        ("not([10..15])", "--+"),
        ("1.5e1", "-+-"),
        ("-", "+++"),
        ("", "+++"),
        ("—", "+++"),
        ("null", "---"),
        ("not(null)", "+++"),
        ("1500%", "-+-"),
    ],
)
def test_numbers(cell: str, for_10_15_20: str) -> None:
    """Comparisons, ranges with either end, lists, ``not``, anything."""
    assert holding(cell, Type.NUMBER, ["10", "15", "20"]) == [sign == "+" for sign in for_10_15_20]


@pytest.mark.parametrize(
    ("cell", "holds"),
    [(">= 15", None), ("not(15)", None), ("1, 2", None), ("-", True), ("null", True), ("not(null)", False),
     ("5, null", True), ("not(5, null)", False)],
)  # fmt: skip
def test_a_missing_value_is_unknown(cell: str, holds: bool | None) -> None:
    """Neither a cell nor its ``not`` holds for what is missing; ``-`` and ``null`` do."""
    assert holding(cell, Type.NUMBER, [None]) == [holds]


@pytest.mark.parametrize(
    ("kind", "cell", "values", "holds"),
    [
        (Type.TEXT, '"gold", "silver"', ["gold", "iron"], [True, False]),
        (Type.TEXT, "gold, silver", ["silver", "Gold"], [True, False]),
        (Type.TEXT, 'not("x")', ["x", "y"], [False, True]),
        (Type.TEXT, "“华东”、“华南”", ["华东", "华北"], [True, False]),
        (Type.TEXT, '"a, b"', ["a, b", "a"], [True, False]),
        (Type.TEXT, '"say ""hi"""', ['say "hi"'], [True]),
        (Type.TEXT, "it's", ["it's"], [True]),
        (Type.TEXT, "A (new)", ["A (new)"], [True]),
        (Type.TEXT, '["a".."c")', ["a", "bz", "c"], [True, True, False]),
        (Type.BOOLEAN, "true", ["true", "false"], [True, False]),
        (Type.BOOLEAN, "否", ["true", "false"], [False, True]),
        (Type.BOOLEAN, "TRUE, FALSE", ["true", "false"], [True, True]),
        (Type.DATE, ">= 2026-03-01", ["2026-02-28", "2026-03-01"], [False, True]),
        (Type.DATE, '[date("2026-01-01")..date("2026-12-31")]', ["2025-12-31", "2026-12-31"], [False, True]),
        (Type.DATE, "2026/3/1, 2026年3月2日", ["2026-03-01", "2026-03-02", "2026-03-03"], [True, True, False]),
        (Type.TIMESTAMP, "< 2026-03-01 08:30", ["2026-03-01 08:29:59", "2026-03-01 08:30:00"], [True, False]),
        (Type.TIMESTAMP, ">= 2026-03-01", ["2026-02-28 23:59:59", "2026-03-01 00:00:00"], [False, True]),
    ],
)
def test_other_types(kind: Type, cell: str, values: list[str | None], holds: list[bool]) -> None:
    """Texts with and without quotes, true and false in both languages, days in the usual forms."""
    assert holding(cell, kind, values) == holds


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("1,500", "rules/discount.csv:7:12: KF2240 '1,500' can be read in two ways"),
        ("10-20", "a range is written 10..20"),
        (">= 10 and < 20", "a range is written [10..20)"),
        ('>= "50"', "rules/discount.csv:7:15: KF2241 expected a number, got the text \"50\" (without quotes: 50)"),
        ("gold", "KF2241 expected a number, got 'gold'"),
        ("007", "no zeros in front"),
        ("[10..20", "KF2240 the bracket of this range is not closed"),
        ("[10 20]", "KF2241 expected a number, got '[10 20]'"),
        ("10,,20", "rules/discount.csv:7:15: KF2240 a value is missing beside the comma"),
        ("10,", "KF2240 a value is missing beside the comma"),
        (">=", "KF2240 a value is missing here"),
        ("not(10", "KF2240 the bracket of 'not(' is not closed"),
        ("not(10) 20", "KF2240 the bracket of 'not(' is not closed"),
        ("= null", "KF2240 '= null' is never true (write null, or not(null))"),
        ("1" * 16, "KF2241 expected a number"),
        ("x; drop table t", "KF2241"),
        ("1" + " " * 3_000, "KF2240 a cell of 3,001 characters"),
        (", ".join(map(str, range(101))), "KF2240 a cell of 101 values"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_as_numbers(cell: str, said: str) -> None:
    """Each is refused with its place and how to write it."""
    assert said in refusal(cell, Type.NUMBER)


@pytest.mark.parametrize(
    ("kind", "cell", "said"),
    [
        (Type.TEXT, '"gold', "KF2240 the quote opened here is not closed"),
        (Type.TEXT, '"gold" "silver"', "is not expected here"),
        (Type.BOOLEAN, "> true", "KF2240 boolean has no order"),
        (Type.BOOLEAN, "true..false", "KF2240 boolean has no order"),
        (Type.BOOLEAN, "maybe", "KF2241 expected true or false, got 'maybe' (write true, false, 是 or 否)"),
        (Type.DATE, "2026-02-30", "KF2241 expected a day"),
        (Type.DATE, "03/04/2026", "KF2241 expected a day, got '03/04/2026' (write it like 2026-03-31)"),
        (Type.DATE, "2026-03-01 08:00", "KF2241 expected a day"),
    ],
)
def test_what_cannot_be_read_elsewhere(kind: Type, cell: str, said: str) -> None:
    """The type of the column decides what a cell may say."""
    assert said in refusal(cell, kind)


@given(st.text(max_size=40), st.sampled_from(sorted(SQL_TYPES)))
def test_any_text_is_read_or_refused(cell: str, kind: Type) -> None:
    """No text brings anything but a condition on the input, or a refusal with a place."""
    problems: list[Problem] = []
    names = frozenset({"input"})
    try:
        condition = cell_condition(parse_cell(Expression(cell, AT), kind), Input('"x"', kind))
        names = condition.names if condition else names
    except RuleError as error:
        problems = list(error.problems)
    assert names == {"input"}
    assert all(problem.at and problem.at.line == 7 for problem in problems)


@given(st.text(max_size=20), st.sampled_from(['""', "''", "“”", "「」"]))
def test_any_text_can_be_asked_for(text: str, quotes: str) -> None:
    """A quoted cell asks for exactly that text, whatever it says; a closing quote inside stands twice."""
    opened, close = quotes
    cell = parse_cell(Expression(opened + text.replace(close, close * 2) + close, AT), Type.TEXT)
    assert [test.low for test in cell.tests] == [text]
