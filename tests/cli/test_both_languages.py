"""The command line speaks both languages equally well."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from kaframe.cli.words import words_of

CLI = Path(__file__).parents[2] / "kaframe" / "cli"
ENGLISH, CHINESE = words_of("en"), words_of("zh")


def test_same_words_in_both_languages() -> None:
    """No word is missing in one of them."""
    assert ENGLISH.keys() == CHINESE.keys()


@pytest.mark.parametrize("name", sorted(ENGLISH))
def test_same_facts_in_both_languages(name: str) -> None:
    """Each sentence tells the same facts, and the Chinese one is Chinese."""
    facts = [{part for _, part, _, _ in string.Formatter().parse(words[name]) if part} for words in (ENGLISH, CHINESE)]
    assert facts[0] == facts[1]
    assert re.search(r"[\u4e00-\u9fff]", CHINESE[name])


def test_every_word_that_is_asked_for_is_there() -> None:
    """The words that the code names exist."""
    asked = {
        name
        for path in CLI.glob("*.py")
        for name in re.findall(r'words\["([^"{]+)"\]', path.read_text(encoding="utf-8"))
    }
    assert asked - ENGLISH.keys() == set()
    assert len(asked) > 20
