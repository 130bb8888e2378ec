"""Where something stands in an answer: ``data.items[*].owner.name``, the part of JSONPath that needs no interpreter.

Names, ``['any name']``, ``[0]``, ``[-1]`` and ``[*]``, with or without ``$`` in front. No filters, no ``..``, no
slices: whoever needs those writes a reader. docs/decisions/0010-readers-of-services.md says why it is not a library.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import kaframe

STEP = re.compile(r"""\.?(?:\[(?P<index>-?\d{1,6})\]|\[(?P<all>\*)\]|\[(?P<q>['"])(?P<quoted>[^'"]+)(?P=q)\])""")
NAME = re.compile(r"\.?(?P<name>[^.\[\]'\"*?()$\s][^.\[\]'\"*?()]*)")
ALLOWED = "write names with dots between them, [0] for one of a list, [-1] for its last, [*] for all: data.items[*]"


class All:
    """``[*]``: every element of a list."""


Path = tuple[str | int | type[All], ...]


def parse_path(text: str) -> Path:
    """The steps of a path; none for an empty one. Raises: ValueError with the part that is not understood."""
    rest = text.strip().removeprefix("$")
    steps: list[str | int | type[All]] = []
    while rest:
        found = STEP.match(rest) or NAME.match(rest)
        if found is None or (not steps and rest.startswith(".") and not text.strip().startswith("$")):
            raise ValueError(f"'{rest}' in '{text}' is no part of a path")
        parts = found.groupdict()
        if parts.get("index") is not None:
            steps.append(int(parts["index"]))
        else:
            steps.append(All if parts.get("all") else parts.get("quoted") or parts["name"].strip())
        rest = rest[found.end() :]
    return tuple(steps)


def find_all(value: Any, path: Path) -> list[Any]:
    """Everything that a path leads to, in order; nothing where it leads nowhere."""
    found = [value]
    for step in path:
        if step is All:
            found = [inner for each in found if isinstance(each, list) for inner in each]
        elif isinstance(step, int):
            found = [each[step] for each in found if isinstance(each, list) and -len(each) <= step < len(each)]
        else:
            found = [each[step] for each in found if isinstance(each, dict) and step in each]
    return found


def find_one(value: Any, path: Path) -> Any:
    """The first thing that a path leads to, or None."""
    return next(iter(find_all(value, path)), None)


def find_rows(document: Any, path: Path) -> list[Any]:
    """The list of rows at a path; null is one without rows.

    Raises: LookupError with what is there instead, and what may be meant.
    """
    if All in path:
        return find_all(document, path)
    value = document
    for number, step in enumerate(path):
        if value is None:
            return []
        inner = find_all(value, (step,))
        if not inner:
            raise LookupError(_no_such(value, step, path[:number]))
        value = inner[0]
    if value is None or isinstance(value, list):
        return value or []
    raise LookupError(f"{_shown(path) or 'the answer'} is {kind_of(value)}, not a list of rows{_lists_in(value, path)}")


def misspelt(document: Any, path: Path) -> str:
    """The key that is probably meant where a path leads nowhere; empty when nothing is like it."""
    value = document
    for step in path:
        inner = find_all(value, (step,))
        if not inner:
            return kaframe.nearest(str(step), list(value)) if isinstance(value, dict) else ""
        value = inner[0]
    return ""


def kind_of(value: Any) -> str:
    """What a value of JSON is, in words."""
    if value is None:
        return "null"
    kinds = {bool: "a boolean", int: "a number", float: "a number", str: "a text", list: "a list", dict: "an object"}
    return kinds[type(value)]


def _no_such(value: Any, step: Any, above: Path) -> str:
    where = _shown(above) or "the answer"
    if not isinstance(value, dict):
        return f"{where} is {kind_of(value)}: there is no {step!r} in it"
    near = kaframe.nearest(str(step), list(value))
    return f"{where} has no '{step}'" + (f" ({near})" if near else f"; it has {_listed(list(value))}")


def _lists_in(value: Any, path: Path) -> str:
    if not isinstance(value, dict):
        return ""
    lists = [_shown((*path, key)) for key, inner in value.items() if isinstance(inner, list)]
    return f"; lists are at {_listed(lists)}" if lists else ""


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:12]) or "nothing"


def _shown(path: Sequence[Any]) -> str:
    """A path as people write it."""
    text = ""
    for step in path:
        if step is All:
            text += "[*]"
        else:
            text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")
