"""Rows from JSON documents and newline-delimited JSON; nested objects become ``address.city`` and so on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from json.decoder import scanstring
from pathlib import Path
from typing import Any

import kaframe
from kaframe import BadRow, Column, DataError, Location, Problem, Reader, Reading, Source

SAMPLE_ROWS = 20_000
BATCH_ROWS = 10_000
SHOWN_TEXT = 500
SPACE = " \t\r\n"
DEEPEST = 32

PATH = {
    "title": "File or files",
    "description": "A file or a glob such as data/*.json, below the project. Several files are read in the "
    "order of their names and matched by column name.",
    "type": "string",
    "minLength": 1,
}
ENCODING = {
    "title": "Encoding",
    "description": "utf-8 when left out. A byte order mark at the beginning of the file wins.",
    "type": "string",
    "default": "utf-8",
}
FILE = {"path": PATH, "encoding": ENCODING}
RECORDS = {
    "title": "Where the records are",
    "description": "The dotted path to the list of records, such as data.items; the document itself when left out.",
    "type": "string",
    "default": "",
}


@kaframe.hook
def kaframe_readers() -> Iterable[Reader]:
    for name, summary, properties in (
        ("json", {"en": "JSON documents with a list of objects", "zh": "JSON 对象列表"}, {**FILE, "records": RECORDS}),
        ("ndjson", {"en": "JSON objects, one a line", "zh": "每行一个 JSON 对象"}, FILE),
    ):
        yield Reader(
            name=name,
            summary=summary,
            options={"type": "object", "additionalProperties": False, "required": ["path"], "properties": properties},
            columns=columns,
            read=read,
            fingerprint=kaframe.fingerprint_files,
            locate=locate,
        )


def columns(source: Source) -> Sequence[Column]:
    """Every key of the first 20,000 records, in order of appearance, with its type; KF3003 when all are bad."""
    sample = [row for file in kaframe.find_files(source) for _, row in islice(_records(source, file), SAMPLE_ROWS)]
    rows = [row for row in sample if not isinstance(row, BadRow)]
    names = list(dict.fromkeys(name for row in rows for name in row))
    bad = next((row for row in sample if isinstance(row, BadRow)), None)
    if bad is not None and not names:
        raise DataError([_not_one(source, bad)])
    kaframe.check_header(names, source.at)
    found = kaframe.ValueColumns(names)
    found.add([[row.get(name) for name in names] for row in rows])
    return list(found.types())


def _not_one(source: Source, bad: BadRow) -> Problem:
    """Every record is bad; a list in one line is what the other reader takes."""
    is_list = source.reader == "ndjson" and bad.text.lstrip().startswith("[")
    hint = "a list of objects is what 'reader: json' reads" if is_list else "is it the right file?"
    return Problem(Location(bad.file, bad.line, 1), "KF3003", f"there is not one record: this {bad.reason}", hint)


def read(source: Source, names: Sequence[str]) -> Reading:
    """The asked keys of every record; what is no object is rejected with its line."""
    kaframe.check_names(source, names, [column.name for column in columns(source)])
    values = kaframe.ValueColumns(names)
    rejected: list[BadRow] = []
    ordinals: list[int] = []
    ordinal = 0
    for file in kaframe.find_files(source):
        records = _records(source, file)
        while part := list(islice(records, BATCH_ROWS)):
            rows = []
            for number, (_, record) in enumerate(part, ordinal + 1):
                if isinstance(record, BadRow):
                    rejected.append(record)
                else:
                    rows.append([record.get(name) for name in names])
                    ordinals.append(number)
            values.add(rows)
            ordinal += len(part)
    return Reading(arrow=values.table(ordinals), rejected=rejected)


def locate(source: Source, rows: Sequence[int]) -> Sequence[tuple[str, int]]:
    """The line where each record begins."""
    places: dict[int, tuple[str, int]] = {}
    ordinal = 0
    for file in kaframe.find_files(source):
        shown = kaframe.show_file(source, file)
        lines = _lines_of(source, file) if source.reader == "json" else (line for line, _ in _walk(source, file))
        for line in lines:
            ordinal += 1
            places[ordinal] = (shown, line)
    return [places[row] for row in rows]


def _records(source: Source, file: Path) -> Iterator[tuple[int, dict[str, Any] | BadRow]]:
    return _walk(source, file) if source.reader == "ndjson" else _document(source, file)


# --- one object a line -------------------------------------------------------------------------------------


def _walk(source: Source, file: Path) -> Iterator[tuple[int, dict[str, Any] | BadRow]]:
    """Every line that is not blank: its number, and its object or what is wrong with it."""
    encoding = kaframe.find_encoding(source, file)
    shown = kaframe.show_file(source, file)
    try:
        with file.open(encoding=encoding) as lines:
            for number, line in enumerate(lines, 1):
                if not line.isspace():
                    yield number, _parse_line(shown, number, line)
    except UnicodeDecodeError as error:
        raise kaframe.encoding_error(source, file, encoding) from error


def _parse_line(shown: str, number: int, line: str) -> dict[str, Any] | BadRow:
    try:
        return _flatten(json.loads(line))
    except json.JSONDecodeError as error:
        reason = f"is no JSON: {error.msg} at column {error.colno}"
    except RecursionError:
        reason = "is nested too deep"
    except ValueError as error:
        reason = str(error)
    return BadRow(shown, number, reason, line.rstrip("\r\n")[:SHOWN_TEXT])


def _flatten(value: Any) -> dict[str, Any]:
    """The object with a key for every value in it; lists stay whole.

    Raises: ValueError for what is no object, or has two values for one flat key.
    """
    if not isinstance(value, dict):
        raise ValueError(f"is {_kind(value)}, not an object")
    flat: dict[str, Any] = {}
    _flatten_into(flat, value, "", DEEPEST)
    return flat


def _flatten_into(flat: dict[str, Any], value: Mapping[str, Any], above: str, levels: int) -> None:
    if not levels:
        raise ValueError(f"is nested deeper than {DEEPEST} levels")
    for key, inner in value.items():
        name = above + key
        if isinstance(inner, dict):
            _flatten_into(flat, inner, f"{name}.", levels - 1)
        elif name in flat:
            raise ValueError(f"has two values for '{name}'")
        else:
            flat[name] = inner


# --- one document ------------------------------------------------------------------------------------------


def _document(source: Source, file: Path) -> Iterator[tuple[int, dict[str, Any] | BadRow]]:
    """Every element of the list of records, with the line only where it is needed: at a bad one."""
    text = _text(source, file)
    shown = kaframe.show_file(source, file)
    for index, value in enumerate(_find_list(source, file, _parse(source, file, text))):
        try:
            yield 0, _flatten(value)
        except ValueError as error:
            line = list(islice(_lines_of(source, file), index + 1))[-1]
            yield line, BadRow(shown, line, str(error), json.dumps(value, ensure_ascii=False)[:SHOWN_TEXT])


def _text(source: Source, file: Path) -> str:
    encoding = kaframe.find_encoding(source, file)
    try:
        return file.read_text(encoding)
    except UnicodeDecodeError as error:
        raise kaframe.encoding_error(source, file, encoding) from error


def _parse(source: Source, file: Path, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        at = kaframe.place_in(source, file, error.lineno).shifted(error.colno - 1)
        lines = error.msg == "Extra data"
        hint = "for one object a line write 'reader: ndjson'" if lines else "is it the right file, and whole?"
        raise DataError([Problem(at, "KF3070", f"is no JSON: {error.msg}", hint)]) from error
    except (RecursionError, ValueError) as error:
        at = kaframe.place_in(source, file)
        raise DataError(
            [Problem(at, "KF3070", "is nested too deep, or holds a number too long to read", "export it again")]
        ) from error


def _find_list(source: Source, file: Path, document: Any) -> list[Any]:
    """The list at the declared path.

    Raises: DataError KF3071 with the nearest key, or the keys that hold lists.
    """
    path = str(source.options.get("records", ""))
    value, above = document, ""
    for key in path.split(".") if path else []:
        if not isinstance(value, dict) or key not in value:
            keys = list(value) if isinstance(value, dict) else []
            where = f"in '{above}'" if above else "in the document"
            raise _no_records(
                source, file, f"has no '{key}' {where}", kaframe.nearest(key, keys) or _keys(keys)
            )
        value, above = value[key], f"{above}.{key}" if above else key
    if isinstance(value, list):
        return value
    lists = (
        [key for key, inner in value.items() if isinstance(inner, list)] if isinstance(value, dict) else []
    )
    subject = f"'{path}' is" if path else "the document is"
    hint = f"write 'records: {path + '.' if path else ''}{lists[0]}'" if lists else "'records' names the list"
    raise _no_records(source, file, f"{subject} {_kind(value)}, not a list of records", hint)


def _no_records(source: Source, file: Path, message: str, hint: str) -> DataError:
    return DataError([Problem(kaframe.place_in(source, file), "KF3071", message, hint)])


def _keys(keys: Sequence[str]) -> str:
    return f"it has {', '.join(keys[:12])}" if keys else ""


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    kinds = {
        bool: "a boolean",
        int: "a number",
        float: "a number",
        str: "a text",
        list: "a list",
        dict: "an object",
    }
    return kinds[type(value)]


def _lines_of(source: Source, file: Path) -> Iterator[int]:
    """The line where each record of a document begins."""
    text = _text(source, file)
    path = str(source.options.get("records", ""))
    position = _enter(text, path.split(".") if path else [])
    line, counted = 1, 0
    decoder = json.JSONDecoder()
    while text[position] != "]":
        line += text.count("\n", counted, position)
        counted = position
        yield line
        _, end = decoder.raw_decode(text, position)
        position = _skip(text, end)
        if text[position] == ",":
            position = _skip(text, position + 1)


def _enter(text: str, path: Sequence[str]) -> int:
    """The position of the first record, or of the end of the list, in a text that is known to be whole."""
    position = _skip(text, 0)
    decoder = json.JSONDecoder()
    for wanted in path:
        position = _skip(text, position + 1)
        found = -1
        while text[position] != "}":
            key, end = scanstring(text, position + 1)
            position = _skip(text, _skip(text, end) + 1)
            if key == wanted:
                found = position
            _, end = decoder.raw_decode(text, position)
            position = _skip(text, end)
            if text[position] == ",":
                position = _skip(text, position + 1)
        position = found
    return _skip(text, position + 1)


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] in SPACE:
        position += 1
    return position
