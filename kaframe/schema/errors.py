"""What a JSON Schema refuses, said with the exact place, the nearest legal word and the way out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kaframe.errors import Location, Problem, nearest
from kaframe.schema.refusal import Refusal, Whole
from kaframe.schema.suggesting import NEWER, in_quotes, limits, other_spelling, suggest
from kaframe.yamlfile.text import find_wide_colon, wide_colon_problem
from kaframe.yamlfile.tree import Node

_NAMES = {
    "string": "text", "number": "number", "integer": "whole number", "boolean": "true or false",
    "object": "keys and values", "array": "a list", "null": "nothing",
}  # fmt: skip
_TYPES: dict[str, Any] = {  # booleans are integers to Python, so they come first
    "boolean": bool, "number": int | float, "string": str, "object": dict, "array": list,
}  # fmt: skip


def explain(refusal: Refusal, whole: Whole) -> list[Problem]:
    """The problems behind one refusal of the validator."""
    node = whole.find(refusal.path)
    if refusal.of_key:
        return [_bad_key(refusal, node)]
    return _EXPLANATIONS.get(refusal.rule, _other)(refusal, node, whole)


def find_misspelt(refusals: Iterable[Refusal]) -> dict[tuple[str | int, ...], frozenset[str]]:
    """What is suggested for the unknown keys of each mapping, so that nobody is told of a missing key as well."""
    found: dict[tuple[str | int, ...], frozenset[str]] = {}
    for refusal in refusals:
        if refusal.rule == "additionalProperties":
            hints = {nearest(key, refusal.legal_keys) for key in refusal.extra_keys}
            found[refusal.path] = found.get(refusal.path, frozenset()) | hints
        for path, more in find_misspelt(inner for branch in refusal.branches for inner in branch).items():
            found[path] = found.get(path, frozenset()) | more
    return found


def show(value: Any) -> str:
    """A value in words: what it is, and what it says if that is short."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"number {value}"
    if isinstance(value, str):
        return f"text '{_beginning(value)}'"
    return "keys and values" if isinstance(value, dict) else "a list"


def quoted(value: Any) -> str:
    """A text in quotes, its beginning when it is long."""
    return f"'{_beginning(value)}'"


def _beginning(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:37] + "..."


def either(words: Iterable[str]) -> str:
    """``a, b or c``."""
    distinct = list(dict.fromkeys(words))
    return distinct[0] if len(distinct) == 1 else ", ".join(distinct[:-1]) + " or " + distinct[-1]


def _type(refusal: Refusal, node: Node, whole: Whole) -> list[Problem]:
    return [_wrong_type(_listed(refusal.limit), refusal, node)]


def _listed(types: str | list[str]) -> list[str]:
    return [types] if isinstance(types, str) else types


def _wrong_type(wanted: list[str], refusal: Refusal, node: Node) -> Problem:
    value = refusal.value
    if isinstance(value, str) and "object" in wanted and (col := find_wide_colon(value)):
        return wide_colon_problem(node.at.shifted(col - 1))
    names = either(_NAMES[name] for name in wanted)
    hint = other_spelling(value, wanted, refusal.path)
    hint = hint or ("" if "pattern" in refusal.schema else in_quotes(value, wanted)) or _example(refusal)
    hint = hint or str(refusal.schema.get("description", ""))
    return Problem(node.at, "KF1106", f"expected {names}, got {show(value)}", hint)


def _example(refusal: Refusal) -> str:
    """``such as '90 days'`` when the schema gives an example."""
    texts = [f"'{example}'" for example in refusal.schema.get("examples", []) if isinstance(example, str)]
    return "such as " + either(texts[:3]) if texts else ""


def _lead(refusal: Refusal) -> str:
    """An example, or what the value is for."""
    return _example(refusal) or str(refusal.schema.get("description", ""))


def _unknown_keys(refusal: Refusal, node: Node, whole: Whole) -> list[Problem]:
    where = f" in {whole.words}" if whole.words else ""
    return [
        Problem(node.keys[key], "KF1104", f"unknown key '{key}'{where}", suggest(key, refusal.legal_keys, "keys"))
        for key in refusal.extra_keys
    ]


