"""The note beside a report: which run it shows, and the hash of every file, so that what has changed since is seen."""

from __future__ import annotations

import hashlib
from pathlib import Path

NOTE = ".run"
NOTED = (".html", ".json", ".xlsx")  # what reports write; other files in the folder are somebody's own


def note_report(folder: Path, run_id: str) -> None:
    """Note the run that the folder shows, and its files as they are now."""
    lines = [run_id, *(f"{sha256}  {name}" for name, sha256 in _hashes(folder).items())]
    written = folder / f"{NOTE}.new"
    written.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", errors="surrogateescape")
    written.replace(folder / NOTE)


def noted_run(folder: Path) -> str:
    """The run that the folder shows; nothing before its report is complete."""
    return next(iter(_lines(folder)), "")


def changed_files(folder: Path) -> list[str]:
    """The files of the report that are not as they were written, or are gone; nothing without a note."""
    now = _hashes(folder) if (folder / NOTE).is_file() else {}
    noted = {name: sha256 for sha256, _, name in (line.partition("  ") for line in _lines(folder)[1:])}
    return sorted(name for name, sha256 in noted.items() if now.get(name) != sha256)


def _lines(folder: Path) -> list[str]:
    note = folder / NOTE
    return note.read_text("utf-8", errors="surrogateescape").splitlines() if note.is_file() else []


def _hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.suffix in NOTED and path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
