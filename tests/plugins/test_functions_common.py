"""The functions that come with kaframe: their cases, computed by the engine."""

from __future__ import annotations

from datetime import date

import pytest

from kaframe.database import Database
from kaframe.errors import Location
from kaframe.expression import Expression, Name, Scope, Type, compile_expression
from kaframe.plugins import load_plugins
from tests.plugins.loading import load_plugin

(CHANGE,) = load_plugin("functions_common").kaframe_functions()


@pytest.mark.parametrize(("given", "expected"), CHANGE.cases, ids=str)
def test_change(given: tuple[float | None, ...], expected: float | None) -> None:
    """Every case of the record holds; what is missing stays missing."""
    names = {"a": Name(Type.NUMBER), "b": Name(Type.NUMBER)}
    scope = Scope("a test", names, date(2026, 1, 1), functions=load_plugins(None).functions)
    compiled = compile_expression(Expression("change(a, b)", Location("test")), scope)
    with Database() as db:
        found = db.value(f"SELECT {compiled.sql} FROM (SELECT ?::DOUBLE AS a, ?::DOUBLE AS b)", list(given))
    assert found == (None if expected is None else pytest.approx(expected))
