"""What is printed means what was written: DuckDB gives the same for both.

``KAFRAME_FUZZ_EXPRESSIONS=10000`` takes that many random expressions instead of 400.
"""

import os
import random
from datetime import date

import duckdb
import pytest

from tests.expression.scopes import COLUMNS, compile_text, make_table

HOW_MANY = int(os.environ.get("KAFRAME_FUZZ_EXPRESSIONS", "400"))
ROWS = [
    {"a": 0.25, "b": -3.5, "c": 12.0, "name": "it's", "region": "South", "d": date(2011, 1, 31), "f": True, "g": False},
    {"a": -7.75, "b": 1.0, "name": "", "region": "x%_\\", "e": date(2012, 2, 29), "f": False},
    {"c": 0.0, "name": "客户", "d": date(2010, 12, 1), "e": date(2011, 12, 9), "g": True},
    {},
]
Chance = random.Random


def number(chance: Chance, depth: int) -> str:
    """An expression of numbers, all of them exact in binary."""
    if depth <= 0 or chance.random() < 0.15:
        return chance.choice(["a", "b", "c", "2", "0.25", "-1.5", "10", f"{chance.randint(-99, 99)}.0"])
    one, two = number(chance, depth - 1), number(chance, depth - 1)
    return chance.choice([
        f"({one} + {two})", f"{one} - ({two})", f"({one}) * ({two})", f"({one}) / 4", f"({one}) % 8", f"-({one})",
        f"abs({one})", f"floor({one})", f"ceil({one})", f"coalesce({one}, {two})", f"length({text(chance, depth - 1)})",
        f"case when {truth(chance, depth - 1)} then {one} else {two} end",
        f"case {number(chance, 0)} when {number(chance, 0)} then {one} when 2 then {two} end",
        f"cast({one} as double)", f"({one})",
    ])  # fmt: skip


def text(chance: Chance, depth: int) -> str:
    """An expression of texts."""
    if depth <= 0 or chance.random() < 0.2:
        return chance.choice(["name", "region", "'x'", "''", "'it''s'", "'%_'", "'客'", "'--'", "'; drop'", "'\\'"])
    one, two = text(chance, depth - 1), text(chance, depth - 1)
    return chance.choice([
        f"{one} || {two}", f"lower({one})", f"upper({one})", f"trim({one})", f"coalesce({one}, {two})",
        f"case when {truth(chance, depth - 1)} then {one} else {two} end", f"({one})",
    ])  # fmt: skip


def day(chance: Chance) -> str:
    """A date."""
    return chance.choice(["d", "e", "date '2011-02-28'", "cast(d as date)", "coalesce(e, d)"])


def truth(chance: Chance, depth: int) -> str:
    """A condition; brackets are left out now and then, so that precedence counts."""
    if depth <= 0:
        return chance.choice(["f", "g", "true", "false", "not f", "a is null", "f is not true"])
    sign = chance.choice(["=", "<>", "!=", "<", "<=", ">", ">="])
    low, high, one, two = (number(chance, depth - 2) for _ in range(4))
    first, second = truth(chance, depth - 1), truth(chance, depth - 1)
    words, other = text(chance, depth - 2), text(chance, depth - 2)
    return chance.choice([
        f"({one}) {sign} ({two})", f"({words}) {sign} ({other})", f"{day(chance)} {sign} {day(chance)}",
        f"{first} and {second} or {truth(chance, 0)}", f"{first} or {second} and {truth(chance, 0)}",
        f"({first} or {second}) and not ({truth(chance, 0)})", f"not {first}", f"({one}) between {low} and ({high})",
        f"({one}) not between {low} and ({high})", f"({one}) in ({low}, {high}, 2)", f"({words}) not in ('x', {other})",
        f"({words}) is not null", f"({words}) like '%x_'", f"({words}) not like 'it''s%'",
        f"starts_with({words}, {other})", f"ends_with({words}, {other})", f"contains({words}, {other})",
        f"({first}) is true", f"({first}) is not false",
    ])  # fmt: skip


def test_as_written_and_as_printed(db):
    """Random typed expressions, each evaluated over four rows both ways; what DuckDB refuses as written is rare."""
    chance = random.Random(20260101)
    make_table(db, COLUMNS, ROWS)
    same = illegal = 0
    for index in range(HOW_MANY):
        written = (number, text, truth)[index % 3](chance, 3)
        printed = compile_text(written).sql
        try:
            expected = db.execute(f"SELECT ({written}) FROM t").fetchall()
        except duckdb.Error:
            illegal += 1
            continue
        found = db.execute(f"SELECT {printed} FROM t").fetchall()
        assert found == [(_plain(value),) for (value,) in expected], f"{written}\n{printed}"
        same += 1
    print(f"{same:,} the same, {illegal:,} that DuckDB refuses as written")
    assert same > HOW_MANY * 0.95


def _plain(value: object) -> object:
    """A number as our language has it; NaN and infinity are missing."""
    if isinstance(value, bool) or not hasattr(value, "__float__"):
        return value
    number = float(value)
    return number if abs(number) < float("inf") else None


@pytest.mark.parametrize("written", ["not f = g", "f = not g", "-a * b", "a - b - c", "a / 4 * 2", "not a is null"])
def test_precedence(db, written):
    """The same groups as in DuckDB where no bracket says which; or a refusal, never another meaning."""
    make_table(db, COLUMNS, ROWS)
    printed = compile_text(written).sql
    assert db.execute(f"SELECT {printed} FROM t").fetchall() == db.execute(f"SELECT {written} FROM t").fetchall()
