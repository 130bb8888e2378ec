"""What a JSON Schema refuses, as data, and where it stands in the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kaframe.yamlfile import Node


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that a schema refuses, as the validator reports it.

    ``rule`` is the keyword of the schema that refuses and ``limit`` what it says; ``value`` stands under
    ``path``, ``depth`` steps below the form it belongs to. ``of_key`` says that ``value`` is a key.
    ``branches`` are the refusals of each form when none of several forms fits.
    """

    rule: str
    limit: Any
    value: Any
    schema: Mapping[str, Any]
    path: tuple[str | int, ...]
    depth: int
    of_key: bool
    branches: tuple[tuple[Refusal, ...], ...]
    message: str

    @property
    def title(self) -> str:
        """What the schema calls the value that it wants."""
        return str(self.schema.get("title", ""))

    @property
    def legal_keys(self) -> list[str]:
        """The keys that the schema names."""
        return list(self.schema.get("properties", {}))

    @property
    def choices(self) -> list[Any]:
        """The values of an ``enum`` or a ``const``."""
        return list(self.limit) if self.rule == "enum" else [self.limit]

    @property
    def extra_keys(self) -> list[str]:
        """The keys of the value that the schema does not allow."""
        patterns = self.schema.get("patternProperties", {})
        legal = set(self.legal_keys)
        return [
            key
            for key in self.value
            if key not in legal and not any(re.search(pattern, key) for pattern in patterns)
        ]


@dataclass(frozen=True, slots=True)
class Whole:
    """The file, and whose options it holds if it is not a file.

    ``misspelt``: what is suggested for the unknown keys of each mapping, by its path.
    """

    root: Node
    words: str = ""
    misspelt: Mapping[tuple[str | int, ...], frozenset[str]] = field(default_factory=dict)

    def find(self, path: Iterable[str | int]) -> Node:
        """The node under a path of keys and positions."""
        node = self.root
        for step in path:
            value = node.value
            if isinstance(value, list) and isinstance(step, int):
                node = value[step]
            elif isinstance(value, dict):
                node = value[str(step)]
        return node
