"""Random expressions give what a small interpreter says, which knows nothing of SQL."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaframe.expression import Type
from tests.expression.scopes import AS_OF, COLUMNS, compile_text, make_table

Row = dict[str, object]


@dataclass(frozen=True)
class Said:
    """A text of the language, and what it means for a row."""

    text: str
    means: Callable[[Row], object]


def strict(function):
    """Missing as soon as an argument is missing."""
    return lambda *values: None if None in values else function(*values)


def both(left, right):
    """Three-valued and."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def either(left, right):
    """Three-valued or."""
    opposite = both(opposed(left), opposed(right))
    return opposed(opposite)


def opposed(value):
    """Three-valued not."""
    return None if value is None else not value


def half_up(value, digits):
    """Rounded half away from zero, exactly."""
    unit = Fraction(10) ** digits
    size = floor(abs(value) * unit + Fraction(1, 2)) / unit
    return size if value >= 0 else -size


def chosen(condition, yes, no):
    """The first where the condition holds, the second where it does not or is unknown."""
    return yes if condition is True else no


@strict
def divided(left, right):
    """A quotient; missing for a division by zero."""
    return left / right if right else None


def made(template, function, *parts):
    """A text built of parts, and its meaning of theirs."""
    text = template.format(*(part.text for part in parts))
    return Said(text, lambda row: function(*(part.means(row) for part in parts)))


def column(name):
    """A name of the scope."""
    return Said(name, lambda row: row[name])


def literal(value):
    """A number of at most two decimals, as people write it."""
    return Said(str(float(value)), lambda _row: value)


QUARTERS = st.integers(-40, 40).map(lambda number: Fraction(number, 4))
NOTHING = Said("cast(null as number)", lambda _row: None)
LEAF_NUMBERS = st.one_of(st.sampled_from("abc").map(column), QUARTERS.map(literal), st.just(NOTHING))
TEXTS = st.one_of(
    st.sampled_from(["name", "region"]).map(column),
    st.sampled_from(["", "x", "it's", "xyz", "%"]).map(
        lambda text: Said("'" + text.replace("'", "''") + "'", lambda _row: text)
    ),
)
DATES = st.sampled_from(["d", "e", "as_of"]).map(
    lambda name: column(name) if name != "as_of" else Said(name, lambda _row: AS_OF)
)


def larger(inner):
    """Numbers made of numbers and conditions."""
    arithmetic = [
        ("({} + {})", strict(lambda x, y: x + y)),
        ("({} - {})", strict(lambda x, y: x - y)),
        ("{} * {}", strict(lambda x, y: x * y)),
    ]
    pairs = st.one_of(
        *(st.builds(lambda x, y, t=t, f=f: made(f"({t})", f, x, y), inner, inner) for t, f in arithmetic)
    )
    return st.one_of(
        pairs,
        st.builds(lambda x, y: made("({} / {})", divided, x, y), inner, LEAF_NUMBERS),
        st.builds(lambda x, y: made("ratio({}, {})", divided, x, y), inner, LEAF_NUMBERS),
        st.builds(lambda x: made("(- {})", strict(lambda p: -p), x), inner),
        st.builds(lambda x: made("abs({})", strict(abs), x), inner),
        st.builds(lambda x: made("floor({})", strict(floor), x), inner),
        st.builds(lambda x: made("ceil({})", strict(ceil), x), inner),
        st.builds(lambda x: made("round({}, 1)", strict(lambda p: half_up(p, 1)), x), inner),
        st.builds(lambda x, y: made("least({}, {})", strict(min), x, y), inner, inner),
        st.builds(lambda x, y: made("greatest({}, {})", strict(max), x, y), inner, inner),
        st.builds(
            lambda x, y: made("coalesce({}, {})", lambda p, q: q if p is None else p, x, y), inner, inner
        ),
        st.builds(lambda x: made("length({})", strict(len), x), TEXTS),
        st.builds(
            lambda x, y: made("days_between({}, {})", strict(lambda p, q: (q - p).days), x, y), DATES, DATES
        ),
        st.builds(
            lambda x, y, c: made("if({}, {}, {})", chosen, c, x, y),
            inner,
            inner,
            conditions(inner),
        ),
        st.builds(
            lambda x, y, c: made("case when {} then {} else {} end", chosen, c, x, y),
            inner,
            inner,
            conditions(inner),
        ),
    )


COMPARED = {
    "=": lambda x, y: x == y,
    "<>": lambda x, y: x != y,
    "<": lambda x, y: x < y,
    "<=": lambda x, y: x <= y,
    ">": lambda x, y: x > y,
    ">=": lambda x, y: x >= y,
}


