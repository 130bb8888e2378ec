"""A sheet of a workbook as cells, each with its row and column: a decision table as sales people keep it."""

from __future__ import annotations

import contextlib
import pickle
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kaframe import bundled
from kaframe.errors import Location, Problem, RuleError, nearest
from kaframe.rules.csvcells import CsvCell

WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
MOST_LINES = 10_000  # a decision table has at most 2,000 rows; the rest would be something else
MOST_COLUMNS = 200


def sheet_cells(path: Path, file: Location, named: Location, sheet: str = "") -> list[list[CsvCell]]:
    """Every row of a sheet that is not blank, as texts; a cell that is merged over several stands in each of them.

    ``file`` is how cells are placed (line and column are those of the sheet), ``named`` where the rules name the file.
    Another process takes the workbook apart, because a damaged one can end the process that does.
    Raises: RuleError KF2247 for what is no workbook, a sheet that is not there, or one of several that nobody names.
    """
    rows: list[list[Any]] = []
    merged: Any = None
    for kind, content in _answers(path, sheet):
        if kind == "sheets":
            _check_sheet(content, sheet, path, named)
        elif kind == "rows":
            rows += content
            if len(rows) > MOST_LINES or any(len(row) > MOST_COLUMNS for row in content):
                raise _refused(named, f"the sheet of '{path.name}' is too large for a decision table", "split it")
        elif kind == "odd":
            for cell, what in content[:1]:
                raise _refused(named, f"cell {cell} of '{path.name}' holds {what}", "open the workbook and save it")
        elif kind == "error":
            raise _refused(named, f"'{path.name}' is no workbook that can be read: {content}", "save it as .xlsx again")
        else:
            merged = content
            break
    else:
        raise _refused(named, f"'{path.name}' is damaged, or needs more memory than a workbook of its size should",
                       "save it as .xlsx again")
    _spread(rows, merged or ())
    placed = ([CsvCell(_text(value), Location(file.file, line, place)) for place, value in enumerate(row, 1)]
              for line, row in enumerate(rows, 1))
    lines = [line for line in placed if any(cell.text.strip() for cell in line)]
    if not lines:
        raise _refused(named, f"the sheet of '{path.name}' is empty, without even a header", "is it the right sheet?")
    return lines


def _answers(path: Path, sheet: str) -> Iterator[tuple[str, Any]]:
    """What the other process says of the workbook, until it ends or nobody asks any more."""
    script = bundled.folder("plugins") / "_workbook.py"
    command = [sys.executable, "-P", str(script), str(path), sheet]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # noqa: S603
    with process, contextlib.suppress(EOFError, pickle.UnpicklingError):
        try:
            while True:
                kind, *content = pickle.load(process.stdout)  # type: ignore[arg-type]  # noqa: S301 - from our own process
                yield kind, content[0] if content else None
        finally:
            process.kill()


def _check_sheet(names: list[str], sheet: str, path: Path, named: Location) -> None:
    if sheet and sheet not in names:
        hint = "; ".join(filter(None, (nearest(sheet, names), f"its sheets are {', '.join(names)}")))
        raise _refused(named, f"'{path.name}' has no sheet '{sheet}'", hint)
    if not sheet and len(names) > 1:
        hint = f"write sheet: {names[0]}; its sheets are {', '.join(names)}"
        raise _refused(named, f"'{path.name}' has {len(names)} sheets: which one?", hint)


def _spread(rows: list[list[Any]], merged: Any) -> None:
    """A merged cell has its value in the first of its places only; people read it in all of them."""
    for (top, left), (bottom, right) in merged:
        value = rows[top][left] if top < len(rows) and left < len(rows[top]) else ""
        last = min(right, MOST_COLUMNS)
        for row in rows[top : bottom + 1]:
            row.extend([""] * (last + 1 - len(row)))
            row[left : last + 1] = [value] * (last + 1 - left)


def _text(value: Any) -> str:
    """A cell as people would write it into a CSV: whole numbers without ``.0``, days without a time."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        midnight = not (value.hour or value.minute or value.second or value.microsecond)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def _refused(at: Location, message: str, hint: str) -> RuleError:
    return RuleError([Problem(at, "KF2247", message, hint)])
