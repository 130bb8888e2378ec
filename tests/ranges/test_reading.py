"""What is said of conditions, against what DuckDB answers: examples hold, and what cannot hold never does."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaframe.database import Database, quoted
from kaframe.errors import Location
from kaframe.expression import Expression, Name, Scope, Type, compile_expression
from kaframe.ranges import Condition, Domain, Term, Verdict, can_hold, read_condition

AS_OF = date(2026, 6, 30)
COLUMNS = {"a": "DOUBLE", "b": "DOUBLE", "k": "BIGINT", "r": "VARCHAR", "d": "DATE", "t": "TIMESTAMP", "f": "BOOLEAN"}
TYPES = {"DOUBLE": Type.NUMBER, "BIGINT": Type.NUMBER, "VARCHAR": Type.TEXT, "BOOLEAN": Type.BOOLEAN,
         "DATE": Type.DATE, "TIMESTAMP": Type.TIMESTAMP}  # fmt: skip
SCOPE = Scope("a test", {name: Name(TYPES[kind]) for name, kind in COLUMNS.items()}, AS_OF, windows=True)
DOMAINS = {"k": Domain.whole(0), "r": Domain.words(["x", "y", "z"]), "pareto": Domain.between(0, 1)}
NUMBERS = [-1.0, 0.0, 0.1, 0.5, 0.3, 1.0, 2.0, 2.5]
SIGNS = ["=", "<>", "<", "<=", ">", ">="]
ROWS = 4000


def read(text: str, domains: dict[str, Domain] = DOMAINS) -> Condition:
    """The condition of a text."""
    found = read_condition(Expression(text, Location("test", 1, 1)), SCOPE, lambda name, _: domains.get(name))
    assert found is not None, text
    return found


def printed(text: str) -> str:
    return compile_expression(Expression(text, Location("test", 1, 1)), SCOPE, Type.BOOLEAN).sql


def some_rows() -> list[dict[str, Any]]:
    """Rows with values on, beside and between the constants of the conditions, each perhaps missing."""
    chance = random.Random(7)
    near = [n + by for n in NUMBERS for by in (0, 1e-9, -1e-9, 0.05, -0.05)] + [1e12, -1e12, 0.30000000000000004]
    days = [date(2026, 1, 1), date(2026, 1, 2), date(2025, 12, 31), date(2025, 6, 30), date(2030, 1, 1)]
    midnight = datetime(2026, 1, 1)
    moments = [midnight, midnight + timedelta(microseconds=1), datetime(2025, 12, 31, 23, 59), datetime(2026, 6, 30)]
    pools = {"a": near, "b": near, "k": range(5), "r": "xyz", "d": days, "t": moments, "f": [True, False]}
    return [
        {name: None if chance.random() < 0.2 else chance.choice(list(pool)) for name, pool in pools.items()}
        for _ in range(ROWS)
    ]


@pytest.fixture(scope="module")
def db():
    """A table of some thousand rows on a real DuckDB."""
    with Database() as database:
        database.create("rows", some_rows(), COLUMNS)
        yield database


def holds_at(db: Database, texts: list[str], example: dict[Term, Any]) -> list[Any]:
    """What conditions give in a row with these values; everything else is missing."""
    given = {term.name: "NULL" if value is None else term.domain.written(value) for term, value in example.items()}
    row = ", ".join(f"CAST({given.get(name, 'NULL')} AS {kind}) AS {quoted(name)}" for name, kind in COLUMNS.items())
    listed = ", ".join(f"{printed(text)} AS c{number}" for number, text in enumerate(texts))
    return list(db.rows(f"SELECT {listed} FROM (SELECT {row})")[0].values())


def atoms() -> st.SearchStrategy[str]:
    """Conditions about one name, and some that are beyond it."""
    number = st.sampled_from(NUMBERS).map(lambda value: f"({value:g})" if value < 0 else f"{value:g}")
    sign = st.sampled_from(SIGNS)
    day = st.sampled_from(["date '2026-01-01'", "as_of", "as_of - interval 6 month", "date '2025-12-31'"])
    word = st.sampled_from(["'x'", "'y'", "'z'", "'w'"])
    value = st.sampled_from(["a", "b", "k", "coalesce(a, 0)", "coalesce(k, 1)", "a + b", "abs(a)"])
    name = st.sampled_from(list(COLUMNS))
    return st.one_of(
        st.builds("{} {} {}".format, value, sign, number),
        st.builds("{} {} {}".format, number, sign, value),
        st.builds("{} between {} and {}".format, value, number, number),
        st.builds("{} in ({}, {})".format, value, number, number),
        st.builds("r {} {}".format, st.sampled_from(["=", "<>", "<", ">="]), word),
        st.builds("r not in ({}, {})".format, word, word),
        st.builds("coalesce(r, {}) = {}".format, word, word),
        st.builds("d {} {}".format, sign, day),
        st.builds("t {} {}".format, sign, day),
        st.builds("{} is null".format, name),
        st.builds("{} is not null".format, name),
        st.sampled_from(["f", "f is true", "f is not false", "coalesce(f, true)", "f = false", "a < b", "a = k",
                         "r like 'x%'", "if(f, a, b) > 0.5", "true", "false", "null", "(a > 0) is null",
                         "t > timestamp '2026-01-01 00:00:00'", "case when f then a > 0 else b > 0 end"]),
    )  # fmt: skip


def conditions() -> st.SearchStrategy[str]:
    """Conditions put together with and, or, not and is."""
    return st.recursive(
        atoms(),
        lambda inner: st.one_of(
            st.builds("({} and {})".format, inner, inner),
            st.builds("({} or {})".format, inner, inner),
            st.builds("(not {})".format, inner),
            st.builds("(({}) is not true)".format, inner),
        ),
        max_leaves=6,
    )


def together(texts: list[str], how: tuple[str, ...]) -> Verdict:
    return can_hold(*(getattr(read(text), part) for text, part in zip(texts, how, strict=True)))


WANTED = {"true": "{} IS TRUE", "false": "{} IS FALSE", "not_true": "{} IS NOT TRUE", "unknown": "{} IS NULL"}


@settings(max_examples=250, deadline=None)
@given(texts=st.lists(conditions(), min_size=1, max_size=3), data=st.data())
def test_no_verdict_is_ever_contradicted(db: Database, texts: list[str], data: st.DataObject) -> None:
    """An example gives what it is to show; what is impossible holds in none of thousands of rows."""
    how = tuple(data.draw(st.sampled_from(list(WANTED))) for _ in texts)
    verdict = together(texts, how)
    tests = [WANTED[part].format(f"({printed(text)})") for text, part in zip(texts, how, strict=True)]
    if verdict.is_possible:
        given_there = holds_at(db, texts, dict(verdict.example))
        fits = {"true": [True], "false": [False], "not_true": [False, None], "unknown": [None]}
        assert all(value in fits[part] for value, part in zip(given_there, how, strict=True)), verdict.described()
    elif verdict.is_possible is False:
        assert db.value(f"SELECT count(*) FROM rows WHERE {' AND '.join(tests)}") == 0


@pytest.mark.parametrize(
    ("texts", "possible"),
    [
        (["a > 1", "a < 1"], False),
        (["a >= 1", "a <= 1"], True),
        (["a > 1 and a < 1.0000000000000002"], False),  # no double lies between them
        (["k > 2 and k < 3"], False),  # a count is whole
        (["a > 2 and a < 3"], True),
        (["k < 0"], False),
        (["r = 'w'"], False),  # not one of the texts that it can be
        (["r <> 'x' and r <> 'y' and r <> 'z'"], False),
        (["not (a > 1)", "a > 1"], False),
        (["pareto(a) < 0.5", "not (pareto(a) < 0.8)"], False),
        (["pareto(a) > 1"], False),
        (["pareto(a) < 0.5"], None),  # which accounts there are decides
        (["a + b > 1"], None),
        (["a + b > 1", "a + b <= 1"], False),
        (["a > 1 or a + b > 1"], True),
        (["(a > 1 or a < 0) and (a < 1 or a > 5) and a <> 6 and a >= 0"], True),
        (["d > as_of and d < as_of + interval 1 day"], False),
        (["f is null and f is not null"], False),
        (["coalesce(a, 0) > 1", "a is null"], False),
        (["coalesce(a, 2) > 1", "a is null"], True),
        (["d = as_of - interval 4 month", "d = date '2026-02-28'"], True),  # June has 30 days, February 28
    ],
    ids=lambda value: " ; ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
def test_what_can_hold_together(texts: list[str], possible: bool | None) -> None:
    """Proven, shown, or left open."""
    assert together(texts, ("true",) * len(texts)).is_possible is possible


def test_an_example_is_written_as_an_expression() -> None:
    """It can be copied into a rule."""
    verdict = together(["r = 'x' and a > 1 and b is null and d < as_of and t > as_of and not f and k > 7"], ("true",))
    assert verdict.described() == (
        "a = 2 and b is null and d = date '2020-01-01' and f = false and k = 8 and r = 'x' "
        "and t = timestamp '2026-06-30 00:00:00.000001'"
    )
    assert read(verdict.described()) is not None


def test_what_does_not_compile_is_no_condition() -> None:
    """It is told elsewhere."""
    assert read_condition(Expression("nobody > 1", Location("test", 1, 1)), SCOPE, lambda name, kind: None) is None


def test_absent_data_are_taken_as_present() -> None:
    """A rule is judged by what it says, not by what this project lacks."""
    scope = Scope("a test", {"gone": Name(Type.NUMBER, absent=True)}, AS_OF)
    found = read_condition(Expression("gone > 1", Location("test", 1, 1)), scope, lambda name, kind: None)
    assert found is not None
    assert can_hold(found.true).described() == "gone = 2"
