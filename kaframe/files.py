"""The files that a source names: found, fingerprinted, shown by the name that people know."""

from __future__ import annotations

import glob
import hashlib
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from kaframe.errors import DataError, Location, Problem, nearest
from kaframe.records import Source

LISTED = 12  # names that a message can hold
MOST_FILES = 10_000  # a file a day for 27 years; each is opened several times in a run
MOST_COLUMNS = 16_384  # as many as a sheet of a workbook has
LOCK_FILES = "~$"  # what office programs leave beside an open workbook


def find_files(source: Source, option: str = "path") -> list[Path]:
    """The existing files that a path or glob of a source names, in the order of their names.

    Raises: DataError KF3001 when the file is missing, KF3002 for a folder or a glob that matches nothing, KF3032
    for one that matches too many.
    """
    asked = str(source.options[option])
    path, at = source.folder / asked, source.place(option)
    try:
        is_file = path.is_file()
    except OSError as error:
        raise _problem(at, "KF3004", f"the path cannot be read: {error.strerror}", "check the name") from error
    if is_file:
        return [path]
    if path.is_dir():
        raise _problem(at, "KF3002", f"'{asked}' is a folder", f"name the files in it: '{asked.rstrip('/')}/*'")
    if path.is_symlink() and not path.exists():
        raise _problem(at, "KF3001", f"'{asked}' is a link to a file that does not exist", "put the file in its place")
    if path.exists():
        raise _problem(at, "KF3002", f"'{asked}' is no file that can be read again", "name a plain file")
    if not glob.has_magic(asked):
        raise _problem(at, "KF3001", f"file '{asked}' does not exist", _nearest_file(path))
    matched: set[Path] = set()
    for name in glob.iglob(str(path), recursive=True):
        matched.add(Path(name))
        if len(matched) > MOST_FILES:
            message = f"'{asked}' matches more than {MOST_FILES:,} files"
            raise _problem(at, "KF3032", message, "put the rows of many files into one, such as one a month")
    found = sorted(matched)
    files = [file for file in found if file.is_file() and not file.name.startswith(LOCK_FILES)]
    if not files:
        raise _problem(at, "KF3002", f"no file matches '{asked}'", _nearest_file(path))
    return files


def show_file(source: Source, file: Path) -> str:
    """The name of a file as people know it: relative to the project where it lies inside."""
    try:
        return file.relative_to(source.folder).as_posix()
    except ValueError:
        return file.as_posix()


def place_in(source: Source, file: Path, line: int = 0) -> Location:
    """A line of a source's file as the place of a problem."""
    return Location(show_file(source, file), line, 1 if line else 0, str(file))


def fingerprint_files(source: Source) -> str:
    """A digest of names and contents of all files of a source (about 1.5 GB a second)."""
    digest = hashlib.sha256()
    for file in find_files(source):
        with file.open("rb") as content:
            contents = hashlib.file_digest(content, "sha256").hexdigest()
        digest.update(f"{show_file(source, file)}\n{contents}\n".encode())
    return digest.hexdigest()


def check_header(names: Sequence[str], at: Location) -> None:
    """Refuse two columns of one name, as SQL does not tell upper case from lower, and more than anybody names.

    Raises: DataError KF3015, KF3022.
    """
    if len(names) > MOST_COLUMNS:
        hint = f"a source has at most {MOST_COLUMNS:,}; is it the right file, with one row a line?"
        raise _problem(at, "KF3022", f"there are {len(names):,} columns", hint)
    seen: dict[str, list[int]] = {}
    for number, name in enumerate(names, 1):
        seen.setdefault(name.casefold(), []).append(number)
    problems = [_twice(names[numbers[-1] - 1], numbers, at) for numbers in seen.values() if len(numbers) > 1]
    if problems:
        raise DataError(problems)


def _twice(name: str, numbers: list[int], at: Location) -> Problem:
    places = f"columns {numbers[0]} and {numbers[1]}"
    if len(numbers) == 2:
        return Problem(at, "KF3015", f"column '{name}' stands twice: {places}", "rename one of them")
    message = f"column '{name}' stands {len(numbers):,} times, first as {places}"
    return Problem(at, "KF3015", message, "give each a name of its own")


def check_names(source: Source, asked: Iterable[str], offered: Iterable[str]) -> None:
    """Refuse columns that a source does not offer.

    Raises: DataError KF3019 with the nearest name.
    """
    known = dict.fromkeys(offered)
    problems = [
        Problem(
            source.at,
            "KF3019",
            f"{source.label} has no column '{name}'",
            nearest(name, known) or f"it has {', '.join(islice(known, LISTED))}",
        )
        for name in asked
        if name not in known
    ]
    if problems:
        raise DataError(problems)


def _nearest_file(path: Path) -> str:
    if not path.parent.is_dir():
        existing = next(parent for parent in path.parents if parent.is_dir())
        missing = path.parent.relative_to(existing).parts[0]
        return f"the folder '{missing}' does not exist in '{existing}'"
    there = sorted(file.name for file in path.parent.iterdir() if not file.name.startswith("."))
    return nearest(path.name, there) or f"its folder has {', '.join(there[:LISTED]) or 'no file'}"


def _problem(at: Location, code: str, message: str, hint: str) -> DataError:
    return DataError([Problem(at, code, message, hint)])
