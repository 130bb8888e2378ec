"""The tree that an expression is checked on: only what the language has, each part with its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "number", "text", "boolean", "null", "day", "moment", "interval", "name", "star",
    "call", "not", "minus", "and", "or", "arithmetic", "join", "compare", "in", "between", "like",
    "is null", "is", "case", "cast", "refused",
]  # fmt: skip

MOST_CHARACTERS = 4_000
MOST_NODES = 400
DEEPEST = 60
# Deeper brackets come near to Python's own limit while the text is parsed.
DEEPEST_BRACKETS = 24


@dataclass(frozen=True, slots=True)
class Node:
    """One part of an expression.

    ``value`` is its name, operator, type or literal; ``at`` the offset of its first character.
    ``where`` is the condition of ``filter (where ...)`` and ``distinct`` its word, for calls.
    """

    kind: Kind
    at: int
    value: str = ""
    parts: tuple[Node, ...] = ()
    where: Node | None = None
    distinct: bool = False
