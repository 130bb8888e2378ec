"""Problems in Chinese: the messages and hints that people meet most, each beside the English one that the code makes.

The table is like a catalogue of gettext: the English text is the key, and a test finds each of them in the code. What
is not in it stays English. ``{name}`` stands for a part that is told as it is, ``{name:zh}`` in the Chinese text for
one that is looked up in turn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache

from kaframe.cli.messages import commands, data, expressions, files, health, rules, runs

LONGEST = 500  # characters of a text that is looked up; longer ones hold what somebody else has written
DEEPEST = 4  # parts of parts
JOINTS = {"; ": "；", " or ": "或", ", ": "、"}
HOLE = re.compile(r"'\{(\w+)\}'|\{(\w+)\}")

CATALOGUE: Mapping[str, str] = {
    **files.CHINESE, **expressions.CHINESE, **rules.CHINESE, **data.CHINESE, **runs.CHINESE, **commands.CHINESE,
    **health.CHINESE,
}  # fmt: skip


class _Part(str):
    """A part of an English text that ``{name:zh}`` asks for in Chinese."""

    __slots__ = ("deep",)
    deep: int

    def __format__(self, spec: str) -> str:
        """As it is, or in Chinese. Raises: LookupError for English words that nobody has translated."""
        if spec != "zh":
            return str(self)
        found = _looked_up(str(self), self.deep + 1)
        if found == self and " " in found.strip():
            raise LookupError(found)
        return found


def in_chinese(text: str) -> str:
    """The text in Chinese, or as it is where nobody has translated it."""
    return _looked_up(text, 0)


def _looked_up(text: str, deep: int) -> str:
    if text in CATALOGUE:
        return CATALOGUE[text].format()
    if len(text) > LONGEST or deep > DEEPEST:
        return text
    for pattern, chinese in _patterns():
        found = pattern.fullmatch(text)
        if found:
            with suppress(LookupError):
                return chinese.format(**{name: _part(value, deep) for name, value in found.groupdict().items()})
    return _list_in_chinese(text, deep)


def _list_in_chinese(text: str, deep: int) -> str:
    """Several texts in one, when all of them are translated."""
    for english, chinese in JOINTS.items():
        parts = text.split(english)
        found = [_looked_up(part, deep + 1) for part in parts] if len(parts) > 1 else []
        if found and all(one != part for one, part in zip(found, parts, strict=True)):
            return chinese.join(found).replace("？；", "？")
    return text


def _part(value: str, deep: int) -> _Part:
    part = _Part(value)
    part.deep = deep
    return part


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The texts with parts; those with more of their own words go first."""
    with_parts = sorted((text for text in CATALOGUE if "{" in text), key=lambda text: -len(HOLE.sub("", text)))
    return tuple((re.compile("".join(_pieces(text)), re.DOTALL), CATALOGUE[text]) for text in with_parts)


def _pieces(text: str) -> Iterator[str]:
    """The pattern of a text: a part in quotes holds no quote, so that it ends in one place only."""
    place = 0
    for hole in HOLE.finditer(text):
        quoted, bare = hole.groups()
        yield re.escape(text[place : hole.start()])
        yield f"'(?P<{quoted}>[^']*)'" if quoted else f"(?P<{bare}>.*?)"
        place = hole.end()
    yield re.escape(text[place:])
