"""Delimited text taken apart into cells, each with the line and column where it begins."""

from __future__ import annotations

from dataclasses import dataclass

from kaframe.errors import Location, Problem, RuleError

DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class CsvCell:
    """One cell: its text without the quotes around it, and the place of its first character."""

    text: str
    at: Location


def split_cells(text: str, file: Location, delimiter: str = "") -> list[list[CsvCell]]:
    """Every line that is not blank, as cells. Without a delimiter the one that the first line has most of.

    Raises: RuleError KF2247 for a quote that is never closed, text behind a closed one, or a file without a line.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    splitter = _Splitter(text, file, delimiter or _guess(text))
    lines = [line for line in splitter.lines() if len(line) > 1 or line[0].text.strip()]
    if not lines:
        raise RuleError([Problem(file, "KF2247", "the table is empty, without even a header", "is it the right file?")])
    return lines


def _guess(text: str) -> str:
    """The delimiter of the first line that has any text, outside quotes."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    outside = "".join(first.split('"')[::2])
    return max(DELIMITERS, key=outside.count)


class _Splitter:
    """Walks through the text once."""

    __slots__ = ("delimiter", "file", "line", "place", "start", "text")

    def __init__(self, text: str, file: Location, delimiter: str) -> None:
        self.text, self.file, self.delimiter = text, file, delimiter
        self.place = self.start = 0
        self.line = 1

    def lines(self) -> list[list[CsvCell]]:
        """All lines."""
        found: list[list[CsvCell]] = []
        while self.place < len(self.text):
            cells = [self.cell()]
            while self.text.startswith(self.delimiter, self.place):
                self.place += 1
                cells.append(self.cell())
            found.append(cells)
            self.end_line()
        return found

    def cell(self) -> CsvCell:
        """One cell, up to a delimiter or the end of the line."""
        if self.text.startswith('"', self.place):
            return self.quoted()
        at, begin = self.here(), self.place
        while self.place < len(self.text) and self.text[self.place] not in (self.delimiter, "\n"):
            self.place += 1
        return CsvCell(self.text[begin : self.place], at)

    def quoted(self) -> CsvCell:
        """A cell in quotes; a quote inside stands twice."""
        opened = self.here()
        self.place += 1
        at, parts = self.here(), []
        while True:
            end = self.text.find('"', self.place)
            if end < 0:
                raise self.refuse(opened, "the quote opened here is not closed")
            parts.append(self.text[self.place : end])
            self.over(end + 1)
            if not self.text.startswith('"', self.place):
                break
            parts.append('"')
            self.place += 1
        if self.place < len(self.text) and self.text[self.place] not in (self.delimiter, "\n"):
            raise self.refuse(self.here(), "text follows a closing quote")
        return CsvCell("".join(parts), at)

    def over(self, end: int) -> None:
        """Go to a place, counting the lines on the way."""
        breaks = self.text.count("\n", self.place, end)
        if breaks:
            self.line += breaks
            self.start = self.text.rfind("\n", self.place, end) + 1
        self.place = end

    def end_line(self) -> None:
        self.over(self.place + 1)

    def here(self) -> Location:
        return Location(self.file.file, self.line, self.place - self.start + 1, self.file.path)

    def refuse(self, at: Location, message: str) -> RuleError:
        hint = 'a cell with a comma or a quote stands in quotes: """gold"", ""silver"""'
        return RuleError([Problem(at, "KF2247", message, hint)])
