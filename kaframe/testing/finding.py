"""Where tests are: ``tests/*.yaml`` of the project and of its own packs, or beside the rules of a pack."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kaframe.additions import RulePack
from kaframe.errors import Location, Problem, RuleError, UsageError, nearest
from kaframe.testing.cases import CaseFile, read_case_file

FOLDER = "tests"


@dataclass(frozen=True, slots=True)
class Found:
    """The files of tests that could be read, and what is wrong with the others."""

    files: tuple[CaseFile, ...]
    problems: tuple[Problem, ...]


def find_files(root: Path, packs: Iterable[str], named: Sequence[Path] = ()) -> list[tuple[Path, str]]:
    """The files of tests with the names under which they are shown; all of the project's, or the named ones.

    Raises: UsageError KF2420 for a file or folder that is not there.
    """
    if named:
        return [(path, _shown(path, root)) for place in named for path in _below(place)]
    folders = [root / FOLDER, *(root / pack / FOLDER for pack in packs if "/" in pack)]
    return [(path, _shown(path, root)) for folder in folders for path in sorted(folder.rglob("*.yaml"))]


def find_pack_files(pack: RulePack) -> list[tuple[Path, str]]:
    """The tests that come with a pack."""
    folder = pack.folder
    found = sorted((folder / FOLDER).rglob("*.yaml"))
    return [(path, f"{pack.name}/{path.relative_to(folder).as_posix()}") for path in found]


def read_files(files: Iterable[tuple[Path, str]]) -> Found:
    """Read files of tests; what is wrong with one does not hide the others."""
    read: list[CaseFile] = []
    problems: list[Problem] = []
    for path, shown in files:
        try:
            read.append(read_case_file(path, shown))
        except RuleError as error:
            problems += error.problems
    return Found(tuple(read), tuple(problems))


def misnamed(root: Path) -> list[Problem]:
    """Files that look like tests and are not read."""
    folder = root / FOLDER
    return [
        Problem(Location(_shown(path, root), path=str(path)), "KF1303", f"'{path.name}' is not read",
                f"call it '{path.stem}.yaml'")
        for path in (sorted(folder.rglob("*.yml")) if folder.is_dir() else ())
    ]


def _below(place: Path) -> list[Path]:
    if place.is_dir():
        return sorted(place.rglob("*.yaml"))
    if not place.is_file():
        near = nearest(place.name, [path.name for path in place.parent.glob("*.yaml")]) if place.parent.is_dir() else ""
        raise UsageError([Problem(None, "KF2420", f"no file or folder '{place}'", near)])
    return [place]


def _shown(path: Path, root: Path) -> str:
    full, base = path.resolve(), root.resolve()
    return full.relative_to(base).as_posix() if full.is_relative_to(base) else path.as_posix()
