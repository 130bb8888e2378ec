"""Rows from Excel and OpenDocument workbooks (xlsx, xlsm, xlsb, xls, ods); cells keep their types."""

from __future__ import annotations

import contextlib
import pickle
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import kaframe
from kaframe import BadRow, Column, DataError, Problem, Reader, Reading, Source

# A workbook of a million full rows unpacks to some 500 MB, about 10 times its size.
LARGEST = 1 << 30
SUSPICIOUS = 50 << 20
DENSEST = 150
MOST_PARTS = 10_000  # a sheet, its drawings and comments are a handful
BLOCK = 1 << 20
SHOWN_TEXT = 500
ZIP_MAGIC = b"PK\x03\x04"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

OPTIONS = {
    "type": "object",
    "additionalProperties": False,
    "required": ["path"],
    "properties": {
        "path": {
            "title": "File or files",
            "description": "A workbook or a glob such as data/2024-*.xlsx, below the project. Several files "
            "are read in the order of their names and matched by column name.",
            "type": "string",
            "minLength": 1,
        },
        "sheet": {
            "title": "Sheet",
            "description": "The name of the sheet, as on its tab; the first sheet when left out.",
            "type": "string",
            "minLength": 1,
        },
        "header_row": {
            "title": "Header row",
            "description": "The row that names the columns, as Excel numbers it; rows above it are skipped.",
            "type": "integer",
            "minimum": 1,
            "default": 1,
        },
        "missing": {
            "title": "Missing values",
            "description": "Texts that mean that there is no value, such as N/A; an empty cell always does.",
            "type": "array",
            "items": {"type": "string"},
            "default": [],
        },
    },
}


@kaframe.hook
def kaframe_readers() -> Iterable[Reader]:
    yield Reader(
        name="excel",
        summary={"en": "Excel and OpenDocument workbooks", "zh": "Excel 与 OpenDocument 工作簿"},
        options=OPTIONS,
        columns=columns,
        read=read,
        fingerprint=kaframe.fingerprint_files,
        locate=locate,
    )


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its column names with their places, and its rows that are not empty with their numbers.

    ``odd``: what Excel or another program has not computed, by row number and column.
    """

    shown: str
    places: dict[str, int]
    rows: list[tuple[int, Sequence[Any]]]
    odd: Mapping[tuple[int, int], str]

    def wrong(self, number: int, row: Sequence[Any], picks: Sequence[int]) -> BadRow | None:
        """What is wrong with the asked cells of a row."""
        for pick in picks if self.odd else ():
            if what := self.odd.get((number, pick)):
                text = " | ".join("" if cell is None else str(cell) for cell in row)[:SHOWN_TEXT]
                cell = f"{_letters(pick)}{number}"
                return BadRow(self.shown, number, f"cell {cell} holds {what}; open the workbook and save it", text)
        return None


def columns(source: Source) -> Sequence[Column]:
    """The columns of all workbooks by name, with the types of their cells."""
    sheets = list(_sheets(source))
    names = list(dict.fromkeys(name for sheet in sheets for name in sheet.places))
    return list(_collect(sheets, names).types())


def read(source: Source, names: Sequence[str]) -> Reading:
    """All rows that are not empty; one with an error, or a formula that was never computed, is rejected."""
    sheets = list(_sheets(source))
    kaframe.check_names(source, names, dict.fromkeys(name for sheet in sheets for name in sheet.places))
    rejected: list[BadRow] = []
    ordinals: list[int] = []
    kept: list[Sheet] = []
    before = 0
    for sheet in sheets:
        picks = [sheet.places[name] for name in names if name in sheet.places]
        wrong = [sheet.wrong(number, row, picks) for number, row in sheet.rows]
        rejected += [bad for bad in wrong if bad is not None]
        ordinals += [before + place for place, bad in enumerate(wrong, 1) if bad is None]
        good = [row for row, bad in zip(sheet.rows, wrong, strict=True) if bad is None]
        kept.append(Sheet(sheet.shown, sheet.places, good, {}))
        before += len(sheet.rows)
    return Reading(arrow=_collect(kept, names).table(ordinals), rejected=rejected)


def locate(source: Source, rows: Sequence[int]) -> Sequence[tuple[str, int]]:
    """The workbook with its sheet's row number."""
    places = [(sheet.shown, number) for sheet in _sheets(source) for number, _ in sheet.rows]
    return [places[row - 1] for row in rows]


def _collect(sheets: Sequence[Sheet], names: Sequence[str]) -> Any:
    values = kaframe.ValueColumns(names)
    for sheet in sheets:
        picks = [sheet.places.get(name, -1) for name in names]
        values.add([[None if pick < 0 else row[pick] for pick in picks] for _, row in sheet.rows])
    return values


def _sheets(source: Source) -> Iterator[Sheet]:
    """The declared sheet of every workbook.

    Raises: DataError KF3040 for a wrong sheet, KF3003 for one without column names, KF3015 for two columns
    of one name, KF3044 for what is no workbook or is locked, KF3045 for one that unpacks to too much.
    """
    missing = frozenset({"", *source.options.get("missing", ())})
    for file in kaframe.find_files(source):
        names, cells, odd = _cells(source, file)
        header = int(source.options.get("header_row", 1))
        at = kaframe.place_in(source, file)
        if len(cells) < header or not any(map(_title, cells[header - 1])):
            message = f"sheet '{names[0]}' has no column names in row {header}"
            hint = f"is 'header_row' right? name the sheet: 'sheet:'; there are {', '.join(names[1:])}"
            raise DataError([Problem(at, "KF3003", message, hint if names[2:] else "is 'header_row' right?")])
        body = [
            (number, [None if isinstance(cell, str) and cell in missing else cell for cell in row])
            for number, row in enumerate(cells[header:], header + 1)
        ]
        odd = {place: what for place, what in odd.items() if what not in missing}
        odd_rows = {number for number, _ in odd}
        rows = [(number, row) for number, row in body if number in odd_rows or any(cell is not None for cell in row)]
        yield Sheet(kaframe.show_file(source, file), _places(cells[header - 1], rows, at), rows, odd)


