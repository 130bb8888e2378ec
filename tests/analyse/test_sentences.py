"""Sentences with places for numbers."""

from __future__ import annotations

from datetime import date

import pytest

from kaframe.analyse.sentences import fill, places
from kaframe.bind import Label
from kaframe.wording import Wording

FACTS = {"change": -0.285, "now": 1686000.0, "last": date(2026, 6, 30), "who": "{now} 王芳", "none": None}
UNITS = {"change": "percent", "now": "currency"}


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "{change:size} less: {now}, {last}", "28.5% less: CN¥1,686,000, 30 June 2026"),
        ("zh", "下降{change:size}至{now}（{last}）", "下降28.5%至168.6万元（2026年6月30日）"),
        ("en", "{who}: {none}", "{now} 王芳: —"),
        ("en", "{now:number}", "1,686,000"),
    ],
    ids=["english", "chinese", "data are never filled in twice", "another unit"],
)
def test_numbers_are_written_as_people_do(language: str, text: str, expected: str) -> None:
    """Each by its unit, in the project's language."""
    assert fill(text, FACTS, UNITS, Wording(language, "CNY")) == expected


def test_places_of_both_languages_are_known() -> None:
    """What only the Chinese sentence asks for must be there too."""
    assert list(places(Label("{a} {b:size}", "{c}{a}"))) == [("a", ""), ("b", "size"), ("c", "")]
