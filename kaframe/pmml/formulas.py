"""Constants, references and functions of PMML as formulas of the expression language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kaframe.errors import nearest
from kaframe.expression import Type
from kaframe.pmml.asking import Reading
from kaframe.pmml.fields import TYPES, Field, literal
from kaframe.pmml.xmlfile import Element

EXPRESSIONS = ("Constant", "FieldRef", "Apply")
OTHERS = ("NormContinuous", "NormDiscrete", "Discretize", "MapValues", "TextIndex", "Aggregate", "Lag")


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula: its text, which stands anywhere without brackets, its type, and whether its value can be missing."""

    text: str
    type: Type
    may_be_missing: bool


Make = Callable[[Sequence[Formula]], Formula]
NOTHING = Formula("null", Type.MISSING, True)


def read_formula(element: Element, fields: Mapping[str, Field], reading: Reading) -> Formula:
    """The formula of an expression element."""
    if element.name == "Constant":
        reading.allow(element, ("dataType",))
        kind = TYPES.get(reading.choice(element, "dataType", TYPES, _kind_of(element.text)), Type.NUMBER)
        return Formula(literal(element.text, kind, element, reading), kind, False)
    if element.name == "FieldRef":
        return _reference(element, fields, reading)
    if element.name == "Apply":
        return _apply(element, fields, reading)
    reading.refuse(element, "KF6083", f"{element.name} is not supported", f"known: {', '.join(EXPRESSIONS)}")
    return NOTHING


def read_derived(section: Element, fields: dict[str, Field], reading: Reading) -> None:
    """Add the derived fields of a dictionary or of the model to its fields, in their order."""
    reading.allow(section, (), ("DerivedField",))
    for element in section.all("DerivedField"):
        reading.allow(element, ("name", "displayName", "optype", "dataType"), (*EXPRESSIONS, *OTHERS))
        name, written = reading.required(element, "name"), reading.choice(element, "dataType", TYPES)
        inner = element.first(*EXPRESSIONS, *OTHERS)
        if inner is None:
            reading.refuse(element, "KF6084", f"DerivedField '{name}' has no expression")
            continue
        made = read_formula(inner, fields, reading)
        kind = TYPES.get(written, made.type)
        if made.type not in (kind, Type.MISSING):
            message = f"'{name}' is declared as {written} and made of a {made.type}"
            reading.refuse(element, "KF6083", message, "declare the type that the expression gives")
        fields[name] = Field(name, kind, made.text, made.may_be_missing, element.at, is_derived=True)


def _reference(element: Element, fields: Mapping[str, Field], reading: Reading) -> Formula:
    reading.allow(element, ("field", "mapMissingTo"))
    name = reading.required(element, "field")
    if name not in fields:
        reading.refuse(element, "KF6085", f"the field '{name}' is not known here", nearest(name, fields))
        return NOTHING
    field, instead = fields[name], element.get("mapMissingTo")
    if instead is None:
        return Formula(field.text, field.type, field.may_be_missing)
    return Formula(f"coalesce({field.text}, {literal(instead, field.type, element, reading)})", field.type, False)


def _apply(element: Element, fields: Mapping[str, Field], reading: Reading) -> Formula:
    reading.allow(element, ("function",), (*EXPRESSIONS, *OTHERS))
    name = reading.required(element, "function")
    parts = [read_formula(child, fields, reading) for child in element.children if child.name in EXPRESSIONS + OTHERS]
    known = FUNCTIONS.get(name)
    if known is None:
        hint = nearest(name, FUNCTIONS) or f"known: {', '.join(sorted(FUNCTIONS))}"
        reading.refuse(element, "KF6083", f"the function '{name}' is not supported", hint)
        return NOTHING
    fewest, most, takes, make = known
    if not fewest <= len(parts) <= most:
        reading.refuse(element, "KF6084", f"the function '{name}' does not take {len(parts)} arguments")
        return NOTHING
    wrong = [part for part in parts if takes is not None and part.type not in (takes, Type.MISSING)]
    if wrong:
        reading.refuse(element, "KF6084", f"the function '{name}' takes {takes}, got {wrong[0].type}")
        return NOTHING
    if name in AGGREGATES and any(part.may_be_missing for part in parts):
        message = f"the function '{name}' skips missing values, which a formula of kaframe does not"
        reading.refuse(element, "KF6083", message, "replace missing values: mapMissingTo, or missingValueReplacement")
    return make(parts)


