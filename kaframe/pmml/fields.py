"""The fields of a model: how each is said as an expression after what MiningSchema does to missing and odd values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from kaframe.errors import Location, nearest
from kaframe.expression import Type
from kaframe.expression.sql import print_name, print_text
from kaframe.pmml.asking import Reading
from kaframe.pmml.xmlfile import Element

TYPES = {
    "string": Type.TEXT, "integer": Type.NUMBER, "float": Type.NUMBER, "double": Type.NUMBER,
    "boolean": Type.BOOLEAN, "date": Type.DATE, "dateTime": Type.TIMESTAMP,
}  # fmt: skip
PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
RESERVED = frozenset({
    "and", "or", "not", "is", "null", "true", "false", "in", "like", "between", "case", "when", "then", "else", "end",
    "cast", "interval", "date", "timestamp", "as", "from", "where", "filter", "distinct", "select", "union", "all",
    "any", "exists", "values", "with", "order", "by", "group", "having", "limit", "on", "using", "escape",
})  # fmt: skip
CLOSURES = {"openOpen": (">", "<"), "openClosed": (">", "<="), "closedOpen": (">=", "<"), "closedClosed": (">=", "<=")}


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its type, how an expression says its value, whether that can be missing, and when it is valid.

    ``valid`` is a condition that must not be false or the model has no result; "" when there is none.
    """

    name: str
    type: Type
    text: str
    may_be_missing: bool
    at: Location
    valid: str = ""
    is_derived: bool = False


def read_fields(dictionary: Element, schema: Element, reading: Reading) -> dict[str, Field]:
    """The active fields of the model by name."""
    reading.allow(dictionary, ("numberOfFields",), ("DataField",))
    reading.allow(schema, (), ("MiningField",))
    declared = {field.get("name") or "": field for field in dictionary.all("DataField")}
    found: dict[str, Field] = {}
    for mining in schema.all("MiningField"):
        name = reading.required(mining, "name")
        usage = reading.choice(
            mining, "usageType",
            ("active", "target", "predicted", "supplementary", "group", "order", "frequencyWeight", "analysisWeight"),
            "active",
        )  # fmt: skip
        if usage != "active":
            continue
        if name not in declared:
            hint = nearest(name, declared) or "DataDictionary declares every field"
            reading.refuse(mining, "KF6085", f"the field '{name}' is declared nowhere", hint)
            continue
        one = _read_field(declared[name], mining, reading)
        if one:
            found[name] = one
    return found


def quote_name(name: str) -> str:
    """A name as an expression says it."""
    return name if PLAIN.fullmatch(name) and name.lower() not in RESERVED else print_name(name)


def literal(text: str, kind: Type, element: Element, reading: Reading) -> str:
    """A value of the file as an expression says it; a value of another type is noted."""
    text = text if kind is Type.TEXT else text.strip()
    try:
        if kind is Type.TEXT:
            return print_text(text)
        if kind is Type.NUMBER:
            return plain_number(text)
        if kind is Type.BOOLEAN:
            return {"true": "true", "1": "true", "false": "false", "0": "false"}[text.lower()]
        if kind is Type.DATE:
            return f"date '{date.fromisoformat(text).isoformat()}'"
        return f"timestamp '{datetime.fromisoformat(text).replace(tzinfo=None).isoformat(' ')}'"
    except (KeyError, ValueError, InvalidOperation):
        reading.refuse(element, "KF6084", f"'{text}' is no {kind}", "the field's dataType says what its values are")
        return "null"


def plain_number(text: str) -> str:
    """A number without an exponent where it can be short. Raises: InvalidOperation."""
    value = Decimal(text.strip())
    if not value.is_finite():
        raise InvalidOperation(text)
    shown = format(value, "f")
    return shown if len(shown) <= 24 else f"{value:e}"


def _read_field(declared: Element, mining: Element, reading: Reading) -> Field | None:
    reading.allow(declared, ("name", "displayName", "optype", "dataType", "isCyclic"), ("Interval", "Value"))
    reading.allow(
        mining,
        ("name", "usageType", "optype", "importance", "outliers", "lowValue", "highValue", "missingValueReplacement",
         "missingValueTreatment", "invalidValueTreatment", "invalidValueReplacement"),
    )  # fmt: skip
    name, written = declared.get("name") or "", reading.required(declared, "dataType")
    kind = TYPES.get(written)
    if kind is None:
        known = ", ".join(TYPES)
        reading.refuse(declared, "KF6083", f"the dataType '{written}' of '{name}' is not supported", f"known: {known}")
        return None
    if name.lower() == "as_of":
        reading.refuse(declared, "KF6083", "a field called 'as_of' would mean the day of the run", "rename it")
    if not name or '"' in name or any(ord(sign) < 32 for sign in name):
        reading.refuse(declared, "KF6083", f"the field '{name}' cannot be named in an expression", "rename it")
    found = Field(name, kind, quote_name(name), True, declared.at)
    found = _without_odd_values(found, declared, mining, reading)
    found = _without_outliers(found, mining, reading)
    return _without_missing(found, mining, reading)


