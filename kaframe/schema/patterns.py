"""Whether a plugin's pattern may try so many ways to fail that nobody sees the end of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

# Python's own reading of a pattern: a tree of (operation, argument); private, and the only one that re agrees with.
_parse = import_module("re._parser").parse
_FEW = 3  # so often a part may be repeated whatever is in it
_MOST = 4  # parts without a bound, each of which multiplies the ways


def find_pattern_faults(key: str, value: Any) -> Iterator[tuple[str, str]]:
    """Code and message of every pattern under a key of a schema that is none (KF1202) or may run for ever (KF1203)."""
    patterns = [value] if key == "pattern" else value if key == "patternProperties" else ()
    for pattern in patterns:
        if not isinstance(pattern, str):
            continue
        try:
            re.compile(pattern)
            endless = _may_run_for_ever(_parse(pattern))
        except (re.error, OverflowError, RecursionError) as error:
            yield "KF1202", f"the plugin's pattern {pattern} is no regular expression: {error}"
        else:
            if endless:
                yield "KF1203", f"the plugin's pattern {pattern} repeats a repetition and may run for ever"


def _may_run_for_ever(tree: Any) -> bool:
    parts = list(_parts(tree))
    if sum(_is_repeat(name) and argument[1] > _FEW and argument[0] != argument[1] for name, argument in parts) > _MOST:
        return True
    return any(_is_repeat(name) and argument[1] > _FEW and _is_loose(argument[2]) for name, argument in parts)


def _parts(tree: Any) -> Iterator[tuple[str, Any]]:
    """Every operation with its argument, however deep."""
    for operation, argument in tree:
        yield str(operation), argument
        for inner in _trees(argument):
            yield from _parts(inner)


def _trees(argument: Any) -> Iterator[Any]:
    """The parts of a pattern within an argument."""
    if hasattr(argument, "data"):
        yield argument
    elif isinstance(argument, tuple | list):
        for each in argument:
            yield from _trees(each)


def _is_repeat(name: str) -> bool:
    return name in ("MAX_REPEAT", "MIN_REPEAT")


def _is_loose(tree: Any) -> bool:
    """Whether a part can take the same text in more than one way: what it repeats varies, or its choices overlap."""
    return any(
        (_is_repeat(name) and argument[0] != argument[1]) or (name == "BRANCH" and _overlap(argument[1]))
        for name, argument in _parts(tree)
    )


def _overlap(choices: list[Any]) -> bool:
    """Whether two choices could begin alike; only signs that differ are sure not to."""
    firsts = [tuple(choice[0]) if len(choice) else () for choice in choices]
    literal = all(first and str(first[0]) == "LITERAL" for first in firsts)
    return not literal or len(set(firsts)) < len(firsts)