def _kind_of(text: str) -> str:
    """The data type of a constant that names none."""
    try:
        float(text)
    except ValueError:
        return "string"
    return "double"


def _joined(sign: str) -> Make:
    return lambda parts: _made(f"({f' {sign} '.join(part.text for part in parts)})", Type.NUMBER, parts)


def _called(name: str) -> Make:
    return lambda parts: _made(f"{name}({', '.join(part.text for part in parts)})", Type.NUMBER, parts)


def _risky(name: str) -> Make:
    """A function without a result for some numbers."""
    return lambda parts: Formula(f"{name}({', '.join(part.text for part in parts)})", Type.NUMBER, True)


def _compared(sign: str) -> Make:
    return lambda parts: _made(f"({parts[0].text} {sign} {parts[1].text})", Type.BOOLEAN, parts)


def _connected(word: str) -> Make:
    return lambda parts: _made(f"({f' {word} '.join(part.text for part in parts)})", Type.BOOLEAN, parts)


def _made(text: str, kind: Type, parts: Sequence[Formula]) -> Formula:
    return Formula(text, kind, any(part.may_be_missing for part in parts))


def _chosen(parts: Sequence[Formula]) -> Formula:
    """``if``: an unknown condition makes the result missing."""
    condition, first, rest = parts[0].text, parts[1], parts[2] if len(parts) > 2 else NOTHING
    text = f"case when {condition} then {first.text} when not {condition} then {rest.text} else null end"
    missing = any(part.may_be_missing for part in (*parts[:2], rest))
    return Formula(f"({text})", first.type if first.type is not Type.MISSING else rest.type, missing)


def _threshold(parts: Sequence[Formula]) -> Formula:
    value, edge = parts[0].text, parts[1].text
    text = f"(case when {value} > {edge} then 1 when {value} <= {edge} then 0 else null end)"
    return _made(text, Type.NUMBER, parts)


def _mean(parts: Sequence[Formula]) -> Formula:
    return _made(f"(({' + '.join(part.text for part in parts)}) / {len(parts)})", Type.NUMBER, parts)


def _is_missing(words: str) -> Make:
    return lambda parts: Formula(f"({parts[0].text} {words})", Type.BOOLEAN, False)


def _negated(parts: Sequence[Formula]) -> Formula:
    return _made(f"(not {parts[0].text})", Type.BOOLEAN, parts)


AGGREGATES = ("min", "max", "sum", "avg")
_MANY, _NUMBER = 20, Type.NUMBER
FUNCTIONS: Mapping[str, tuple[int, int, Type | None, Make]] = {
    "+": (2, 2, _NUMBER, _joined("+")), "-": (2, 2, _NUMBER, _joined("-")), "*": (2, 2, _NUMBER, _joined("*")),
    "/": (2, 2, _NUMBER, lambda parts: Formula(f"({parts[0].text} / {parts[1].text})", _NUMBER, True)),
    "min": (2, _MANY, _NUMBER, _called("least")), "max": (2, _MANY, _NUMBER, _called("greatest")),
    "sum": (2, _MANY, _NUMBER, _joined("+")), "avg": (2, _MANY, _NUMBER, _mean),
    "ln": (1, 1, _NUMBER, _risky("ln")), "log10": (1, 1, _NUMBER, _risky("log10")),
    "sqrt": (1, 1, _NUMBER, _risky("sqrt")), "exp": (1, 1, _NUMBER, _risky("exp")),
    "pow": (2, 2, _NUMBER, _risky("power")), "abs": (1, 1, _NUMBER, _called("abs")),
    "floor": (1, 1, _NUMBER, _called("floor")), "ceil": (1, 1, _NUMBER, _called("ceil")),
    "threshold": (2, 2, _NUMBER, _threshold), "if": (2, 3, None, _chosen),
    "equal": (2, 2, None, _compared("=")), "notEqual": (2, 2, None, _compared("<>")),
    "lessThan": (2, 2, None, _compared("<")), "lessOrEqual": (2, 2, None, _compared("<=")),
    "greaterThan": (2, 2, None, _compared(">")), "greaterOrEqual": (2, 2, None, _compared(">=")),
    "and": (2, _MANY, Type.BOOLEAN, _connected("and")), "or": (2, _MANY, Type.BOOLEAN, _connected("or")),
    "not": (1, 1, Type.BOOLEAN, _negated),
    "isMissing": (1, 1, None, _is_missing("is null")), "isNotMissing": (1, 1, None, _is_missing("is not null")),
}  # fmt: skip
