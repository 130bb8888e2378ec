"""The one door to jsonschema: what a file may say, answered with the place of everything that is wrong.

Schemas are draft-07 without ``$id``; ``common.schema.json#/definitions/...`` is found in the local folder,
and nothing is ever fetched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft7Validator, FormatChecker
from jsonschema.exceptions import SchemaError, ValidationError
from referencing import Registry

from kaframe.bundled import folder
from kaframe.errors import Location, Problem
from kaframe.schema.errors import explain, find_misspelt
from kaframe.schema.patterns import find_pattern_faults
from kaframe.schema.refs import UnknownReferenceError, put_references_in_place
from kaframe.schema.refusal import Refusal, Whole
from kaframe.yamlfile import Node

RESOLVED = ("accounts", "tables", "rates", "channels", "profiles", "store")  # of kaframe.yaml: by their own rules
_REFERENCE = re.compile(r"\$\{(?:env|file):")
_FORMATS = FormatChecker(["date"])
_NOTHING_REMOTE: Registry[Any] = Registry()  # the validator's own default would fetch
_FAULT = "tell the plugin's author; --no-plugins goes on without it"
_FILE = re.compile(r"[a-z][a-z_-]*\.schema\.json")


@cache
def load_schema(kind: str) -> dict[str, Any]:
    """The JSON Schema of a kind of file, such as ``score``. Raises: FileNotFoundError for an unknown kind."""
    return _load(f"{kind}.schema.json")


def check_schema(node: Node, kind: str) -> list[Problem]:
    """What a file of this kind does wrong, in the order of the file."""
    misplaced = {problem.at: problem for problem in _find_references(node, RESOLVED if kind == "kaframe" else ())}
    others = [problem for problem in _check(node, _validator_of(kind), "") if problem.at not in misplaced]
    return sorted([*others, *misplaced.values()], key=lambda problem: problem.at or node.at)


def _find_references(node: Node, left_out: Collection[str]) -> Iterator[Problem]:
    """References to secrets in fields where none is resolved, but for the sections ``left_out``."""
    value = node.value
    if isinstance(value, str) and _REFERENCE.search(value):
        yield misplaced_reference(node.at)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in left_out:
                yield from _find_references(inner, ())
    elif isinstance(value, list):
        for inner in value:
            yield from _find_references(inner, ())


def misplaced_reference(at: Location) -> Problem:
    """The problem of a reference to a secret in a field where none is resolved."""
    hint = "references are resolved only where the schema says 'secret'; write the value itself"
    return Problem(at, "KF1132", "'${' stands in a field that is no secret", hint)


def check_against(node: Node, schema: Mapping[str, Any], words: str) -> list[Problem]:
    """What the options of a plugin do wrong by the plugin's own schema; ``words`` name them in messages.

    A schema that is invalid, refers to another place or may run for ever is the plugin's problem (KF1201 to
    KF1203).
    """
    faults = [Problem(node.at, code, f"{words}: {message}", _FAULT) for code, message in _find_faults(schema)]
    if faults:
        return faults
    try:
        return _check(node, _validator(schema), words)
    except UnknownReferenceError as unknown:
        message = f"{words}: the plugin's schema refers to {unknown}, which does not exist"
        return [Problem(node.at, "KF1202", message, _FAULT)]


def _check(node: Node, validator: Draft7Validator, words: str) -> list[Problem]:
    refusals = [_describe(error) for error in validator.iter_errors(node.plain())]
    whole = Whole(node, words, find_misspelt(refusals))
    problems = dict.fromkeys(problem for refusal in refusals for problem in explain(refusal, whole))
    return sorted(problems, key=lambda problem: problem.at or node.at)


def _describe(error: ValidationError) -> Refusal:
    branches: dict[Any, list[Refusal]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.relative_schema_path[0], []).append(_describe(inner))
    return Refusal(
        rule=str(error.validator),
        limit=error.validator_value,
        value=error.instance,
        schema=error.schema if isinstance(error.schema, Mapping) else {},
        path=tuple(error.absolute_path),
        depth=len(error.relative_path),
        of_key="propertyNames" in error.absolute_schema_path,
        branches=tuple(tuple(branch) for branch in branches.values()),
        message=error.message,
    )


def _find_faults(schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    try:
        Draft7Validator.check_schema(schema)
    except SchemaError as error:
        yield "KF1202", f"the plugin's schema is invalid at {error.json_path}: {error.message}"
        return
    for key, value in _walk(schema):
        if key == "$ref" and not str(value).startswith(("#/", "common.schema.json#/")):
            yield "KF1201", f"the plugin's schema refers to {value}; remote references are refused"
        yield from find_pattern_faults(key, value)


def _walk(schema: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(schema, Mapping):
        for key, value in schema.items():
            yield key, value
            yield from _walk(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _walk(value)


@cache
def _validator_of(kind: str) -> Draft7Validator:
    return _validator(load_schema(kind))


def _validator(schema: Mapping[str, Any]) -> Draft7Validator:
    joined = put_references_in_place(schema, _load)
    return Draft7Validator(joined, registry=_NOTHING_REMOTE, format_checker=_FORMATS)


def _load(name: str) -> dict[str, Any]:
    """A schema of the local folder by its file name."""
    if not _FILE.fullmatch(name):
        raise FileNotFoundError(name)
    schema: dict[str, Any] = json.loads((folder("schemas") / name).read_text("utf-8"))
    return schema
