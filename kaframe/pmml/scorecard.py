"""The Scorecard model of a PMML file as records: characteristics with ordered attributes, baselines, reason codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kaframe.errors import Location, RuleError
from kaframe.expression import Expression, Name, Scope, Type, compile_expression
from kaframe.pmml.asking import Reading
from kaframe.pmml.fields import Field, read_fields
from kaframe.pmml.formulas import EXPRESSIONS, OTHERS, Formula, read_derived, read_formula
from kaframe.pmml.predicates import PREDICATES, Condition, read_condition
from kaframe.pmml.xmlfile import Element

ATTRIBUTES = (
    "modelName", "functionName", "algorithmName", "initialScore", "useReasonCodes", "reasonCodeAlgorithm",
    "baselineScore", "baselineMethod", "isScorable",
)  # fmt: skip
PARTS = (
    "MiningSchema", "Output", "ModelStats", "ModelExplanation", "Targets", "LocalTransformations", "Characteristics",
    "ModelVerification",
)  # fmt: skip
TOLD = ("ModelStats", "ModelExplanation", "ModelVerification")
METHODS = ("max", "min", "mean", "neutral", "other")
BASELINE_HINT = 'reason codes need one, here or at Scorecard; or useReasonCodes="false"'
REASON_HINT = 'give one here or to its characteristic; or useReasonCodes="false"'
Algorithm = Literal["pointsBelow", "pointsAbove"]


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute: where its predicate is true the partial score is that number or formula."""

    when: Condition
    points: float | Formula
    reason: str
    at: Location


@dataclass(frozen=True, slots=True)
class Characteristic:
    """Attributes in their order, the first of which that is true decides; ``baseline`` None: it gives no reasons."""

    name: str
    attributes: tuple[Attribute, ...]
    baseline: float | None
    at: Location


@dataclass(frozen=True, slots=True)
class Model:
    """The scorecard, with the fields that it rests on."""

    name: str
    initial: float
    algorithm: Algorithm
    characteristics: tuple[Characteristic, ...]
    fields: Mapping[str, Field]
    at: Location

    @property
    def needed(self) -> tuple[Field, ...]:
        """The fields that must come from the data: columns or measures."""
        return tuple(field for field in self.fields.values() if not field.is_derived)


def read_model(root: Element, card: Element, reading: Reading) -> Model:
    """The model; what cannot be expressed is noted as a problem."""
    reading.allow(card, ATTRIBUTES, PARTS)
    reading.choice(card, "functionName", ("regression",), "regression")
    reading.choice(card, "baselineMethod", METHODS)
    if card.get("isScorable") == "false":
        reading.refuse(card, "KF6083", "this model says that it is not for scoring", "isScorable=\"false\"")
    _check_rest(card, reading)
    fields = _fields(root, card, reading)
    uses = reading.choice(card, "useReasonCodes", ("true", "false", "1", "0"), "true") in ("true", "1")
    below = reading.choice(card, "reasonCodeAlgorithm", ("pointsBelow", "pointsAbove"), "pointsBelow") == "pointsBelow"
    baseline = reading.number(card, "baselineScore")
    listed = card.first("Characteristics")
    if listed is None:
        reading.refuse(card, "KF6084", "Scorecard has no Characteristics", "the standard wants them")
    else:
        reading.allow(listed, (), ("Characteristic",))
    characteristics = [
        _characteristic(element, fields, (uses, baseline), reading)
        for element in (listed.all("Characteristic") if listed else ())
    ]
    name = card.get("modelName") or "scorecard"
    initial = reading.number(card, "initialScore", 0.0) or 0.0
    return Model(name, initial, "pointsBelow" if below else "pointsAbove", tuple(characteristics), fields, card.at)


def _fields(root: Element, card: Element, reading: Reading) -> dict[str, Field]:
    dictionary, schema = root.first("DataDictionary"), card.first("MiningSchema")
    if dictionary is None or schema is None:
        missing = "DataDictionary" if dictionary is None else "MiningSchema"
        reading.refuse(card, "KF6084", f"the file has no {missing}", "the standard wants one")
        return {}
    fields = read_fields(dictionary, schema, reading)
    for section in (root.first("TransformationDictionary"), card.first("LocalTransformations")):
        if section is not None:
            read_derived(section, fields, reading)
    return fields