def _missing_keys(refusal: Refusal, node: Node, whole: Whole) -> list[Problem]:
    """One problem for all missing keys, but none for a key that is there misspelt: that is told already."""
    misspelt = whole.misspelt.get(refusal.path, frozenset())
    missing = [key for key in refusal.limit if key not in refusal.value and f"did you mean '{key}'?" not in misspelt]
    if not missing:
        return []
    names = ", ".join(f"'{key}'" for key in missing)
    parts = (refusal.schema.get("properties", {}).get(key, {}) for key in missing)
    hint = " ".join(str(part["description"]) for part in parts if "description" in part)
    hint = hint or "write them there: " + ", ".join(f"{key}: ..." for key in missing)
    return [Problem(node.at, "KF1105", f"missing key{'' if len(missing) == 1 else 's'} {names}", hint)]


def _bad_key(refusal: Refusal, node: Node) -> Problem:
    key = refusal.value
    at = node.keys.get(key, node.at)
    if refusal.rule in {"enum", "const"}:
        return Problem(at, "KF1104", f"unknown key '{key}'", suggest(key, refusal.choices, "keys"))
    return Problem(at, "KF1108", f"the key '{key}' is not a legal {refusal.title or 'name'}", _example(refusal))


def _choice(refusal: Refusal, node: Node, whole: Whole) -> list[Problem]:
    value, names = refusal.value, [word for word in refusal.choices if isinstance(word, str)]
    if not isinstance(value, str) or not names:
        words = either(_literal(word) for word in refusal.choices)
        hint = NEWER if refusal.path == ("version",) else f"write {words}"
        return [Problem(node.at, "KF1107", f"expected {words}, got {show(value)}", hint)]
    what = f"a legal {refusal.title}" if refusal.title else "legal here"
    return [Problem(node.at, "KF1107", f"'{value}' is not {what}", suggest(value, names, "values"))]


def _literal(word: Any) -> str:
    return f"'{word}'" if isinstance(word, str) else json.dumps(word)


def _pattern(refusal: Refusal, node: Node, whole: Whole) -> list[Problem]:
    what = f"a legal {refusal.title}" if refusal.title else f"written like {refusal.limit}"
    return [Problem(node.at, "KF1108", f"{quoted(refusal.value)} is not {what}", _lead(refusal))]


def _date(refusal: Refusal, node: Node, whole: Whole) -> list[Problem]:
    hint = "write year-month-day: 2026-03-31"
    return [Problem(node.at, "KF1101", f"'{refusal.value}' is not a date", hint)]


_LIMITS = {
    "minimum": "must be at least {limit}, got {value}",
    "maximum": "must be at most {limit}, got {value}",
    "exclusiveMinimum": "must be more than {limit}, got {value}",
    "exclusiveMaximum": "must be less than {limit}, got {value}",
    "multipleOf": "must be a multiple of {limit}, got {value}",
    "minLength": "needs at least {limit} characters",
    "maxLength": "takes at most {limit} characters",
    "minItems": "needs at least {limit} in its list",
    "maxItems": "takes at most {limit} in its list",
    "minProperties": "needs at least {limit} of its keys",
    "maxProperties": "takes at most {limit} keys",
}


def _limit(refusal: Refusal, node: Node, whole: Whole) -> list[Problem]:
    name = next((step for step in reversed(refusal.path) if isinstance(step, str)), "this")
    message = _LIMITS[refusal.rule].format(limit=refusal.limit, value=refusal.value)
    hint = _lead(refusal) or limits(refusal.schema)
    if (refusal.rule, refusal.limit) == ("minLength", 1):
        message, hint = "is empty", _lead(refusal) or "write a text there"
    return [Problem(node.at, "KF1109", f"'{name}' {message}", hint)]


def _twice(refusal: Refusal, node: Node, whole: Whole) -> list[Problem]:
    problems: list[Problem] = []
    seen: dict[str, Location] = {}
    for item in node.value if isinstance(node.value, list) else []:
        value = item.plain()
        first = seen.setdefault(json.dumps(value, sort_keys=True), item.at)
        if first != item.at:
            message = f"{show(value)} stands twice in the list"
            problems.append(Problem(item.at, "KF1109", message, "keep one", also=first))
    return problems


def _together(refusal: Refusal, node: Node, whole: Whole) -> list[Problem]:
    problems = []
    for key, needed in refusal.limit.items():
        if key in refusal.value and isinstance(needed, list):
            missing = ", ".join(f"'{name}'" for name in needed if name not in refusal.value)
            if missing:
                at = node.keys.get(key, node.at)
                hint = f"write it there, or leave '{key}' out"
                problems.append(Problem(at, "KF1105", f"'{key}' needs {missing} beside it", hint))
    return problems or _other(refusal, node, whole)


