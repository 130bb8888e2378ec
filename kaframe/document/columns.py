"""How wide the columns of a table are, and what of a plan must not be torn apart by the end of a page."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kaframe.document.blocks import Block, Heading, Item, Paragraph, Runs, Table, plain

ROOM = 100.0  # letters of a table's size that a line of the page has; a Chinese character counts two
PADDING = 2.4  # of a cell, in letters
WORD = 16  # what is no longer than that, such as a day, is not broken if that can be helped
KEPT_ROWS = 10  # a table of at most so many stays on one page
# Between Chinese and Latin letters, where Word sets some room.
SEAM = re.compile(r"(?<=[\u2e80-\uffef])(?=[0-9A-Za-z])|(?<=[0-9A-Za-z])(?=[\u2e80-\uffef])")


def column_shares(rows: Sequence[Sequence[Runs]], columns: int) -> list[float]:
    """The part of the page's width of each column; all together 1.

    Each has room for its longest word; what is left goes where texts are long.
    """
    texts = [[plain(row[place]) for row in rows if place < len(row)] for place in range(columns)]
    whole = [max(map(width_of, column), default=0) + PADDING for column in texts]
    least = [max(map(_unbroken, column), default=0) + PADDING for column in texts]
    if sum(whole) <= ROOM:
        widths = whole
    elif sum(least) < ROOM:
        spare = (ROOM - sum(least)) / (sum(whole) - sum(least))
        widths = [low + (high - low) * spare for low, high in zip(least, whole, strict=True)]
    else:
        widths = least
    return [width / sum(widths) for width in widths]


def width_of(text: str) -> float:
    """How many letters wide a text is."""
    return sum(2 if ord(character) > 0x2E80 else 1 for character in text) + len(SEAM.findall(text)) / 2


def leads(block: Block, after: Block | None) -> bool:
    """Whether a block must not be the last of a page: a heading, a line above a list or a table."""
    if isinstance(block, Heading):
        return after is not None
    return isinstance(block, Paragraph) and isinstance(after, Item | Table)


def is_kept(table: Table) -> bool:
    """Whether a table is short enough to stay on one page."""
    return len(table.rows) <= KEPT_ROWS


def _unbroken(text: str) -> float:
    """The widest part of a text that stays on one line."""
    whole = width_of(text)
    return whole if whole <= WORD else min(max(map(width_of, text.split()), default=0), WORD)