def _check_rest(card: Element, reading: Reading) -> None:
    """Targets change the score; outputs name it; statistics and verification say nothing about it."""
    for element in card.all(*TOLD):
        reading.leave_out(element, f"{element.name} is left out: it says nothing about the score")
    for element in card.all("Targets"):
        reading.refuse(element, "KF6083", "Targets are not supported", "they change the score after it is computed")
    output = card.first("Output")
    for field in output.children if output is not None else ():
        feature = field.get("feature") or "predictedValue"
        if field.name == "OutputField" and feature not in ("predictedValue", "reasonCode"):
            name = field.get("name") or ""
            reading.refuse(field, "KF6083", f"the output '{name}' is a {feature}", "kaframe gives score and reasons")


def _characteristic(
    element: Element, fields: Mapping[str, Field], reasons: tuple[bool, float | None], reading: Reading
) -> Characteristic:
    reading.allow(element, ("name", "reasonCode", "baselineScore"), ("Attribute",))
    uses, common = reasons
    baseline = reading.number(element, "baselineScore", common) if uses else None
    name = element.get("name") or ""
    if uses and baseline is None:
        message = f"the characteristic '{name}' has no baselineScore"
        reading.refuse(element, "KF6084", message, BASELINE_HINT)
    known: set[str] = set()
    attributes = []
    for child in element.all("Attribute"):
        attribute = _attribute(child, element, fields, reading)
        if uses and not attribute.reason:
            message = f"an attribute of '{name}' has no reasonCode"
            reading.refuse(child, "KF6084", message, REASON_HINT)
        attributes.append(_settled(attribute, known))
        known |= attribute.when.missing
    if not attributes:
        reading.refuse(element, "KF6084", f"the characteristic '{name}' has no attributes")
    found = Characteristic(name, tuple(attributes), baseline, element.at)
    computed = any(isinstance(one.points, Formula) for one in attributes)
    if uses and computed and len({one.reason for one in attributes}) > 1:
        message = f"'{name}' has computed partial scores and several reason codes"
        reading.refuse(element, "KF6083", message, "give all its attributes one reasonCode")
    return found


def _attribute(
    element: Element, parent: Element, fields: Mapping[str, Field], reading: Reading
) -> Attribute:
    reading.allow(element, ("reasonCode", "partialScore"), (*PREDICATES, "ComplexPartialScore"))
    predicate = element.first(*PREDICATES)
    if predicate is None:
        reading.refuse(element, "KF6084", "an attribute has no predicate", "True stands for always")
    when = read_condition(predicate, fields, reading) if predicate is not None else Condition("false")
    points: float | Formula | None = reading.number(element, "partialScore")
    computed = element.first("ComplexPartialScore")
    if computed is not None:
        points = _computed(computed, fields, reading)
    if points is None:
        reading.refuse(element, "KF6084", "an attribute has no partialScore", "the standard wants one")
    reason = element.get("reasonCode") or parent.get("reasonCode") or ""
    if not reading.problems:
        _check_sayable(element, when.text if not isinstance(points, Formula) else f"({when.text}) and "
                       f"{points.text} is not null", fields, reading)
    return Attribute(when, 0.0 if points is None else points, reason, element.at)


def _check_sayable(element: Element, text: str, fields: Mapping[str, Field], reading: Reading) -> None:
    """Refuse what kaframe's expressions do not take: too long, too deep, numbers too large, types that do not fit."""
    names = {field.name: Name(field.type) for field in fields.values() if not field.is_derived}
    try:
        said = Expression(f"({text}) is true", element.at)
        compile_expression(said, Scope("the model", names, date.min), Type.BOOLEAN)
    except RuleError as error:
        problem = error.problems[0]
        reading.refuse(element, "KF6083", f"no expression can say this attribute: {problem.message}", problem.hint)


def _computed(element: Element, fields: Mapping[str, Field], reading: Reading) -> Formula | None:
    reading.allow(element, (), (*EXPRESSIONS, *OTHERS))
    inner = element.first(*EXPRESSIONS, *OTHERS)
    if inner is None:
        reading.refuse(element, "KF6084", "ComplexPartialScore has no expression")
        return None
    return read_formula(inner, fields, reading)


def _settled(attribute: Attribute, known: set[str]) -> Attribute:
    """A predicate that can be unknown is passed over, as if it were false; where its fields are known it is plain."""
    if not attribute.when.unknown - known:
        return attribute
    condition = Condition(f"({attribute.when.text}) is true", frozenset(), attribute.when.missing)
    return Attribute(condition, attribute.points, attribute.reason, attribute.at)
