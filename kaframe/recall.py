"""Step ``recall``: copy what earlier runs and people left into ``past_*``; no other step sees it."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaframe.database import Database, literal, quoted
from kaframe.edits import read_plan_files
from kaframe.errors import StoreError
from kaframe.pasttables import (
    EVERY_PAST,
    FILE_COLUMNS,
    PAST_POINTS,
    PAST_SCORES,
    PAST_SOURCES,
    PAST_STATUSES,
    PAST_TABLES,
    PIN_COLUMNS,
    PastTable,
)
from kaframe.snapshot import CARD_PREFIX, Snapshot, open_snapshot

if TYPE_CHECKING:
    from kaframe.project import Project
    from kaframe.store import LookBack, Past

REMEMBERED = 2  # how many times as far back as a rule asks its evidence is looked for


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows of one snapshot file for one table of the past."""

    past_table: str
    as_of: date
    sha256: str
    query: str


def recall_past(project: Project, db: Database) -> None:
    """Make every table of the past, also the empty ones, as the run for ``project.as_of`` may see it.

    Reads: the store; the snapshots of the base run and of earlier ones; ``renamed`` where there is one; the plans that
        people edit.
    Writes: the ``past_*`` tables of docs/tables.md; ``past_pin``, ``past_files``, ``past_renamed`` say what
        was seen.
    Raises: StoreError KF70xx when the store or a snapshot cannot be used.
    """
    from kaframe.store import open_store, read_past

    past = read_past(open_store(project), project.as_of, look_back(project))
    tables = {**past.tables, "past_edits": [asdict(found) for found in read_plan_files(project.root)]}
    renamed = _follow_renames(db)
    db.create("past_renamed", renamed, {"old_id": "VARCHAR", "new_id": "VARCHAR"})
    parts = _read_parts(db, past, snapshot_folder(project))
    for name, table in EVERY_PAST.items():
        queries = [part.query for part in parts if part.past_table == name]
        if queries:
            db.execute(f"CREATE OR REPLACE TABLE {quoted(name)} AS {' UNION ALL '.join(queries)}")
        else:
            db.create(name, tables.get(name, ()), table.columns)
        if renamed and "account_id" in table.columns:
            db.execute(f"CREATE OR REPLACE TABLE {quoted(name)} AS {_under_new_ids(name, table)}")
    pin = {"as_of": project.as_of, "published": past.published, "last_move": past.last_move}
    db.create("past_pin", [pin], PIN_COLUMNS)
    files = [{"past_table": part.past_table, "as_of": part.as_of, "sha256": part.sha256} for part in parts]
    db.create("past_files", files, FILE_COLUMNS)


def past_fingerprint(db: Database) -> str:
    """The hash of everything that ``recall`` has brought: equal when nothing in the past has changed.

    What comes from snapshots counts by the hash of its file. Points that are only shown do not count, as they decide
    nothing; nor do notices that an earlier revision of the same day sent, nor its volumes: they are its output. Of
    an edited plan counts what the person wrote, not what it was merged with.
    """
    queries = {name: f"SELECT * FROM {name}" for name, table in PAST_TABLES.items() if not table.snapshot}
    queries["past_notices"] += " WHERE decided_on < (SELECT as_of FROM past_pin)"
    queries["past_files"] = "SELECT * FROM past_files WHERE past_table NOT IN ('past_points', 'past_sources')"
    queries["past_edits"] = "SELECT file, edit FROM past_edits WHERE edit IS NOT NULL"
    queries["past_renamed"] = "SELECT * FROM past_renamed"
    whole = hashlib.sha256()
    for name in sorted(queries):
        lines = f"SELECT CAST(to_json(line) AS VARCHAR) AS line FROM ({queries[name]}) AS line"
        found = db.value(
            f"SELECT sha256(coalesce(string_agg(line, chr(10) ORDER BY line), '')) FROM ({lines})"
        )
        whole.update(f"{name} {found}\n".encode())
    return whole.hexdigest()


def look_back(project: Project) -> LookBack:
    """How far back the rules' patience needs the colours of earlier runs; nowhere when no rule is patient.

    Twice the longest ``hold`` or ``for``: over runs without data, evidence is remembered for as long again.
    """
    from kaframe.store import LookBack

    rules = project.rules.status.rgb.values()
    waits = [wait for rule in rules for wait in (rule.hold, rule.wait) if wait is not None]
    days, runs = (max((getattr(wait, kind) for wait in waits), default=0) for kind in ("days", "runs"))
    return LookBack(REMEMBERED * days, REMEMBERED * runs)


def snapshot_folder(project: Project) -> Path:
    """Where the project keeps the snapshots of its runs."""
    return project.root / project.config.store.snapshots


