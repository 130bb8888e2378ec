"""What a schema refuses, as data."""

from __future__ import annotations

from kaframe.schema.refusal import Refusal, Whole
from kaframe.yamlfile import parse_yaml


def test_finding_a_node_by_its_path() -> None:
    """Keys and positions lead to the node."""
    whole = Whole(parse_yaml("a: [{b: 1}, {b: 2}]", "f"))
    assert str(whole.find(["a", 1, "b"]).at) == "f:1:17"


def test_extra_keys_know_patterns() -> None:
    """A key is extra when neither a name nor a pattern of the schema allows it."""
    schema = {"properties": {"a": {}}, "patternProperties": {"^x_": {}}}
    value = {"a": 1, "x_b": 2, "c": 3}
    refusal = Refusal("additionalProperties", False, value, schema, (), 0, False, (), "")
    assert (refusal.extra_keys, refusal.legal_keys) == (["c"], ["a"])
