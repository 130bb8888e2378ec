"""A small reader of PMML scorecards that shares nothing with kaframe: the oracle of the tests.

It walks the file with ElementTree and does what the standard says, in the plainest way: three-valued predicates, the
first attribute that is true, reason codes by points below or above the baseline. Numbers are exact fractions.
"""

from __future__ import annotations

import math
import shlex
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

READS: dict[str, Any] = {
    "string": str, "integer": Fraction, "double": Fraction, "boolean": lambda text: text in ("true", "1"),
}  # fmt: skip
Row = Mapping[str, Any]
Number = Fraction | float  # a float only where a function such as exp has no exact result


class InvalidError(Exception):
    """An input for which the model has no result."""


def local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def below(element: ET.Element, *names: str) -> list[ET.Element]:
    return [child for child in element if local(child) in names]


def evaluate(text: str, row: Row) -> tuple[Fraction | float | None, list[str]]:
    """The score, None when there is no result, and the reason codes whose difference is above 0, largest first."""
    row = {name: Fraction(repr(value)) if isinstance(value, float) else value for name, value in row.items()}
    root = ET.fromstring(text)
    (card,) = below(root, "Scorecard")
    types = {field.get("name") or "": field for field in root.iter() if local(field) == "DataField"}
    try:
        values = {
            mining.get("name") or "": prepared(types[mining.get("name") or ""], mining, row)
            for mining in below(below(card, "MiningSchema")[0], "MiningField")
            if mining.get("usageType", "active") == "active"
        }
        return scored(card, values, {name: field.get("dataType") or "" for name, field in types.items()})
    except InvalidError:
        return None, []


def prepared(declared: ET.Element, mining: ET.Element, row: Row) -> Any:
    """The value of a field after what DataDictionary and MiningSchema do to it."""
    value, read = row.get(declared.get("name") or ""), READS[declared.get("dataType") or ""]
    listed = {(one.get("property", "valid"), read(one.get("value"))) for one in below(declared, "Value")}
    if ("missing", value) in listed:
        value = None
    valid = [one for kind, one in listed if kind == "valid"]
    intervals = below(declared, "Interval")
    if value is not None and (valid or intervals):
        fits = value in valid or any(inside(one, value) for one in intervals)
        treatment = mining.get("invalidValueTreatment", "returnInvalid")
        if not fits and treatment == "returnInvalid":
            raise InvalidError
        if not fits and treatment == "asMissing":
            value = None
        if not fits and treatment == "asValue":
            value = read(mining.get("invalidValueReplacement"))
    if value is not None and mining.get("outliers") == "asExtremeValues":
        value = min(max(value, Fraction(mining.get("lowValue") or 0)), Fraction(mining.get("highValue") or 0))
    if value is not None and mining.get("outliers") == "asMissingValues":
        low, high = Fraction(mining.get("lowValue") or 0), Fraction(mining.get("highValue") or 0)
        value = value if low <= value <= high else None
    if value is None and mining.get("missingValueTreatment") == "returnInvalid":
        raise InvalidError
    if value is None and mining.get("missingValueReplacement") is not None:
        return read(mining.get("missingValueReplacement"))
    return value


def inside(interval: ET.Element, value: Fraction) -> bool:
    ends = (interval.get("leftMargin"), interval.get("rightMargin"))
    low, high = (float(edge) if text is None else Fraction(text)
                 for text, edge in zip(ends, ("-inf", "inf"), strict=True))  # fmt: skip
    closure = interval.get("closure", "")
    above = value >= low if closure.startswith("closed") else value > low
    under = value <= high if closure.endswith("Closed") else value < high
    return above and under


def scored(card: ET.Element, values: Row, types: Mapping[str, str]) -> tuple[Number | None, list[str]]:
    total: Number = Fraction(card.get("initialScore", "0"))
    ranked: list[tuple[Number, int, str]] = []
    for place, one in enumerate(below(below(card, "Characteristics")[0], "Characteristic")):
        decided = next((a for a in below(one, "Attribute") if true(a, values, types) is True), None)
        if decided is None:
            return None, []
        computed = below(decided, "ComplexPartialScore")
        points = formula(computed[0][0], values, types) if computed else Fraction(decided.get("partialScore") or "")
        if points is None:
            return None, []
        total += points
        if card.get("useReasonCodes", "true") == "true":
            baseline = Fraction(one.get("baselineScore") or card.get("baselineScore") or "")
            lost = points - baseline if card.get("reasonCodeAlgorithm") == "pointsAbove" else baseline - points
            ranked.append((-lost, place, decided.get("reasonCode") or one.get("reasonCode") or ""))
    return total, [code for lost, _, code in sorted(ranked) if lost < 0]


def true(attribute: ET.Element, values: Row, types: Mapping[str, str]) -> bool | None:
    predicates = ("SimplePredicate", "CompoundPredicate", "SimpleSetPredicate", "True", "False")
    return predicate(below(attribute, *predicates)[0], values, types)


def predicate(element: ET.Element, values: Row, types: Mapping[str, str]) -> bool | None:  # noqa: PLR0911
    name = local(element)
    if name in ("True", "False"):
        return name == "True"
    if name == "CompoundPredicate":
        return compound(element.get("booleanOperator"), [predicate(part, values, types) for part in element])
    value, read = values[element.get("field") or ""], READS[types[element.get("field") or ""]]
    operator = element.get("operator") or element.get("booleanOperator") or ""
    if operator in ("isMissing", "isNotMissing"):
        return (value is None) == (operator == "isMissing")
    if value is None:
        return None
    if name == "SimpleSetPredicate":
        members = [read(word) for word in shlex.split(element[0].text or "")]
        return (value in members) == (operator == "isIn")
    other = read(element.get("value"))
    if operator in ("equal", "notEqual"):
        return bool((value == other) == (operator == "equal"))
    return {"lessThan": value < other, "lessOrEqual": value <= other, "greaterThan": value > other,
            "greaterOrEqual": value >= other}[operator]  # fmt: skip


def compound(how: str | None, parts: list[bool | None]) -> bool | None:
    if how == "surrogate":
        return next((part for part in parts if part is not None), None)
    if how == "xor":
        return None if None in parts else sum(map(bool, parts)) % 2 == 1
    decisive = how == "or"
    if decisive in parts:
        return decisive
    return None if None in parts else not decisive


def formula(element: ET.Element, values: Row, types: Mapping[str, str]) -> Number | None:
    name = local(element)
    if name == "Constant":
        return Fraction(element.text or "")
    if name == "FieldRef":
        value = values[element.get("field") or ""]
        instead = element.get("mapMissingTo")
        return Fraction(instead) if value is None and instead is not None else value
    parts = [formula(part, values, types) for part in element]
    if any(part is None for part in parts):
        return None
    known = [part for part in parts if part is not None]
    return {"+": lambda: known[0] + known[1], "-": lambda: known[0] - known[1], "*": lambda: known[0] * known[1],
            "max": lambda: max(known), "min": lambda: min(known), "/": lambda: known[0] / known[1],
            "exp": lambda: math.exp(known[0])}[element.get("function") or ""]()  # fmt: skip
