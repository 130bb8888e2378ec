"""A process that reads one workbook and may die of it: ``python _workbook.py FILE [SHEET]``.

A damaged or hostile workbook can make its parser panic or ask for a terabyte. Here that ends this process and not
kaframe's. Answers are pickled to stdout: ``("sheets", names)``, then ``("rows", list of rows)`` again and again, then
``("end", merged cells as pairs of corners)``; or ``("error", why)``, or nothing more.
"""

from __future__ import annotations

import contextlib
import itertools
import pickle
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# Beside the file's own needs: about 60 bytes a byte of it for a full sheet of numbers.
MEMORY = 1 << 30
MEMORY_A_BYTE = 60
BATCH_ROWS = 2_000


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
            while batch := list(itertools.islice(rows, BATCH_ROWS)):
                yield "rows", batch
        yield "end", merged
    except (CalamineError, IndexError, OSError, OverflowError, ValueError) as error:
        yield "error", str(error)


if __name__ == "__main__":
    limit_memory(Path(sys.argv[1]))
    for part in answer(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""):
        pickle.dump(part, sys.stdout.buffer)
