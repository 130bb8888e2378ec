"""What a JSON Schema refuses, said with the exact place, the nearest legal word and the way out."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jsonschema.exceptions import ValidationError

from kaframe.errors import Location, Problem, nearest
from kaframe.yamlfile import Node
from kaframe.yamltext import wide_colon

_FEW = 12  # as many legal words as a message can list
_NAMES = {
    "string": "text", "number": "number", "integer": "whole number", "boolean": "true or false",
    "object": "keys and values", "array": "a list", "null": "nothing",
}  # fmt: skip


def explain(error: ValidationError, root: Node, words: str = "") -> list[Problem]:
    """The problems behind one error of the validator; ``words`` say whose options they are."""
    node = _find(root, error.absolute_path)
    if "propertyNames" in error.absolute_schema_path:
        return [_bad_key(error, node)]
    return _EXPLANATIONS.get(str(error.validator), _other)(error, node, root, words)


def _find(node: Node, path: Iterable[str | int]) -> Node:
    for step in path:
        value = node.value
        node = value[step] if isinstance(value, list) and isinstance(step, int) else value[str(step)]  # type: ignore[index,call-overload]
    return node


def show(value: Any) -> str:
    """A value in words: what it is, and what it says if that is short."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"number {value}"
    if isinstance(value, str):
        return f"text '{value if len(value) <= 40 else value[:37] + '...'}'"
    return "keys and values" if isinstance(value, dict) else "a list"


def _type(error: ValidationError, node: Node, root: Node, words: str) -> list[Problem]:
    wanted = error.validator_value
    return [_wrong_type([wanted] if isinstance(wanted, str) else wanted, error, node)]


def _wrong_type(wanted: Iterable[str], error: ValidationError, node: Node) -> Problem:
    names = [_NAMES[name] for name in wanted]
    value = error.instance
    if isinstance(value, str) and "object" in wanted and (col := wide_colon(value)):
        message = "full-width colon '：' after a key"
        return Problem(node.at.shifted(col - 1), "KF1013", message, "did you mean ':'?")
    return Problem(node.at, "KF1106", f"expected {_either(names)}, got {show(value)}", _example(error.schema))


def _either(names: Iterable[str]) -> str:
    words = list(dict.fromkeys(names))
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]


def _example(schema: Any) -> str:
    """``such as '90 days'`` when the schema gives an example."""
    examples = schema.get("examples", []) if isinstance(schema, Mapping) else []
    texts = [f"'{example}'" for example in examples if isinstance(example, str)]
    return "such as " + _either(texts[:3]) if texts else ""


def _unknown_keys(error: ValidationError, node: Node, root: Node, words: str) -> list[Problem]:
    legal = _legal_keys(error.schema)
    where = f" in {words}" if words else ""
    return [
        Problem(node.keys[key], "KF1104", f"unknown key '{key}'{where}", _suggest(key, legal, "keys"))
        for key in _extra_keys(error)
    ]


def _legal_keys(schema: Any) -> list[str]:
    return list(schema.get("properties", {}))


def _extra_keys(error: ValidationError) -> list[str]:
    patterns = error.schema.get("patternProperties", {}) if isinstance(error.schema, Mapping) else {}
    legal = _legal_keys(error.schema)
    return [
        key
        for key in error.instance
        if key not in legal and not any(re.search(pattern, key) for pattern in patterns)
    ]


def _suggest(name: str, legal: Iterable[str], kind: str) -> str:
    words = list(legal)
    parts = [nearest(name, words)]
    if words and len(words) <= _FEW:
        parts.append(f"legal {kind}: {', '.join(words)}")
    return "; ".join(part for part in parts if part)


def _missing_keys(error: ValidationError, node: Node, root: Node, words: str) -> list[Problem]:
    """One problem for all missing keys, but none for a key that is there misspelt: that one is told already."""
    missing = [key for key in error.validator_value if key not in error.instance]
    legal = _legal_keys(error.schema)
    unknown = [key for key in error.instance if legal and key not in legal]
    misspelt = {found for key in unknown if (found := _nearest_word(key, legal))}
    missing = [key for key in missing if key not in misspelt]
    if not missing:
        return []
    names = ", ".join(f"'{key}'" for key in missing)
    message = f"missing {'key' if len(missing) == 1 else 'keys'} {names}"
    titles = (error.schema.get("properties", {}).get(key, {}) for key in missing)
    hint = "; ".join(str(part["description"]) for part in titles if "description" in part)
    return [Problem(node.at, "KF1105", message, hint)]


