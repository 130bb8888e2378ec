"""The account of every row: what was read, kept, quarantined, left out, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kaframe.database import Database

SOURCES = {
    "table_name": "VARCHAR", "source": "VARCHAR", "rows_read": "BIGINT", "kept": "BIGINT",
    "quarantined": "BIGINT", "left_out": "BIGINT", "after_as_of": "BIGINT", "orphans": "BIGINT",
    "quarantine_file": "VARCHAR", "fingerprint": "VARCHAR", "newest": "DATE",
}  # fmt: skip
ORPHANS = {"table_name": "VARCHAR", "account_id": "VARCHAR", "row_count": "BIGINT", "accounts": "BIGINT"}
QUALITY = {"table_name": "VARCHAR", "column_name": "VARCHAR", "kind": "VARCHAR", "row_count": "BIGINT"}
LOADS = {
    "table_name": "VARCHAR", "source": "VARCHAR", "since": "VARCHAR", "rows_read": "BIGINT", "new_rows": "BIGINT",
    "changed_rows": "BIGINT", "deleted_rows": "BIGINT", "rows_kept": "BIGINT",
}  # fmt: skip
QUARANTINED = {
    "table_name": "VARCHAR", "source": "VARCHAR", "file": "VARCHAR", "line": "BIGINT", "reason": "VARCHAR",
    "row_text": "VARCHAR",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ledger:
    """Rows of ``sources``, ``orphans``, ``quality``, ``quarantined`` and ``loads`` while the tables are loaded."""

    sources: list[dict[str, Any]] = field(default_factory=list)
    orphans: list[dict[str, Any]] = field(default_factory=list)
    quality: list[dict[str, Any]] = field(default_factory=list)
    quarantined: list[dict[str, Any]] = field(default_factory=list)
    loads: list[dict[str, Any]] = field(default_factory=list)

    def add_quality(self, table: str, kind: str, counts: Mapping[str, int]) -> None:
        """Note how many rows of a table have that finding, a column each; nothing for none."""
        self.quality.extend(
            {"table_name": table, "column_name": column, "kind": kind, "row_count": count}
            for column, count in counts.items()
            if count
        )

    def write(self, db: Database) -> None:
        """Make the tables, each in the order of its key; ``loads`` only where a reader keeps what it has read."""
        db.create("sources", self.sources, SOURCES)
        db.create("orphans", _ordered(self.orphans, "table_name", "account_id"), ORPHANS)
        db.create("quality", _ordered(self.quality, "table_name", "column_name", "kind"), QUALITY)
        db.create("quarantined", _ordered(self.quarantined, "table_name", "file", "line"), QUARANTINED)
        if self.loads:
            db.create("loads", self.loads, LOADS)


def _ordered(rows: list[dict[str, Any]], *keys: str) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: tuple((row[key] is not None, row[key]) for key in keys))
