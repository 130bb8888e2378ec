"""Whatever people type, they get a value or a problem with a place: never a crash."""

import random

import pytest

from kaframe.errors import RuleError
from kaframe.expression import Compiled
from tests.expression.scopes import ACCOUNT, CASES, COLUMNS, ROW, compile_text, make_table

SIGNS = ["\\", "\n", "\t", "\x00", "\u200b", "，", "é", "客户", "🙂"]
WORDS = [*(CASES / "words.txt").read_text(encoding="utf-8").split(), *SIGNS]


@pytest.mark.parametrize("scope", [ROW, ACCOUNT], ids=["row", "account"])
def test_random_words(db, scope):
    """5,000 strings of words and signs: each is refused with a place, or runs."""
    chance = random.Random(7)
    make_table(db, COLUMNS, [{}])
    accepted = 0
    for _ in range(5000):
        words = chance.choices(WORDS, k=chance.randint(1, 12))
        text = "".join(word + chance.choice(["", " ", " "]) for word in words)
        found = compile_or_refuse(text, scope)
        if found:
            accepted += 1
            db.execute(f"SELECT {found.sql} FROM t")
    assert accepted > 5


def test_random_characters():
    """5,000 strings of any characters."""
    chance = random.Random(8)
    for _ in range(5000):
        text = "".join(chr(chance.randint(0, chance.choice([127, 0x10FFF]))) for _ in range(15))
        compile_or_refuse(text, ROW)


def test_mutated_expressions(db):
    """Good expressions with one thing changed."""
    chance = random.Random(9)
    make_table(db, COLUMNS, [{}])
    good = [
        "coalesce(a, 0) > 10 and (region = 'south' or days_since(d) < 30)",
        "case when a > 1 then 'x' when f then name else null end = 'x'",
        "pareto(a) < 0.8 or rank(b) <= 10 and not (c between 1 and 2)",
        "as_of - interval 12 month <= d and name like 'x%' and past.status in ('red', 'yellow')",
        "round(ratio(a, b) * 100, 1) >= cast(name as number)",
    ]
    for _ in range(3000):
        text = chance.choice(good)
        at = chance.randrange(len(text))
        text = text[:at] + chance.choice([*WORDS, ""]) + text[at + chance.randint(0, 3) :]
        found = compile_or_refuse(text, ROW)
        if found:
            db.execute(f"SELECT {found.sql} FROM t")


def compile_or_refuse(text: str, scope) -> Compiled | None:
    """What compiles; else the problems, each of which has a place within the text."""
    try:
        return compile_text(text, scope)
    except RuleError as error:
        problems = error.problems
    assert problems
    assert all(problem.code.startswith("KF20") for problem in problems)
    assert all(1 <= problem.at.col <= len(text) + 1 for problem in problems)
    return None