def _nearest_word(name: str, known: Iterable[str]) -> str:
    found = nearest(name, known)
    return found.removeprefix("did you mean '").removesuffix("'?")


def _bad_key(error: ValidationError, node: Node) -> Problem:
    at = node.keys.get(error.instance, node.at)
    title, example = _title(error.schema), _example(error.schema)
    if error.validator in {"enum", "const"}:
        legal = [str(word) for word in error.schema.get("enum", [error.schema.get("const")])]
        return Problem(at, "KF1104", f"unknown key '{error.instance}'", _suggest(error.instance, legal, "keys"))
    return Problem(at, "KF1108", f"the key '{error.instance}' is not a legal {title or 'name'}", example)


def _title(schema: Any) -> str:
    return str(schema.get("title", "")) if isinstance(schema, Mapping) else ""


def _choice(error: ValidationError, node: Node, root: Node, words: str) -> list[Problem]:
    legal = error.validator_value if error.validator == "enum" else [error.validator_value]
    if type(error.instance) not in {type(word) for word in legal} or not isinstance(error.instance, str):
        message = f"expected {_either([_literal(word) for word in legal])}, got {show(error.instance)}"
        return [Problem(node.at, "KF1107", message)]
    names = [word for word in legal if isinstance(word, str)]
    what = f"a legal {title}" if (title := _title(error.schema)) else "legal here"
    hint = _suggest(error.instance, names, "values")
    return [Problem(node.at, "KF1107", f"'{error.instance}' is not {what}", hint)]


def _literal(word: Any) -> str:
    return f"'{word}'" if isinstance(word, str) else json.dumps(word)


def _pattern(error: ValidationError, node: Node, root: Node, words: str) -> list[Problem]:
    what = f"a legal {title}" if (title := _title(error.schema)) else f"written like {error.validator_value}"
    return [Problem(node.at, "KF1108", f"'{error.instance}' is not {what}", _example(error.schema))]


def _date(error: ValidationError, node: Node, root: Node, words: str) -> list[Problem]:
    return [Problem(node.at, "KF1101", f"'{error.instance}' is not a date", "write year-month-day: 2026-03-31")]


_LIMITS = {
    "minimum": "must be at least {limit}, got {value}",
    "maximum": "must be at most {limit}, got {value}",
    "exclusiveMinimum": "must be more than {limit}, got {value}",
    "exclusiveMaximum": "must be less than {limit}, got {value}",
    "multipleOf": "must be a multiple of {limit}, got {value}",
    "minLength": "must have at least {limit} characters",
    "maxLength": "must have at most {limit} characters",
    "minItems": "needs at least {limit} in the list",
    "maxItems": "takes at most {limit} in the list",
    "minProperties": "needs at least {limit} of its keys",
    "maxProperties": "takes at most {limit} keys",
}


def _limit(error: ValidationError, node: Node, root: Node, words: str) -> list[Problem]:
    name = _title(error.schema) or str(error.absolute_path[-1] if error.absolute_path else "this")
    limit, template = error.validator_value, _LIMITS[str(error.validator)]
    return [Problem(node.at, "KF1109", f"{name} {template.format(limit=limit, value=error.instance)}")]


def _twice(error: ValidationError, node: Node, root: Node, words: str) -> list[Problem]:
    problems, seen = [], dict[str, Location]()
    for item in node.value if isinstance(node.value, list) else []:
        text = json.dumps(item.plain(), sort_keys=True)
        if text in seen:
            message = f"{show(item.plain())} stands twice in the list"
            problems.append(Problem(item.at, "KF1109", message, "keep one", also=seen[text]))
        seen.setdefault(text, item.at)
    return problems


def _together(error: ValidationError, node: Node, root: Node, words: str) -> list[Problem]:
    for key, needed in error.validator_value.items():
        if key in error.instance and isinstance(needed, list):
            missing = [f"'{name}'" for name in needed if name not in error.instance]
            if missing:
                message = f"'{key}' needs {', '.join(missing)} beside it"
                return [Problem(node.keys.get(key, node.at), "KF1105", message)]
    return _other(error, node, root, words)