def _follow_renames(db: Database) -> list[dict[str, str]]:
    """Old id to the id of today, also over several renames; a circle of names changes nothing."""
    if not db.has("renamed"):
        return []
    listed = db.rows("SELECT old_id, new_id FROM renamed WHERE old_id <> new_id ORDER BY old_id, new_id")
    steps: dict[str, str] = {row["old_id"]: row["new_id"] for row in listed}
    found = []
    for old in sorted(steps):
        seen, name = {old}, steps[old]
        while name in steps and name not in seen:
            seen.add(name)
            name = steps[name]
        if name not in seen:
            found.append({"old_id": old, "new_id": name})
    return found


def _read_parts(db: Database, past: Past, folder: Path) -> list[_Part]:
    """What each snapshot has for each table of the past."""
    parts: list[_Part] = []
    for run in past.earlier:
        snapshot = _open(folder, run)
        parts += _parts(db, run, snapshot, {"past_statuses": (PAST_STATUSES, PAST_STATUSES.snapshot)})
    for run in past.shown:
        with contextlib.suppress(StoreError):  # only a page shows it: what is damaged stops no run, and doctor names it
            snapshot = _open(folder, run)
            parts += list(_parts(db, run, snapshot, {"past_points": (PAST_POINTS, PAST_POINTS.snapshot)}))
    if past.revised:
        with contextlib.suppress(StoreError):  # as above: there is no run to compare with then
            snapshot = _open(folder, past.revised)
            parts += list(_parts(db, past.revised, snapshot, {"past_sources": (PAST_SOURCES, PAST_SOURCES.snapshot)}))
    if past.base:
        snapshot = _open(folder, past.base)
        wanted = {name: (table, table.snapshot) for name, table in PAST_TABLES.items() if table.snapshot}
        parts += _parts(db, past.base, snapshot, wanted)
        for card in snapshot.tables():
            if card.startswith(CARD_PREFIX):
                parts += _parts(db, past.base, snapshot, {"past_scores": (PAST_SCORES, card)})
    return parts


def _open(folder: Path, run: Mapping[str, Any]) -> Snapshot:
    return open_snapshot(folder / str(run["run_id"]), str(run["manifest_sha256"]))


def _parts(
    db: Database, run: Mapping[str, Any], snapshot: Snapshot, wanted: Mapping[str, tuple[PastTable, str]]
) -> Iterable[_Part]:
    for name, (table, source) in wanted.items():
        if source not in snapshot.tables():
            continue
        file = f"read_parquet({literal(str(snapshot.file(source)))})"
        known = {"card": source.removeprefix(CARD_PREFIX), "as_of": run["as_of"]}
        query = f"SELECT {_columns(db, file, table, known)} FROM {file}"
        yield _Part(name, run["as_of"], snapshot.sha256(source), query)


def _columns(db: Database, file: str, table: PastTable, known: Mapping[str, Any]) -> str:
    """The table's columns from a file that may be older than some; ``known`` are those that no file has."""
    offered = db.describe(f"SELECT * FROM {file}")
    listed = []
    for name, kind in table.columns.items():
        there = table.renamed.get(name, name)
        value = quoted(there) if there in offered else literal(known.get(name))
        listed.append(f"CAST({value} AS {kind}) AS {quoted(name)}")
    return ", ".join(listed)


def _under_new_ids(name: str, table: PastTable) -> str:
    """The rows with the ids of today; only those of accounts that were or became another are looked at.

    Of merged accounts the one that keeps its id wins.
    """
    listed = ", ".join(quoted(name) for name in table.columns)
    touched = "(SELECT old_id FROM past_renamed UNION SELECT new_id FROM past_renamed)"
    others = f"SELECT {listed} FROM {quoted(name)} WHERE account_id IS NULL OR account_id NOT IN {touched}"
    changed = {"account_id": "coalesce(r.new_id, s.account_id)"}
    if "task_key" in table.columns:
        changed["task_key"] = _new_task_key()
    columns = ", ".join(
        f"{changed.get(name, 's.' + quoted(name))} AS {quoted(name)}" for name in table.columns
    )
    renamed = (
        f"SELECT {columns}, r.old_id AS _old FROM {quoted(name)} s "
        f"LEFT JOIN past_renamed r ON r.old_id = s.account_id WHERE s.account_id IN {touched}"
    )
    key = ", ".join(quoted(name) for name in table.key)
    first = f" QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY _old NULLS FIRST) = 1" if key else ""
    return f"{others} UNION ALL SELECT {listed} FROM ({renamed}){first}"


def _new_task_key() -> str:
    """A task's key names its account, so it is renamed with it; keys of another form stay."""
    head = "s.kind || ':' || s.rule || ':'"
    tail = f"substr(s.task_key, length({head} || r.old_id) + 1)"
    return (
        f"CASE WHEN starts_with(s.task_key, {head} || r.old_id || ':') "
        f"THEN {head} || r.new_id || {tail} ELSE s.task_key END"
    )
