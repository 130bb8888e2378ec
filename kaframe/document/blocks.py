"""A plan's Markdown as the blocks that a document is made of: headings, paragraphs, items of lists, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kaframe.document.parsing import parse

if TYPE_CHECKING:
    from kaframe.document.parsing import Token

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
WARNING = "⚠"
Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Run:
    """Some text of one kind within a line."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, from 1 (the title) to 6 (also that of a conflict that somebody has to decide)."""

    level: int
    runs: Runs

    @property
    def is_warning(self) -> bool:
        """Whether it marks a conflict."""
        return plain(self.runs).startswith(WARNING)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``quoted`` is how deep in quotations, ``fixed`` a block of code."""

    runs: Runs
    quoted: int = 0
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """The first paragraph of an item of a list, which is so deep in lists; ``mark`` is its bullet or number."""

    runs: Runs
    depth: int
    mark: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its head, its rows, and how each column is aligned."""

    head: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]
    aligns: tuple[Align, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the page."""


Block = Heading | Paragraph | Item | Table | Rule


def plain(runs: Runs) -> str:
    """The text of runs alone."""
    return "".join(run.text for run in runs)


def read_blocks(markdown: str) -> list[Block]:
    """The blocks of a text. Nothing of it is code, a picture or a live link; what is no text is left out."""
    return list(_Reading(parse(CONTROLS.sub("", markdown))).blocks())


class _Reading:
    """Goes through the tokens once."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = iter(tokens)
        self._lists: list[int] = []  # of each open list the next number; 0: bullets
        self._quotes = 0
        self._mark = ""

    def blocks(self) -> Iterator[Block]:
        for token in self._tokens:
            if token.type == "heading_open":
                yield Heading(int(token.tag[1:]), self._line())
            elif token.type == "inline":
                yield self._paragraph(_runs(token))
            elif token.type in ("fence", "code_block"):
                yield Paragraph((Run(token.content.rstrip("\n"), code=True),), self._quotes, fixed=True)
            elif token.type == "hr":
                yield Rule()
            elif token.type == "table_open":
                yield self._table()
            else:
                self._go(token)

    def _go(self, token: Token) -> None:
        """Into a list, an item or a quotation, or out of it."""
        if token.type == "bullet_list_open":
            self._lists.append(0)
        elif token.type == "ordered_list_open":
            self._lists.append(int(token.attrs.get("start", 1)))
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            self._lists.pop()
        elif token.type == "list_item_open":
            self._mark = f"{self._lists[-1]}." if self._lists[-1] else "•"
            self._lists[-1] += 1 if self._lists[-1] else 0
        elif token.type in ("blockquote_open", "blockquote_close"):
            self._quotes += token.nesting

    def _paragraph(self, runs: Runs) -> Block:
        if not self._lists:
            return Paragraph(runs, self._quotes)
        mark, self._mark = self._mark, ""
        return Item(runs, len(self._lists), mark)

    def _line(self) -> Runs:
        return _runs(next(self._tokens))

    def _table(self) -> Table:
        rows: list[list[Runs]] = []
        aligns: list[Align] = []
        for token in self._tokens:
            if token.type == "table_close":
                break
            if token.type == "tr_open":
                rows.append([])
            elif token.type in ("th_open", "td_open"):
                if token.type == "th_open":
                    aligns.append(_align(str(token.attrs.get("style", ""))))
                rows[-1].append(self._line())
        head, *body = [tuple(row) for row in rows]
        return Table(head, tuple(body), tuple(aligns))


def _align(style: str) -> Align:
    return "right" if "right" in style else "center" if "center" in style else "left"


def _runs(token: Token) -> Runs:
    found: list[Run] = []
    bold = italic = 0
    for child in token.children or ():
        if child.type in ("strong_open", "strong_close"):
            bold += child.nesting
        elif child.type in ("em_open", "em_close"):
            italic += child.nesting
        elif child.type in ("softbreak", "hardbreak"):
            found.append(Run("\n" if child.type == "hardbreak" else " "))
        elif child.content:
            found.append(Run(child.content, bold > 0, italic > 0, child.type == "code_inline"))
    return tuple(found)
