"""From a validated node to frozen records: one function fills any dataclass by the types of its fields."""

from __future__ import annotations

import collections.abc
import re
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Literal, TypeVar, Union

from kaframe.errors import Location, Problem, RuleError
from kaframe.expression.types import Expression
from kaframe.yamlfile import Node

T = TypeVar("T")
Unit = Literal["day", "working day", "week", "month", "quarter", "year"]
_DURATION = re.compile(r"([0-9]{1,5}) (day|working day|week|month|quarter|year)s?")


@dataclass(frozen=True, slots=True)
class Label:
    """What people read, in both languages of kaframe."""

    en: str
    zh: str

    def text(self, language: str) -> str:
        """The words in the project's language."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Duration:
    """A time as people plan it: 90 days, 14 working days, 3 months."""

    count: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read ``14 working days`` or ``1 year``. Raises: ValueError."""
        found = _DURATION.fullmatch(text)
        if not found:
            raise ValueError(f"'{text}' is not a duration")
        return cls(int(found[1]), typing.cast(Unit, found[2]))

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"

    @property
    def interval_sql(self) -> str:
        """The duration as an SQL interval. Raises: ValueError for working days, which need a calendar."""
        if self.unit == "working day":
            raise ValueError("working days need a calendar")
        if self.unit == "quarter":
            return f"INTERVAL '{self.count * 3}' MONTH"
        return f"INTERVAL '{self.count}' {self.unit.upper()}"


@dataclass(frozen=True, slots=True)
class _Slot:
    """A field of a record: under which key it stands and what it becomes."""

    name: str
    key: str
    kind: Any
    required: bool


@cache
def _slots(record: type[Any]) -> tuple[_Slot, ...]:
    """The fields of a record, with their types resolved once."""
    hints = typing.get_type_hints(record)
    return tuple(
        _Slot(
            name=field.name,
            key=field.metadata.get("key", field.name),
            kind=hints[field.name],
            required=field.default is MISSING and field.default_factory is MISSING,
        )
        for field in fields(record)
        if field.init
    )


def bind(node: Node, record: type[T], **given: Any) -> T:
    """Fill a record from a mapping; ``given`` are fields that do not stand in it.

    Raises: RuleError with the place of a value that does not fit or is missing; the schema should have said
    so before.
    """
    if not isinstance(node.value, dict):
        raise _unfit(node, "expected keys and values")
    values = dict(given)
    for slot in _slots(typing.cast(Any, record)):
        if slot.name in values:
            continue
        if slot.name in ("at", "places") and slot.kind in (Location, Mapping[str, Location]):
            values[slot.name] = node.at if slot.name == "at" else places_in(node)
            continue
        found = node.get(slot.key)
        if found is not None:
            values[slot.name] = _convert(found, slot.kind)
        elif slot.required:
            raise _unfit(node, f"a {record.__name__.lower()} needs '{slot.key}'")
    return record(**values)


def places_in(node: Node) -> Mapping[str, Location]:
    """Where the value of each key stands; under ``key.word`` each word in a list, each value of a mapping below."""
    places: dict[str, Location] = {}
    for key, value in node.value.items() if isinstance(node.value, dict) else ():
        places[key] = value.at
        if isinstance(value.value, dict):
            places |= {f"{key}.{word}": item.at for word, item in value.value.items()}
        for item in value.value if isinstance(value.value, list) else ():
            if isinstance(item.value, str):
                places.setdefault(f"{key}.{item.value}", item.at)
    return places


def place_of(record: Any, key: str, word: str = "") -> Location:
    """The most exact place known of a key of a record, or of a word in the list under it; else the record's own."""
    places: Mapping[str, Location] = record.places
    own: Location = record.at
    return places.get(f"{key}.{word}") or places.get(key) or own


def _convert(node: Node, kind: Any) -> Any:
    """The value of a node as a field of this type wants it."""
    simple = _SIMPLE.get(kind)
    if simple:
        return simple(node)
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (Union, types.UnionType):
        return _convert_union(node, inner)
    if origin is Literal:
        return _one_of(node, inner)
    if origin is tuple:
        return _records_or_items(node, inner)
    if origin in (dict, Mapping, collections.abc.Mapping):
        return _mapping(node, inner[1])
    if is_dataclass(kind) and isinstance(kind, type):
        return _record(node, kind)
    raise TypeError(f"no way to read a field of type {kind}")


