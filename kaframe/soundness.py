"""Whether what a project keeps is sound: store, lock, room, rights and every file of every snapshot."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from kaframe.errors import KaframeError, Problem
from kaframe.recall import snapshot_folder
from kaframe.reportnote import changed_files, noted_run
from kaframe.snapshot import live_writers, lost_folders, open_snapshot, unknown_folders

if TYPE_CHECKING:
    from kaframe.project import Project
    from kaframe.store import Store

SHOWN = 5  # files of a report that are told by name
RESERVE = 50_000_000  # bytes that a run may need to end in order: RELIABILITY.md S3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: ok, warn or bad; what to know about it, and what to do where it is not ok."""

    what: str
    state: Literal["ok", "warn", "bad"]
    note: str
    code: str = ""
    place: str = ""
    hint: str = ""

    @classmethod
    def from_problem(cls, what: str, problem: Problem) -> Finding:
        """What is wrong, as a finding."""
        state: Literal["warn", "bad"] = "warn" if problem.severity == "warning" else "bad"
        return cls(what, state, problem.message, problem.code, str(problem.at or ""), problem.hint)

    def as_row(self) -> dict[str, Any]:
        """As a row of a listing."""
        return asdict(self)


def examine_store(project: Project) -> list[Finding]:
    """Everything about store and snapshots; nothing is made, changed or removed.

    Raises: RuleError for a url that leads nowhere.
    """
    from kaframe.store import PRUNED, list_runs, open_store

    store = open_store(project)
    found = [*(_examine_file(store) if store.file else _examine_server(store)), *_examine_room(project, store)]
    if any(one.state == "bad" and one.what == "store" for one in found):
        return found
    try:
        runs = list_runs(store)
    except KaframeError as error:
        return [*found, *(Finding.from_problem("store", problem) for problem in error.problems)]
    published = [run for run in runs if run["state"] == "published"]
    latest = f", the latest {max(published, key=lambda run: run['as_of'])['run_id']}" if published else ""
    found.append(Finding("store", "ok", f"{store.shown}: {len(published)} published runs{latest}"))
    found += _examine_lock(project, store)
    pruned = {str(run["run_id"]) for run in runs if run["state"] == PRUNED}
    return [*found, *_examine_snapshots(project, [run for run in runs if run["state"] != PRUNED], pruned)]


def examine_report(folder: Path) -> list[Finding]:
    """Whether the report is as it was written; nothing is said of one that is not there."""
    if not noted_run(folder):
        return []
    changed = changed_files(folder)
    hint = "kaframe report writes it again from the snapshot"
    told = [Finding("report", "warn", "is not as it was written", "KF7027", f"{folder.name}/{name}", hint)
            for name in changed[:SHOWN]]  # fmt: skip
    if len(changed) > SHOWN:
        told.append(Finding("report", "warn", f"and {len(changed) - SHOWN} more files", "KF7027", folder.name, hint))
    return told or [Finding("report", "ok", f"shows the run {noted_run(folder)}, as it was written")]


def _examine_file(store: Store) -> Iterator[Finding]:
    """A SQLite file: sound, on a disk of this computer, for its owner alone."""
    from kaframe.store.backup import find_damage

    assert store.file is not None
    if not store.file.is_file() or not store.file.stat().st_size:
        return
    try:
        damage = find_damage(store.file)
    except sqlite3.Error as error:
        damage = str(error)
    if damage:
        hint = "put a backup in its place: kaframe store restore FILE"
        yield Finding("store", "bad", f"the store is damaged: {damage}", "KF7001", store.shown, hint)
    yield from _examine_rights(store.file, store.shown)


def _examine_server(store: Store) -> Iterator[Finding]:
    """A server reads every page of the store, and compares it with its checksum where it keeps one."""
    from kaframe.store.serverpages import keeps_checksums, read_pages

    try:
        read_pages(store)
        if not keeps_checksums(store):
            note = "the server keeps no checksums of its pages: a bit that flips on its disk is not found"
            yield Finding("store", "warn", note, "KF7024", store.shown, "stop it, and: pg_checksums --enable")
    except KaframeError as error:
        yield from (Finding.from_problem("store", problem) for problem in error.problems)


