"""What is written of a report, and the note beside it: which run it shows, and the hash of every file of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from kaframe.errors import Problem

NOTE = ".run"
HELD = ".held-files"  # the same while the report says that a later run was held back; the first note stays as it is
NOTED = (".html", ".json", ".xlsx")  # what reports write; other files in the folder are somebody's own


@dataclass(frozen=True, slots=True)
class Written:
    """The reports of a run: of each the file to open first, and what went wrong in plugins."""

    paths: tuple[Path, ...]
    problems: tuple[Problem, ...] = ()


def note_report(folder: Path, run_id: str, note: str = NOTE) -> None:
    """Note the run that the folder shows, and its files as they are now."""
    lines = [run_id, *(f"{sha256}  {name}" for name, sha256 in _hashes(folder).items())]
    written = folder / f"{note}.new"
    written.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", errors="surrogateescape")
    written.replace(folder / note)


def noted_run(folder: Path) -> str:
    """The run that the folder shows; nothing before its report is complete."""
    return next(iter(_lines(folder, NOTE)), "")


def changed_files(folder: Path) -> list[str]:
    """The files of the report that are not as they were written, or are gone; nothing without a note."""
    lines = _lines(folder, HELD) or _lines(folder, NOTE)
    now = _hashes(folder) if lines else {}
    noted = {name: sha256 for sha256, _, name in (line.partition("  ") for line in lines[1:])}
    return sorted(name for name, sha256 in noted.items() if now.get(name) != sha256)


def _lines(folder: Path, note: str) -> list[str]:
    file = folder / note
    return file.read_text("utf-8", errors="surrogateescape").splitlines() if file.is_file() else []


def _hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.suffix in NOTED and path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
