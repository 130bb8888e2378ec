"""kaframe from Python: ``kaframe.load(path).preview(as_of=...)`` gives the tables of docs/tables.md."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaframe.database import Database, quoted
from kaframe.errors import Problem, UsageError, nearest

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from kaframe.flow import Finished
    from kaframe.project import Project


class Preview:
    """The tables of a run that has no effect anywhere; close it, or use it with ``with``, to forget them."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def __enter__(self) -> Preview:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def tables(self) -> list[str]:
        """The names of all tables."""
        return self._db.tables()

    def arrow(self, table: str) -> pa.Table:
        """A table as Arrow, in the order of all its columns. Raises: UsageError with the nearest name."""
        if table not in self.tables:
            raise UsageError([Problem(None, "KF6020", f"no table '{table}'", nearest(table, self.tables))])
        return self._db.arrow(f"SELECT * FROM {quoted(table)} ORDER BY ALL")

    def rows(self, table: str) -> list[dict[str, Any]]:
        """A table as Python dictionaries."""
        rows: list[dict[str, Any]] = self.arrow(table).to_pylist()
        return rows

    def pandas(self, table: str) -> pd.DataFrame:
        """A table as a pandas DataFrame; needs ``pip install kaframe[pandas]``."""
        return self.arrow(table).to_pandas()

    def polars(self, table: str) -> pl.DataFrame:
        """A table as a polars DataFrame; needs ``pip install kaframe[polars]``."""
        import polars as pl

        frame = pl.from_arrow(self.arrow(table))
        assert isinstance(frame, pl.DataFrame)
        return frame

    def close(self) -> None:
        self._db.close()


class Loaded:
    """A project that has been read and checked; ``project`` has everything that the user wrote."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def preview(self, as_of: date | str | None = None, until: str = "notify") -> Preview:
        """Run every step up to ``until`` with no effect anywhere, and keep the tables."""
        from kaframe.flow import preview

        db = Database()
        try:
            preview(self._on(as_of), db, until)
        except BaseException:
            db.close()
            raise
        return Preview(db)

    def run(self, as_of: date | str | None = None, backfill: bool = False) -> Finished:
        """Run and publish, as ``kaframe run`` does."""
        from kaframe.flow import run

        return run(self._on(as_of), backfill)

    def _on(self, as_of: date | str | None) -> Project:
        if as_of is None:
            return self.project
        try:
            return self.project.on(date.fromisoformat(as_of) if isinstance(as_of, str) else as_of)
        except ValueError:
            raise UsageError([Problem(None, "KF6002", f"'{as_of}' is not a day", "write it as 2026-03-31")]) from None


def load(path: str | Path = ".", profile: str = "", tables: Mapping[str, Any] | None = None) -> Loaded:
    """Read the project at ``path`` (a folder with ``kaframe.yaml``, or one below it).

    ``tables`` are pyarrow, pandas or polars tables in the place of the sources of ``accounts`` and tables, by name.
    Raises: RuleError, DataError with all problems found, each with its place; UsageError for an unknown table.
    """
    from kaframe.loading import find_root, load_project

    return Loaded(load_project(find_root(Path(path)), profile, tables=tables or {}))
