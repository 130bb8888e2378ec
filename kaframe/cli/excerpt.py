"""The line where a problem is, with a caret under the place."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import BinaryIO

from kaframe.cli.tables import plain, width
from kaframe.errors import Location

PASSWORD = re.compile(r"(?<=:)(?<!://)[^\s:/@]+(?=@)")  # of an address such as postgresql://user:password@host
LONGEST_LINE, BEFORE = 160, 60  # characters of a line that are shown, and before the caret when it stands far out
MARGIN = 4096  # beyond them, so that a password is known by what follows it
WHOLE = 1 << 20  # bytes of a file that is taken apart as a whole: all that people write
BLOCK = 1 << 20


def excerpt(at: Location) -> list[str]:
    """The line of the place and a caret under it; nothing when it cannot be read any more."""
    if not at.line or not at.path:
        return []
    before = max(at.col - 1, 0)
    try:
        text = _line(Path(at.path), at.line, before + LONGEST_LINE + MARGIN)
    except (OSError, UnicodeDecodeError, IndexError):
        return []
    shown = plain(PASSWORD.sub(lambda found: "*" * len(found[0]), text.replace("\t", " ")))
    if before > BEFORE and len(shown) > LONGEST_LINE:
        cut = before - BEFORE
        shown, before = f"...{shown[cut:]}", BEFORE + 3
    return [f"  | {shown[:LONGEST_LINE]}", f"  | {' ' * width(shown[:before])}^"]


def _line(path: Path, number: int, room: int) -> str:
    """The beginning of a line. Raises: OSError, UnicodeDecodeError, IndexError when there is none."""
    if path.stat().st_size <= WHOLE:
        return path.read_text(encoding="utf-8-sig").splitlines()[number - 1][:room]
    with path.open("rb") as content:
        before, block = 1, _block(content)
        while (ended := before + block.count(b"\n")) < number and block:
            before, block = ended, _block(content)
        at = 0
        for _ in range(number - before):
            at = block.find(b"\n", at) + 1 or len(block)
        found = (block[at:] + content.read(4 * room))[: 4 * room]  # a character has at most four bytes
    text = codecs.getincrementaldecoder("utf-8-sig")().decode(found).splitlines()[0]
    if "\0" in text:
        raise IndexError("no text of one byte a letter")
    return text[:room]


def _block(content: BinaryIO) -> bytes:
    """The next part of a file, with ``\\n`` for every end of a line."""
    block = content.read(BLOCK)
    block += content.read(1) if block.endswith(b"\r") else b""
    return block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