def _convert_union(node: Node, kinds: tuple[Any, ...]) -> Any:
    if node.value is None and type(None) in kinds:
        return None
    problems: list[Problem] = []
    for kind in kinds:
        if kind is not type(None):
            try:
                return _convert(node, kind)
            except RuleError as error:
                problems = problems or list(error.problems)
    raise RuleError(problems)


def _one_of(node: Node, words: tuple[Any, ...]) -> Any:
    if not isinstance(node.value, str | int | float) or node.value not in words:
        raise _unfit(node, f"expected one of {', '.join(str(word) for word in words)}")
    return node.value


def _records_or_items(node: Node, kinds: tuple[Any, ...]) -> tuple[Any, ...]:
    """``tuple[T, ...]`` from a list or a mapping, ``tuple[A, B]`` from a list of two."""
    if isinstance(node.value, dict):
        return tuple(_entry(node, key, kinds[0]) for key in node.value)
    if not isinstance(node.value, list):
        raise _unfit(node, "expected a list")
    if kinds[-1] is Ellipsis:
        return tuple(_convert(item, kinds[0]) for item in node.value)
    if len(node.value) != len(kinds):
        raise _unfit(node, f"expected a list of {len(kinds)}")
    return tuple(_convert(item, kind) for item, kind in zip(node.value, kinds, strict=True))


def _mapping(node: Node, kind: Any) -> Mapping[str, Any]:
    if not isinstance(node.value, dict):
        raise _unfit(node, "expected keys and values")
    return {key: _entry(node, key, kind) for key in node.value}


def _entry(mapping: Node, key: str, kind: Any) -> Any:
    """A value of a mapping; a record with an ``id`` takes it from its key, and stands where that stands."""
    assert isinstance(mapping.value, dict)
    value = mapping.value[key]
    if isinstance(kind, type) and is_dataclass(kind) and any(slot.name == "id" for slot in _slots(kind)):
        return _record(replace(value, at=mapping.keys.get(key, value.at)), kind, id=key)
    return _convert(value, kind)


def _record(node: Node, kind: Any, **given: Any) -> Any:
    """A record, made by its own ``from_node`` when its YAML has a form of its own."""
    own = getattr(kind, "from_node", None)
    return own(node, **given) if own else bind(node, kind, **given)


def _unfit(node: Node, message: str) -> RuleError:
    return RuleError([Problem(node.at, "KF1106", message)])


def _text(node: Node) -> str:
    if isinstance(node.value, str):
        return node.value
    raise _unfit(node, "expected text")


def _whole(node: Node) -> int:
    value = node.value
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise _unfit(node, "expected whole number")
    return int(value)


def _number(node: Node) -> float:
    if isinstance(node.value, bool) or not isinstance(node.value, int | float):
        raise _unfit(node, "expected number")
    return float(node.value)


def _flag(node: Node) -> bool:
    if isinstance(node.value, bool):
        return node.value
    raise _unfit(node, "expected true or false")


def _label(node: Node) -> Label:
    if isinstance(node.value, str):
        return Label(node.value, node.value)
    written = [node.get(language) for language in ("en", "zh")]
    some = next(filter(None, written), node)  # a language that is left out reads the other's words
    return Label(*(_text(one or some) for one in written))


def _duration(node: Node) -> Duration:
    try:
        return Duration.parse(_text(node))
    except ValueError as error:
        raise _unfit(node, f"{error}; write it like '90 days'") from None


def _day(node: Node) -> date:
    try:
        return date.fromisoformat(_text(node))
    except ValueError:
        raise _unfit(node, f"'{node.value}' is not a date") from None


def _expression(node: Node) -> Expression:
    """Numbers and booleans are expressions too: ``when: true``, ``else: 0``."""
    value = node.value
    if isinstance(value, bool):
        return Expression("true" if value else "false", node.at)
    if isinstance(value, str | int | float):
        return Expression(node.unfolded or str(value), node.at, node.indent)
    raise _unfit(node, "expected an expression")


_SIMPLE: dict[Any, Callable[[Node], Any]] = {
    str: _text, int: _whole, float: _number, bool: _flag, Any: Node.plain, Node: lambda node: node,
    Label: _label, Duration: _duration, date: _day, Expression: _expression,
}  # fmt: skip
