"""A table whose rows come from Python: ``kaframe.load(path, tables={"orders": frame})`` puts them in its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NoReturn

import kaframe
from kaframe import Column, DataError, Problem, Reader, Reading, Source

OPTIONS = {"type": "object", "additionalProperties": False, "properties": {}}


@kaframe.hook
def kaframe_readers() -> Iterable[Reader]:
    yield Reader(
        name="python",
        summary={"en": "Arrow, pandas, polars tables from Python", "zh": "由 Python 传入的表（Arrow、pandas、polars）"},
        options=OPTIONS,
        columns=columns,
        read=read,
        fingerprint=fingerprint,
        locate=locate,
    )


def columns(source: Source) -> Sequence[Column]:
    """Nothing can be known of what was not given. Raises: DataError KF6006."""
    _refuse(source)


def read(source: Source, names: Sequence[str]) -> Reading:
    """Nothing can be read that was not given. Raises: DataError KF6006."""
    _refuse(source)


def fingerprint(source: Source) -> str:
    """Nothing: only the rows themselves tell."""
    return ""


def locate(source: Source, rows: Sequence[int]) -> Sequence[tuple[str, int]]:
    """The number of the row."""
    return [(source.label, row) for row in rows]


def _refuse(source: Source) -> NoReturn:
    message = f"the rows of '{source.label}' come from Python, and none were given"
    name = source.label.rpartition(": ")[2]
    hint = f"kaframe.load(path, tables={{'{name}': frame}}); the command line needs another reader"
    raise DataError([Problem(source.at, "KF6006", message, hint)])
