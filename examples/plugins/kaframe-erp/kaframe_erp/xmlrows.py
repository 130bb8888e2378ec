"""Rows from XML: `<export><row><id>1</id>...</row>...</export>`, read with a bounded parser that knows no entities."""

from __future__ import annotations

from collections.abc import Sequence
from xml.parsers import expat

import pyarrow as pa

import kaframe

LARGEST = 64 * 1024 * 1024  # bytes of one file
Row = tuple[int, dict[str, str | None]]  # its line, and its values


class _Rows:
    """What the parser calls: collects the rows of one element."""

    def __init__(self, element: str) -> None:
        self.rows: list[Row] = []
        self._element, self._row, self._column = element, None, ""
        self._text: list[str] = []
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._more
        self._parser.StartDoctypeDeclHandler = self._refuse

    def parse(self, content: bytes) -> list[Row]:
        self._parser.Parse(content, True)
        return self.rows

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == self._element and self._row is None:
            self._row = {}
            self.rows.append((self._parser.CurrentLineNumber, self._row))
        elif self._row is not None and not self._column:
            self._column, self._text = name, []

    def _more(self, text: str) -> None:
        self._text.append(text)

    def _end(self, name: str) -> None:
        if self._row is not None and name == self._column:
            self._row[name] = "".join(self._text) or None
            self._column = ""
        elif name == self._element:
            self._row = None

    def _refuse(self, *_: object) -> None:
        raise ValueError("a document type is not allowed")


def load(source: kaframe.Source) -> list[Row]:
    """All rows of the file. Raises: DataError with its line."""
    (file,) = kaframe.find_files(source)
    try:
        if file.stat().st_size > LARGEST:
            raise ValueError("the file is larger than 64 MB")
        return _Rows(str(source.options.get("row", "row"))).parse(file.read_bytes())
    except (OSError, ValueError) as error:
        raise _unreadable(source, str(error)) from error
    except expat.ExpatError as error:
        raise _unreadable(source, f"line {error.lineno}: {expat.ErrorString(error.code)}") from error


def _unreadable(source: kaframe.Source, why: str) -> kaframe.DataError:
    message = f"'{source.label}' is no XML that can be read: {why}"
    return kaframe.DataError([kaframe.Problem(source.place("path"), "KF3004", message, "export it again")])


def columns(source: kaframe.Source) -> Sequence[kaframe.Column]:
    """Every element that a row has, in the order in which they first come by."""
    names = dict.fromkeys(name for _, row in load(source) for name in row)
    return [kaframe.Column(name, "text") for name in names]


def read(source: kaframe.Source, names: Sequence[str]) -> kaframe.Reading:
    """The asked columns and `_row`."""
    rows = load(source)
    table = {name: pa.array([row.get(name) for _, row in rows], pa.string()) for name in names}
    return kaframe.Reading(arrow=pa.table({**table, "_row": pa.array(range(1, len(rows) + 1), pa.int64())}))


def locate(source: kaframe.Source, rows: Sequence[int]) -> Sequence[tuple[str, int]]:
    """The line on which each row begins."""
    lines = [line for line, _ in load(source)]
    return [(source.label, lines[row - 1]) for row in rows]
