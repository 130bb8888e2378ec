"""A run's snapshot: a folder of Parquet files and a manifest with the hash of each, never changed.

It is written into a ``.tmp-`` folder, made durable, and renamed; so a folder without ``.tmp-`` is whole.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import shutil
import threading
import uuid
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaframe.durable import make_durable
from kaframe.errors import Problem, StoreError
from kaframe.temporary import give_name, is_left, own_mark

if TYPE_CHECKING:
    from kaframe.database import Database

MANIFEST = "manifest.json"
WRITERS = 4
ROW_GROUP = 122_880  # so many rows of a table the engine writes with one core
RUN_ID = re.compile(r"\d{4}-\d{2}-\d{2}\.\d+")
STAGING = ".tmp-"
MARK = "published"  # the manifest once more: a store has published this, so no other one takes it for a leftover
CARD_PREFIX = "score_"
CARD_COLUMNS = ("account_id", "points", "coverage", "low", "high")

# The tables marked S in docs/tables.md with their keys; all other columns follow a key that is not unique.
SNAPSHOT_KEYS: Mapping[str, tuple[str, ...]] = {
    "sources": ("table_name", "source"),
    "orphans": ("table_name", "account_id"),
    "loads": ("table_name", "source"),
    "quality": ("table_name", "column_name", "kind"),
    "renamed": ("old_id",),
    "measures": ("account_id",),
    "gates": ("gate", "source"),
    "tiers": ("account_id",),
    "managed": ("account_id",),
    "near_misses": ("account_id", "tier", "condition"),
    "portfolio": ("measure",),
    "owners": ("account_id", "role", "member"),
    "handovers": ("account_id", "role", "from_member"),
    "findings": ("account_id", "kind", "role", "member"),
    "members": ("member",),
    "insights": ("account_id", "insight", "subject"),
    "segments_rfm": ("account_id",),
    "colours": ("account_id", "card"),
    "families": ("account_id",),
    "roll_ups": ("account_id", "card", "member"),
    "overrides": ("account_id", "card", "state"),
    "reasons": ("account_id", "card", "rank"),
    "explanations": ("account_id", "card"),
    "stages": ("account_id",),
    "plans": ("account_id",),
    "actions": ("account_id", "strategy", "action"),
    "goals": ("account_id", "strategy", "goal"),
    "tasks": ("task_key",),
    "events": ("event_key",),
    "notices": ("notice_key",),
    "managed.colours": ("account_id", "card"),
    "managed.contacts": ("account_id",),
    "managed.past_overrides": ("account_id", "card"),
    "managed.past_points": ("account_id", "card", "as_of"),
    "managed.past_scores": ("account_id", "card"),
    "view": ("part",),
}
# Tables whose key is unique: sorting them by more would cost and change nothing.
_UNIQUE_KEYS = {"measures", "tiers", "segments_rfm", "colours", "explanations"}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot whose manifest is the published one; its files are checked when they are asked for."""

    folder: Path
    manifest: Mapping[str, Any]

    def tables(self) -> list[str]:
        """The names of its tables, in order."""
        return sorted(self.manifest["tables"])

    def sha256(self, table: str) -> str:
        """The hash of a table's file, as the manifest says."""
        return str(self.manifest["tables"][table]["sha256"])

    def file(self, table: str) -> Path:
        """The Parquet file of a table. Raises: StoreError KF7010 when it is missing or changed."""
        path = self.folder / str(self.manifest["tables"][table]["file"])
        self._check(path, self.sha256(table))
        return path

    def damage(self) -> list[Problem]:
        """What is wrong with its files, the quarantine's among them; nothing when all are as they were published."""
        hashes = {entry["file"]: entry["sha256"] for entry in self.manifest["tables"].values()}
        found: list[Problem] = []
        if (self.folder / MARK).exists():
            hashes[MARK] = _sha256(self.folder / MANIFEST)
        for name, sha256 in {**hashes, **self.manifest["quarantine"]}.items():
            try:
                self._check(self.folder / name, sha256)
            except StoreError as error:
                found += error.problems
        return found

    def _check(self, path: Path, sha256: str) -> None:
        if not path.is_file() or _sha256(path) != sha256:
            shown = f"{self.folder.name}/{path.relative_to(self.folder).as_posix()}"
            raise damaged(shown, "has changed" if path.is_file() else "is missing")


def damaged(shown: str, what: str) -> StoreError:
    """A file of a snapshot is not what was published."""
    hint = "put the snapshot back from a backup; a run for a later day needs it"
    return StoreError([Problem(None, "KF7010", f"the snapshot file {shown} {what}", hint)])


def snapshot_tables(db: Database) -> dict[str, tuple[str, ...]]:
    """The tables of this run that go into its snapshot, with the columns that order them."""
    found = {}
    for table in db.tables():
        if not (table.startswith(CARD_PREFIX) or table in SNAPSHOT_KEYS):
            continue
        columns = list(db.columns(table))
        is_card = table.startswith(CARD_PREFIX) and set(CARD_COLUMNS) <= set(columns)
        if is_card or table in SNAPSHOT_KEYS:
            key = (
                ("account_id",)
                if is_card
                else tuple(name for name in SNAPSHOT_KEYS[table] if name in columns)
            )
            rest = (
                () if is_card or table in _UNIQUE_KEYS else tuple(name for name in columns if name not in key)
            )
            found[table] = (*key, *rest)
    return found


