"""Where keys and values stand."""

from __future__ import annotations

import pytest

from kaframe.bind import _expression
from kaframe.errors import RuleError
from kaframe.yamlfile import Node, parse_yaml, tree


def value_of(text: str) -> Node:
    """The node under the key ``a``."""
    node = parse_yaml(text, "f").get("a")
    assert node is not None
    return node


@pytest.mark.parametrize(
    ("text", "value", "place", "indent"),
    [
        pytest.param("a: red", "red", "f:1:4", 0, id="plain"),
        pytest.param("a:   'red'", "red", "f:1:7", 0, id="after the quote"),
        pytest.param('b: 北风\na: "red"', "red", "f:2:5", 0, id="second line"),
        pytest.param("名: x\na: 红", "红", "f:2:4", 0, id="Chinese"),
        pytest.param("a: |\n  red\n  or green\n", "red\nor green\n", "f:2:3", 3, id="literal"),
        pytest.param(
            "a: |2- # why\n\n    red\n   x\n", "\n  red\n x", "f:2:3", 3, id="literal with a given indent"
        ),
        pytest.param("a: >-\n    red\n    or\n", "red or", "f:2:5", 5, id="folded"),
        pytest.param("a: |\n", "", "f:1:4", 0, id="empty block"),
        pytest.param("a: red\n   or\n     green\n", "red or green", "f:1:4", 4, id="plain on several lines"),
        pytest.param("a: 'red\n  or'\n", "red or", "f:1:5", 3, id="quoted on several lines"),
        pytest.param("a:", None, "f:1:3", 0, id="nothing"),
        pytest.param("a:\n  b: 1", {"b": 1}, "f:2:3", 0, id="mapping"),
        pytest.param("a: [1, 2]", [1, 2], "f:1:4", 0, id="list in brackets"),
        pytest.param("a:\n- 1\n- 2", [1, 2], "f:2:1", 0, id="list of dashes"),
    ],
)
def test_place_of_a_value(text: str, value: object, place: str, indent: int) -> None:
    """It is the first character of what people read, not of the quote or the sign before it."""
    node = value_of(text)
    assert (node.plain(), str(node.at), node.indent) == (value, place, indent)


@pytest.mark.parametrize(
    ("text", "word", "place"),
    [
        pytest.param("a: red or green", "green", "f:1:11", id="plain"),
        pytest.param("a: |\n  red\n  or green\n", "green", "f:3:6", id="literal"),
        pytest.param("a: >\n   red\n   or green\n", "green", "f:3:7", id="folded"),
        pytest.param("a: >-\n   red\n\n   or green\n", "green", "f:4:7", id="folded with an empty line"),
        pytest.param("a: >-\n   red\n     or green\n", "green", "f:3:9", id="folded with a deeper line"),
        pytest.param("a: red\n  or\n     green", "green", "f:3:6", id="plain on several lines"),
        pytest.param('a: "red\n  or green"', "green", "f:2:6", id="quoted on several lines"),
        pytest.param("b: {a: red\n  or green, c: 1}", "green", "f:2:6", id="in braces"),
        pytest.param("a: red\r\n  or\r\n  green", "green", "f:3:3", id="lines of Windows"),
    ],
)
def test_place_inside_an_expression(text: str, word: str, place: str) -> None:
    """A name in a condition of several lines is found where it stands, also where YAML joins the lines."""
    tree = parse_yaml(text, "f")
    node = tree.get("a") or tree.get("b").get("a")  # type: ignore[union-attr]
    assert node is not None
    expression = _expression(node)
    assert str(expression.place(expression.text.index(word))) == place


def test_line_breaks_inside_a_quoted_text_are_spaces() -> None:
    """The break may change what an expression says only where it says the same as a space."""
    assert _expression(value_of("a: b = 'x\n  y' and\n  c")).text == "b = 'x y' and c"


def test_place_of_every_key() -> None:
    """Also of quoted keys, and of keys in braces."""
    node = parse_yaml("a: {b: 1, 'c': 2}\n\"d\":\n  - e: 1\n", "f")
    assert {key: str(at) for key, at in node.keys.items()} == {"a": "f:1:1", "d": "f:2:2"}
    inner = node.get("a")
    assert inner is not None
    assert {key: str(at) for key, at in inner.keys.items()} == {"b": "f:1:5", "c": "f:1:12"}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: {title: smile :( , b: 1}", id="an open parenthesis before another key"),
        pytest.param("a: {when: f(a), b: }", id="an empty key after a call"),
        pytest.param("a: [f(a), g(b)]", id="a list of calls"),
        pytest.param('a: {when: "f(a, b)", c: }', id="a quoted expression"),
        pytest.param("a: {when: x = '(', b: }", id="a parenthesis in quotes"),
        pytest.param("when: f(a, b) > 1", id="outside of braces"),
    ],
)
def test_what_is_not_cut_is_left_alone(text: str) -> None:
    """Only an expression that a comma has cut is answered with that."""
    assert parse_yaml(text, "f").plain()


def test_values_are_counted_whatever_stands_before_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under keys nothing but the parser can tell how many there are."""
    monkeypatch.setattr(tree, "NODE_LIMIT", 3)
    assert len(parse_yaml("a:\nb:\n", "f").value) == 2
    with pytest.raises(RuleError) as caught:
        parse_yaml("a:\nb:\nc:\n", "f")
    (problem,) = caught.value.problems
    assert (str(problem.at), problem.code) == ("f:3:3", "KF1003")
