"""References of a schema, put in place."""

from __future__ import annotations

from typing import Any

import pytest

from kaframe.schema.refs import UnknownReferenceError, put_references_in_place

OTHER = {
    "definitions": {"id": {"title": "id", "type": "string"}, "ids": {"items": {"$ref": "#/definitions/id"}}}
}


def load(name: str) -> dict[str, Any]:
    """A folder with one file."""
    if name != "other.schema.json":
        raise FileNotFoundError(name)
    return OTHER


def test_reference_into_another_file() -> None:
    """References of that file mean its own definitions."""
    schema = {"properties": {"a": {"$ref": "other.schema.json#/definitions/ids"}}}
    assert put_references_in_place(schema, load) == {
        "properties": {"a": {"items": {"title": "id", "type": "string"}}}
    }


def test_words_beside_a_reference_replace_those_of_its_target() -> None:
    """Only title, description and examples; draft-07 ignores everything else there."""
    schema = {"a": {"$ref": "other.schema.json#/definitions/id", "description": "whose", "type": "number"}}
    assert put_references_in_place(schema, load)["a"] == {
        "title": "id",
        "type": "string",
        "description": "whose",
    }


def test_recursive_schema_contains_itself() -> None:
    """A tree of any depth is one definition; the words beside the inner reference do not cut it."""
    node = {"properties": {"children": {"$ref": "#/definitions/node", "description": "inner"}}}
    joined = put_references_in_place({"$ref": "#/definitions/node", "definitions": {"node": node}}, load)
    inner = joined["properties"]["children"]
    assert inner["description"] == "inner"
    assert inner["properties"]["children"] is inner


@pytest.mark.parametrize(
    "reference",
    [
        "#/definitions/missing",
        "other.schema.json#/definitions/missing",
        "missing.schema.json",
        "https://example.com/x",
    ],
)
def test_unknown_reference(reference: str) -> None:
    """Nothing is looked for elsewhere."""
    with pytest.raises(UnknownReferenceError, match=reference):
        put_references_in_place({"a": {"$ref": reference}}, load)
