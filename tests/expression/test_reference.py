"""The reference of the language is written from the functions, and its examples run."""

from datetime import date
from pathlib import Path

import pytest

from kaframe.expression import FUNCTIONS, Name, Scope, Type
from kaframe.expression.reference import write_functions
from tests.expression.scopes import compile_text

PAGE = Path(__file__).parents[2] / "docs" / "expressions.md"
COLUMNS = {
    "revenue": "DOUBLE",
    "profit": "DOUBLE",
    "orders": "DOUBLE",
    "region": "VARCHAR",
    "key_account": "BOOLEAN",
    "first_order": "DATE",
    "last_order": "DATE",
    "amount": "DOUBLE",
    "ordered_on": "DATE",
    "invoice": "VARCHAR",
}
TYPES = {"DOUBLE": Type.NUMBER, "VARCHAR": Type.TEXT, "BOOLEAN": Type.BOOLEAN, "DATE": Type.DATE}
NAMES = {word: Name(TYPES[kind]) for word, kind in COLUMNS.items()}
ROWS = [
    "(1000, 300, 4, 'south', true, DATE '2010-01-15', DATE '2011-11-20', 500, DATE '2011-11-20', 'i1')",
    "(500, -20, 1, 'north', false, DATE '2011-03-31', DATE '2011-09-30', 1500, DATE '2011-10-03', 'i2')",
    "(200, 20, 2, 'east', false, DATE '2011-04-01', DATE '2011-10-30', 100, DATE '2011-01-03', 'i2')",
]


def test_page_is_fresh():
    """To renew it: write_functions(page) in kaframe/expression/reference.py."""
    page = PAGE.read_text(encoding="utf-8")
    assert write_functions(page) == page


@pytest.mark.parametrize("name", FUNCTIONS)
def test_examples_run(db, name):
    """Every function has an example that uses it and gives a value."""
    function = FUNCTIONS[name]
    over_rows = function.kind in ("aggregate", "series")
    scope = Scope("an example", NAMES, date(2011, 12, 9), aggregates=over_rows, windows=True)
    compiled = compile_text(function.example, scope)
    assert name in compiled.functions
    shape = ", ".join(f"{word} {kind}" for word, kind in COLUMNS.items())
    db.execute(f"CREATE OR REPLACE TABLE t ({shape})")
    db.execute(f"INSERT INTO t VALUES {', '.join(ROWS)}")
    assert db.execute(f"SELECT {compiled.sql} FROM t").fetchone()[0] is not None
    assert set(function.summary) == {"en", "zh"}
