"""Resolved rules as YAML with the place of every value beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kaframe.yamlfile import Node

COLUMN = 60  # where the comments begin, unless the line is longer
STEP = "  "


def yaml_with_origin(node: Node) -> str:
    """The tree as block YAML; every line with a value ends with ``# file:line``."""
    lines = []
    for text, at in _lines(node, ""):
        place = f"# {at.file}:{at.line}" if at is not None else ""
        lines.append(f"{text:<{COLUMN}} {place}".rstrip())
    return "\n".join(lines)


def _lines(node: Node, indent: str) -> Iterator[tuple[str, Any]]:
    if isinstance(node.value, dict):
        for key, value in node.value.items():
            yield from _entry(f"{indent}{_plain(key)}:", value, indent + STEP)
    elif isinstance(node.value, list):
        for item in node.value:
            yield from _item(item, indent)


def _entry(head: str, value: Node, indent: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value.value, dict | list) and value.value and not _is_flat(value):
        yield head, value.at
        yield from _lines(value, indent)
    else:
        yield f"{head} {_plain(value.plain())}", value.at


def _item(item: Node, indent: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(item.value, dict) or _is_flat(item):
        yield f"{indent}- {_plain(item.plain())}", item.at
        return
    head = f"{indent}- "
    for key, value in item.value.items():
        yield from _entry(f"{head}{_plain(key)}:", value, indent + STEP * 2)
        head = indent + STEP


def _is_flat(node: Node) -> bool:
    """A list or mapping of plain values only, as corners of a curve are, is told on one line."""
    if isinstance(node.value, list):
        return all(not isinstance(item.value, dict) and _is_flat(item) for item in node.value)
    if isinstance(node.value, dict):
        short = len(str(node.plain())) <= COLUMN
        same = {item.at.line for item in node.value.values()} <= {node.at.line}
        return short and same and all(not isinstance(item.value, dict | list) for item in node.value.values())
    return True


def _plain(value: Any) -> str:
    """A plain value in one line of YAML."""
    from kaframe.yamlfile import dump_yaml

    if isinstance(value, list):
        return "[" + ", ".join(_plain(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_plain(key)}: {_plain(item)}" for key, item in value.items()) + "}"
    if isinstance(value, str):
        text = dump_yaml([value]).removeprefix("- ").removeprefix("  - ").strip()
        risky = "\n" in text or (text == value and any(char in value for char in ",[]{}"))
        return "'" + value.replace("'", "''").replace("\n", " ") + "'" if risky else text
    return dump_yaml([value]).strip().removeprefix("- ").strip()
