"""The filters of templates that come with kaframe: what each writes, in both languages."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kaframe.wording import Wording
from tests.plugins.loading import load_plugin

FILTERS = {one.name: one for one in load_plugin("filters_text").kaframe_filters()}
DAY = date(2026, 6, 30)
CASES = [
    ("money", [1234.5], "€1,234", "1,234欧元"),
    ("percent", [0.285], "28.5%", "28.5%"),
    ("number", [1234], "1,234", "1,234"),
    ("date", [DAY], "30 June 2026", "2026年6月30日"),
    ("ago", [date(2026, 4, 1), DAY], "3 months ago", "3个月前"),
    ("ago", [date(2026, 7, 1), DAY], "in 1 day", "1天后"),
    ("ago", [DAY, DAY], "today", "今天"),
    ("ago", [None, DAY], "—", "—"),
    ("shown", [{"value": 0.5, "unit": "percent"}], "50%", "50%"),
    ("shown", [{"value": "<b>", "unit": ""}], "&lt;b&gt;", "&lt;b&gt;"),
    ("money", [None], "—", "—"),
]


@pytest.mark.parametrize(("name", "given", "english", "chinese"), CASES, ids=lambda value: str(value)[:20])
def test_what_they_write(name: str, given: list[Any], english: str, chinese: str) -> None:
    """As people of the language do; what is missing is a dash; texts of the data are escaped."""
    value, *arguments = given
    assert FILTERS[name].apply(value, Wording("en", "EUR"), *arguments) == english
    assert FILTERS[name].apply(value, Wording("zh", "EUR"), *arguments) == chinese


def test_each_says_what_it_gives() -> None:
    """The example of the record is its own filter in use."""
    assert [one.name for one in FILTERS.values() if f"| {one.name}" not in one.example] == []
