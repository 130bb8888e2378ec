"""Cells in the style of DMN's unary tests: ``>= 50``, ``[10..20)``, ``"gold", "silver"``, ``not("x")``, ``-``.

A comma means "or". What a cell says depends on the type of its input column: ``gold`` is a text without quotes in a
column of texts, and no number elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from kaframe.decisiontable.values import QUOTES, UnreadableError, Value, read_value
from kaframe.errors import Problem, RuleError
from kaframe.expression import Expression, Type

Sign = Literal["=", "<>", "<", "<=", ">", ">=", "range", "null"]

ANYTHING = frozenset({"", "-", "–", "—", "－", "―"})
LONGEST_CELL = 2_000
MOST_TESTS = 100
_SIGNS = {
    "<=": "<=", "≤": "<=", "=<": "<=", ">=": ">=", "≥": ">=", "=>": ">=", "!=": "<>", "<>": "<>", "≠": "<>",
    "==": "=", "<": "<", ">": ">", "=": "=",
}  # fmt: skip
_WIDE = str.maketrans("＜＞＝！（）［］，０１２３４５６７８９．％", "<>=!()[],0123456789.%")
_SIGN = re.compile("|".join(map(re.escape, sorted(_SIGNS, key=len, reverse=True))))
_NOT = re.compile(r"(?i:not)\s*\(|非\s*\(")
_BLANK = re.compile(r"\s*")
_SEPARATORS = ",、;；"
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])")
_OPENS, _CLOSES = {"[": True, "(": False, "]": False}, {"]": True, ")": False, "[": False}
_UNORDERED = frozenset({Type.BOOLEAN})


@dataclass(frozen=True, slots=True)
class Test:
    """One alternative of a cell: a comparison with ``low``, a range, or ``null``.

    ``at`` is where it stands in the cell's text. Of a range each end belongs to it or not.
    """

    at: int
    sign: Sign
    low: Value | None = None
    high: Value | None = None
    with_low: bool = True
    with_high: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell asks of its input: that one of its tests holds, or, ``negated``, none; without tests nothing."""

    text: Expression
    tests: tuple[Test, ...] = ()
    negated: bool = False

    @property
    def asks_nothing(self) -> bool:
        """Whether any value will do, a missing one too."""
        return not self.tests


def parse_cell(text: Expression, kind: Type) -> Cell:
    """What a cell of a column of this type asks. Raises: RuleError with the place in the cell."""
    return _Reader(text, kind).read()


