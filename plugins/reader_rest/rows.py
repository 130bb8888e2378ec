"""From the objects of a service to columns: one name and one type for each, on whatever page it first appears."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import kaframe

from .declaration import Api, Shape
from .paths import find_one, kind_of

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS = 10_000
DEEPEST = 32


class Collected:
    """Rows of pages, packed into Arrow batch by batch. ``watch`` sees each as the service wrote it."""

    def __init__(self, api: Api, place: str, watch: Callable[[Mapping[str, Any]], None]) -> None:
        self.api, self.place, self.watch = api, place, watch
        self.count = 0
        self._waiting: list[dict[str, Any]] = []
        self._packed: list[pa.Table] = []

    def add(self, rows: Sequence[Any]) -> None:
        """Take the rows of a page. Raises: DataError KF3026 for what is no object."""
        for row in rows:
            self.count += 1
            try:
                flat = flat_row(row, self.api.shape)
            except ValueError as error:
                message = f"{self.place}: row {self.count} {error}"
                raise self.api.refuse("KF3026", message, "'rows' is the path to a list of objects", "rows") from None
            self.watch(flat)
            self._waiting.append(_converted(flat, self.api.shape))
        if len(self._waiting) >= BATCH_ROWS:
            self._pack()

    def table(self) -> pa.Table:
        """All rows, without ordinals."""
        self._pack()
        return united(self._packed, list(self.api.shape.fields))

    def _pack(self) -> None:
        if self._waiting:
            names = list(dict.fromkeys(name for row in self._waiting for name in row))
            values = kaframe.ValueColumns(names)
            values.add([[row.get(name) for name in names] for row in self._waiting])
            self._packed.append(values.table(range(len(self._waiting))).drop_columns(["_row"]))
            self._waiting = []


def united(tables: Sequence[pa.Table], first: Sequence[str] = ()) -> pa.Table:
    """Tables below each other; a column that one lacks is missing there, and has one type in all."""
    names = list(dict.fromkeys([*first, *(name for table in tables for name in table.column_names)]))
    values = kaframe.ValueColumns(names)
    for table in tables:
        values.append(table)
    return values.table(range(sum(table.num_rows for table in tables))).drop_columns(["_row"])


def flat_row(row: Any, shape: Shape) -> dict[str, Any]:
    """The columns of one row, their values as the service wrote them. Raises: ValueError."""
    if not isinstance(row, dict):
        raise ValueError(f"is {kind_of(row)}, not an object")
    if shape.fields:
        pairs: Iterator[tuple[str, Any]] = ((name, find_one(row, path)) for name, path in shape.fields.items())
    else:
        pairs = _flatten(row, "", shape, DEEPEST)
    flat: dict[str, Any] = {}
    for name, value in pairs:
        if name in flat:
            raise ValueError(f"has two values for '{name}'")
        flat[name] = value
    return flat


def _flatten(row: Mapping[str, Any], above: str, shape: Shape, levels: int) -> Iterator[tuple[str, Any]]:
    if not levels:
        raise ValueError(f"is nested deeper than {DEEPEST} levels")
    for key, value in row.items():
        name = above + key
        if key in shape.drop:
            continue
        if isinstance(value, dict):
            yield from _flatten(value, "" if name == shape.lift else f"{name}.", shape, levels - 1)
        elif shape.pairs and _is_pair(value):
            yield name, value[0]
            yield f"{name}.name", value[1]
        else:
            yield name, value


def _is_pair(value: Any) -> bool:
    """``[7, "Agrolait"]``: an id with the name that goes with it."""
    return isinstance(value, list) and [type(each) for each in value] == [int, str]


def _converted(flat: dict[str, Any], shape: Shape) -> dict[str, Any]:
    """The row with its values as columns take them."""
    if not shape.missing and not shape.epoch:
        return flat
    return {name: _value(name, value, shape) for name, value in flat.items()}


def _value(name: str, value: Any, shape: Shape) -> Any:
    """The value, or nothing; numbers of a column of moments become moments."""
    if value is None or (name not in shape.kept_false and any(_same(value, each) for each in shape.missing)):
        return None
    if name not in shape.epoch or isinstance(value, bool) or not isinstance(value, int | float | str):
        return value
    try:
        return datetime.fromtimestamp(float(value) / shape.epoch[name], UTC)
    except (ValueError, OverflowError, OSError):
        return value


def _same(value: Any, other: Any) -> bool:
    return type(value) is type(other) and value == other
