"""Opening a source: its reader is asked for the columns in use, and gives rows that can be queried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kaframe.data.plan import SourcePlan
from kaframe.data.sources import ask_reader, gave_wrong
from kaframe.database import Database, EngineError, quoted
from kaframe.errors import DataError, Problem
from kaframe.plugins.calling import Callee
from kaframe.records import BadRow, Load, Reading


@dataclass(frozen=True, slots=True)
class Opened:
    """A source that can be queried: ``relation`` stands after FROM and can be read more than once.

    ``types`` are the SQL types of its columns, ``_row`` among them; ``rejected`` are rows not among them.
    """

    plan: SourcePlan
    relation: str
    types: Mapping[str, str]
    rejected: Sequence[BadRow]
    copied: str
    temporary: Sequence[Path]
    load: Load | None = None

    @property
    def columns(self) -> list[str]:
        """The columns that were asked for, by name."""
        return sorted(name for name in self.types if name != "_row")

    def close(self, db: Database) -> None:
        """Forget what was only needed for reading."""
        if self.copied:
            db.execute(f"DROP TABLE IF EXISTS {quoted(self.copied)}")
        for path in self.temporary:
            path.unlink(missing_ok=True)


def open_source(db: Database, plan: SourcePlan, names: Sequence[str], slot: str) -> Opened:
    """Ask the reader for these columns; ``slot`` names the table in which Arrow rows are kept meanwhile.

    Raises: DataError when the source cannot be read; KF5020, KF5021 when the reader breaks down or its word.
    """
    reading = _read(plan, names)
    copied = ""
    try:
        if reading.arrow is not None:
            copied = slot
            db.load(slot, reading.arrow)
        relation = quoted(slot) if copied else f"({reading.sql})"
        types = db.describe(f"SELECT * FROM {relation}")
    except EngineError as error:
        raise unreadable(plan, error) from error
    lacking = [name for name in (*names, "_row") if name not in types]
    if lacking:
        raise DataError(
            [
                Problem(
                    plan.source.at,
                    "KF5021",
                    f"{Callee('reader', plan.reader.name, plan.owner)} does not give the columns {', '.join(lacking)}",
                    "read() gives every column it is asked for, and _row",
                )
            ]
        )
    return Opened(plan, relation, types, reading.rejected, copied, reading.temporary, reading.load)


def fingerprint_of(plan: SourcePlan) -> str:
    """What the reader says about the state of the data; empty when only the rows can tell."""
    return str(ask_reader(plan.source, plan.owner, "fingerprint", lambda: plan.reader.fingerprint(plan.source)))


def locate_rows(plan: SourcePlan, rows: Sequence[int]) -> Sequence[tuple[str, int]]:
    """File and line of each ordinal."""
    return list(ask_reader(plan.source, plan.owner, "locate", lambda: plan.reader.locate(plan.source, rows)))


def hash_rows(db: Database, opened: Opened) -> str:
    """A digest of all rows in whatever order they come, for sources that have no file."""
    columns = ", ".join(quoted(name) for name in opened.columns) or "0"
    return str(
        db.value(
            f"SELECT printf('rows-%d-%s', COUNT(*), CAST(COALESCE(SUM(HASH({columns})), 0) AS VARCHAR)) "
            f"FROM {opened.relation}"
        )
    )


def unreadable(plan: SourcePlan, error: EngineError) -> DataError:
    """The engine could not read what the reader pointed it to."""
    reason = error.reason.splitlines()[0]
    return DataError(
        [
            Problem(
                plan.source.place("path"),
                "KF3060",
                f"'{plan.source.label}' cannot be read: {reason}",
                "is the file whole, and is its reader the right one?",
            )
        ]
    )


def _read(plan: SourcePlan, names: Sequence[str]) -> Reading:
    reading = ask_reader(plan.source, plan.owner, "read", lambda: plan.reader.read(plan.source, names))
    if not isinstance(reading, Reading):
        raise DataError([gave_wrong(plan.source, plan.owner, "read", "kaframe.Reading", reading)])
    if reading.arrow is not None and not hasattr(reading.arrow, "schema"):
        raise DataError([gave_wrong(plan.source, plan.owner, "read", "a pyarrow.Table as 'arrow'", reading.arrow)])
    return reading
