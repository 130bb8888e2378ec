"""Rows read again take the place of those that are kept: by key, the last one read wins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .rows import united

if TYPE_CHECKING:
    import pyarrow as pa


def merge(
    read: pa.Table, before: pa.Table | None, kept: pa.Table | None, columns: tuple[str, str]
) -> tuple[pa.Table, Mapping[str, int]]:
    """The rows to keep, in the order of their key, and how many are new, changed and deleted.

    ``before`` is what was known; ``kept`` the same when only changes were read, None when everything was. ``columns``:
    the key, and the column that is true for deleted rows, or nothing. Doing it again changes nothing.
    """
    key, flag = columns
    latest = _last_of_each(read, key)
    found = {identity: number for number, identity in enumerate(_identities(latest, key))}
    known = {identity: number for number, identity in enumerate(_identities(before, key))}
    gone = _flagged(latest, flag)
    both = [(number, known[identity]) for identity, number in found.items() if identity in known]
    dropped = sum(number in gone for number, _ in both)
    if kept is None:
        dropped += len(known.keys() - found.keys())
    counts = {
        "new": sum(identity not in known and number not in gone for identity, number in found.items()),
        "changed": _count_changed(latest, before, [pair for pair in both if pair[0] not in gone]),
        "deleted": dropped,
    }
    tables = [_without(latest, gone)]
    if kept is not None:
        tables.insert(0, _without(kept, {number for _, number in both}))
    rows = united(tables)
    return (rows.sort_by(key) if rows.num_rows else rows), counts


def _identities(table: pa.Table | None, key: str) -> list[str]:
    """The key of every row, alike whether the service writes it as a number or as a text."""
    return [] if table is None or not table.num_rows else [str(each) for each in table.column(key).to_pylist()]


def _last_of_each(table: pa.Table, key: str) -> pa.Table:
    last = {identity: number for number, identity in enumerate(_identities(table, key))}
    return table if len(last) == table.num_rows else table.take(sorted(last.values()))


def _flagged(table: pa.Table, flag: str) -> set[int]:
    if not flag or flag not in table.column_names:
        return set()
    return {number for number, each in enumerate(table.column(flag).to_pylist()) if str(each).lower() == "true"}


def _count_changed(latest: pa.Table, before: pa.Table | None, pairs: list[tuple[int, int]]) -> int:
    if before is None or not pairs:
        return 0
    new = latest.take([number for number, _ in pairs]).to_pylist()
    old = before.take([number for _, number in pairs]).to_pylist()
    return sum(_given(one) != _given(other) for one, other in zip(new, old, strict=True))


def _given(row: Mapping[str, Any]) -> dict[str, str]:
    """What a row says, whatever the types of its columns; a value that is missing says nothing."""
    return {name: _plain(value) for name, value in row.items() if value is not None}


def _plain(value: Any) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(float(value)) if is_number else str(value)


def _without(table: pa.Table, numbers: Iterable[int]) -> pa.Table:
    left_out = set(numbers)
    if not left_out:
        return table
    import pyarrow as pa

    return table.take(pa.array([n for n in range(table.num_rows) if n not in left_out], pa.int64()))
