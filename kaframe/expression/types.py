"""The words of the expression language: types, what a rule author wrote, and what is being printed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kaframe.errors import Location, Problem, RuleError


class Type(StrEnum):
    """What a value is. ``MISSING`` is the type of a bare ``null``, which fits everywhere."""

    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"
    INTERVAL = "interval"
    MISSING = "missing"


DAYS = frozenset({Type.DATE, Type.TIMESTAMP})
ORDERED = frozenset({Type.NUMBER, Type.TEXT, Type.DATE, Type.TIMESTAMP})
ANY: frozenset[Type] = frozenset()


@dataclass(frozen=True, slots=True)
class Expression:
    """What a rule author wrote, and where.

    ``at`` is the place of the first character of the text (after an opening quote; the first line of
    a block scalar). ``indent`` is the column, counted from 1, at which its further lines start; 0
    says that the text stands on one line, or that nobody knows.
    """

    text: str
    at: Location
    indent: int = 0

    def place(self, offset: int) -> Location:
        """Where the character with that offset stands in the file."""
        before = self.text[:offset]
        lines = before.count("\n")
        if not lines:
            return self.at.shifted(offset)
        if not self.indent:
            return self.at
        col = self.indent + offset - before.rfind("\n") - 1
        return Location(self.at.file, self.at.line + lines, col, self.at.path)


@dataclass(frozen=True, slots=True)
class Name:
    """A name that an expression may use.

    ``sql`` is how it is printed, "" for the quoted name itself. ``absent`` names are known to the rule
    packs while this project has no such data: they are missing for every account. ``inexact``: it stands for
    something computed, which is compared at nine decimals. ``in_doubt``: what it is stands in something that is
    wrong or could not be read, so that nothing is said of its type. ``declarable``: a column of the data.
    """

    type: Type
    sql: str = ""
    absent: bool = False
    inexact: bool = False
    in_doubt: bool = False
    declarable: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A checked part of an expression, as it is printed; ``sql`` can stand anywhere without brackets.

    ``type`` is None once a problem has been reported for it, so that one mistake gives one message.
    ``double``: the engine already holds it as a DOUBLE. ``risky``: arithmetic may have made it NaN or
    infinite. ``inexact``: it carries a rounding error in its last digits. ``constant``: its exact
    value, for a number that needs no data. ``literal``: what a text, unit or interval literal says. ``column``:
    the column of the data that it is.
    """

    sql: str
    type: Type | None
    at: int = 0
    double: bool = False
    risky: bool = False
    inexact: bool = False
    constant: Decimal | None = None
    literal: str | None = None
    column: str = ""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A checked expression. ``sql`` can stand anywhere without brackets.

    ``names`` are those it uses, ``absent`` those of them without data, ``functions`` those it calls. ``inexact``: it
    carries a rounding error in its last digits. ``in_doubt``: its type rests on what could not be read.
    """

    sql: str
    type: Type
    names: frozenset[str]
    absent: frozenset[str]
    functions: frozenset[str]
    aggregate: bool
    inexact: bool = False
    in_doubt: bool = False


USUAL_HINTS = {
    "KF2001": "an expression gives one value; write one",
    "KF2002": "docs/expressions.md shows what can be written",
    "KF2004": "docs/expressions.md shows what can be written",
    "KF2005": "every '(' needs its ')'",
    "KF2006": "write a value or a condition, or leave the key out",
    "KF2007": "delete it, or write it in plain letters",
    "KF2010": "docs/expressions.md says which names there are",
    "KF2011": "docs/expressions.md says which types go together",
    "KF2013": "make a measure of it and use its name",
    "KF2015": "docs/expressions.md lists the functions with their arguments",
    "KF2016": "write it plainly, such as 'text', 1000 or date '2026-03-31'",
}


class Findings:
    """The problems of one expression, collected while it is read and checked."""

    __slots__ = ("expression", "problems")

    def __init__(self, expression: Expression) -> None:
        self.expression = expression
        self.problems: list[Problem] = []

    def add(self, offset: int, code: str, message: str, hint: str = "") -> None:
        """Note one problem at a character of the text."""
        hint = hint or USUAL_HINTS.get(code, "")
        self.problems.append(Problem(self.expression.place(offset), code, message, hint))

    def stop(self) -> RuleError:
        """All problems so far, in reading order, to be raised."""
        return RuleError(sorted(self.problems, key=lambda p: (p.at.line, p.at.col) if p.at else (0, 0)))
