"""Rows from lakes: Parquet files, below the project or on S3, and tables in the formats Delta and Iceberg."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import kaframe
from kaframe import Column, Reader, Reading, Source

from . import objects, parquet, tables
from .storage import S3, is_remote


def _options(path: str, **more: Any) -> dict[str, Any]:
    """The schema of a reader: where its data lie, how to reach them, and what else it knows."""
    place = {"title": "Where it lies", "description": path, "type": "string", "minLength": 1}
    properties = {"path": place, "s3": S3, **more}
    return {"type": "object", "additionalProperties": False, "required": ["path"], "properties": properties}


PARQUET = _options(
    "A Parquet file or a glob such as data/orders/*.parquet below the project, or s3://bucket/orders/*.parquet. "
    "Several files are read in the order of their names and matched by column name."
)
DELTA = _options(
    "The folder of the table, below the project or as s3://bucket/folder.",
    version={"title": "Version", "description": "Left out: the latest.", "type": "integer", "minimum": 0},
)
ICEBERG = _options(
    "The folder of the table or one of its *.metadata.json, below the project or as s3://bucket/folder.",
    snapshot={"title": "Snapshot", "description": "Left out: the current one.", "type": "integer"},
)


@kaframe.hook
def kaframe_readers() -> Iterable[Reader]:
    yield Reader(
        name="parquet",
        summary={"en": "Parquet files, also on S3", "zh": "Parquet 文件（含 S3）"},
        options=PARQUET,
        columns=columns,
        read=read,
        fingerprint=fingerprint,
        locate=locate,
    )
    yield _table("delta", {"en": "Delta tables, also on S3", "zh": "Delta 表（含 S3）"}, DELTA)
    yield _table("iceberg", {"en": "Iceberg tables, also on S3", "zh": "Iceberg 表（含 S3）"}, ICEBERG)


def _table(name: str, summary: Mapping[str, str], options: Mapping[str, Any]) -> Reader:
    open_table = tables.OPENERS[name]
    return Reader(
        name=name,
        summary=summary,
        options=options,
        columns=partial(tables.columns_of, open_table),
        read=partial(tables.read_table, open_table),
        fingerprint=partial(tables.version_of, open_table),
        locate=tables.locate,
    )


def columns(source: Source) -> Sequence[Column]:
    """The columns of all files by name, from the footers alone."""
    return objects.columns(source) if is_remote(source) else parquet.columns(source)


def read(source: Source, names: Sequence[str]) -> Reading:
    """The asked columns of all files."""
    return objects.read(source, names) if is_remote(source) else parquet.read(source, names)


def fingerprint(source: Source) -> str:
    """The contents of files; of objects only the rows themselves tell."""
    return "" if is_remote(source) else kaframe.fingerprint_files(source)


def locate(source: Source, rows: Sequence[int]) -> Sequence[tuple[str, int]]:
    """File or object, and the number of the row in it, from 1."""
    return objects.locate(source, rows) if is_remote(source) else parquet.locate(source, rows)
