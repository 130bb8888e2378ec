"""The effect ``commit``: write the snapshot, publish it in one transaction; before that nothing happened."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from kaframe import __version__
from kaframe.data import write_quarantine
from kaframe.errors import Problem, UsageError
from kaframe.recall import past_fingerprint, snapshot_folder
from kaframe.rules.published import rule_places
from kaframe.snapshot import (
    lost_folders,
    make_folder,
    mark_published,
    publish_folder,
    settle_files,
    staging_name,
    sweep_folders,
    write_snapshot,
)

if TYPE_CHECKING:
    from kaframe.database import Database
    from kaframe.project import Project
    from kaframe.store import Store

Runs = Sequence[Mapping[str, Any]]

PUBLISHED_TABLES = ("events", "tasks", "plans", "notices")
# What people write beside the rules and changes what a run makes: sources, people, texts, functions.
USER_FILES = ("kaframe.yaml", "team.yaml", "templates/**/*", "plugins/**/*.py")


@dataclass(frozen=True, slots=True)
class Committed:
    """What became of a run: published as a new revision of its day, or unchanged: the run that it equals."""

    run_id: str
    revision: int
    state: Literal["published", "unchanged"]
    snapshot: Path


def commit_run(
    project: Project,
    db: Database,
    summary: Mapping[str, Any],
    backfill: bool = False,
    epoch: int | None = None,
) -> Committed:
    """Publish what the steps have made, or say that it is what was published already.

    Reads: the tables marked S in docs/tables.md, ``past_pin``; ``summary`` is kept with the run; ``epoch`` is what
        the run's lock gave it.
    Writes: ``<snapshots>/<run_id>/`` and its quarantine; the store's runs, events, tasks, plans, outbox and used moves.
    Raises: UsageError KF6012 for a day before the latest without ``backfill``; LockedError KF6011 when
        another run has published since ``recall``; StoreError KF7011 when this one has lost its lock, KF70xx.
        After each of them nothing has changed.
    """
    from kaframe.store import list_runs

    inputs = _read_inputs(project, db)
    with _opened(project) as store:
        runs = list_runs(store)
        _refuse_past_day(project, runs, backfill)
        found = _find_equal(project, runs, inputs)
        if found:
            return found
        run = _run_row(project, db, runs, inputs) | {"summary": _json(summary)}
        staged = snapshot_folder(project) / staging_name(run["run_id"])
        with _gone_on_failure(staged):
            make_folder(staged)
            quarantine = settle_files(staged, write_quarantine(db, staged))
            head = {**inputs, **_manifest_head(project, run), **_read_gates(db), "quarantine": quarantine}
            run["manifest_sha256"] = write_snapshot(db, staged, head)
            _publish(store, db, run, staged, epoch)
    return Committed(run["run_id"], run["revision"], "published", staged.with_name(run["run_id"]))


def find_unchanged(project: Project, db: Database) -> Committed | None:
    """The run of this day that was published from the very same inputs; known once ``recall`` is done.

    Reads: ``sources``, ``past_*``. A run that finds one need not go on.
    """
    from kaframe.store import list_runs

    with _opened(project) as store:
        found = _find_equal(project, list_runs(store), _read_inputs(project, db))
    if found:
        mark_published(found.snapshot)  # where a kill came in between
    return found


def refuse_past_day(project: Project, backfill: bool) -> None:
    """Raise UsageError KF6012 for a day before the latest published one, unless history is filled in."""
    from kaframe.store import list_runs

    with _opened(project) as store:
        _refuse_past_day(project, list_runs(store), backfill)


def _refuse_past_day(project: Project, runs: Runs, backfill: bool) -> None:
    latest = _latest_day(runs)
    if latest and project.as_of < latest and not backfill:
        message = f"{project.as_of} lies before {latest}, the latest day that has been published"
        hint = "--backfill adds it to the history, without tasks and notices; 'kaframe preview' only looks"
        raise UsageError([Problem(None, "KF6012", message, hint)])


def inputs_hash(project: Project, db: Database) -> str:
    """The hash of all that a run is made from: rules, files, sources, past, day, version of kaframe."""
    return _hash(_read_inputs(project, db))


def _read_inputs(project: Project, db: Database) -> dict[str, Any]:
    rules = project.resolved()
    return {
        "as_of": str(project.as_of),
        "rules": rules,
        "rules_sha256": _hash(rules),
        "files": _hash_files(project),
        "sources": _read_sources(db),
        "past_sha256": past_fingerprint(db),
        "plugins": {one.name: one.version for one in project.plugins.loaded if one.origin == "installed"},
        "kaframe": __version__,
    }


def _manifest_head(project: Project, run: Mapping[str, Any]) -> dict[str, Any]:
    """What the manifest says beside inputs and tables; the same for the same inputs: no clock, no place."""
    return {
        "manifest": 1,
        "project": project.config.project,
        "run_id": run["run_id"],
        "revision": run["revision"],
        "base_run": run["base_run"],
        "backfill": run["backfill"],
        "inputs_sha256": run["inputs_hash"],
        "places": rule_places(project.rules),
        "versions": {name: importlib.metadata.version(name) for name in ("duckdb", "sqlglot")},
    }


def _run_row(project: Project, db: Database, runs: Runs, inputs: Mapping[str, Any]) -> dict[str, Any]:
    from kaframe.store import utc_text

    own = [run["revision"] for run in runs if run["as_of"] == project.as_of]
    revision = max(own, default=0) + 1
    base = db.rows("SELECT run_id FROM past_run")
    latest = _latest_day(runs)
    return {
        "run_id": f"{project.as_of}.{revision}",
        "as_of": project.as_of,
        "revision": revision,
        "published_at": utc_text(datetime.now(UTC)),
        "base_run": base[0]["run_id"] if base else None,
        "inputs_hash": _hash(inputs),
        "backfill": bool(latest and project.as_of < latest),
        "state": "published",
    }


def _publish(
    store: Store, db: Database, run: Mapping[str, Any], staged: Path, epoch: int | None
) -> None:
    """Alone in the store: refuse when another run was quicker, write the rows, give the snapshot its name."""
    from kaframe.store import Publication, publish

    pin = db.rows("SELECT * FROM past_pin")[0]
    made = set(db.tables())
    tables = {
        name: db.rows(f"SELECT * FROM {name} ORDER BY ALL") for name in PUBLISHED_TABLES if name in made
    }
    known, final = _known_runs(store), staged.with_name(run["run_id"])
    with store.writing() as connection:
        publish(connection, Publication(run, tables, pin["published"], pin["last_move"], epoch))
        sweep_folders(staged.parent, *known)
        publish_folder(staged, final)
    mark_published(final)


def sweep_unpublished(project: Project) -> None:
    """Remove what a killed run has left of a snapshot; only while no other run goes on."""
    with _opened(project) as store:
        sweep_folders(snapshot_folder(project), *_known_runs(store))


def find_lost_runs(project: Project) -> list[Problem]:
    """Say that a store without a run is to begin anew beside snapshots of runs that were published."""
    with _opened(project) as store:
        if any(_known_runs(store)):
            return []
    lost = lost_folders(snapshot_folder(project), ())
    if not lost:
        return []
    folder = project.config.store.snapshots
    message = f"the store knows no run, while {folder} has {len(lost)} published ones: it was removed or replaced"
    hint = "this run began anew; to go on from there: kaframe store restore FILE --force, with a backup"
    return [Problem(None, "KF7019", message, hint, severity="warning")]


def _known_runs(store: Store) -> tuple[set[str], set[str]]:
    """The runs that have a snapshot, and those that were pruned."""
    from kaframe.store import PRUNED, list_runs

    found = {str(row["run_id"]): row["state"] == PRUNED for row in list_runs(store)}
    return {name for name, gone in found.items() if not gone}, {name for name, gone in found.items() if gone}


def _find_equal(project: Project, runs: Runs, inputs: Mapping[str, Any]) -> Committed | None:
    for run in runs:
        if (
            run["as_of"] == project.as_of
            and run["state"] == "published"
            and run["inputs_hash"] == _hash(inputs)
        ):
            folder = snapshot_folder(project) / run["run_id"]
            return Committed(run["run_id"], run["revision"], "unchanged", folder)
    return None


def _latest_day(runs: Runs) -> Any:
    return max((run["as_of"] for run in runs), default=None)


def _read_sources(db: Database) -> list[dict[str, Any]]:
    if not db.has("sources"):
        return []
    return db.rows("SELECT table_name, source, fingerprint FROM sources ORDER BY ALL")


def _read_gates(db: Database) -> dict[str, Any]:
    """What a person took upon themselves: gates that failed, and the run went on."""
    if not db.has("gates"):
        return {"accepted_gates": []}
    columns = "gate, source, sentence, reason, author"
    return {"accepted_gates": db.rows(f"SELECT {columns} FROM gates WHERE state = 'accepted' ORDER BY ALL")}


def _hash_files(project: Project) -> dict[str, str]:
    """The project's own files that change what a run makes, those of its own packs among them."""
    packs = [f"{pack}/**/*" for pack in project.config.packs if "/" in pack]
    found = {
        path for pattern in (*USER_FILES, *packs) for path in project.root.glob(pattern) if path.is_file()
    }
    return {
        path.relative_to(project.root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(found)
    }


def _hash(data: Any) -> str:
    return hashlib.sha256(_json(data).encode()).hexdigest()


def _json(data: Any) -> str:
    """As text, in the order given: the order of colours and cases is a part of the rules."""
    return json.dumps(data, ensure_ascii=False, default=str)


@contextlib.contextmanager
def _opened(project: Project) -> Iterator[Store]:
    from kaframe.store import open_store

    store = open_store(project)
    try:
        yield store
    finally:
        store.close()


@contextlib.contextmanager
def _gone_on_failure(staged: Path) -> Iterator[None]:
    """Remove a staged snapshot when the block fails; what the disk refuses is a StoreError KF7003."""
    from kaframe.store.errors import unwritable

    try:
        yield
    except OSError as error:
        shutil.rmtree(staged, ignore_errors=True)
        raise unwritable(f"the snapshots in {staged.parent.name}", error) from error
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise
