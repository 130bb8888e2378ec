"""A company's own functions are expressions over parameters, and as safe as any rule."""

from dataclasses import replace

import pytest

from kaframe.errors import RuleError
from kaframe.expression import FUNCTIONS, Type, make_macro
from tests.expression.scopes import COLUMNS, ROW, compile_text, make_table

WORDS = {"summary": {"en": "Margin", "zh": "毛利率"}, "example": "margin(a, b)"}
MARGIN = make_macro(
    "margin", {"gain": Type.NUMBER, "sales": Type.NUMBER}, "ratio(gain, sales) * 100", **WORDS
)
LATE = make_macro("late", {"day": Type.DATE}, "day < as_of - interval 30 day", **WORDS)
SCOPE = replace(ROW, functions=FUNCTIONS | {"margin": MARGIN, "late": LATE})


def test_a_macro_runs(db):
    """It takes whole expressions as arguments and knows as_of."""
    compiled = compile_text("margin(a - b, a) >= 25 and late(d)", SCOPE)
    make_table(db, COLUMNS, [{"a": 4, "b": 3, "d": "2011-11-01"}])
    assert db.execute(f"SELECT {compiled.sql} FROM t").fetchone() == (True,)
    assert compiled.functions == {"margin", "late"}


def test_a_macro_is_checked_when_it_is_made():
    """Its text has the places and words of any other expression."""
    with pytest.raises(
        RuleError, match=r"function bad:1:7: KF2010 unknown name 'sale' .*did you mean 'sales'"
    ):
        make_macro("bad", {"sales": Type.NUMBER}, "1.2 * sale", **WORDS)
    with pytest.raises(RuleError, match="KF2003 function read_text"):
        make_macro("bad", {"sales": Type.NUMBER}, "read_text('x')", **WORDS)


def test_arguments_of_a_macro_are_checked():
    """Types and numbers of arguments are those of its parameters."""
    with pytest.raises(RuleError, match=r"KF2011 sales of margin\(\) must be number, this is text"):
        compile_text("margin(1, name)", SCOPE)
    with pytest.raises(RuleError, match=r"KF2015 margin\(\) got 1 arguments \(write margin\(gain, sales\)\)"):
        compile_text("margin(1)", SCOPE)
