"""A scorecard model as the text of a score.yaml: a sum that starts with the initial score, a leaf a characteristic."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from kaframe.cardcolumns import OWN_COLUMNS
from kaframe.errors import Problem, UsageError
from kaframe.pmml.formulas import Formula
from kaframe.pmml.scorecard import Attribute, Characteristic, Model
from kaframe.yamlfile import dump_yaml

ID = re.compile(r"[a-z][a-z0-9_]{0,59}")
INVALID = "valid_inputs"


def write_card(model: Model, source: str, card: str = "") -> tuple[str, str]:
    """The YAML of the model and the id of its card. Raises: UsageError KF6087 for a card that is no id."""
    if card and not ID.fullmatch(card):
        message = f"'{card}' is no id of a scorecard"
        raise UsageError([Problem(None, "KF6087", message, "write small letters, digits and _, a letter first")])
    name = card or _slug(model.name, "scorecard")
    semantics = f"{name[:55]}_pmml"
    children = _children(model)
    data = {
        "version": 1,
        "semantics": {semantics: _semantics(model)},
        "scorecards": {
            name: {"label": model.name, "semantics": semantics, "children": children},
        },
    }
    return _head(model, source) + dump_yaml(data), name


def _head(model: Model, source: str) -> str:
    needed = "".join(f"#   {field.name}: {field.type}\n" for field in model.needed)
    text = re.sub(r"[^\w .-]", "?", PurePath(source).name)
    return (
        "# yaml-language-server: $schema=../schemas/score.schema.json\n"
        f"# Imported from {text}. It needs these account columns or measures:\n{needed}"
    )


def _semantics(model: Model) -> dict[str, Any]:
    """Points add up from the initial score, nothing is limited or rounded, and all must be known."""
    low, high = model.initial, model.initial
    for one in model.characteristics:
        points = [attribute.points for attribute in one.attributes if isinstance(attribute.points, float)]
        low, high = low + min(points, default=0.0), high + max(points, default=0.0)
    best = high if high > low else low + 1
    return {
        "like": "kaframe",
        "scale": [_short(low), _short(best)],
        "categories": {"best": _short(best), "worst": _short(low)},
        "beyond_scale": "keep",
        "aggregate": "sum",
        "start": _short(model.initial),
        "clamp": "none",
        "missing": "no_data",
        "neutral": _short(low),
        "minimum_coverage": 0,
        "rounding": {"leaf": "none", "group": "none", "total": "none"},
    }


def _children(model: Model) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for place, one in enumerate(model.characteristics, 1):
        name = _unused(_slug(one.name, f"characteristic_{place}"), found)
        found[name] = _leaf(one, model.algorithm)
    invalid = [f"({field.valid}) is false" for field in model.fields.values() if field.valid]
    if invalid:
        value = f"case when {' or '.join(invalid)} then null else 0 end"
        found[_unused(INVALID, found)] = {"note": "An invalid input has no score.", "value": value}
    return found


def _leaf(one: Characteristic, algorithm: str) -> dict[str, Any]:
    leaf: dict[str, Any] = {"label": one.name} if one.name else {}
    if one.baseline is not None:
        below = algorithm == "pointsBelow"
        baseline = _short(one.baseline)
        leaf["baseline"] = baseline if below else {"points": baseline, "counts": "above"}
    if any(isinstance(attribute.points, Formula) for attribute in one.attributes):
        reason = one.attributes[0].reason
        return leaf | ({"label": reason} if reason else {}) | {"value": _computed(one.attributes)}
    leaf["cases"] = [_case(attribute, one.baseline is not None) for attribute in one.attributes]
    return leaf


def _case(attribute: Attribute, with_reason: bool) -> dict[str, Any]:
    assert isinstance(attribute.points, float)
    when = {"true": True, "false": False}.get(attribute.when.text, attribute.when.text)
    case: dict[str, Any] = {"when": when, "points": _short(attribute.points)}
    return case | ({"reason": attribute.reason} if with_reason and attribute.reason else {})


def _computed(attributes: Iterable[Attribute]) -> str:
    arms = [
        f"when {one.when.text} then {one.points.text if isinstance(one.points, Formula) else _short(one.points)}"
        for one in attributes
    ]
    return f"case {' '.join(arms)} else null end"


def _slug(name: str, instead: str) -> str:
    """An id made of a name."""
    word = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:50]
    word = word if re.match(r"[a-z]", word) else f"c_{word}" if word else instead
    return f"{word}_part" if word in OWN_COLUMNS else word


def _unused(name: str, taken: Iterable[str]) -> str:
    known = set(taken)
    return name if name not in known else next(
        found for number in range(2, len(known) + 3) if (found := f"{name}_{number}") not in known
    )


def _short(value: float) -> int | float:
    """Whole numbers without ``.0``."""
    return int(value) if value == int(value) and abs(value) < 1e15 else value
