"""The door to JSON Schema: the schemas that come with kaframe, and those of plugins."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from kaframe.bundled import folder
from kaframe.schema import check_against, check_schema, load_schema
from kaframe.yamlfile import Node, parse_yaml

KINDS = sorted(path.name.removesuffix(".schema.json") for path in folder("schemas").glob("*.schema.json"))
COMMON = "common.schema.json#/definitions/"


@pytest.mark.parametrize("kind", KINDS)
def test_schema_is_valid_and_can_be_resolved(kind: str) -> None:
    """Each schema is draft-07, has a title and no ``$id``, and all its references lead somewhere."""
    schema = load_schema(kind)
    Draft7Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert schema["title"]
    assert "$id" not in schema
    assert isinstance(check_schema(parse_yaml("a: 1", "f"), kind), list)


def properties_of(schema: Any, path: str = "") -> list[tuple[str, dict[str, Any]]]:
    """Every property of a schema, with its path."""
    found = []
    if isinstance(schema, dict):
        for name, part in schema.items():
            if name == "properties" and isinstance(part, dict):
                found += [(f"{path}/{key}", value) for key, value in part.items() if isinstance(value, dict)]
            found += properties_of(part, f"{path}/{name}")
    elif isinstance(schema, list):
        for position, part in enumerate(schema):
            found += properties_of(part, f"{path}/{position}")
    return found


def said_of(part: dict[str, Any], schema: dict[str, Any]) -> set[str]:
    """The keywords of a property: its own, and those of what it refers to, over any number of references."""
    if "$ref" not in part:
        return set(part)
    name, _, path = part["$ref"].partition("#/")
    target = schema = load_schema(name.removesuffix(".schema.json")) if name else schema
    for key in path.split("/") if path else ():
        target = target[key]
    return set(part) | said_of(target, schema)


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_is_explained(kind: str) -> None:
    """An editor shows a title and a description for each key: its own, or those of what it refers to. What an item
    must have (``then``) is titled where the item has it, and a constant decides which of several forms is meant."""
    schema = load_schema(kind)
    mute = [
        (path, sorted(missing))
        for path, part in properties_of(schema)
        if "const" not in part
        and (missing := ({"description"} if "/then/" in path else {"title", "description"}) - said_of(part, schema))
    ]
    assert mute == []


@pytest.mark.parametrize("name", list(load_schema("common")["definitions"]))
def test_common_definition_accepts_its_examples(name: str) -> None:
    """What stands as an example in a message is legal."""
    definition = load_schema("common")["definitions"][name]
    assert definition["title"]
    assert definition["description"]
    schema = {"properties": {"a": {"$ref": COMMON + name}}}
    for example in definition.get("examples", []):
        assert check_against(parse_yaml(f"a: {json.dumps(example)}", "f"), schema, "") == []


REFUSED = {
    "id": ["Revenue", "1st", "收入"],
    "label": ["''", "{}", "{fr: a}"],
    "expression": ["[]", ""],
    "duration": ["90", "3 moons", "-1 days"],
    "date": ["2024-02-30"],
    "weight": ["-1"],
    "share": ["1.1"],
    "override": ["merged"],
    "color": ["blue"],
    "requires": ["[a, a]"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in REFUSED for value in REFUSED[name]])
def test_common_definition_refuses(name: str, value: str) -> None:
    """One problem with a place."""
    schema = {"properties": {"a": {"$ref": COMMON + name}}}
    problems = check_against(parse_yaml(f"a: {value}", "f"), schema, "")
    assert len(problems) == 1
    assert problems[0].at is not None
    assert problems[0].at.line == 1


@pytest.mark.parametrize(
    ("schema", "code"),
    [
        pytest.param({"$ref": "http://127.0.0.1:1/x.json"}, "KF1201", id="address"),
        pytest.param({"properties": {"a": {"$ref": "file:///etc/passwd"}}}, "KF1201", id="file"),
        pytest.param(
            {"items": [{"$ref": "other.schema.json#/x"}]}, "KF1201", id="schema of another file kind"
        ),
        pytest.param({"$ref": "#/definitions/missing"}, "KF1202", id="missing part"),
        pytest.param({"type": "strin"}, "KF1202", id="invalid"),
        pytest.param({"properties": {"a": {"pattern": "^(a+)+$"}}}, "KF1203", id="endless pattern"),
        pytest.param({"properties": {"a": {"pattern": "^(a|aa)+$"}}}, "KF1203", id="choices alike"),
        pytest.param({"properties": {"a": {"pattern": "(.*a){20}$"}}}, "KF1203", id="many times"),
        pytest.param({"properties": {"a": {"pattern": "a*a*a*a*a*b"}}}, "KF1203", id="one after another"),
        pytest.param({"patternProperties": {"^((a+)b?)+$": {}}}, "KF1203", id="pattern of keys"),
        pytest.param({"properties": {"a": {"pattern": "("}}}, "KF1202", id="no pattern"),
    ],
)
def test_schema_of_a_plugin_is_refused(
    schema: dict[str, Any], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once, in words that name the plugin, and without a connection to anywhere."""
    monkeypatch.setattr(socket, "socket", lambda *_: pytest.fail("a connection was opened"))
    problems = check_against(parse_yaml(f"a: {'a' * 30}!", "f"), schema, "options of csv")
    assert [problem.code for problem in problems] == [code]
    assert problems[0].message.startswith("options of csv: the plugin's ")


