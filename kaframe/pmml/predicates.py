"""Predicates of PMML as conditions of the expression language, with the same three values: true, false, unknown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kaframe.errors import nearest
from kaframe.expression import Type
from kaframe.pmml.asking import Reading
from kaframe.pmml.fields import Field, literal
from kaframe.pmml.xmlfile import Element

PREDICATES = ("SimplePredicate", "CompoundPredicate", "SimpleSetPredicate", "True", "False")
SIGNS = {
    "equal": "=", "notEqual": "<>", "lessThan": "<", "lessOrEqual": "<=", "greaterThan": ">", "greaterOrEqual": ">=",
}  # fmt: skip
MISSING = {"isMissing": "is null", "isNotMissing": "is not null"}
_ITEM = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition: its text, the fields on which it can be unknown, and those whose absence makes it true.

    ``is_simple`` texts need no brackets beside ``and``.
    """

    text: str
    unknown: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()
    is_simple: bool = True

    @property
    def bracketed(self) -> str:
        """The text as a part of a longer one."""
        return self.text if self.is_simple else f"({self.text})"


ALWAYS, NEVER = Condition("true"), Condition("false")


def read_condition(element: Element, fields: Mapping[str, Field], reading: Reading) -> Condition:
    """The condition of one predicate."""
    if element.name in ("True", "False"):
        reading.allow(element, ())
        return ALWAYS if element.name == "True" else NEVER
    if element.name == "CompoundPredicate":
        return _compound(element, fields, reading)
    field = _field(element, fields, reading)
    if field is None:
        return NEVER
    return _set(element, field, reading) if element.name == "SimpleSetPredicate" else _simple(element, field, reading)


def _field(element: Element, fields: Mapping[str, Field], reading: Reading) -> Field | None:
    name = reading.required(element, "field")
    if name not in fields:
        hint = nearest(name, fields) or "MiningSchema lists the fields of the model as active"
        reading.refuse(element, "KF6085", f"the field '{name}' is no active field of the model", hint)
        return None
    return fields[name]


def _simple(element: Element, field: Field, reading: Reading) -> Condition:
    reading.allow(element, ("field", "operator", "value"))
    operator = reading.choice(element, "operator", (*SIGNS, *MISSING), "equal")
    reading.required(element, "operator")
    if operator in MISSING:
        missing = frozenset({field.name}) if operator == "isMissing" else frozenset()
        return Condition(f"{field.text} {MISSING[operator]}", missing=missing)
    if field.type is Type.BOOLEAN and SIGNS[operator] not in ("=", "<>"):
        reading.refuse(element, "KF6083", f"'{field.name}' is boolean and has no order", "compare with equal")
    value = literal(reading.required(element, "value"), field.type, element, reading)
    return Condition(f"{field.text} {SIGNS[operator]} {value}", _unknown(field))


def _set(element: Element, field: Field, reading: Reading) -> Condition:
    reading.allow(element, ("field", "booleanOperator"), ("Array",))
    reading.required(element, "booleanOperator")
    negative = reading.choice(element, "booleanOperator", ("isIn", "isNotIn"), "isIn") == "isNotIn"
    array = element.first("Array")
    if array is None:
        reading.refuse(element, "KF6084", "SimpleSetPredicate has no Array", "the standard wants one")
        return NEVER
    reading.allow(array, ("n", "type"))
    reading.choice(array, "type", ("string", "int", "real"), "string")
    items = [found[1].replace('\\"', '"').replace("\\\\", "\\") if found[1] is not None else found[2]
             for found in _ITEM.finditer(array.text)]  # fmt: skip
    if array.get("n") is not None and array.get("n") != str(len(items)):
        reading.refuse(array, "KF6084", f"the Array says n=\"{array.get('n')}\" and has {len(items)} values")
    if not items:
        reading.refuse(array, "KF6084", "the Array has no values", "a set holds one or more")
        return NEVER
    listed = ", ".join(literal(item, field.type, array, reading) for item in items)
    return Condition(f"{field.text} {'not in' if negative else 'in'} ({listed})", _unknown(field))


def _compound(element: Element, fields: Mapping[str, Field], reading: Reading) -> Condition:
    reading.allow(element, ("booleanOperator",), PREDICATES)
    reading.required(element, "booleanOperator")
    how = reading.choice(element, "booleanOperator", ("and", "or", "xor", "surrogate"), "and")
    parts = [read_condition(child, fields, reading) for child in element.all(*PREDICATES)]
    if len(parts) < 2:
        reading.refuse(element, "KF6084", f"CompoundPredicate has {len(parts)} predicates", "it joins two or more")
        return parts[0] if parts else NEVER
    unknown = frozenset[str]().union(*(part.unknown for part in parts))
    if how == "surrogate":
        last = parts[-1].unknown if all(part.unknown for part in parts) else frozenset()
        return Condition(f"coalesce({', '.join(part.text for part in parts)})", last)
    if how == "xor":
        text = parts[0].bracketed if len(parts[0].text.split()) == 1 else f"({parts[0].text})"
        for part in parts[1:]:
            text = f"({text} <> ({part.text}))"
        return Condition(text, unknown)
    missing = frozenset[str]().union(*(part.missing for part in parts)) if how == "or" else frozenset()
    return Condition(f" {how} ".join(part.bracketed for part in parts), unknown, missing, is_simple=False)


def _unknown(field: Field) -> frozenset[str]:
    return frozenset({field.name}) if field.may_be_missing else frozenset()
