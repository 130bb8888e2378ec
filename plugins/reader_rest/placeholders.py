"""``{page}`` and its like in what is sent: in addresses, parameters and bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import kaframe

PLACE = re.compile(r"\{(\*?[a-zA-Z_][a-zA-Z0-9_]*)\}")


class Gone:
    """What is left out, because the value for its placeholder is missing."""


def names_in(template: Any) -> set[str]:
    """The placeholders of a template."""
    if isinstance(template, kaframe.Secret):
        return set()
    if isinstance(template, str):
        return {name.lstrip("*") for name in PLACE.findall(template)}
    inner = template.values() if isinstance(template, Mapping) else template if isinstance(template, list) else ()
    return {name for each in inner for name in names_in(each)}


def fill(template: Any, values: Mapping[str, Any]) -> Any:
    """The template with the values in their places.

    A text that is nothing but a placeholder becomes the value itself, with its type; without a value it is left out of
    its mapping or list. ``{*name}`` puts the elements of a list in its place; names among them stand there once. Inside
    a longer text a missing value is nothing, and a list is its elements with commas between. Secrets are revealed.
    """
    if isinstance(template, kaframe.Secret):
        return template.reveal()
    if isinstance(template, Mapping):
        filled = {key: fill(each, values) for key, each in template.items()}
        return {key: each for key, each in filled.items() if each is not Gone}
    if isinstance(template, list):
        return _unrepeated([each for item in template for each in _elements(item, values)], template)
    if not isinstance(template, str):
        return template
    whole = PLACE.fullmatch(template)
    if whole:
        return _value(values.get(whole[1].lstrip("*")))
    return PLACE.sub(lambda found: _text(values.get(found[1])), template)


def fill_phrases(phrases: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The phrases of which every placeholder has a value; the others are missing."""
    found = {name: phrase for name, phrase in phrases.items() if all(has(values, each) for each in names_in(phrase))}
    return {name: fill(phrase, values) for name, phrase in found.items()}


def has(values: Mapping[str, Any], name: str) -> bool:
    """Whether there is a value: not nothing, not an empty text or list."""
    return values.get(name) not in (None, "", [])


def _elements(item: Any, values: Mapping[str, Any]) -> Iterator[Any]:
    filled = fill(item, values)
    spread = isinstance(item, str) and item.startswith("{*") and PLACE.fullmatch(item)
    if spread and isinstance(filled, list):
        yield from filled
    elif filled is not Gone:
        yield filled


def _unrepeated(items: list[Any], template: list[Any]) -> list[Any]:
    """The items of a list that others were put into, each text once, whatever its case."""
    if not any(isinstance(item, str) and item.startswith("{*") for item in template):
        return items
    seen: set[str] = set()
    kept = []
    for item in items:
        if not isinstance(item, str) or item.casefold() not in seen:
            kept.append(item)
        if isinstance(item, str):
            seen.add(item.casefold())
    return kept


def _value(value: Any) -> Any:
    if value is None:
        return Gone
    return value.reveal() if isinstance(value, kaframe.Secret) else value


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return value.reveal() if isinstance(value, kaframe.Secret) else str(value)