def write_snapshot(db: Database, folder: Path, head: Mapping[str, Any]) -> str:
    """Write the run's tables and the manifest into a new folder and make them durable; the manifest's hash.

    ``head`` is what the manifest says besides its tables.
    Raises: OSError, StoreError KF7003 when the disk refuses.
    """
    make_folder(folder)
    head = {**head, "tables": _write_tables(db, folder)}
    text = json.dumps(head, ensure_ascii=False, indent=1, allow_nan=False)
    manifest = folder / MANIFEST
    manifest.write_text(text + "\n", encoding="utf-8")
    make_durable(manifest)
    make_durable(folder)
    return _sha256(manifest)


def make_folder(folder: Path) -> None:
    """The folder of a snapshot, for its owner alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def settle_files(folder: Path, files: Iterable[Path]) -> dict[str, str]:
    """Make files of a snapshot durable; the hash of each by its name."""
    return {path.relative_to(folder).as_posix(): _settle(path) for path in files}


def _write_tables(db: Database, folder: Path) -> dict[str, dict[str, Any]]:
    """Write every table and make it durable; what the manifest says of each.

    Small tables are written beside each other, large ones one by one, as the engine gives each all cores and
    memory for its order; either way a file becomes durable while the next one is written.
    """
    turn = contextlib.nullcontext() if db.largest() <= ROW_GROUP else threading.Lock()
    tables = snapshot_tables(db)

    def write(table: str) -> dict[str, Any]:
        path = folder / f"{table}.parquet"
        with turn:
            count = _write_table(db, table, path, tables[table])
        return {"file": path.name, "rows": count, "sha256": _settle(path)}

    with ThreadPoolExecutor(WRITERS) as writers:
        return dict(zip(tables, writers.map(write, tables), strict=True))


def publish_folder(staged: Path, final: Path) -> None:
    """Give a staged snapshot its name; what a killed run left under that name gives way.

    One that a store has published, which is lost, is kept under another name.
    """
    if (final / MARK).exists():
        final.rename(final.with_name(f"lost-{final.name}-{uuid.uuid4().hex[:8]}"))
    elif final.exists():
        shutil.rmtree(final)
    staged.rename(final)
    make_durable(final.parent)


def mark_published(folder: Path) -> None:
    """Say in the folder that its run has been published; on a disk that takes no more it stays unsaid."""
    staged = folder / f".{MARK}"
    with contextlib.suppress(OSError):
        if not (folder / MARK).exists():
            shutil.copyfile(folder / MANIFEST, staged)
            staged.replace(folder / MARK)


def open_snapshot(folder: Path, manifest_sha256: str) -> Snapshot:
    """The snapshot in a folder. Raises: StoreError KF7010 when its manifest is not the published one."""
    path = folder / MANIFEST
    try:
        data = path.read_bytes()
    except OSError as error:
        raise damaged(f"{folder.name}/{MANIFEST}", "is missing") from error
    if hashlib.sha256(data).hexdigest() != manifest_sha256:
        raise damaged(f"{folder.name}/{MANIFEST}", "has changed")
    return Snapshot(folder, json.loads(data))


def staging_name(run_id: str) -> str:
    """A name for the folder that this process writes; the next sweep sees whether the process still lives."""
    return give_name(f"{STAGING}{run_id}-{uuid.uuid4().hex[:8]}@{own_mark()}")


def sweep_folders(snapshots: Path, published: Collection[str], pruned: Collection[str] = ()) -> list[str]:
    """Remove what killed runs left: snapshots that no run names, staging folders of dead processes.

    Call it only while no other run can publish.
    """
    removed = unknown_folders(snapshots, published, pruned)
    for name in removed:
        shutil.rmtree(snapshots / name)
    return removed


def unknown_folders(snapshots: Path, published: Collection[str], pruned: Collection[str] = ()) -> list[str]:
    """The folders that no store has published, or that were pruned, and that nobody writes any more."""
    return [
        folder.name
        for folder in _folders(snapshots)
        if _is_abandoned(folder.name)
        or folder.name in pruned
        or (
            RUN_ID.fullmatch(folder.name) is not None
            and folder.name not in published
            and not (folder / MARK).exists()
        )
    ]


def lost_folders(snapshots: Path, known: Collection[str]) -> list[str]:
    """The snapshots of runs that were published and that the store does not know: it is not the one that it was."""
    return [
        folder.name for folder in _folders(snapshots) if folder.name not in known and (folder / MARK).exists()
    ]


def live_writers(snapshots: Path) -> list[str]:
    """The processes, as ``host@number``, that may be writing a snapshot now."""
    staged = [folder.name for folder in _folders(snapshots) if folder.name.startswith(STAGING)]
    return [name.partition("@")[2] for name in staged if not _is_abandoned(name)]


def _folders(snapshots: Path) -> list[Path]:
    return sorted(path for path in snapshots.iterdir() if path.is_dir()) if snapshots.is_dir() else []


def _write_table(db: Database, table: str, path: Path, order: tuple[str, ...]) -> int:
    from kaframe.database import EngineError
    from kaframe.store.errors import unwritable

    try:
        return db.write_parquet(table, path, order)
    except EngineError as error:
        if error.reason.startswith("IO Error"):
            raise unwritable("the snapshot", error.reason.splitlines()[0]) from error
        raise


def _is_abandoned(name: str) -> bool:
    return name.startswith(STAGING) and is_left(name, name.partition("@")[2])


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _settle(path: Path) -> str:
    """Make a file durable; its hash."""
    make_durable(path)
    return _sha256(path)