class _Reader:
    """Walks through the text of one cell once."""

    __slots__ = ("end", "kind", "place", "source", "text")

    def __init__(self, source: Expression, kind: Type) -> None:
        self.source, self.kind = source, kind
        self.text = _narrow(source.text)
        self.place, self.end = 0, len(self.text)

    def read(self) -> Cell:
        if self.text.strip() in ANYTHING:
            return Cell(self.source)
        if len(self.text) > LONGEST_CELL:
            raise self.refuse(0, f"a cell of {len(self.text):,} characters", f"at most {LONGEST_CELL:,} are read")
        self.skip()
        negated = _NOT.match(self.text, self.place)
        if negated:
            self.place = negated.end()
            self.end = self.text.rstrip().rfind(")")
            if self.end < self.place or self.text[self.end + 1 :].strip():
                raise self.refuse(negated.start(), "the bracket of 'not(' is not closed", 'write not("x", "y")')
        tests = self.alternatives()
        return Cell(self.source, tests, bool(negated))

    def alternatives(self) -> tuple[Test, ...]:
        """Every test, between commas."""
        tests: list[Test] = []
        while True:
            self.skip()
            if self.place >= self.end or self.text[self.place] in _SEPARATORS:
                raise self.refuse(self.place, "a value is missing beside the comma", "a comma means 'or': 1, 2")
            tests.append(self.one())
            self.skip()
            if self.place >= self.end:
                break
            if self.text[self.place] not in _SEPARATORS:
                raise self.refuse(self.place, f"'{self.rest()}' is not expected here", "a comma means 'or': 1, 2")
            self.place += 1
        if len(tests) > MOST_TESTS:
            raise self.refuse(0, f"a cell of {len(tests)} values", f"at most {MOST_TESTS} are read: use more rows")
        return tuple(tests)

    def one(self) -> Test:
        """A comparison, a range or a value."""
        at = self.place
        self.refuse_thousands()
        sign = _SIGN.match(self.text, at)
        if sign:
            self.place = sign.end()
            self.skip()
            return self.compared(at, _SIGNS[sign[0]])
        span = self.bracketed()
        if span:
            return span
        low = self.word(("..",))
        if self.text.startswith("..", self.place):
            return self.ranged(at, low, closing="")
        if low.lower() == "null":
            return Test(at, "null")
        return Test(at, "=", self.value(at, low))

    def compared(self, at: int, sign: str) -> Test:
        start = self.place
        word = self.word(())
        if word.lower() == "null" and sign in ("=", "<>"):
            raise self.refuse(at, f"'{sign} null' is never true", "write null, or not(null)")
        if sign not in ("=", "<>"):
            self.need_order(at)
        return Test(at, sign, self.value(start, word))  # type: ignore[arg-type]

    def bracketed(self) -> Test | None:
        """``[10..20)``: each end belongs to it behind a square bracket, not behind a round one."""
        at = self.place
        if self.text[at] not in _OPENS or ".." not in self.text[at : self.end]:
            return None
        self.place += 1
        self.skip()
        low = self.word(("..",))
        if not self.text.startswith("..", self.place):
            raise self.refuse(at, "a range needs two dots between its ends", "write it like [10..20)")
        return self.ranged(at, low, closing="".join(_CLOSES))

    def ranged(self, at: int, low: str, closing: str) -> Test:
        """The rest of a range, from its dots on."""
        self.need_order(at)
        self.place += 2
        self.skip()
        start = self.place
        high = self.word(tuple(closing))
        with_low, with_high = True, True
        if closing:
            if self.place >= self.end or self.text[self.place] not in closing:
                raise self.refuse(at, "the bracket of this range is not closed", "write it like [10..20)")
            with_low, with_high = _OPENS[self.text[at]], _CLOSES[self.text[self.place]]
            self.place += 1
        first, last = self.value(at, low), self.value(start, high)
        return Test(at, "range", first, last, with_low, with_high)

    def word(self, stops: tuple[str, ...]) -> str:
        """The text of one value: quoted, or up to a comma, one of the stops, or the end."""
        start = self.place
        if self.place < self.end and self.text[start] in QUOTES:
            self.quoted(QUOTES[self.text[start]])
            return self.text[start : self.place]
        depth = 0
        while self.place < self.end:
            sign = self.text[self.place]
            if sign in QUOTES and depth:
                self.quoted(QUOTES[sign])
                continue
            if not depth and (sign in _SEPARATORS or any(self.text.startswith(stop, self.place) for stop in stops)):
                break
            depth += (sign == "(") - (sign == ")" and depth > 0)
            self.place += 1
        found = self.text[start : self.place].strip()
        if not found:
            raise self.refuse(start, "a value is missing here", "write it like >= 50, [10..20) or \"gold\"")
        return found

    def quoted(self, close: str) -> None:
        """Go behind the quote that closes a text."""
        start = self.place
        self.place += 1
        while self.place < self.end:
            sign = self.text[self.place]
            if sign == close and not self.text.startswith(close * 2, self.place):
                self.place += 1
                return
            self.place += 2 if sign == close else 1
        raise self.refuse(start, "the quote opened here is not closed", 'write it like "gold"')

    def refuse_thousands(self) -> None:
        """``1,500`` could be one number or two; nobody shall guess."""
        found = _THOUSANDS.search(self.text, self.place, self.end) if self.kind is Type.NUMBER else None
        if found:
            both = found[0].replace(",", ", ")
            hint = f"write {found[0].replace(',', '')}, or '{both}' with blanks for either of them"
            raise self.refuse(found.start(), f"'{found[0]}' can be read in two ways", hint)

    def value(self, at: int, word: str) -> Value:
        """A word as a value of the column."""
        try:
            return read_value(word, self.kind)
        except UnreadableError as error:
            code = "KF2241"
            raise RuleError([Problem(self.source.place(at), code, str(error), error.hint)]) from None

    def need_order(self, at: int) -> None:
        if self.kind in _UNORDERED:
            raise self.refuse(at, f"{self.kind} has no order", "write true, false or -")

    def skip(self) -> None:
        """Go over blanks."""
        found = _BLANK.match(self.text, self.place, max(self.end, self.place))
        self.place = found.end() if found else self.place

    def rest(self) -> str:
        return self.text[self.place : self.end][:20]

    def refuse(self, at: int, message: str, hint: str) -> RuleError:
        return RuleError([Problem(self.source.place(at), "KF2240", message, hint)])


def _narrow(text: str) -> str:
    """Signs of a Chinese keyboard as their narrow forms, outside quotes; nothing changes its place."""
    parts, close = [], ""
    for sign in text:
        if close:
            close = "" if sign == close else close
            parts.append(sign)
        else:
            close = QUOTES.get(sign, "")
            parts.append(sign if close else sign.translate(_WIDE))
    return "".join(parts)


def read_points(text: Expression) -> float:
    """The number that an output cell gives. Raises: RuleError with its place."""
    try:
        return float(read_value(text.text, Type.NUMBER))  # type: ignore[arg-type]
    except UnreadableError as error:
        raise RuleError([Problem(text.at, "KF2241", str(error), "points are a number: 80")]) from None