def conditions(numbers):
    """Conditions about numbers, texts, days and truth values."""
    signs = st.sampled_from(sorted(COMPARED))
    simple = st.one_of(
        st.sampled_from("fg").map(column),
        *(
            st.builds(lambda x, s, y: made(f"({{}} {s} {{}})", strict(COMPARED[s]), x, y), kind, signs, kind)
            for kind in (numbers, TEXTS, DATES)
        ),
        st.builds(
            lambda x, y, z: made(
                "({} between {} and {})",
                lambda p, q, r: both(strict(COMPARED[">="])(p, q), strict(COMPARED["<="])(p, r)),
                x,
                y,
                z,
            ),
            numbers,
            numbers,
            numbers,
        ),
        st.builds(
            lambda x, y, z: made(
                "({} not in ({}, {}))",
                lambda p, q, r: both(strict(COMPARED["<>"])(p, q), strict(COMPARED["<>"])(p, r)),
                x,
                y,
                z,
            ),
            TEXTS,
            TEXTS,
            TEXTS,
        ),
        st.builds(lambda x: made("({} is null)", lambda p: p is None, x), numbers),
        st.builds(lambda x, y: made("starts_with({}, {})", strict(str.startswith), x, y), TEXTS, TEXTS),
        st.builds(lambda x, y: made("ends_with({}, {})", strict(str.endswith), x, y), TEXTS, TEXTS),
        st.builds(lambda x, y: made("contains({}, {})", strict(lambda p, q: q in p), x, y), TEXTS, TEXTS),
    )
    return st.recursive(
        simple,
        lambda inner: st.one_of(
            st.builds(lambda x, y: made("({} and {})", both, x, y), inner, inner),
            st.builds(lambda x, y: made("({} or {})", either, x, y), inner, inner),
            st.builds(lambda x: made("(not {})", opposed, x), inner),
            st.builds(lambda x: made("({} is true)", lambda p: p is True, x), inner),
        ),
        max_leaves=3,
    )


NUMBERS = st.recursive(LEAF_NUMBERS, larger, max_leaves=5)
DAYS = st.integers(-400, 400).map(lambda days: AS_OF + timedelta(days=days))
ROWS = st.fixed_dictionaries(
    {name: st.none() | QUARTERS for name in "abc"}
    | {name: st.none() | st.sampled_from(["", "x", "y", "it's", "xyz"]) for name in ("name", "region")}
    | {name: st.none() | DAYS for name in "de"}
    | {name: st.none() | st.booleans() for name in "fg"}
)


def stored(row):
    """The row as DuckDB takes it."""
    return {name: float(value) if isinstance(value, Fraction) else value for name, value in row.items()}


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(said=NUMBERS, rows=st.lists(ROWS, min_size=1, max_size=3))
def test_numbers_mean_what_they_say(db, said, rows):
    """Numbers agree to 12 digits, and are missing in the same rows."""
    compiled = compile_text(said.text, expects=Type.NUMBER)
    make_table(db, COLUMNS, [stored(row) for row in rows])
    found = [value for (value,) in db.execute(f"SELECT {compiled.sql} FROM t").fetchall()]
    for value, row in zip(found, rows, strict=True):
        expected = said.means(row)
        assert (value is None) == (expected is None), said.text
        assert expected is None or value == pytest.approx(float(expected), rel=1e-9, abs=1e-9), said.text


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(said=conditions(NUMBERS), rows=st.lists(ROWS, min_size=1, max_size=3))
def test_conditions_mean_what_they_say(db, said, rows):
    """Conditions are true, false or unknown in the same rows."""
    compiled = compile_text(said.text, expects=Type.BOOLEAN)
    make_table(db, COLUMNS, [stored(row) for row in rows])
    found = [value for (value,) in db.execute(f"SELECT {compiled.sql} FROM t").fetchall()]
    assert found == [said.means(row) for row in rows], said.text


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(start=DAYS, end=DAYS)
def test_months_mean_what_they_say(db, start, end):
    """A month is full when its day of the month is reached, in both directions."""
    compiled = compile_text("months_between(d, e)")
    make_table(db, COLUMNS, [{"d": start, "e": end}])
    first, last, sign = (start, end, 1) if start <= end else (end, start, -1)
    months = 0
    while reached(first, months + 1, last):
        months += 1
    assert db.execute(f"SELECT {compiled.sql} FROM t").fetchone()[0] == sign * months


def reached(first: date, months: int, last: date) -> bool:
    """Whether so many full months have passed."""
    total = first.year * 12 + first.month - 1 + months
    return (total // 12, total % 12 + 1, first.day) <= (last.year, last.month, last.day)
