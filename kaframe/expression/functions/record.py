"""What a function of the expression language is: a record, never a branch in the checker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from kaframe.expression.types import ANY, Piece, Type

Kind = Literal["scalar", "aggregate", "window", "series"]


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a function.

    ``types`` are those it takes, empty for any. ``same``: all arguments marked so have one type,
    which is also what the function gives when its ``returns`` is None. ``many``: it may be repeated.
    ``literal``: it must be written out, as a unit of time ("unit") or a whole number ("count").
    """

    name: str
    types: frozenset[Type] = ANY
    same: bool = False
    optional: bool = False
    many: bool = False
    literal: Literal["", "unit", "count"] = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One call that has been checked, as the function prints it.

    ``arguments`` are never NaN or infinite. ``where`` is the printed condition of ``filter (where
    ...)``, "" without one; ``distinct`` is set for ``count(distinct x)`` only.
    """

    arguments: tuple[Piece, ...]
    as_of: date
    where: str = ""
    distinct: bool = False

    def aggregate(self, text: str, *conditions: str) -> str:
        """An aggregate over the rows of the call's filter and of further conditions."""
        found = [text for text in (self.where, *conditions) if text]
        return f"{text} FILTER (WHERE {' AND '.join(found)})" if found else text

    def count(self, index: int, otherwise: int = 0) -> int:
        """The value of a whole-number literal, or what holds where it is left out."""
        if index >= len(self.arguments):
            return otherwise
        value = self.arguments[index].constant
        return int(value) if value is not None else otherwise


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the expression language.

    ``returns`` is None when it gives what its ``same`` arguments are. ``precision`` says what is known
    of a number it gives: "exact", "same" as its arguments, "inexact" (last digits are rounded), or
    "risky" (it may also overflow and is guarded). ``print`` gives SQL that can stand anywhere.
    """

    name: str
    arguments: tuple[Argument, ...]
    returns: Type | None
    kind: Kind
    summary: Mapping[str, str]
    example: str
    print: Callable[[Call], str] = field(repr=False)
    precision: Literal["exact", "same", "inexact", "risky"] = "exact"

    @property
    def fewest(self) -> int:
        """How many arguments it needs."""
        return sum(not argument.optional for argument in self.arguments)

    @property
    def most(self) -> int | None:
        """How many arguments it takes; None for any number."""
        many = any(argument.many for argument in self.arguments)
        return None if many else len(self.arguments)

    @property
    def signature(self) -> str:
        """How it is called, for messages and documentation."""
        words = ""
        for index, argument in enumerate(self.arguments):
            comma = ", " if index else ""
            more = ", ..." if argument.many else ""
            shown = f"{comma}{argument.name}{more}"
            words += f"[{shown}]" if argument.optional else shown
        return f"{self.name}({words})"
