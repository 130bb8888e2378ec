"""What kind of values a column holds: guessed for text, taken from the values for everything else."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kaframe.records import Column, ColumnType

if TYPE_CHECKING:
    import pyarrow as pa

# 15 digits are exact in a float; longer ones are identifiers, as are those with leading zeros or a plus
NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d+)?(?:[eE][-+]\d{1,3})?|-?\.\d+")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[-+]\d{2}:?\d{2})?")
EXACT: int = 2**53
# What DuckDB calls a type, and what expressions see; all else is text to them.
ENGINE_TYPES: tuple[tuple[re.Pattern[str], ColumnType], ...] = (
    (re.compile("BOOLEAN"), "boolean"),
    (re.compile(r"U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\)"), "number"),
    (re.compile("DATE"), "date"),
    (re.compile(r"TIMESTAMP(?:_\w+| WITH TIME ZONE)?"), "timestamp"),
)


def guess_type(values: Iterable[str | None]) -> ColumnType:
    """The type that all these texts fit: number, boolean, ISO date or timestamp; else text, also for none.

    ``00123``, ``+49...``, integers of more than 15 digits and ``03/04/2024`` stay text: they could be
    something else.
    """
    seen = {value for value in values if value}
    if not seen:
        return "text"
    if all(NUMBER.fullmatch(value) for value in seen):
        return "number"
    if all(value.lower() in ("true", "false") for value in seen):
        return "boolean"
    if all(DAY.fullmatch(value) for value in seen):
        return "date" if all(_is_day(value) for value in seen) else "text"
    if all(TIMESTAMP.fullmatch(value) or DAY.fullmatch(value) for value in seen):
        return "timestamp" if all(_is_day(value[:10]) for value in seen) else "text"
    return "text"


class ValueColumns:
    """Columns collected from rows of Python values (JSON, Excel, SQL), batch by batch, into one Arrow table.

    A column of whole numbers becomes int64, of numbers float64, of booleans, days or timestamps just that;
    what mixes kinds becomes text, whole numbers without ``.0``, as do whole numbers too long for a float.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._chunks: list[list[pa.Array]] = [[] for _ in names]

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        """Take a batch of rows, each with a value a column."""
        columns: Iterable[Sequence[Any]] = zip(*rows, strict=True) if rows else [[] for _ in self.names]
        for chunks, values in zip(self._chunks, columns, strict=True):
            chunks.append(_array(values))

    def append(self, table: pa.Table) -> None:
        """Take rows that are a table already; columns that it lacks are missing in them."""
        import pyarrow as pa

        for chunks, name in zip(self._chunks, self.names, strict=True):
            given = table.column(name).chunks if name in table.column_names else [pa.nulls(table.num_rows)]
            chunks.extend(pa.nulls(len(each)) if each.null_count == len(each) else each for each in given)

    def table(self, ordinals: Sequence[int]) -> pa.Table:
        """All columns, each of one type, and ``_row`` with these ordinals."""
        import pyarrow as pa

        arrays = [_unite(chunks) for chunks in self._chunks]
        return pa.table([*arrays, pa.array(ordinals, pa.int64())], names=[*self.names, "_row"])

    def types(self) -> list[Column]:
        """The columns with the types that expressions see."""
        arrays = [_unite(chunks) for chunks in self._chunks]
        return [Column(name, type_of(array)) for name, array in zip(self.names, arrays, strict=True)]


def type_of(array: pa.ChunkedArray) -> ColumnType:
    """The type of a column as expressions see it; ISO days in text count as days."""
    import pyarrow as pa

    kind = array.type
    if pa.types.is_string(kind):
        return guess_type(array.unique().to_pylist())
    return arrow_type(kind)


def arrow_type(kind: pa.DataType) -> ColumnType:
    """The type of an Arrow column as expressions see it."""
    import pyarrow as pa

    types = pa.types
    if types.is_dictionary(kind):
        return arrow_type(kind.value_type)
    if types.is_boolean(kind):
        return "boolean"
    if types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind):
        return "number"
    if types.is_date(kind):
        return "date"
    return "timestamp" if types.is_timestamp(kind) else "text"


def engine_type(kind: str) -> ColumnType:
    """The type of a column that DuckDB gives, by DuckDB's name of it, as expressions see it."""
    return next((found for pattern, found in ENGINE_TYPES if pattern.fullmatch(kind)), "text")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _array(values: Sequence[Any]) -> pa.Array:
    import pyarrow as pa

    kinds = frozenset(_kind(value) for value in values if value is not None)
    forms: dict[frozenset[str], tuple[Callable[[Any], Any], pa.DataType]] = {
        frozenset(): (_same, pa.null()),
        frozenset({"boolean"}): (_same, pa.bool_()),
        frozenset({"whole"}): (int, pa.int64()),
        frozenset({"number"}): (float, pa.float64()),
        frozenset({"whole", "number"}): (float, pa.float64()),
        frozenset({"date"}): (_same, pa.date32()),
        frozenset({"timestamp"}): (_moment, pa.timestamp("us")),
        frozenset({"date", "timestamp"}): (_moment, pa.timestamp("us")),
        frozenset({"zoned"}): (_same, pa.timestamp("us", "UTC")),
    }
    convert, kind = forms.get(kinds, (_text, pa.string()))
    return pa.array([None if value is None else convert(value) for value in values], kind)


def _same(value: Any) -> Any:
    return value


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "whole" if abs(value) <= EXACT else "text"
    if isinstance(value, float | Decimal):
        whole = math.isfinite(value) and abs(float(value)) <= EXACT and value == int(value)
        return "whole" if whole else "number"
    if isinstance(value, datetime):
        return "zoned" if value.tzinfo else "timestamp"
    return "date" if isinstance(value, date) else "text"


def _moment(value: Any) -> datetime:
    """A day begins at midnight."""
    if isinstance(value, datetime):
        return value
    return datetime(value.year, value.month, value.day)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value)


def _unite(chunks: Sequence[pa.Array]) -> pa.ChunkedArray:
    import pyarrow as pa

    kinds: set[Any] = {chunk.type for chunk in chunks} - {pa.null()}
    target = _widest(kinds)
    return pa.chunked_array([_cast(chunk, target) for chunk in chunks], target)


def _widest(kinds: set[pa.DataType]) -> pa.DataType:
    import pyarrow as pa

    if len(kinds) == 1:
        return next(iter(kinds))
    if kinds and kinds <= {pa.int64(), pa.float64()}:
        return pa.float64()
    if kinds and kinds <= {pa.date32(), pa.timestamp("us")}:
        return pa.timestamp("us")
    return pa.string()


def _cast(chunk: pa.Array, target: pa.DataType) -> pa.Array:
    import pyarrow as pa

    if chunk.type == target:
        return chunk
    if target == pa.string() and chunk.type != pa.null():
        return pa.array([None if value is None else _text(value) for value in chunk.to_pylist()], target)
    return chunk.cast(target)