def _places(titles: Sequence[Any], rows: Sequence[tuple[int, Sequence[Any]]], at: kaframe.Location) -> dict[str, int]:
    """Where each column is; one without a title has a name only when it has values."""
    used = {place for _, row in rows for place, cell in enumerate(row) if cell is not None}
    kept = [place for place, title in enumerate(titles) if _title(title) or place in used]
    names = [_title(titles[place]) or f"column_{place + 1}" for place in kept]
    kaframe.check_header(names, at)
    return dict(zip(names, kept, strict=True))


def _title(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def _cells(source: Source, file: Path) -> tuple[list[str], list[list[Any]], dict[tuple[int, int], str]]:
    """The names of the sheet and of all, its cells from the first row and column on, and which were not computed.

    Another process takes the workbook apart, because a damaged one can end the process that does.
    """
    _check_size(source, file)
    asked = str(source.options.get("sheet", ""))
    command = [sys.executable, "-P", str(Path(__file__).with_name("_workbook.py")), str(file), asked]
    cells: list[list[Any]] = []
    names: list[str] = []
    odd: dict[tuple[int, int], str] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:  # noqa: S603
        for kind, *content in _answers(process.stdout):
            if kind == "sheets":
                (names,) = content
                _check_sheet(source, file, asked, names)
            elif kind == "rows":
                cells += content[0]
            elif kind == "odd":
                odd = {_cell_place(cell): what for cell, what in content[0]}
            elif kind == "error":
                raise _unreadable(source, file, content[0])
            else:
                return [asked or names[0], *names], cells, odd
    raise _unreadable(source, file, "it is damaged, or needs more memory than a workbook of its size should")


def _cell_place(cell: str) -> tuple[int, int]:
    """Row and column of a cell such as ``C2``: (2, 2), columns from 0."""
    letters = cell.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(cell[len(letters) :]), column - 1


def _letters(column: int) -> str:
    """The letters of a column, from 0: C for 2."""
    return (_letters(column // 26 - 1) if column >= 26 else "") + chr(ord("A") + column % 26)


def _answers(stream: Any) -> Iterator[tuple[Any, ...]]:
    with contextlib.suppress(EOFError, pickle.UnpicklingError):
        while True:
            yield pickle.load(stream)  # noqa: S301 - from our own process


def _check_sheet(source: Source, file: Path, asked: str, names: Sequence[str]) -> None:
    if not asked or asked in names:
        return
    hint = "; ".join(filter(None, (kaframe.nearest(asked, names), f"its sheets are {', '.join(names)}")))
    message = f"'{kaframe.show_file(source, file)}' has no sheet '{asked}'"
    raise DataError([Problem(source.place("sheet", "path"), "KF3040", message, hint)])


def _check_size(source: Source, file: Path) -> None:
    """Unpack the file once without keeping it: a workbook of some kB can hold gigabytes."""
    with file.open("rb") as content:
        if content.read(4) != ZIP_MAGIC:
            return
    packed, unpacked = file.stat().st_size, 0
    try:
        with zipfile.ZipFile(file) as archive:
            if len(archive.infolist()) > MOST_PARTS:
                raise _too_large(source, file, f"has {len(archive.infolist()):,} parts")
            for part in archive.infolist():
                with archive.open(part) as content:
                    while block := content.read(BLOCK):
                        unpacked += len(block)
                        if unpacked > LARGEST or (unpacked > SUSPICIOUS and unpacked > DENSEST * packed):
                            sizes = f"unpacks from {packed / 1e6:.1f} MB to more than {unpacked / 1e6:.0f} MB"
                            raise _too_large(source, file, sizes)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        raise _unreadable(source, file, str(error)) from error


def _too_large(source: Source, file: Path, message: str) -> DataError:
    hint = "a workbook that large is damaged or hostile; export the sheet as CSV or Parquet"
    return DataError([Problem(kaframe.place_in(source, file), "KF3045", message, hint)])


def _unreadable(source: Source, file: Path, reason: str) -> DataError:
    with file.open("rb") as content:
        start = content.read(1 << 20)
    at = kaframe.place_in(source, file)
    if ENCRYPTED in start or "assword" in reason:
        return DataError([Problem(at, "KF3044", "is locked with a password", "save it without one")])
    return DataError([Problem(at, "KF3044", f"is no workbook that can be read: {reason}", _advice(start))])


def _advice(start: bytes) -> str:
    """What to do with a file that is called a workbook and is none; exports are often text under that name."""
    if not start.strip():
        return "it is empty: export it again"
    if start.lstrip()[:1] == b"<":
        return "it is a web page or XML under that name: open it and save it as .xlsx"
    if start.lstrip()[:1] in (b"[", b"{"):
        return "it is JSON: read it with 'reader: json'"
    is_workbook = start.startswith((b"PK", b"\xd0\xcf"))
    if not is_workbook and (other := kaframe.other_kind(start)):
        what, advice = other
        return f"it is {what}: {advice}"
    is_text = b"\0" not in start and not is_workbook
    return "it is text: read it with 'reader: csv'" if is_text else "save it as .xlsx again"
