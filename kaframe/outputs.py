"""Where a run writes, looked at before it computes: the store answers, and every folder can be written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from kaframe.config import CONFIG_FILE
from kaframe.errors import KaframeError, Location, Problem, RuleError, StoreError
from kaframe.project import Project
from kaframe.store import open_store

REPORT_FOLDER = "report"
HINT = "nothing was changed; check who may write there, then run again"


def refuse_outputs(project: Project) -> None:
    """Raise what would stop a run when it wants to publish: StoreError, or RuleError for what the user wrote."""
    problems = check_outputs(project)
    if problems:
        raise (StoreError if are_of_store(problems) else RuleError)(problems)


def refuse_folder(folder: Path) -> None:
    """Raise when no report can be written into a folder. Raises: StoreError KF7003."""
    if told := _refused({folder: REPORT_FOLDER}):
        hint = "name another folder, or see who may write there"
        raise StoreError([Problem(None, "KF7003", message, hint) for message in told])


def are_of_store(problems: Iterable[Problem]) -> bool:
    """Whether all of them are about the store and its folders, nothing about what the user wrote."""
    return all(problem.code.startswith("KF7") for problem in problems)


def check_outputs(project: Project) -> list[Problem]:
    """What is wrong with the store, the snapshots' folder and the report's; nothing is made or changed."""
    at = project.config.places.get("store", Location(CONFIG_FILE))
    folders = {project.root / REPORT_FOLDER: REPORT_FOLDER}
    problems: list[Problem] = []
    if "store" not in project.doubts.unread:
        folders[project.root / project.config.store.snapshots] = project.config.store.snapshots
        try:
            folders |= _look_into_store(project)
        except KaframeError as error:
            problems += [replace(problem, at=problem.at or at) for problem in error.problems]
    return problems + [Problem(at, "KF7003", message, HINT) for message in _refused(folders)]


def _look_into_store(project: Project) -> dict[Path, str]:
    """Open the store for reading, unless rights forbid: SQLite would leave files beside one that is read-only.

    Gives the folder of its file, and the file itself once it is there.
    """
    store = open_store(project)
    paths = {} if store.file is None else {store.file.parent: store.shown}
    if store.file is not None and os.path.isfile(store.file):  # Path.is_file would raise in a closed folder
        paths[store.file] = store.shown
    if not _refused(paths):
        with store.reading():
            pass
        store.close()
    return paths


def _refused(folders: Mapping[Path, str]) -> dict[str, None]:
    """What stands in the way of each: a file in place of a folder, or rights that are missing; each told once."""
    told: dict[str, None] = {}
    for path, shown in folders.items():
        nearest = next(place for place in (path, *path.parents) if os.path.lexists(place))
        is_store = nearest == path and path.is_file() and shown != REPORT_FOLDER
        if not (is_store or nearest.is_dir()):
            told[f"cannot write {shown}: '{nearest.name}' is a file, not a folder"] = None
        elif not os.access(nearest, os.W_OK if is_store else os.W_OK | os.X_OK):
            told[f"cannot write {shown}: permission denied"] = None
    return told
