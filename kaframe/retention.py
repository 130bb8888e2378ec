"""Retention: which snapshots and rows may go, and letting them go, while no run goes on."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from kaframe.errors import Problem, UsageError
from kaframe.recall import look_back, snapshot_folder
from kaframe.rules.patience import Patience

if TYPE_CHECKING:
    from kaframe.project import Project
    from kaframe.store import Keep


@dataclass(frozen=True, slots=True)
class Pruned:
    """What went, or would go: runs by their ids, the bytes of their snapshots, and rows of the store by table."""

    runs: tuple[str, ...]
    size: int
    rows: Mapping[str, int]


def find_prunable(project: Project, keep: str) -> Pruned:
    """What ``prune`` would remove; nothing is changed. Raises: UsageError KF6016 for a ``keep`` that says nothing."""
    from kaframe.store import open_store
    from kaframe.store.pruning import find_prunable as find

    found = find(open_store(project), _keep(project, keep), look_back(project))
    return Pruned(found.runs, _size(project, found.runs), found.rows)


def prune(project: Project, keep: str) -> Pruned:
    """Remove what no later run needs and nobody wants to keep: first from the store, then from the disk.

    ``keep`` is ``90 days`` or ``20 runs``. Never the base of the latest run, nor what a hold or for looks back at.
    A folder that a kill leaves behind is swept away by the next run.
    Raises: UsageError KF6016; LockedError KF6010 while a run goes on; StoreError KF70xx.
    """
    from kaframe.store import open_store
    from kaframe.store.pruning import prune_rows
    from kaframe.store.runlock import hold_lock

    store = open_store(project)
    wanted = _keep(project, keep)
    before = find_prunable(project, keep)
    if not before.runs and not before.rows:
        return before
    with hold_lock(store, "prune"):
        with store.writing() as connection:
            found = prune_rows(connection, wanted, look_back(project))
        size = _size(project, found.runs)
        for run_id in found.runs:
            shutil.rmtree(snapshot_folder(project) / run_id, ignore_errors=True)
    return Pruned(found.runs, size, found.rows)


def _keep(project: Project, text: str) -> Keep:
    from kaframe.store import Keep

    try:
        wanted = Patience.parse(text.strip())
    except ValueError as error:
        raise _unclear(str(error)) from None
    if wanted.time is None:
        if not wanted.runs:
            raise _unclear("the latest run always stays")
        return Keep(runs=wanted.runs)
    return Keep(since=project.as_of - timedelta(days=min(wanted.days, project.as_of.toordinal() - 1)))


def _unclear(message: str) -> UsageError:
    return UsageError([Problem(None, "KF6016", message, "write what to keep as '90 days' or '20 runs'")])


def _size(project: Project, runs: tuple[str, ...]) -> int:
    folders = (snapshot_folder(project) / run_id for run_id in runs)
    return sum(path.stat().st_size for folder in folders for path in folder.rglob("*") if path.is_file())
