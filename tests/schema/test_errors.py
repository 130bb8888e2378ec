"""Files that a schema refuses and the exact text of what is said about them (tests/cases/errors/schema)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kaframe.schema import check_against
from kaframe.schema.errors import either, show
from kaframe.yamlfile import read_yaml

FOLDER = Path(__file__).parents[1] / "cases/errors/schema"
SCHEMA = json.loads((FOLDER / "schema.json").read_text("utf-8"))


@pytest.mark.parametrize("case", sorted(FOLDER.glob("*.yaml")), ids=lambda case: case.stem)
def test_refused_file(case: Path) -> None:
    """Each file beside its messages: the exact place, the nearest legal word, the way out."""
    problems = check_against(read_yaml(case, case.name), SCHEMA, "")
    assert "".join(f"{problem}\n" for problem in problems) == case.with_suffix(".txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "nothing"),
        (True, "true"),
        (1.5, "number 1.5"),
        ("ten", "text 'ten'"),
        ({}, "keys and values"),
        ([], "a list"),
        ("x" * 50, f"text '{'x' * 37}...'"),
    ],
    ids=["nothing", "flag", "number", "text", "mapping", "list", "long"],
)
def test_values_in_words(value: object, words: str) -> None:
    """A value is shown as people call it, and never at length."""
    assert show(value) == words


def test_words_are_joined_and_told_once() -> None:
    """``a, b or c``."""
    assert (either(["a"]), either(["a", "b", "a"]), either("abc")) == ("a", "a or b", "a, b or c")