@pytest.mark.parametrize(
    "pattern", ["^[^@ ]+@[^@ ]+[.][^@ ]+$", "^([a-z]{3}-)*x$", "^(foo|bar)*$", "^(a{2,3}){2}$"]
)
def test_a_pattern_that_ends_is_used(pattern: str) -> None:
    """Repetitions that take a text in one way only are nobody's problem."""
    schema = {"properties": {"a": {"type": "string", "pattern": pattern}}}
    assert [problem.code for problem in check_against(parse_yaml("a: '!'", "f"), schema, "")] == ["KF1108"]


def test_options_of_a_plugin_are_checked_like_everything_else() -> None:
    """A misspelt option is told at its place, with the name of the plugin."""
    schema = {"type": "object", "properties": {"path": {"type": "string"}}, "additionalProperties": False}
    problems = check_against(parse_yaml("pfad: x\npaht: y\n", "k.yaml"), schema, "options of csv")
    assert [str(problem) for problem in problems] == [
        "k.yaml:1:1: KF1104 unknown key 'pfad' in options of csv (legal keys: path)",
        "k.yaml:2:1: KF1104 unknown key 'paht' in options of csv (did you mean 'path'?; legal keys: path)",
    ]


def test_unknown_kind() -> None:
    """A kind of file without a schema is a mistake in the program, and says so."""
    with pytest.raises(FileNotFoundError):
        load_schema("nothing")
    assert not (Path(folder("schemas")) / "nothing.schema.json").exists()


def test_a_label_needs_one_language() -> None:
    """A project that speaks one language writes one text; what bundled packs say stands in both (see below)."""
    text = "version: 1\ntiers: [{id: vip, when: true, label: {en: VIP}}, {id: rest, when: true, label: {}}]\n"
    [problem] = check_schema(parse_yaml(text, "f"), "identify")
    assert (problem.code, problem.message) == ("KF1109", "'label' needs at least 1 of its keys")


@pytest.mark.parametrize("path", sorted(folder("rules").glob("**/*.yaml")), ids=lambda path: path.stem)
def test_bundled_packs_speak_both_languages(path: Path) -> None:
    """Every text a language of a bundled rule has the other one beside it."""
    told = []

    def look(node: Node) -> None:
        if isinstance(node.value, dict):
            if node.value.keys() & {"en", "zh"} and not {"en", "zh"} <= node.value.keys():
                told.append(str(node.at))
            for item in node.value.values():
                look(item)
        for item in node.value if isinstance(node.value, list) else ():
            look(item)

    look(parse_yaml(path.read_text("utf-8"), path.name))
    assert told == []
