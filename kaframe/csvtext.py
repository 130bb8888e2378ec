"""Delimited text taken apart: every record is either given or named with its line, none is glued.

Python's own strict csv reader walks through the text, one record after the other, so that reading, counting
and finding a line again are one and the same walk.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from kaframe.csvlines import ENDLESS, LONGEST, hold, look_through, read_lines
from kaframe.errors import DataError, Location, Problem
from kaframe.files import check_header, find_files, place_in, show_file
from kaframe.records import BadRow, Source
from kaframe.textfile import encoding_error, find_encoding

DELIMITERS = (",", ";", "\t", "|")
SHOWN_TEXT = 500
SNIFFED_ROWS = 100
HEAD_CHARACTERS = 256 * 1024
LONGEST_HEADER = 1 << 20
# Each is kept and told about. So many are no bad rows among good ones, but a file that is read wrongly.
MOST_BAD = 100_000
UNSEEN = "\ufeff\u200b\u200e\u200f"  # marks that programs leave around a name
SEPARATOR = re.compile("sep=.?", re.IGNORECASE)  # how Excel is told the delimiter


@dataclass(frozen=True, slots=True)
class CsvTable:
    """One file and how to take it apart; its records begin below ``body`` lines."""

    path: Path
    shown: str
    encoding: str
    delimiter: str
    quote: str
    names: tuple[str, ...]
    body: int


def open_csv(source: Source) -> list[CsvTable]:
    """Every file of the source with its encoding, delimiter and column names."""
    return [_open(source, file) for file in find_files(source)]


def walk_csv(source: Source, table: CsvTable) -> Iterator[tuple[int, list[str] | BadRow]]:
    """Every record below the header: the line where it begins, and its fields or what is wrong with it."""
    has_nul, bounded = look_through(table.path, table.encoding)
    try:
        with table.path.open(encoding=table.encoding, newline="") as text:
            lines = read_lines(text, bounded)
            for _ in islice(lines, table.body):
                pass
            yield from _walk(lines, table, has_nul)
    except UnicodeDecodeError as error:
        raise encoding_error(source, table.path, table.encoding) from error


def _walk(lines: Iterator[str], table: CsvTable, has_nul: bool) -> Iterator[tuple[int, list[str] | BadRow]]:
    """Take lines apart strictly; behind a quote that is never closed, begin again at the next line."""
    width = len(table.names)
    dialect = _dialect(table.delimiter, table.quote)
    line, bad = table.body, 0
    held: list[str] = []
    waiting: deque[str] = deque()
    while True:
        reason = ""
        reader = csv.reader(hold(lines, waiting, held), **dialect)
        try:
            for fields in reader:
                if has_nul and any("\0" in part for part in held):
                    reason = "the row holds a NUL byte"
                elif len(fields) == width:
                    yield line + 1, fields
                elif fields:
                    reason = f"expected {width} fields, found {len(fields)}"
                if reason:
                    break
                line += len(held)
                held.clear()
            else:
                return
            lost = len(held)
        except csv.Error as error:
            lost = _broken_lines(held, table)
            reason = _explain(str(error), table, len(held))
        bad += 1
        if bad > MOST_BAD:
            raise _all_bad(table, line + 1, reason)
        shown = "".join(held[:lost]).rstrip("\r\n")[:SHOWN_TEXT]
        yield line + 1, BadRow(table.shown, line + 1, reason, shown)
        waiting.extendleft(reversed(held[lost:]))
        line += lost
        held.clear()


def _all_bad(table: CsvTable, line: int, reason: str) -> DataError:
    message = f"more than {MOST_BAD:,} rows cannot be read; here {reason}"
    hint = "is it the right file, and does it have the 'delimiter', 'quote' and 'header' that are declared?"
    return DataError([Problem(Location(table.shown, line, 1, str(table.path)), "KF3023", message, hint)])


def _broken_lines(held: Sequence[str], table: CsvTable) -> int:
    """How many held lines belong to a record with a broken quote: to the last that is no row by itself."""
    whole = _whole_line(table.delimiter, table.quote)
    inner = range(1, len(held))
    return max((number for number in inner if not whole.fullmatch(held[number])), default=0) + 1


@lru_cache(maxsize=8)
def _whole_line(delimiter: str, quote: str) -> re.Pattern[str]:
    """A line whose quotes are in order; its last field may go on in the next line."""
    d, q = re.escape(delimiter), re.escape(quote)
    quoted = rf"{q}(?:[^{q}]|{q}{q})*+"
    field = rf"(?:{quoted}{q}|[^{q}{d}\r\n]*+)"
    return re.compile(rf"(?:{field}{d})*+(?:{field}[\r\n]*+|{quoted})")


def _explain(error: str, table: CsvTable, lines: int) -> str:
    if "field larger" in error and lines == 1:
        return f"a field is longer than {csv.field_size_limit():,} characters"
    if error == ENDLESS and lines == 1:
        return f"the line is longer than {LONGEST:,} characters"
    if lines > 1 or "unexpected end" in error:
        return f"the quote {table.quote} that is opened here is not closed"
    return f"text follows a closing quote {table.quote}"


def _dialect(delimiter: str, quote: str) -> dict[str, Any]:
    if quote:
        return {"delimiter": delimiter, "quotechar": quote, "strict": True}
    return {"delimiter": delimiter, "quoting": csv.QUOTE_NONE, "quotechar": None, "strict": True}


def _open(source: Source, file: Path) -> CsvTable:
    encoding = find_encoding(source, file)
    above = int(source.options.get("header", 1)) - 1
    lines = _head(source, file, encoding, above)
    at = place_in(source, file, above + 1)
    if not "".join(lines).strip():
        message = (
            f"has no line {above + 1} with column names" if above else "is empty, without even column names"
        )
        raise DataError([Problem(place_in(source, file), "KF3003", message, "is it the right file?")])
    if not lines[0].strip() or SEPARATOR.fullmatch(lines[0].strip().strip(UNSEEN)):
        header = above + 1 + next((number for number, line in enumerate(lines) if number and line.strip()), 1)
        raise DataError([Problem(at, "KF3003", "this line has no column names", f"write 'header: {header}'")])
    quote = str(source.options.get("quote", '"'))
    delimiter = str(source.options.get("delimiter") or "")
    if not delimiter:
        delimiter = "\t" if source.reader == "tsv" else _sniff(lines, quote)
    names, height = _header(lines, _dialect(delimiter, quote), at)
    check_header(names, at)
    return CsvTable(file, show_file(source, file), encoding, delimiter, quote, names, above + height)


def _head(source: Source, file: Path, encoding: str, above: int) -> list[str]:
    """The first lines of a file from the one that names the columns on, whole ones. Raises: DataError KF3022."""
    try:
        with file.open(encoding=encoding, newline="") as text:
            head = text.read(HEAD_CHARACTERS)
            if len(_lines(head)) == above + 1:
                head += text.read(LONGEST_HEADER - HEAD_CHARACTERS)
    except UnicodeDecodeError as error:
        raise encoding_error(source, file, encoding) from error
    lines = _lines(head)
    if len(head) not in (HEAD_CHARACTERS, LONGEST_HEADER):
        return lines[above:]
    if len(lines) == above + 1:
        message = f"the line of column names is longer than {LONGEST_HEADER:,} characters"
        hint = "is it the right file, with one row a line, and is 'header' right?"
        raise DataError([Problem(place_in(source, file, above + 1), "KF3022", message, hint)])
    return lines[above:-1]


def _lines(text: str) -> list[str]:
    return list(io.StringIO(text, newline=""))


def _header(lines: Sequence[str], dialect: dict[str, Any], at: Location) -> tuple[tuple[str, ...], int]:
    """The column names, ``column_3`` for one without, and how many lines they take."""
    reader = csv.reader(lines, **dialect)
    try:
        fields = next(reader)
    except csv.Error as error:
        raise DataError(
            [
                Problem(
                    at,
                    "KF3020",
                    "a quote in the line of column names is not in order",
                    "mend the line, or declare 'quote' and 'header'",
                )
            ]
        ) from error
    return tuple(
        field.strip().strip(UNSEEN).strip() or f"column_{number}" for number, field in enumerate(fields, 1)
    ), reader.line_num


def _sniff(lines: Sequence[str], quote: str) -> str:
    """The delimiter that takes most lines apart into as many fields as the first has, and at least two."""
    best, best_score = ",", (0.0, 1)
    for delimiter in DELIMITERS:
        dialect = {**_dialect(delimiter, quote), "strict": False}
        widths = _widths(csv.reader(lines, **dialect))
        if widths and widths[0] > 1:
            score = (widths.count(widths[0]) / len(widths), widths[0])
            best, best_score = max((best, best_score), (delimiter, score), key=lambda found: found[1])
    return best


def _widths(records: Iterator[list[str]]) -> list[int]:
    """How many fields the first records have, up to one that is too odd to be read."""
    widths: list[int] = []
    with contextlib.suppress(csv.Error):
        widths.extend(len(fields) for fields in islice(records, SNIFFED_ROWS) if fields)
    return widths
