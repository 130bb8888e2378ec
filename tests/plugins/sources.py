"""A source of one of the bundled readers in a temporary project, and its rows through the run's DuckDB."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kaframe.database import Database
from kaframe.errors import Location
from kaframe.records import Column, Reader, Reading, Source


class MakeSource:
    """``source("csv", path=...)`` declares a source of the project; the methods ask its reader."""

    def __init__(self, folder: Path, readers: Mapping[str, Reader]) -> None:
        self.folder, self.readers = folder, readers

    def __call__(self, name: str, **options: Any) -> Source:
        return Source("orders", name, options, self.folder, Location("kaframe.yaml", 7, 3))

    def columns(self, declared: Source) -> Sequence[Column]:
        return self.readers[declared.reader].columns(declared)

    def types(self, declared: Source) -> dict[str, str]:
        return {column.name: column.type for column in self.columns(declared)}

    def read(self, declared: Source, names: Sequence[str]) -> Reading:
        return self.readers[declared.reader].read(declared, names)

    def locate(self, declared: Source, rows: Sequence[int]) -> list[tuple[str, int]]:
        return list(self.readers[declared.reader].locate(declared, rows))

    def fingerprint(self, declared: Source) -> str:
        return self.readers[declared.reader].fingerprint(declared)

    def rows(self, declared: Source, names: Sequence[str]) -> list[dict[str, Any]]:
        return load_rows(self.read(declared, names))


def load_rows(reading: Reading) -> list[dict[str, Any]]:
    """The rows of a reading as the run's DuckDB sees them, in the order of their ordinals."""
    with Database() as db:
        if reading.arrow is not None:
            db.load("given", reading.arrow)
            return db.rows("SELECT * FROM given ORDER BY _row")
        return db.rows(f"SELECT * FROM ({reading.sql}) ORDER BY _row")
