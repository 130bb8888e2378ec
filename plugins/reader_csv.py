"""Rows from CSV and TSV files: every record is either given or named with its line, none is glued.

Values stay text, which kaframe types; only numbers in a declared form are written with a point.
"""

from __future__ import annotations

import contextlib
import gc
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

import kaframe
from kaframe import BadRow, Column, Reader, Reading, Source

if TYPE_CHECKING:
    import pyarrow as pa

SAMPLE_ROWS = 20_000
BATCH_ROWS = 10_000
MOST_CELLS = 2_000_000  # looked at together: fewer rows of a table of many columns
SHOWN_TEXT = 500
SPACES = "[ \u00a0\u202f]"

Record = tuple[int, Any]  # the line where it begins, and its fields or a BadRow

OPTIONS = {
    "type": "object",
    "additionalProperties": False,
    "required": ["path"],
    "properties": {
        "path": {
            "title": "File or files",
            "description": "A file or a glob such as data/2024-*.csv, below the project. Several files are "
            "read in the order of their names and matched by column name.",
            "type": "string",
            "minLength": 1,
        },
        "encoding": {
            "title": "Encoding",
            "description": "gb18030, gbk, big5, shift_jis, utf-16, latin-1, cp1252 ...; utf-8 when left out. "
            "A byte order mark at the beginning of the file wins.",
            "type": "string",
            "default": "utf-8",
        },
        "delimiter": {
            "title": "Delimiter",
            "description": "One character between the fields; found among , ; tab and | when left out.",
            "type": "string",
            "minLength": 1,
            "maxLength": 1,
        },
        "quote": {
            "title": "Quote",
            "description": "The character around fields that hold delimiters or line ends, "
            "doubled inside them; empty when the file has none.",
            "type": "string",
            "maxLength": 1,
            "default": '"',
        },
        "header": {
            "title": "Header line",
            "description": "The line that names the columns, from 1; lines above it are skipped.",
            "type": "integer",
            "minimum": 1,
            "default": 1,
        },
        "decimal": {
            "title": "Decimal mark",
            "description": "The mark before decimals in numbers.",
            "enum": [".", ","],
            "default": ".",
        },
        "thousands": {
            "title": "Thousands separator",
            "description": "The mark between groups of three digits in numbers; none unless given.",
            "enum": [",", ".", " ", "'", "_", ""],
            "default": "",
        },
        "missing": {
            "title": "Missing values",
            "description": "Texts that mean that there is no value, such as N/A; an empty field always does.",
            "type": "array",
            "items": {"type": "string"},
            "default": [],
        },
    },
}


@kaframe.hook
def kaframe_readers() -> Iterable[Reader]:
    for name, summary in (
        ("csv", {"en": "Text files with delimiters", "zh": "分隔符文本文件"}),
        ("tsv", {"en": "Text files with tabs", "zh": "制表符文本文件"}),
    ):
        yield Reader(
            name=name,
            summary=summary,
            options=OPTIONS,
            columns=columns,
            read=read,
            fingerprint=kaframe.fingerprint_files,
            locate=locate,
        )