def _branches(error: ValidationError, node: Node, root: Node, words: str) -> list[Problem]:
    """The most useful branch: that of the value's type, of its discriminating key, of the fewest mistakes."""
    branches: dict[int, list[ValidationError]] = defaultdict(list)
    for sub in error.context or ():
        branches[int(sub.schema_path[0])].append(sub)
    if not branches:
        message = "fits more than one form" + _forms(error)
        return [Problem(node.at, "KF1110", message, "leave out what does not belong to the form that is meant")]
    of_type = [errors for errors in branches.values() if not _other_types(errors)]
    if not of_type:
        return [_wrong_type([name for errors in branches.values() for name in _other_types(errors)], error, node)]
    if len(of_type) > 1 and not isinstance(error.instance, dict | list):
        return [_no_form(error, node, of_type)]
    best = min(of_type, key=_badness)
    return list(dict.fromkeys(problem for sub in best for problem in explain(sub, root, words)))


def _other_types(errors: Iterable[ValidationError]) -> list[str]:
    """The types a branch asks for when the value has none of them, else nothing."""
    for error in errors:
        if len(error.relative_path) == 0 and error.validator == "type":
            wanted = error.validator_value
            return [wanted] if isinstance(wanted, str) else list(wanted)
        if len(error.relative_path) == 0 and error.validator in {"anyOf", "oneOf"} and error.context:
            inner = [_other_types([sub]) for sub in error.context]
            if all(inner):
                return [name for names in inner for name in names]
    return []


def _badness(errors: Iterable[ValidationError]) -> float:
    """How far a value is from a branch: a wrong discriminating key counts most, deep mistakes least."""
    return sum(_weight(error) for error in errors)


def _weight(error: ValidationError) -> float:
    depth = len(error.relative_path)
    if depth == 1 and error.validator in {"const", "enum"}:
        return 100
    if depth == 0 and error.validator == "additionalProperties":
        return len(_extra_keys(error))
    return 1 if depth == 0 else 0.5


def _no_form(error: ValidationError, node: Node, branches: list[list[ValidationError]]) -> Problem:
    words: list[str] = []
    forms: list[str] = []
    for branch in branches:
        first = branch[0]
        if first.validator in {"enum", "const"}:
            legal = first.validator_value if first.validator == "enum" else [first.validator_value]
            words += [word for word in legal if isinstance(word, str)]
        else:
            example = _example(first.schema).removeprefix("such as ").split(",")[0].split(" or ")[0]
            forms.append(_title(first.schema) + (f" such as {example}" if example else ""))
    expected = _either([f"'{word}'" for word in words] + [form for form in forms if form] or ["another form"])
    hint = nearest(error.instance, words) if isinstance(error.instance, str) else ""
    return Problem(node.at, "KF1110", f"expected {expected}, got {show(error.instance)}", hint)


def _forms(error: ValidationError) -> str:
    titles = [_title(branch) for branch in error.validator_value]
    return f" ({', '.join(titles)})" if all(titles) else ""


def _forbidden(error: ValidationError, node: Node, root: Node, words: str) -> list[Problem]:
    needed = error.validator_value.get("required", []) if isinstance(error.validator_value, Mapping) else []
    if needed and isinstance(error.instance, dict):
        names = " and ".join(f"'{name}'" for name in needed)
        at = node.keys.get(needed[-1], node.at)
        message = f"{names} cannot stand together here" if len(needed) > 1 else f"{names} cannot stand here"
        return [Problem(at, "KF1111", message, str(error.schema.get("description", "")))]
    return [Problem(node.at, "KF1111", f"{show(error.instance)} is not allowed here")]


def _other(error: ValidationError, node: Node, root: Node, words: str) -> list[Problem]:
    return [Problem(node.at, "KF1111", error.message)]


_Explain = Callable[[ValidationError, Node, Node, str], list[Problem]]
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
    "anyOf": _branches,
    "oneOf": _branches,
    "not": _forbidden,
    **dict.fromkeys(_LIMITS, _limit),
}
