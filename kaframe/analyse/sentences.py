"""Sentences with places for numbers: ``Buys {percent:size} less than before, {now:money}``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kaframe.bind import Label
from kaframe.wording import Wording

PLACE = re.compile(r"\{([^{}:]*)(?::([^{}]*))?\}")
WITHOUT_SIGN = "size"
UNITS = {"money": "currency", "percent": "percent", "number": "number"}
FORMS = (WITHOUT_SIGN, *UNITS)


def places(sentence: Label) -> Iterator[tuple[str, str]]:
    """Every name that a sentence asks for, in both languages, with how it is to be written."""
    seen = [found.groups() for text in (sentence.en, sentence.zh) for found in PLACE.finditer(text)]
    yield from dict.fromkeys((name, form or "") for name, form in seen)


def fill(text: str, facts: Mapping[str, Any], units: Mapping[str, str], wording: Wording) -> str:
    """The sentence with its numbers, each by its unit."""

    def write(found: re.Match[str]) -> str:
        name, form = found.groups()
        value = facts.get(name)
        if form == WITHOUT_SIGN and isinstance(value, int | float):
            value = abs(value)
        return wording.text(value, UNITS.get(form or "", units.get(name, "")))

    return PLACE.sub(write, text)
