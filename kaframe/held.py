"""A run that gates have held back, told beside the report of the run before, none of whose figures is changed."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

from kaframe.database import Database
from kaframe.errors import UsageError
from kaframe.plugins.calling import NOTES, Callee, PluginCalls
from kaframe.project import Project
from kaframe.records import HeldRun
from kaframe.reportnote import HELD, Written, note_report, noted_run

NOTE = ".held"  # what was held back, and which files beside the report speak of it
ORDER = "list_position(['failed', 'accepted', 'warned', 'no_run', 'passed'], state), gate, source"


def hold_reports(project: Project, db: Database, folder: Path) -> Written:
    """Let every form of report say that this run was held back.

    Reads: ``gates``, the store. Writes: files beside the report, and a note of them.
    """
    return _hold(project, _describe(project, db), folder)


def hold_again(project: Project, folder: Path) -> Written:
    """After the report has been written anew: let it say again what it said before."""
    held = held_run(folder)
    return _hold(project, held, folder) if held is not None else Written(())


def is_held(folder: Path, day: date) -> bool:
    """Whether the report speaks of a run for this day or an earlier one that was held back."""
    held = held_run(folder)
    return held is not None and held.as_of <= day


def release_reports(folder: Path) -> None:
    """Take away the files that speak of a run that was held back; the report is about to be written anew."""
    note = folder / NOTE
    if not note.is_file():
        return
    for name in _inside(json.loads(note.read_text("utf-8"))["files"]):
        (folder / name).unlink(missing_ok=True)
    (folder / HELD).unlink(missing_ok=True)
    note.unlink()


def _hold(project: Project, held: HeldRun, folder: Path) -> Written:
    holds = {name: project.plugins.reports[name].hold for name in project.config.reports}
    if not any(holds.values()):
        return Written(())
    folder.mkdir(parents=True, exist_ok=True)
    release_reports(folder)
    calls = PluginCalls(project.root / NOTES)
    written: list[list[Path]] = []
    for name, hold in holds.items():
        callee = Callee("report format", name, project.plugins.owner("report", name))
        if hold is not None:
            written.append(calls.call(callee, partial(_say, hold, held, folder), list) or [])
    names = [path.relative_to(folder).as_posix() for paths in written for path in paths]
    note = {"held": dataclasses.asdict(held), "files": names}
    (folder / NOTE).write_text(json.dumps(note, ensure_ascii=False, default=str) + "\n", encoding="utf-8")
    if noted_run(folder):
        note_report(folder, noted_run(folder), HELD)
    return Written(tuple(paths[0] for paths in written if paths), tuple(calls.problems))


def _say(hold: Callable[[HeldRun, Path], Iterable[Path]], held: HeldRun, folder: Path) -> list[Path]:
    return list(hold(held, folder))


def held_run(folder: Path) -> HeldRun | None:
    """The run that was held back since the report was written, if one was."""
    note = folder / NOTE
    if not note.is_file():
        return None
    held: dict[str, Any] = json.loads(note.read_text("utf-8"))["held"]
    shown = held["shown_as_of"]
    days = {
        "as_of": date.fromisoformat(held["as_of"]),
        "held_at": datetime.fromisoformat(held["held_at"]),
        "shown_as_of": date.fromisoformat(shown) if shown else None,
    }
    return HeldRun(**{**held, **days})


def _inside(names: Iterable[str]) -> list[str]:
    """The names that do not lead out of the folder."""
    return [name for name in names if ".." not in PurePosixPath(name).parts and not PurePosixPath(name).is_absolute()]


def _describe(project: Project, db: Database) -> HeldRun:
    shown = _latest(project)
    return HeldRun(
        project=project.config.project,
        language=project.config.language,
        as_of=project.as_of,
        held_at=datetime.now(ZoneInfo(project.config.timezone)),
        gates=db.rows(f"SELECT * FROM gates ORDER BY {ORDER}"),
        shown=shown[0] if shown else "",
        shown_as_of=shown[1] if shown else None,
    )


def _latest(project: Project) -> tuple[str, date] | None:
    """The latest published run, which the report shows."""
    from kaframe.store import find_run, open_store

    try:
        run = find_run(open_store(project))
    except UsageError:  # there is none yet
        return None
    return str(run["run_id"]), run["as_of"]
