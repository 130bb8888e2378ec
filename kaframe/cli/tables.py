"""How listings are shown: a table for people, JSON or CSV for programs; the data go to stdout."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

import click

from kaframe.cli.words import words_of
from kaframe.spreadsheet import harmless_cell

Command = TypeVar("Command", bound=Callable[..., Any])
DAY = re.compile(r"\d{4}-\d\d-\d\d")
KEY_ROOM = 24  # what stands first is what commands are given, so it is cut last
UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")  # categories of Unicode
NARROWEST = 6  # what a column keeps, however many there are
HUGE_FROM = 1e21  # from here on nobody counts the digits
STEERING = re.compile(  # of JSON: all control and format characters, and the ends of lines and paragraphs
    "[\x7f-\x9f\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)


def format_option(command: Command) -> Command:
    """``--format table|json|csv``, as every listing has it."""
    option = click.option(
        "--format",
        "form",
        type=click.Choice(["table", "json", "csv"]),
        default="table",
        show_default=True,
        help="How to print it.",
    )
    return option(command)


def print_rows(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str], form: str = "table") -> None:
    """Print rows; ``columns`` maps each column to its heading. JSON and CSV keep the column names and plain values.

    That a table has no rows is said in words too, on stderr.
    """
    listed = list(rows)
    if form == "json":
        click.echo(json_text([{name: _plain_value(row.get(name)) for name in columns} for row in listed]))
    elif form == "csv":
        click.echo(as_csv(listed, list(columns)), nl=False)
    else:
        click.echo(as_table([[shown(row.get(name)) for name in columns] for row in listed], list(columns.values())))
        if not listed:
            _tell_nothing()


def as_table(rows: Sequence[Sequence[str]], headings: Sequence[str], room: int = 0) -> str:
    """Left-aligned columns (numbers to the right) that fit the terminal; the widest text gives way, never a day.

    With more columns than the terminal has room for, each row is a block of lines: heading, value.
    """
    room = room or shutil.get_terminal_size((80, 24)).columns
    cells = [[plain(cell) for cell in row] for row in rows]
    widths = [max([width(heading), *(width(row[place]) for row in cells)]) for place, heading in enumerate(headings)]
    columns = [[row[place] for row in cells] for place in range(len(headings))]
    right = [_are_numbers(column) for column in columns]
    texts = [place for place, column in enumerate(columns) if not (right[place] or _are_days(column))]
    texts = [place for place in texts if place or widths[0] > KEY_ROOM]
    while sum(widths) + 2 * (len(widths) - 1) > room and any(widths[place] > NARROWEST for place in texts):
        widths[max(texts, key=lambda place: widths[place])] -= 1
    if rows and sum(widths) + 2 * (len(widths) - 1) > room:
        return "\n\n".join(_block(row, headings) for row in cells)
    lines = [_line(headings, widths, right), _line(["-" * one for one in widths], widths, right)]
    lines += [_line(row, widths, right) for row in cells]
    return "\n".join(line.rstrip() for line in lines)


def json_text(data: Any) -> str:
    """JSON with Chinese as it is; what could steer a terminal is escaped, so that nothing of the data is lost."""
    text = json.dumps(data, ensure_ascii=False, indent=2, default=str)
    return STEERING.sub(lambda found: json.dumps(found[0])[1:-1], text)


def as_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """CSV in which no cell is a live formula for a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([harmless_cell(name) for name in columns])
    for row in rows:
        writer.writerow([harmless_cell(_plain_value(row.get(name))) for name in columns])
    return text.getvalue()


def _tell_nothing() -> None:
    """In the language of the project that the command has opened."""
    context = click.get_current_context()
    words = words_of(context.obj["language"])
    click.echo(words["nothing to list"].format(command=context.command_path), err=True)


def shown(value: Any) -> str:
    """A value as people read it."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        if abs(value) >= HUGE_FROM:
            return f"{value:.3G}"
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.2f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) else str(value)


def plain(text: str) -> str:
    """Text without anything that a terminal would obey: control, format and direction characters."""
    return "".join(char if unicodedata.category(char) not in UNSEEN else " " for char in text)


def width(text: str) -> int:
    """How many columns of a terminal a text takes; Chinese characters take two."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def fitted(text: str, room: int) -> str:
    """The text cut to a width, with an ellipsis where something is missing."""
    if width(text) <= room:
        return text
    kept, used = "", 0
    for char in text:
        used += width(char)
        if used > room - 1:
            break
        kept += char
    return kept + "…"


def _block(cells: Sequence[str], headings: Sequence[str]) -> str:
    """A row as lines, without what it does not have."""
    room = max(map(width, headings))
    pairs = [(name + " " * (room - width(name)), cell) for name, cell in zip(headings, cells, strict=True)]
    return "\n".join(f"{name}  {cell}".rstrip() for name, cell in pairs if cell not in ("", "-"))


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    parts = []
    for cell, room, to_right in zip(cells, widths, right, strict=True):
        text = fitted(cell, room)
        pad = " " * (room - width(text))
        parts.append(pad + text if to_right else text + pad)
    return "  ".join(parts)


def _are_numbers(cells: Sequence[str]) -> bool:
    """Whether a column has numbers, and nothing else but gaps."""
    known = [cell for cell in cells if cell != "-"]
    return bool(known) and all(cell.replace(",", "").replace(".", "").lstrip("-").isdigit() for cell in known)


def _are_days(cells: Sequence[str]) -> bool:
    """Whether a column has days, and nothing else but gaps."""
    known = [cell for cell in cells if cell != "-"]
    return bool(known) and all(DAY.fullmatch(cell) for cell in known)


def _plain_value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