def _examine_rights(path: Path, shown: str) -> Iterator[Finding]:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        note = f"others on this computer can read it (mode {mode:04o}), and it is about customers"
        yield Finding("rights", "warn", note, "KF7016", shown, f"chmod 600 {shown}")


def _examine_room(project: Project, store: Store) -> Iterator[Finding]:
    from kaframe.store.places import free_bytes

    places = {project.config.store.snapshots: snapshot_folder(project)}
    if store.file is not None:
        places[store.shown] = store.file
    rooms = {shown: free_bytes(path) for shown, path in places.items()}
    for shown, room in rooms.items():
        if room < RESERVE:
            note = f"only {room / 1e6:.0f} MB are free, a run needs {RESERVE / 1e6:.0f} MB to be sure to end"
            hint = "free some space; 'kaframe store prune' removes old snapshots"
            yield Finding("room", "bad", note, "KF7017", shown, hint)
            return
    yield Finding("room", "ok", f"{min(rooms.values()) / 1e9:,.1f} GB free")


def _examine_lock(project: Project, store: Store) -> Iterator[Finding]:
    from kaframe.store.runlock import is_left_behind, lock_obstacle, run_holder

    obstacle = lock_obstacle(store)
    if obstacle:
        hint = "no run can begin: remove what is there, or see who may write there"
        yield Finding("lock", "bad", f"its file cannot be used: {obstacle}", "KF7018", f"{store.shown}.lock", hint)
        return
    holder = run_holder(store)
    writers = live_writers(snapshot_folder(project))
    if holder is not None and holder.pid:
        note = f"held for {holder.work} by process {holder.pid} on {holder.host} since {holder.since}"
        yield Finding("lock", "ok", note)
    elif holder is not None:
        note = "another program than kaframe holds the lock of the runs"
        yield Finding("lock", "warn", note, "KF7018", store.shown, "no run can begin until it lets go: end it")
    elif writers:
        note = f"process {writers[0]} writes a snapshot and holds no lock"
        hint = "it will publish nothing once another run begins; end it, or let it end first"
        yield Finding("lock", "warn", note, "KF7018", store.shown, hint)
    elif is_left_behind(store):
        yield Finding("lock", "ok", "free; a run that was killed left its file, which the next run takes away")
    else:
        yield Finding("lock", "ok", "free")


def _examine_snapshots(project: Project, runs: list[dict[str, Any]], pruned: set[str]) -> Iterator[Finding]:
    """Every file of every run against the hash that was published; and folders that belong to no run."""
    folder = snapshot_folder(project)
    sound = 0
    for run in runs:
        problems = _damage_of(folder / str(run["run_id"]), str(run["manifest_sha256"]))
        sound += not problems
        for problem in problems:
            yield Finding("snapshots", "bad", problem.message, problem.code, str(run["run_id"]), problem.hint)
    kept = {str(run["run_id"]) for run in runs}
    for name in lost_folders(folder, kept | pruned):
        note = "was published, and the store does not know it: the store was removed, or replaced by an older one"
        hint = "kaframe store restore FILE --force, with a backup that knows it; or remove the folder"
        yield Finding("snapshots", "warn", note, "KF7019", name, hint)
    for name in unknown_folders(folder, kept, pruned):
        note = "belongs to no run: a run or a prune was stopped"
        yield Finding("snapshots", "warn", note, "KF7019", name, "nothing to do: the next run removes it")
    if sound == len(runs):
        yield Finding("snapshots", "ok", f"{sound} sound")


def _damage_of(folder: Path, manifest_sha256: str) -> list[Problem]:
    try:
        return open_snapshot(folder, manifest_sha256).damage()
    except KaframeError as error:
        return list(error.problems)
