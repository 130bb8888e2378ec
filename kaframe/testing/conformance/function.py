"""What a function must keep to: its cases hold on the engine, and what is missing does no harm."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

import pytest

from kaframe.additions import Function
from kaframe.database import Database
from kaframe.errors import Location, RuleError
from kaframe.expression import Expression, Name, Scope, Type, compile_expression
from kaframe.plugins.recordchecks import compile_function
from kaframe.testing.conformance.plugin import PluginConformance

SQL_TYPES = {"number": "DOUBLE", "text": "VARCHAR", "boolean": "BOOLEAN", "date": "DATE", "timestamp": "TIMESTAMP"}
DAY = date(2026, 6, 30)


class FunctionConformance(PluginConformance):
    """Tests of a function. Nothing to override: its record has cases and an example."""

    hook: ClassVar[str] = "kaframe_functions"

    def compute(self, given: Sequence[Any]) -> Any:
        """What the function gives for these arguments, computed by the engine as of 2026-06-30."""
        record: Function = self.record
        names = {f"x{place}": Name(Type(kind)) for place, kind in enumerate(record.parameters.values())}
        scope = Scope("a test", names, DAY, functions={record.name: compile_function(record)})
        text = f"{record.name}({', '.join(names)})"
        compiled = compile_expression(Expression(text, Location("test")), scope)
        typed = zip(names, record.parameters.values(), strict=True)
        columns = ", ".join(f"CAST(? AS {SQL_TYPES[kind]}) AS {name}" for name, kind in typed)
        with Database() as db:
            return db.value(f"SELECT {compiled.sql} FROM (SELECT {columns})", list(given))

    def test_every_case_holds(self) -> None:
        """There is at least one, and the engine gives what it says."""
        record: Function = self.record
        assert record.cases, "give cases: arguments and what they give"
        for given, expected in record.cases:
            exact = not isinstance(expected, int | float) or isinstance(expected, bool)
            found, wanted = self.compute(given), expected if exact else pytest.approx(expected)
            assert found == wanted, f"{record.name}{tuple(given)} gives {found}"

    def test_what_is_missing_does_no_harm(self) -> None:
        """With nothing known it gives a value or nothing; it never fails."""
        self.compute([None] * len(self.record.parameters))

    def test_a_case_says_what_happens_to_what_is_missing(self) -> None:
        """Whoever writes a rule must know."""
        assert any(None in given for given, _ in self.record.cases), "give a case with a missing argument"

    def test_the_example_calls_it(self) -> None:
        """As a rule would."""
        assert f"{self.record.name}(" in self.record.example

    def test_other_types_are_refused(self) -> None:
        """An argument of another type is a mistake of the rule, told before anything runs."""
        record: Function = self.record
        wrong = {kind: "text" if kind == "number" else "number" for kind in record.parameters.values()}
        names = {f"x{place}": Name(Type(wrong[kind])) for place, kind in enumerate(record.parameters.values())}
        scope = Scope("a test", names, DAY, functions={record.name: compile_function(record)})
        with pytest.raises(RuleError):
            compile_expression(Expression(f"{record.name}({', '.join(names)})", Location("test")), scope)