def columns(source: Source) -> Sequence[Column]:
    """The columns of all files by name, with types guessed from at least 20,000 rows."""
    tables = kaframe.open_csv(source)
    seen: dict[str, set[str]] = {}
    for table in tables:
        for name, values in _sample(source, table, max(1000, SAMPLE_ROWS // len(tables))).items():
            seen.setdefault(name, set()).update(values)
    numbers = _Numbers(source)
    return [Column(name, numbers.guess(values)) for name, values in seen.items()]


def read(source: Source, names: Sequence[str]) -> Reading:
    """All rows of all files as text, numbered through; what is no row is rejected with its line."""
    import pyarrow as pa

    tables = kaframe.open_csv(source)
    kaframe.check_names(source, names, dict.fromkeys(name for table in tables for name in table.names))
    numbers = _Numbers(source)
    rejected: list[BadRow] = []
    batches: list[pa.RecordBatch] = []
    ordinal = 0
    for table in tables:
        shape = _Shape(source, table, names, numbers)
        if (quick := shape.quickly(ordinal)) is not None:
            batches += quick.to_batches()
            ordinal += quick.num_rows
            continue
        records = kaframe.walk_csv(source, table)
        with _collector_off():
            while part := list(islice(records, _fitting(table, BATCH_ROWS))):
                batches.append(shape.batch(part, ordinal, rejected))
                ordinal += len(part)
    batches = batches or [_Shape(source, tables[0], names, numbers).batch([], 0, rejected)]
    return Reading(arrow=pa.Table.from_batches(batches), rejected=rejected)


def locate(source: Source, rows: Sequence[int]) -> Sequence[tuple[str, int]]:
    """The file and line where each record begins; walks through the files up to the last one asked for."""
    wanted = set(rows)
    last = max(wanted, default=0)
    places: dict[int, tuple[str, int]] = {}
    ordinal = 0
    for table in kaframe.open_csv(source):
        for line, _ in kaframe.walk_csv(source, table):
            ordinal += 1
            if ordinal in wanted:
                places[ordinal] = (table.shown, line)
            if ordinal >= last:
                return [places[row] for row in rows]
    return [places[row] for row in rows]


@contextlib.contextmanager
def _collector_off() -> Iterator[None]:
    """Lists of text hold no cycles; looking for some in a million of them costs more than reading them."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


# --- values ------------------------------------------------------------------------------------------------


class _Numbers:
    """Numbers as the source declares them: which decimal mark, which thousands separator, what is missing."""

    def __init__(self, source: Source) -> None:
        self.decimal = str(source.options.get("decimal", "."))
        self.thousands = str(source.options.get("thousands", ""))
        self.missing = ("", *source.options.get("missing", ()))
        self.declared = self.decimal != "." or bool(self.thousands)
        mark = re.escape(self.decimal)
        group = SPACES if self.thousands == " " else re.escape(self.thousands)
        whole = rf"\d{{1,3}}(?:{group}\d{{3}})+|\d+" if self.thousands else r"\d+"
        self._form = re.compile(rf"-?(?:{whole})(?:{mark}\d+)?(?:[eE][-+]\d+)?")
        self._group = re.compile(group) if self.thousands else None

    def fits(self, text: str) -> bool:
        """Whether a text is a number in the declared form."""
        return bool(self._form.fullmatch(text)) and kaframe.guess_type([self.plain(text)]) == "number"

    def plain(self, text: str) -> str:
        """A number in the declared form with a point and no separators; any other text unchanged."""
        if not self.declared or not self._form.fullmatch(text):
            return text
        whole = self._group.sub("", text) if self._group else text
        return whole.replace(self.decimal, ".")

    def guess(self, values: Iterable[str]) -> str:
        """The type of a column with these values."""
        present = [value for value in values if value not in self.missing]
        if not self.declared:
            return str(kaframe.guess_type(present))
        if present and all(map(self.fits, present)):
            return "number"
        guessed = str(kaframe.guess_type(present))
        return "text" if guessed == "number" else guessed

    def mostly(self, values: Iterable[str]) -> bool:
        """Whether at least half of the values are numbers in the declared form."""
        present = [value for value in values if value not in self.missing]
        return 2 * sum(map(self.fits, present)) >= len(present) > 0


class _Shape:
    """How rows of one file become columns: which fields are asked for, which hold numbers to rewrite."""

    def __init__(
        self, source: Source, table: kaframe.CsvTable, names: Sequence[str], numbers: _Numbers
    ) -> None:
        self.source, self.names, self.table, self.numbers = source, names, table, numbers
        self.places = {name: place for place, name in enumerate(table.names)}
        self.numeric: frozenset[int] = frozenset()
        if numbers.declared:
            sample = _sample(source, table, SAMPLE_ROWS)
            asked = [name for name in names if name in sample and numbers.mostly(sample[name])]
            self.numeric = frozenset(self.places[name] for name in asked)

    def quickly(self, before: int) -> pa.Table | None:
        """All rows at once where the text is so plain that nothing can be wrong with it."""
        import pyarrow as pa

        if self.numeric or not self.names or not set(self.names) <= set(self.table.names):
            return None
        found = kaframe.read_csv_quickly(self.source, self.table, self.names, self.numbers.missing)
        if found is None:
            return None
        return found.append_column(
            "_row", pa.array(range(before + 1, before + 1 + found.num_rows), pa.int64())
        )

    def batch(self, part: Sequence[Record], before: int, rejected: list[BadRow]) -> pa.RecordBatch:
        """The asked columns of the good records as text, with their ordinals; bad ones go apart."""
        import pyarrow as pa

        rows: list[list[str]] = []
        ordinals: list[int] = []
        for ordinal, (line, record) in enumerate(part, before + 1):
            bad = record if isinstance(record, BadRow) else self._refuse(line, record)
            if bad is None:
                rows.append(record)
                ordinals.append(ordinal)
            else:
                rejected.append(bad)
        columns = dict(zip(self.table.names, zip(*rows, strict=True), strict=True)) if rows else {}
        arrays = [self._array(name, columns.get(name), len(rows)) for name in self.names]
        return pa.record_batch([*arrays, pa.array(ordinals, pa.int64())], [*self.names, "_row"])

    def _refuse(self, line: int, record: Sequence[str]) -> BadRow | None:
        """A row with a number that means another one in the declared form, ``1.234`` with a decimal comma."""
        for index in self.numeric:
            value = record[index]
            if kaframe.guess_type([value]) == "number" and not self.numbers.fits(value):
                name, mark = self.table.names[index], self.numbers.decimal
                reason = f"'{value}' in {name} is no number with the decimal mark '{mark}'"
                return BadRow(self.table.shown, line, reason, self.table.delimiter.join(record)[:SHOWN_TEXT])
        return None

    def _array(self, name: str, values: Sequence[str] | None, size: int) -> pa.Array:
        import pyarrow as pa
        import pyarrow.compute as pc

        if values is None:
            return pa.nulls(size, pa.string())
        given = pa.array(values, pa.string())
        present = pc.invert(pc.is_in(given, value_set=pa.array(self.numbers.missing, pa.string())))
        if self.places[name] in self.numeric:
            given = pa.array(map(self.numbers.plain, values), pa.string(), size=size)
        return pc.if_else(present, given, None)


def _fitting(table: kaframe.CsvTable, rows: int) -> int:
    """As many rows, or those that fit into ``MOST_CELLS``."""
    return max(1, min(rows, MOST_CELLS // len(table.names)))


def _sample(source: Source, table: kaframe.CsvTable, size: int) -> dict[str, set[str]]:
    """The different values of each column in the first rows."""
    records = islice(kaframe.walk_csv(source, table), _fitting(table, size))
    rows = [record for _, record in records if isinstance(record, list)]
    columns: Iterable[Sequence[str]] = zip(*rows, strict=True) if rows else [() for _ in table.names]
    return {name: set(values) for name, values in zip(table.names, columns, strict=True)}
