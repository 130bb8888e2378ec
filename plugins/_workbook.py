"""A process that reads one workbook and may die of it: ``python _workbook.py FILE [SHEET]``.

A damaged or hostile workbook can make its parser panic or ask for a terabyte. Here that ends this process and not
kaframe's. Answers are pickled to stdout: ``("sheets", names)``, then ``("rows", list of rows)`` again and again, then
``("odd", list of (cell, what))`` and ``("end", merged cells as pairs of corners)``; or ``("error", why)``, or
nothing more.
"""

from __future__ import annotations

import contextlib
import html
import itertools
import pickle
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# Beside the file's own needs: about 60 bytes a byte of it for a full sheet of numbers.
MEMORY = 1 << 30
MEMORY_A_BYTE = 60
TEXT = 1 << 26  # characters in all cells, beside as many for each byte of the file: one long text in each cell is none
BATCH_ROWS = 2_000
BLOCK, LONGEST_CELL = 1 << 20, 1 << 18
FORMULA = "a formula that was never computed"
SHEET_TAG, RELATION_TAG = re.compile(rb"<sheet [^>]*>"), re.compile(rb"<Relationship [^>]*>")
SHEET_NAME, SHEET_ID = re.compile(rb'\bname="([^"]*)"'), re.compile(rb'\br:id="([^"]*)"')
RELATION_ID, TARGET = re.compile(rb'\bId="([^"]*)"'), re.compile(rb'\bTarget="([^"]*)"')
CELL_END = re.compile(rb"</c>")
CELL_NAME, TEXT_CELL = re.compile(rb'<c [^>]*\br="([A-Z]+[0-9]+)"'), re.compile(rb'<c [^>]*\bt="str"')
ERROR, VALUE = re.compile(rb'<c [^>]*\bt="e".*<v>([^<]*)</v>', re.DOTALL), re.compile(rb"<v>[^<]")


def limit_memory(file: Path) -> None:
    """Let this process fail where it would take the machine's memory."""
    with contextlib.suppress(ImportError, ValueError):
        import resource

        size = MEMORY + MEMORY_A_BYTE * file.stat().st_size
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


def answer(file: Path, sheet: str) -> Iterator[tuple[Any, ...]]:
    """The sheets of the workbook and all cells of one of them, from the first row and column on."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with file.open("rb") as content:
            book = CalamineWorkbook.from_filelike(content)
        yield "sheets", book.sheet_names
        wanted = sheet or book.sheet_names[0]
        merged = None
        if wanted in book.sheet_names:
            page = book.get_sheet_by_name(wanted)
            left = [""] * (page.start[1] if page.start else 0)
            merged = page.merged_cell_ranges
            rows = (left + row for row in page.iter_rows())
            room = TEXT + MEMORY_A_BYTE * file.stat().st_size
            while batch := list(itertools.islice(rows, BATCH_ROWS)):
                room -= sum(len(cell) for row in batch for cell in row if isinstance(cell, str))
                if room < 0:
                    yield "error", "its cells hold far more text than the file is large"
                    return
                yield "rows", batch
            yield "odd", list(odd_cells(file, wanted))
        yield "end", merged
    except (CalamineError, IndexError, OSError, OverflowError, ValueError) as error:
        yield "error", str(error)


def odd_cells(file: Path, sheet: str) -> Iterator[tuple[str, str]]:
    """Cells of an xlsx workbook that the parser gives as empty and that are not, such as ``("C2", "#DIV/0!")``.

    An error that Excel shows, or a formula whose value no program has ever put beside it.
    """
    if not zipfile.is_zipfile(file):
        return
    with zipfile.ZipFile(file) as archive:
        part = sheet_part(archive, sheet)
        if not part:
            return
        for cell in whole_cells(archive, part):
            name, error = CELL_NAME.search(cell), ERROR.search(cell)
            if name and error:
                yield name[1].decode(), error[1].decode()
            elif name and b"<f" in cell and not VALUE.search(cell) and not TEXT_CELL.search(cell):
                yield name[1].decode(), FORMULA


def sheet_part(archive: zipfile.ZipFile, sheet: str) -> str:
    """The part of the archive that holds a sheet; empty when the workbook is of another kind."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return ""
    relation = ""
    for tag in SHEET_TAG.findall(archive.read("xl/workbook.xml")):
        name, number = SHEET_NAME.search(tag), SHEET_ID.search(tag)
        if name and number and html.unescape(name[1].decode()) == sheet:
            relation = number[1].decode()
    for tag in RELATION_TAG.findall(archive.read("xl/_rels/workbook.xml.rels")):
        number, target = RELATION_ID.search(tag), TARGET.search(tag)
        if number and target and number[1].decode() == relation:
            path = target[1].decode()
            return path.lstrip("/") if path.startswith("/") else f"xl/{path}"
    return ""


def whole_cells(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Every cell with a formula or an error, as it stands in the part, block by block."""
    rest = b""
    with archive.open(part) as content:
        while block := content.read(BLOCK):
            *cells, rest = CELL_END.split(rest + block)
            for cell in cells:
                if b"<f" in cell or b't="e"' in cell:
                    yield cell[cell.rfind(b"<c ") :]
            rest = rest[-LONGEST_CELL:]


if __name__ == "__main__":
    limit_memory(Path(sys.argv[1]))
    for part in answer(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""):
        pickle.dump(part, sys.stdout.buffer)
