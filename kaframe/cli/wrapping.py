"""Lines that fit the terminal: broken at spaces, and between Chinese characters, which stand without any."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kaframe.cli.tables import width

WIDE = "\u2e80-\u2fff\u3003-\u3007\u3012-\u9fff\uf900-\ufaff"
OPENING, CLOSING = "（《「『【“‘", "，。；：、！？）》」』】”’…％%"  # none ends a line, none begins one
# A space, or what may not be broken: a wide character or a word, with the signs that belong to it.
PIECES = re.compile(rf"\s+|[{OPENING}]*(?:[{WIDE}]|[^\s{WIDE}{OPENING}{CLOSING}]+)?[{CLOSING}]*")
FURTHER = 4  # how far the lines that follow are indented


def wrapped(line: str, room: int, further: int = FURTHER) -> Iterator[str]:
    """The line, broken where it is wider than the room; what follows is indented further."""
    if width(line) <= room:
        yield line
        return
    indent = line[: len(line) - len(line.lstrip())]
    following = indent + " " * further
    text, gap = indent, ""
    for piece in _pieces(line.strip(), room - len(following)):
        if piece.isspace():
            gap = " " if text.strip() else ""
        elif width(text + gap + piece) > room and text.strip():
            yield text
            text, gap = following + piece, ""
        else:
            text, gap = text + gap + piece, ""
    yield text


def _pieces(text: str, room: int) -> Iterator[str]:
    """What the text is made of; a word that is wider than a line is cut."""
    for piece in PIECES.findall(text):
        rest = piece
        while width(rest) > room:
            kept = next(size for size in range(len(rest), 0, -1) if size == 1 or width(rest[:size]) <= room)
            yield rest[:kept]
            rest = rest[kept:]
        if rest:
            yield rest