def _forbidden(refusal: Refusal, node: Node, whole: Whole) -> list[Problem]:
    keys = refusal.limit.get("required", []) if isinstance(refusal.limit, Mapping) else []
    if not keys or not isinstance(refusal.value, dict):
        return [Problem(node.at, "KF1111", f"{show(refusal.value)} is not allowed here")]
    names = " and ".join(f"'{key}'" for key in keys)
    message = f"{names} cannot stand {'together ' if len(keys) > 1 else ''}here"
    return [Problem(node.keys.get(keys[-1], node.at), "KF1111", message, "keep one" if len(keys) > 1 else "")]


def _other(refusal: Refusal, node: Node, whole: Whole) -> list[Problem]:
    return [Problem(node.at, "KF1111", refusal.message)]


def _forms(refusal: Refusal, node: Node, whole: Whole) -> list[Problem]:
    """The most useful form: of the value's type, of its discriminating key, of the fewest mistakes."""
    if not refusal.branches:
        titles = [str(form.get("title", "")) for form in refusal.limit if isinstance(form, Mapping)]
        which = f": {', '.join(titles)}" if all(titles) else ""
        return [Problem(node.at, "KF1110", f"fits more than one form{which}", "keep the keys of one")]
    of_type = [branch for branch in refusal.branches if not _other_types(branch)]
    if not of_type:
        wanted = [name for branch in refusal.branches for name in _other_types(branch)]
        return [_wrong_type(wanted, refusal, node)]
    if len(of_type) > 1 and not isinstance(refusal.value, dict | list):
        return [_no_form(refusal, node, of_type)]
    best = min(of_type, key=lambda branch: sum(_distance(inner) for inner in branch))
    return list(dict.fromkeys(problem for inner in best for problem in explain(inner, whole)))


def _other_types(branch: Iterable[Refusal]) -> list[str]:
    """The types a form asks for when the value has none of them, else nothing."""
    for refusal in branch:
        if refusal.depth == 0 and refusal.rule == "type":
            return _listed(refusal.limit)
        if refusal.depth == 0 and refusal.rule in {"const", "enum"}:
            types = [_type_of(choice) for choice in refusal.choices]
            if _type_of(refusal.value) not in types:
                return types
        if refusal.depth == 0 and refusal.rule in {"anyOf", "oneOf"} and refusal.branches:
            inner = [_other_types(form) for form in refusal.branches]
            if all(inner):
                return [name for names in inner for name in names]
    return []


def _type_of(value: Any) -> str:
    for name, kind in _TYPES.items():
        if isinstance(value, kind):
            return name
    return "null"


def _distance(refusal: Refusal) -> float:
    """How far a value is from a form: a wrong discriminating key counts most, deep mistakes least."""
    if refusal.depth == 1 and refusal.rule in {"const", "enum"}:
        return 100
    if refusal.depth == 0 and refusal.rule == "additionalProperties":
        return len(refusal.extra_keys)
    return 1 if refusal.depth == 0 else 0.5


def _no_form(refusal: Refusal, node: Node, branches: list[tuple[Refusal, ...]]) -> Problem:
    words: list[str] = []
    forms: list[str] = []
    for first, *_ in branches:
        if first.rule in {"enum", "const"}:
            words += [word for word in first.choices if isinstance(word, str)]
        elif first.title:
            examples = first.schema.get("examples", [])
            forms.append(f"{first.title} such as '{examples[0]}'" if examples else first.title)
    expected = either([f"'{word}'" for word in words] + forms or ["another form"])
    hint = nearest(refusal.value, words) if isinstance(refusal.value, str) else ""
    return Problem(node.at, "KF1110", f"expected {expected}, got {show(refusal.value)}", hint)


_Explain = Callable[[Refusal, Node, Whole], list[Problem]]
_EXPLANATIONS: dict[str, _Explain] = {
    "type": _type,
    "additionalProperties": _unknown_keys,
    "required": _missing_keys,
    "enum": _choice,
    "const": _choice,
    "pattern": _pattern,
    "format": _date,
    "uniqueItems": _twice,
    "dependencies": _together,
    "not": _forbidden,
    "anyOf": _forms,
    "oneOf": _forms,
    **dict.fromkeys(_LIMITS, _limit),
}
