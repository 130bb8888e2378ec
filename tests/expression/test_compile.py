"""Golden cases: what is written, what it gives on a real DuckDB, and what is refused in which words."""

from dataclasses import replace

import pytest

from kaframe.errors import Location, RuleError
from kaframe.expression import Expression, Type, compile_expression
from tests.expression.scopes import (
    ACCOUNT,
    AS_OF,
    COLUMNS,
    FACTS,
    ORDERS,
    ROW,
    compile_text,
    make_table,
    read_cases,
)


def _ids(cases):
    return [f"{number}: {case['expression']}" for number, case in enumerate(cases)]


VALUES, AGGREGATES, WINDOWS, REFUSALS = map(read_cases, ("values", "aggregates", "windows", "refusals"))


def _same(found, expected):
    if isinstance(expected, float) or isinstance(found, float):
        return found is not None and expected is not None and found == pytest.approx(expected, rel=1e-12)
    return found == expected


@pytest.mark.parametrize("case", VALUES, ids=_ids(VALUES))
def test_values(db, case):
    """A row in, a value out, and of the type that was promised."""
    compiled = compile_text(case["expression"])
    make_table(db, COLUMNS, [case.get("row", {})])
    found, kind = db.execute(f"SELECT {compiled.sql}, typeof({compiled.sql}) FROM t").fetchone()
    assert _same(found, case["value"])
    assert kind == {"number": "DOUBLE", "text": "VARCHAR"}.get(compiled.type, compiled.type.upper())


@pytest.mark.parametrize("case", AGGREGATES, ids=_ids(AGGREGATES))
def test_aggregates(db, case):
    """The rows of an account in, one value out, in whatever order the rows stand."""
    compiled = compile_text(case["expression"], ORDERS)
    rows = [dict(zip(FACTS, row, strict=False)) for row in case["rows"]]
    for ordered in (rows, rows[::-1]):
        make_table(db, FACTS, ordered)
        assert _same(db.execute(f"SELECT {compiled.sql} FROM t").fetchone()[0], case["value"])
    assert compiled.aggregate


@pytest.mark.parametrize("case", WINDOWS, ids=_ids(WINDOWS))
def test_windows(db, case):
    """One value for each account, among all of them."""
    compiled = compile_text(case["expression"].replace("x", "a").replace("aa", "a").replace("eap", "exp"))
    make_table(db, COLUMNS | {"row": "INTEGER"}, [{"row": i, "a": x} for i, x in enumerate(case["x"])])
    found = [value for (value,) in db.execute(f"SELECT {compiled.sql} FROM t ORDER BY row").fetchall()]
    assert all(_same(*pair) for pair in zip(found, case["values"], strict=True)), found


@pytest.mark.parametrize("case", REFUSALS, ids=_ids(REFUSALS))
def test_refusals(case):
    """All problems at once, each with its column, code, words and hint."""
    with pytest.raises(RuleError) as caught:
        compile_text(case["expression"], ACCOUNT if case.get("where") == "account" else ROW)
    found = [[p.at.col, p.code, p.message, p.hint] for p in caught.value.problems]
    assert found == [list(problem) for problem in case["problems"]]


def test_what_a_compiled_expression_tells():
    """Names, absent names and functions are known to whoever plans the query."""
    compiled = compile_text("coalesce(gone, revenue) > 3 and pareto(a) < 0.8")
    assert compiled.names == {"gone", "revenue", "a"}
    assert compiled.absent == {"gone"}
    assert compiled.functions == {"coalesce", "pareto"}
    assert (compiled.type, compiled.aggregate) == (Type.BOOLEAN, False)


def test_a_type_is_expected():
    """A condition must be boolean; a null fits; a day becomes a moment where one is wanted."""
    with pytest.raises(RuleError, match="KF2011 a test must be boolean, this is number"):
        compile_text("a", expects=Type.BOOLEAN)
    assert compile_text("null", expects=Type.BOOLEAN).sql == "CAST(NULL AS BOOLEAN)"
    assert compile_text("d", expects=Type.TIMESTAMP).sql == 'CAST("d" AS TIMESTAMP)'


def test_names_are_quoted():
    """What a person wrote reaches the engine as quoted names and literals only."""
    assert compile_text('"Customer ID" = 5').sql == '("Customer ID" = 5e0)'
    assert compile_text("past.status = 'it''s'").sql == "(\"past.status\" = 'it''s')"
    assert compile_text("d < as_of").sql == f"(\"d\" < DATE '{AS_OF}')"


def test_a_place_in_a_block_scalar():
    """Further lines of a block scalar count from their own indentation."""
    expression = Expression("a > 1\n  and zz > 2", Location("rules/test.yaml", 7, 9), indent=5)
    with pytest.raises(RuleError, match=r"rules/test.yaml:8:11: KF2010 unknown name 'zz'"):
        compile_expression(expression, ROW)
    with pytest.raises(RuleError, match=r"rules/test.yaml:7:9: KF2010"):
        compile_expression(Expression(expression.text, expression.at), ROW)


def test_rows_that_every_aggregate_sees(db):
    """A measure's ``where`` joins the filter of each of its aggregates."""
    scope = replace(ORDERS, rows='("amount" > 1)')
    compiled = compile_text("sum(amount) + count() filter (where late)", scope)
    make_table(db, FACTS, [{"amount": 1, "late": True}, {"amount": 2}, {"amount": 4, "late": True}])
    assert db.execute(f"SELECT {compiled.sql} FROM t").fetchone() == (7,)


def test_deep_in_a_program():
    """Near Python's own limit of nesting there is a problem to read, not a crash."""

    def go(levels):
        return go(levels - 1) if levels else compile_text("(" * 24 + "a" + ")" * 24)

    with pytest.raises(RuleError, match="KF2009"):
        go(700)


BOMBS = {
    "brackets": "(" * 1900 + "a" + ")" * 1900,
    "thirty brackets": "(" * 30 + "a" + ")" * 30,
    "calls": "abs(" * 100 + "a" + ")" * 100,
    "nots": "not " * 300 + "f",
    "minus": "- " * 300 + "a",
    "cases": "case when f then " * 60 + "1" + " end" * 60,
    "long": "a" * 4001,
    "list": "a in (" + ", ".join("1" for _ in range(1200)) + ")",
    "sum": " + ".join("a" for _ in range(900)),
    "nested division": "1/(" * 20 + "a" + ")" * 20,
    "nested least": "least(" * 22 + "a" + ", b)" * 22,
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_bombs(text):
    """What is too long or too deep is refused at once."""
    compile_text("a > 1")
    with pytest.raises(RuleError, match="KF2009"):
        compile_text(text)


def test_as_much_as_people_need():
    """Long chains and lists that stay in bounds are fine, and run."""
    chain = " or ".join(f"region = 'r{number}'" for number in range(100))
    assert compile_text(chain).sql.count(" OR ") == 99
    assert compile_text("a in (" + ", ".join(map(str, range(300))) + ")").type is Type.BOOLEAN
    assert compile_text(" + ".join(["a"] * 55)).type is Type.NUMBER
