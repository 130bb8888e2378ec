"""What was read is kept: one Parquet file a source below ``.kaframe/loads``, with what the next load must know in it.

Rows and the moment of the newest change are one file, which takes the place of the one before in one step: a process
that is killed half-way has changed nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import kaframe
from kaframe import Source

from .options import SHARED

if TYPE_CHECKING:
    import pyarrow as pa

FOLDER = ".kaframe/loads"
FORM = 1  # of the file; one of another form is read anew
NOTE = b"kaframe"
UNASKED = frozenset(SHARED)  # options that change nothing of what a service is asked for
PART_DAYS = 1  # after which a file that is still being written is what a killed process has left
QUESTION_DAYS = 30  # for which the rows of a source are kept that asks for something else by now
UNREAD_DAYS = 400  # for which the rows of a source are kept that nobody reads any more


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known without reading rows: how many, which columns, and the newest change among them (UTC, ISO)."""

    rows: int
    columns: tuple[tuple[str, str], ...]
    mark: str = ""
    form: int = FORM


def kept_file(source: Source) -> Path:
    """Where the rows of a source are kept: another file when something else is asked, whatever the limits."""
    options = {name: value for name, value in source.options.items() if name not in UNASKED}
    asked = {"label": source.label, "reader": source.reader, "options": options}
    text = json.dumps(asked, sort_keys=True, default=_reference)
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    name = re.sub(r"[^\w-]+", "-", source.label, flags=re.ASCII).strip("-")[:60]
    return source.folder / FOLDER / f"{name or source.reader}-{digest}.parquet"


def look_at(file: Path) -> Kept | None:
    """What is kept in a file; None when there is none that can be used."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        note = json.loads((pq.read_schema(file).metadata or {})[NOTE])
        if note["form"] != FORM:
            return None
        return Kept(**{**note, "columns": tuple(map(tuple, note["columns"]))})
    except (OSError, KeyError, TypeError, ValueError, pa.ArrowException):
        return None


def read_kept(file: Path, names: Sequence[str] | None = None) -> pa.Table:
    """The kept rows, or some of their columns."""
    import pyarrow.parquet as pq

    return pq.read_table(file, columns=None if names is None else list(names))


def keep(file: Path, table: pa.Table, mark: str) -> Kept:
    """Put rows and mark in the place of what was kept, in one step. Raises: OSError."""
    import pyarrow.parquet as pq

    columns = tuple((name, kaframe.type_of(table.column(name))) for name in table.column_names)
    kept = Kept(table.num_rows, columns, mark)
    noted = table.replace_schema_metadata({NOTE: json.dumps(asdict(kept)).encode()})
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as content:
            pq.write_table(noted, content)
            content.flush()
            os.fsync(content.fileno())
        os.replace(name, file)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
    _sync_folder(file.parent)
    _sweep(file)
    return kept


def _sweep(file: Path) -> None:
    """Remove what no run will need: parts that killed processes left, rows that nobody has read for long."""
    source = _source_of(file)
    for other in file.parent.iterdir():
        with contextlib.suppress(OSError):  # another process was quicker, or may not be disturbed
            days = (time.time() - other.stat().st_mtime) / 86_400
            if other.suffix == ".part":
                is_old = days > PART_DAYS
            else:
                most = QUESTION_DAYS if _source_of(other) == source else UNREAD_DAYS
                is_old = other.suffix == file.suffix and other != file and days > most
            if is_old:
                other.unlink()


def _source_of(file: Path) -> str:
    """The name of a kept file without what tells its question from others."""
    return file.stem.rpartition("-")[0]


def _sync_folder(folder: Path) -> None:
    """Make the new name last a power failure, where folders can be synced."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _reference(value: Any) -> str:
    """A secret stands for the place where it is kept: a new password asks nothing else."""
    if isinstance(value, kaframe.Secret):
        return value.reference
    raise TypeError(type(value).__name__)
