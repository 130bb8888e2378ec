"""The values that stand in cells, read as the input column wants them: numbers, texts, true and false, days."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

from kaframe.expression import Type

Value = Decimal | str | bool | date | datetime

QUOTES = {'"': '"', "'": "'", "“": "”", "„": "“", "「": "」"}
TRUE, FALSE = frozenset({"true", "yes", "是", "真"}), frozenset({"false", "no", "否", "假"})
WORDS = {
    Type.NUMBER: "a number", Type.TEXT: "a text", Type.BOOLEAN: "true or false",
    Type.DATE: "a day", Type.TIMESTAMP: "a day or moment",
}  # fmt: skip
SHOWN = {
    Type.NUMBER: "50 or 12.5", Type.TEXT: '"gold"', Type.BOOLEAN: "true, false, 是 or 否",
    Type.DATE: "2026-03-31", Type.TIMESTAMP: "2026-03-31 or 2026-03-31 08:30",
}  # fmt: skip
_NUMBER = re.compile(r"([+-]?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?(?:[eE][+-]?[0-9]{1,2})?) ?(%?)")
_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日)")
_MOMENT = re.compile(r"(.+?)[T ]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_CALLED = re.compile(r"date(?: and time)? ?\( ?(.*?) ?\)|date ?(['\"].*)", re.IGNORECASE)


class UnreadableError(ValueError):
    """A value that the column cannot have; the text says what is expected, ``hint`` how to write it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def unquoted(text: str) -> str | None:
    """What stands between the quotes that a text begins and ends with; None for a text without them.

    A quote inside stands twice.
    """
    close = QUOTES.get(text[:1])
    if close is None or len(text) < 2 or text[-1] != close:
        return None
    return text[1:-1].replace(close * 2, close)


def read_value(text: str, kind: Type) -> Value:
    """The value that a text is in a column of this type. Raises: UnreadableError."""
    inner = unquoted(text)
    if kind is Type.TEXT:
        return _text(text, inner)
    if kind in (Type.DATE, Type.TIMESTAMP):
        return _moment(_bare_day(text, inner), text, kind)
    if inner is not None:
        raise UnreadableError(f"expected {WORDS[kind]}, got the text {text}", _without_quotes(inner, kind))
    if kind is Type.NUMBER:
        return _number(text)
    return _flag(text)


def _text(text: str, inner: str | None) -> str:
    if inner is not None:
        return inner
    if text[:1] in QUOTES or text[-1:] in QUOTES.values():
        raise UnreadableError(f"the quote of {text} is not closed", 'write it like "gold"')
    return text


def _number(text: str) -> Decimal:
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise UnreadableError(f"expected a number, got '{text}'", _number_hint(text))
    return Decimal(found[1]) / 100 if found[2] else Decimal(found[1])


def _number_hint(text: str) -> str:
    span = re.fullmatch(r"([0-9.]+) ?(?:-|~|～|–|至|到) ?([0-9.]+)", text)
    if span:
        return f"a range is written {span[1]}..{span[2]}, or [{span[1]}..{span[2]}) without its upper end"
    if re.search(r"(?i)\b(and|or)\b|且|并且|或", text):
        return "a range is written [10..20); a comma means 'or'"
    if re.fullmatch(r"0[0-9]+(\.[0-9]+)?", text):
        return "no zeros in front, and thousands without a comma: 1000"
    return "write it like 50 or 12.5; an input column of texts takes texts"


def _flag(text: str) -> bool:
    word = text.lower()
    if word in TRUE or word in FALSE:
        return word in TRUE
    raise UnreadableError(f"expected true or false, got '{text}'", f"write {SHOWN[Type.BOOLEAN]}")


def _bare_day(text: str, inner: str | None) -> str:
    """A day may stand in quotes, or in ``date("...")`` as DMN writes it."""
    called = _CALLED.fullmatch(text)
    if called:
        text = called[1] or called[2]
        return unquoted(text) or text
    return text if inner is None else inner


def _moment(text: str, shown: str, kind: Type) -> date:
    clock = _MOMENT.fullmatch(text) if kind is Type.TIMESTAMP else None
    found = _DAY.fullmatch(clock[1] if clock else text)
    try:
        if found is None:
            raise ValueError(text)
        year, month, day = (int(part) for part in found.groups() if part)
        if clock is None:
            return date(year, month, day)
        return datetime(year, month, day, int(clock[2]), int(clock[3]), int(clock[4] or 0))
    except ValueError:
        raise UnreadableError(f"expected {WORDS[kind]}, got '{shown}'", f"write it like {SHOWN[kind]}") from None


def _without_quotes(inner: str, kind: Type) -> str:
    try:
        read_value(inner, kind)
    except UnreadableError:
        return f"write it like {SHOWN[kind]}"
    return f"without quotes: {inner}"


def show_value(value: Value) -> str:
    """A value as a cell would say it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        text = format(value.normalize(), "f")
        return "0" if text == "-0" else text
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else f'"{value}"'
