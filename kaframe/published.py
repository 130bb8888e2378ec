"""Reading a published run again: its tables, for reports, explanations and history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from kaframe.database import Database, literal, quoted
from kaframe.errors import Problem, UsageError
from kaframe.recall import snapshot_folder
from kaframe.snapshot import CARD_PREFIX, SNAPSHOT_KEYS, Snapshot, open_snapshot

if TYPE_CHECKING:
    import pyarrow as pa

    from kaframe.project import Project


class PublishedRun:
    """One published run. Its tables are views of ``db``, checked against their hashes when first asked for.

    ``run`` is its row of the store, ``manifest`` what it was made from. Close it, or use ``with``.
    """

    def __init__(self, run: Mapping[str, Any], snapshot: Snapshot) -> None:
        self.run = run
        self.manifest = snapshot.manifest
        self.db = Database()
        self._snapshot = snapshot
        self.db.seal(snapshot.folder)

    @property
    def run_id(self) -> str:
        return str(self.run["run_id"])

    @property
    def as_of(self) -> date:
        """The day that the run is for."""
        day: date = self.run["as_of"]
        return day

    def __enter__(self) -> PublishedRun:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def tables(self) -> list[str]:
        """The tables that the run has, in order; with ``scores`` over all cards when there are any."""
        found = self._snapshot.tables()
        return sorted([*found, "scores"]) if self._cards() else found

    def open(self, *tables: str) -> Database:
        """The database with these tables (all of them when none is named) as views, to query over several."""
        for table in tables or tuple(self.tables()):
            self._view(table)
        return self.db

    def rows(self, table: str, account_id: str | None = None) -> list[dict[str, Any]]:
        """All rows of a table ordered by its key, or one account's; none when the run has no such table."""
        if not self._view(table):
            return []
        where = "" if account_id is None else f" WHERE account_id = {literal(account_id)}"
        return self.db.rows(f"SELECT * FROM {quoted(table)}{where} ORDER BY {_order(table)}")

    def arrow(self, table: str) -> pa.Table:
        """A table as Arrow, ordered by its key. Raises: UsageError KF6057 when the run has no such table."""
        if not self._view(table):
            message = f"the run {self.run_id} has no table '{table}'"
            raise UsageError([Problem(None, "KF6057", message, f"it has: {', '.join(self.tables())}")])
        return self.db.arrow(f"SELECT * FROM {quoted(table)} ORDER BY {_order(table)}")

    def require_account(self, account_id: str) -> str:
        """The id, when the run knows the account. Raises: UsageError KF6058 with the nearest id it knows."""
        self._view("tiers")
        if self.rows("tiers", account_id):
            return account_id
        near = self.db.rows(
            "SELECT account_id FROM tiers WHERE jaro_winkler_similarity(account_id, ?) > 0.8 "
            "ORDER BY jaro_winkler_similarity(account_id, ?) DESC, account_id LIMIT 1",
            [account_id, account_id],
        )
        hint = f"did you mean '{near[0]['account_id']}'?" if near else "'kaframe accounts' shows all"
        raise UsageError(
            [Problem(None, "KF6058", f"no account '{account_id}' in the run {self.run_id}", hint)]
        )

    def close(self) -> None:
        """Let go of the files."""
        self.db.close()

    def _cards(self) -> list[str]:
        return [table for table in self._snapshot.tables() if table.startswith(CARD_PREFIX)]

    def _view(self, table: str) -> bool:
        if self.db.has(table):
            return True
        if table == "scores" and self._cards():
            query = " UNION ALL ".join(self._scores_of(card) for card in self._cards())
        elif table in self._snapshot.tables():
            query = f"SELECT * FROM read_parquet({literal(str(self._snapshot.file(table)))})"
        else:
            return False
        self.db.execute(f"CREATE VIEW {quoted(table)} AS {query}")
        return True

    def _scores_of(self, table: str) -> str:
        self._view(table)
        card = literal(table.removeprefix(CARD_PREFIX))
        return f"SELECT account_id, {card} AS card, points, coverage, low, high FROM {quoted(table)}"


def load_run(project: Project, run_id: str = "latest") -> PublishedRun:
    """A published run by its id (``2026-03-31.1``), by its day, or the latest.

    Raises: UsageError KF6054 when there is none; StoreError KF7010 when its snapshot is damaged.
    """
    from kaframe.store import find_run, open_store

    run = find_run(open_store(project), run_id)
    folder = snapshot_folder(project) / str(run["run_id"])
    return PublishedRun(run, open_snapshot(folder, str(run["manifest_sha256"])))


def _order(table: str) -> str:
    if table == "scores":
        return "account_id, card"
    key = ("account_id",) if table.startswith(CARD_PREFIX) else SNAPSHOT_KEYS.get(table, ())
    return ", ".join(quoted(name) for name in key) or "ALL"