def _without_odd_values(found: Field, declared: Element, mining: Element, reading: Reading) -> Field:
    """Values that DataDictionary calls missing or does not call valid."""
    values: dict[str, list[str]] = {"valid": [], "invalid": [], "missing": []}
    for value in declared.all("Value"):
        reading.allow(value, ("value", "displayValue", "property"))
        prop = reading.choice(value, "property", values, "valid")
        values[prop].append(literal(reading.required(value, "value"), found.type, value, reading))
    valid = _valid(found, values, declared, reading)
    if values["missing"]:
        text = f"(case when {found.text} in ({', '.join(values['missing'])}) then null else {found.text} end)"
        if len(values["missing"]) == 1:
            text = f"nullif({found.text}, {values['missing'][0]})"
        found = replace(found, text=text)
        valid = f"({valid}) or {quote_name(found.name)} in ({', '.join(values['missing'])})" if valid else ""
    treatment = reading.choice(
        mining, "invalidValueTreatment", ("returnInvalid", "asIs", "asMissing", "asValue"), "returnInvalid"
    )
    if treatment == "asValue" or mining.get("invalidValueReplacement") is not None:
        return _replaced(found, valid, treatment, mining, reading)
    if not valid or treatment == "asIs":
        return found
    if treatment == "asMissing":
        return replace(found, text=f"(case when {valid} then {found.text} else null end)")
    return replace(found, valid=valid)


def _replaced(found: Field, valid: str, treatment: str, mining: Element, reading: Reading) -> Field:
    """An invalid value becomes another one."""
    if treatment != "asValue" or mining.get("invalidValueReplacement") is None:
        message = "invalidValueTreatment=\"asValue\" and invalidValueReplacement belong together"
        reading.refuse(mining, "KF6084", message, "give both, or neither")
        return found
    instead = literal(mining.get("invalidValueReplacement") or "", found.type, mining, reading)
    if not valid:
        return found
    return replace(found, text=f"(case when {found.text} is null or {valid} then {found.text} else {instead} end)")


def _valid(found: Field, values: Mapping[str, Sequence[str]], declared: Element, reading: Reading) -> str:
    """The condition that a value is valid; "" where every value is."""
    name = quote_name(found.name)
    parts = [f"{name} in ({', '.join(values['valid'])})"] if values["valid"] else []
    for interval in declared.all("Interval"):
        reading.allow(interval, ("closure", "leftMargin", "rightMargin"))
        signs = CLOSURES.get(reading.choice(interval, "closure", CLOSURES, "closedClosed"), (">=", "<="))
        sides = zip(("leftMargin", "rightMargin"), signs, strict=True)
        edges = [f"{name} {sign} {literal(interval.get(side) or '', found.type, interval, reading)}"
                 for side, sign in sides if interval.get(side) is not None]  # fmt: skip
        parts.append(" and ".join(edges) if edges else "true")
    valid = " or ".join(f"({part})" if " and " in part else part for part in parts)
    if not values["invalid"]:
        return valid
    listed = f"{name} not in ({', '.join(values['invalid'])})"
    return f"({valid}) and {listed}" if valid else listed


def _without_outliers(found: Field, mining: Element, reading: Reading) -> Field:
    treatment = reading.choice(mining, "outliers", ("asIs", "asMissingValues", "asExtremeValues"), "asIs")
    if treatment == "asIs":
        return found
    low, high = (reading.number(mining, name) for name in ("lowValue", "highValue"))
    if low is None or high is None or found.type is not Type.NUMBER:
        reading.refuse(mining, "KF6084", f"outliers of '{found.name}' need lowValue and highValue, and numbers")
        return found
    if found.valid or found.text != quote_name(found.name):
        message = f"'{found.name}' has outliers and invalid or missing values of its own"
        reading.refuse(mining, "KF6083", message, "the standard leaves open which comes first; keep one of them")
        return found
    edges = plain_number(mining.get("lowValue") or ""), plain_number(mining.get("highValue") or "")
    if treatment == "asExtremeValues":
        return replace(found, text=f"least(greatest({found.text}, {edges[0]}), {edges[1]})")
    inside = f"{found.text} between {edges[0]} and {edges[1]}"
    return replace(found, text=f"(case when {inside} then {found.text} else null end)")


def _without_missing(found: Field, mining: Element, reading: Reading) -> Field:
    words = ("asIs", "asMean", "asMode", "asMedian", "asValue", "returnInvalid")
    treatment = reading.choice(mining, "missingValueTreatment", words, "asIs")
    instead = mining.get("missingValueReplacement")
    if treatment == "returnInvalid":
        if instead is not None:
            reading.refuse(mining, "KF6084", f"a missing '{found.name}' is invalid and replaced", "keep one of the two")
        known = f"{found.text} is not null"
        return replace(found, valid=f"({found.valid}) and {known}" if found.valid else known)
    if instead is None:
        return found
    return replace(
        found, text=f"coalesce({found.text}, {literal(instead, found.type, mining, reading)})", may_be_missing=False
    )
