"""The lines of a delimited text, one record of which is never more than the memory can hold."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

# A record of 16,384 columns with 250 characters each; longer is what no program has written as a row.
LONGEST = 1 << 22
ENDLESS = "record without end"
BLOCK = 1 << 20
WIDE = ("utf-16", "utf-32")  # in which bytes of zero, and of a line end, are parts of letters


def look_through(path: Path, encoding: str) -> tuple[bool, bool]:
    """Whether rows may hold NUL, and whether a line may be longer than ``LONGEST``; a scan of the bytes."""
    if encoding.startswith(WIDE):
        return True, True
    has_nul, ended, longest = False, 0, 0
    with path.open("rb") as content:
        while block := content.read(BLOCK):
            has_nul = has_nul or b"\0" in block
            ended = 0 if b"\n" in block or b"\r" in block else ended + len(block)
            longest = max(longest, ended)
    return has_nul, longest > LONGEST - 2 * BLOCK


def read_lines(text: TextIO, bounded: bool) -> Iterator[str]:
    """The lines of a text; where ``bounded``, of a longer one only its first ``LONGEST`` characters and one more."""
    return _bounded(text) if bounded else text


def _bounded(text: TextIO) -> Iterator[str]:
    while line := text.readline(LONGEST + 1):
        rest = line
        while len(rest) > LONGEST and not rest.endswith(("\n", "\r")):
            rest = text.readline(LONGEST + 1)
        yield line


def hold(lines: Iterator[str], waiting: deque[str], held: list[str]) -> Iterator[str]:
    """The lines that wait, then those of the file; each is held until its record is complete.

    Raises: csv.Error with ``ENDLESS`` once a record is longer than ``LONGEST`` characters.
    """
    size = 0
    while line := waiting.popleft() if waiting else next(lines, ""):
        size = size + len(line) if held else len(line)
        held.append(line)
        if size > LONGEST:
            raise csv.Error(ENDLESS)
        yield line
