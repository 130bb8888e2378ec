"""Expectations rewritten to what came out: only the values that differ, in place; comments and layout stay."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kaframe.errors import KaframeError, Location
from kaframe.testing.cases import CaseFile
from kaframe.testing.comparing import Difference
from kaframe.testing.running import Outcome
from kaframe.testing.writing import written
from kaframe.yamlfile import Node, parse_yaml

_DOUBLE = re.compile(r'"(?:[^"\\]|\\.)*"')
_SINGLE = re.compile(r"'(?:[^']|'')*'")
_IN_FLOW = re.compile(r"[^,\[\]{}#]+")
_PLAIN_LINE = re.compile(r"[^#\n]+?(?=\s+#|\s*$)")


@dataclass(frozen=True, slots=True)
class Change:
    """A value of a test file that was, or is to be, replaced."""

    at: Location
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Updated:
    """What was rewritten, and which differences no value can mend: rows that are missing or too many, bounds."""

    changes: tuple[Change, ...]
    left: tuple[Difference, ...]


def update_files(files: Iterable[CaseFile], outcomes: Iterable[Outcome]) -> Updated:
    """Write what came out into the files, wherever the value of one cell or count says it."""
    wanted: dict[str, list[Difference]] = {}
    for outcome in outcomes:
        for difference in outcome.differences:
            wanted.setdefault(outcome.test.file, []).append(difference)
    changes: list[Change] = []
    left: list[Difference] = []
    for file in files:
        own = wanted.get(file.shown, [])
        if own:
            made, rest = _update(file.path, file.shown, own)
            changes += made
            left += rest
    return Updated(tuple(changes), tuple(left))


def _update(path: Path, shown: str, differences: list[Difference]) -> tuple[list[Change], list[Difference]]:
    """From the last place to the first, so that the places before stay true."""
    text = path.read_bytes().decode("utf-8")
    changes: list[Change] = []
    left: list[Difference] = []
    for place, same in sorted(_by_place(differences).items(), reverse=True):
        first = same[0]
        node = first.node
        agreed = all(_same(other.got, first.got) for other in same)
        if node is None or not agreed or isinstance(node.value, list | dict) or place.file != shown:
            left += same
            continue
        mended = _mended(text, node, first.got)
        if mended is None:
            left += same
            continue
        text, change = mended
        changes.append(change)
    if changes:
        path.write_bytes(text.encode("utf-8"))
    return list(reversed(changes)), left


def _by_place(differences: Iterable[Difference]) -> Mapping[Location, list[Difference]]:
    """Cases share the values that stand in the body of their test: what they would become must agree."""
    found: dict[Location, list[Difference]] = {}
    for difference in differences:
        found.setdefault(difference.at, []).append(difference)
    return found


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _mended(text: str, node: Node, value: Any) -> tuple[str, Change] | None:
    """The text with another value at the node's place; None when that would change anything else."""
    lines = text.removeprefix("\ufeff").split("\n")
    line = lines[node.at.line - 1]
    span = _span(line, node)
    if span is None:
        return None
    new = written(value)
    start, end = span
    lines[node.at.line - 1] = f"{line[:start]}{new}{line[end:]}"
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    changed = mark + "\n".join(lines)
    if not _only_that(text, changed, node, value):
        return None
    return changed, Change(node.at, line[start:end], new)


def _span(line: str, node: Node) -> tuple[int, int] | None:
    """Where the value's text begins and ends in its line."""
    start = node.at.col - 1
    for quote, pattern in (('"', _DOUBLE), ("'", _SINGLE)):
        if start and line[start - 1] == quote and (found := pattern.match(line, start - 1)):
            return found.span()
    for pattern in (_PLAIN_LINE, _IN_FLOW):
        found = pattern.match(line, start)
        if found is not None:
            raw = found[0].rstrip()
            if _reads_as(raw, node.value):
                return start, start + len(raw)
    return None


def _reads_as(raw: str, value: Any) -> bool:
    try:
        return bool(parse_yaml(f"x: {raw}", "x").plain() == {"x": value})
    except KaframeError:
        return False


def _only_that(before: str, after: str, node: Node, value: Any) -> bool:
    """Whether the new text says the same as the old one but for this value."""
    try:
        old, new = parse_yaml(before, "x"), parse_yaml(after, "x")
    except KaframeError:
        return False
    return _equal(old, new, (node.at.line, node.at.col), value)


def _equal(old: Node, new: Node, place: tuple[int, int], value: Any) -> bool:
    if (old.at.line, old.at.col) == place and not isinstance(old.value, dict | list):
        wanted = round(float(value), 9) if isinstance(value, float) else value
        return bool(new.plain() == wanted)
    if isinstance(old.value, dict) and isinstance(new.value, dict):
        pairs = zip(old.value.values(), new.value.values(), strict=False)
        return list(old.value) == list(new.value) and all(_equal(one, two, place, value) for one, two in pairs)
    if isinstance(old.value, list) and isinstance(new.value, list):
        items = zip(old.value, new.value, strict=False)
        return len(old.value) == len(new.value) and all(_equal(one, two, place, value) for one, two in items)
    return bool(old.value == new.value)
