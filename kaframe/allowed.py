"""The list ``plugins:`` of ``kaframe.yaml``: which plugins are allowed, and which version and content they need."""

from __future__ import annotations

from dataclasses import dataclass

from kaframe.bind import bind
from kaframe.errors import Location
from kaframe.yamlfile import Node


@dataclass(frozen=True, slots=True)
class AllowedPlugin:
    """A plugin that may be imported; ``version`` and ``sha256`` (of its files) are empty where any will do."""

    name: str
    version: str = ""
    sha256: str = ""
    at: Location | None = None


def bind_allowed(node: Node | None) -> tuple[AllowedPlugin, ...] | None:
    """The records of the list; None when there is none: then all of the project's own plugins are allowed."""
    if node is None or not isinstance(node.value, list):
        return None
    return tuple(
        bind(item, AllowedPlugin) if isinstance(item.value, dict) else AllowedPlugin(str(item.value), at=item.at)
        for item in node.value
    )
