"""What may have been meant by a word that a schema does not know."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from kaframe.errors import nearest
from kaframe.yamlfile.text import looks_like_plain

NEWER = "this kaframe reads version 1: pip install --upgrade kaframe, or write 'version: 1'"
_INCLUDES = ("include", "includes", "import", "imports", "extends", "ref")  # as other tools call it
_FEW = 12  # as many legal words as a message can list
_SWITCHES = {
    "yes": "true", "on": "true", "y": "true", "ja": "true", "是": "true",
    "no": "false", "off": "false", "n": "false", "nein": "false", "否": "false", "不": "false",
}  # fmt: skip
_LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_COMMA = re.compile(r"[-+]?[0-9]+,[0-9]+")
_PERCENT = re.compile(r"([-+]?[0-9]+(?:[.,][0-9]+)?) ?%")


def other_spelling(value: Any, wanted: list[str], path: tuple[str | int, ...]) -> str:
    """How the same value is written so that it has the type that is wanted."""
    if value is True and path[-1:] == ("else",):
        return f"write behind 'else' what the rest gets: else: {0 if 'number' in wanted else 'red'}"
    if isinstance(value, str) and "boolean" in wanted and value.lower() in _SWITCHES:
        return f"write {_SWITCHES[value.lower()]}"
    if isinstance(value, str) and looks_like_plain(value) and {"number", "integer", "boolean"} & {*wanted}:
        return "take the quotes away"
    if isinstance(value, str) and {"number", "integer"} & {*wanted}:
        return _as_number(value)
    return ""


def _as_number(text: str) -> str:
    """How a number is written that stands there as people write it."""
    narrow = unicodedata.normalize("NFKC", text)
    if percent := _PERCENT.fullmatch(narrow):
        share = float(percent[1].replace(",", ".")) / 100
        return f"write {share:.10g} for a share of 1"
    if _COMMA.fullmatch(narrow) and narrow == text:
        return f"write the decimal point: {narrow.replace(',', '.')}"
    return f"write it with the signs of an English keyboard: {narrow}" if narrow != text and narrow.isascii() else ""


def in_quotes(value: Any, wanted: list[str]) -> str:
    """That a number or truth value is meant as a text; nothing else is known of how it should look."""
    return "put it in quotes" if isinstance(value, bool | int | float) and "string" in wanted else ""


def suggest(name: str, legal: list[str], kind: str) -> str:
    """The nearest legal word, and all of them when they are few or none is near."""
    if kind == "keys" and name.lstrip("$!") in _INCLUDES:
        return "there are no includes: rules of one kind stand in one file, what projects share is a pack ('packs:')"
    parts = [nearest(name, legal)]
    if 0 < len(legal) <= _FEW or not parts[0]:
        parts.append(f"legal {kind}: {', '.join(legal) or 'none'}")
    return "; ".join(part for part in parts if part)


def limits(schema: Mapping[str, Any]) -> str:
    """``from 0 to 1``, ``at least 1``: what a schema without words of its own allows."""
    low = next((schema[rule] for rule in _LEAST if rule in schema), None)
    high = next((schema[rule] for rule in _MOST if rule in schema), None)
    if low is not None and high is not None:
        return f"from {low} to {high}" if low != high else f"just {low}"
    if low is not None:
        return f"more than {low}" if "exclusiveMinimum" in schema else f"at least {low}"
    return f"at most {high}" if high is not None else "leave it out"
