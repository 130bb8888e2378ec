"""Rows from services that answer with JSON: ``rest``, declared in YAML, and CRM systems that are declared already."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import kaframe
from kaframe import Column, Reader, Reading, Source

from .keeping import Kept, kept_file, look_at, read_kept
from .loading import load
from .options import OPTIONS
from .placeholders import fill
from .presets import api_of, options_of, presets

REST = {"en": "Any service that answers with JSON, page by page", "zh": "任何以 JSON 分页返回的服务"}
FRESH = 600  # seconds for which a load that was made to know the columns counts as that of the run that follows
_first_loads: dict[Path, tuple[kaframe.Load, float]] = {}


@kaframe.hook
def kaframe_readers() -> Iterable[Reader]:
    yield _reader("rest", REST, OPTIONS)
    for name, preset in presets().items():
        yield _reader(name, preset["summary"], options_of(preset))


def _reader(name: str, summary: Mapping[str, str], options: Mapping[str, Any]) -> Reader:
    return Reader(
        name=name,
        summary=summary,
        options=options,
        columns=columns,
        read=read,
        fingerprint=fingerprint,
        locate=locate,
    )


def columns(source: Source) -> Sequence[Column]:
    """The columns of the last load; what was never read is read now, so that types are those of all rows."""
    api, file = api_of(source), kept_file(source)
    kept = look_at(file)
    if kept is None:
        kept, made = _load(source)
        _first_loads[file] = made, time.monotonic()
    kaframe.check_header([name for name, _ in kept.columns], source.place("rows", "url"))
    found: dict[str, Any] = dict(kept.columns)
    return [Column(name, found.get(name, "text")) for name in dict.fromkeys([*api.shape.fields, *found])]


def read(source: Source, names: Sequence[str]) -> Reading:
    """Ask the service for what is new, keep it, and give the kept rows."""
    import pyarrow as pa

    file = kept_file(source)
    known, since = _first_loads.pop(file, (None, 0.0))
    if known is None or time.monotonic() - since > FRESH:
        _, known = _load(source)
    kaframe.check_names(source, names, [column.name for column in columns(source)])
    kept = look_at(file)
    assert kept is not None
    there = {name for name, _ in kept.columns}
    table = read_kept(file, [name for name in names if name in there])
    arrays = [table.column(name) if name in there else pa.nulls(kept.rows, pa.string()) for name in names]
    ordinals = pa.array(range(1, kept.rows + 1), pa.int64())
    return Reading(arrow=pa.table([*arrays, ordinals], names=[*names, "_row"]), load=known)


def fingerprint(source: Source) -> str:
    """Nothing: only the rows themselves tell whether a service has other data."""
    return ""


def locate(source: Source, rows: Sequence[int]) -> Sequence[tuple[str, int]]:
    """The service, and the number of the row among those that are kept."""
    api = api_of(source)
    url = urlsplit(fill(api.request.url, api.values))
    return [(f"{url.netloc}{url.path}", row) for row in rows]


def _load(source: Source) -> tuple[Kept, kaframe.Load]:
    try:
        return load(api_of(source), kept_file(source), source.full)
    except OSError as error:
        message = f"what was read cannot be kept: {error.strerror or type(error).__name__}"
        problem = kaframe.Problem(source.at, "KF3096", message, "check the rights of .kaframe/loads and the disk")
        raise kaframe.DataError([problem]) from error
