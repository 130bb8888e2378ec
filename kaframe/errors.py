"""What can go wrong, as values with a place.

Code that finds something wrong makes a :class:`Problem`; whoever is done looking raises one
:class:`KaframeError` with all of them. Only the command line prints.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Literal

RESTING = ("kaframe", "plugins", "pack", "measure", "identify", "team", "analyse", "score", "status", "stage")


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file that a person wrote.

    ``file`` is the name as people know it (relative to the project, or ``default/score.yaml`` for a
    bundled pack); ``line`` and ``col`` count from 1, 0 means the whole file. ``path`` is where the
    text can be read again, for the caret under a message; it never takes part in output or equality.
    """

    file: str
    line: int = 0
    col: int = 0
    path: str = field(default="", compare=False, repr=False)

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.col}"

    def shifted(self, cols: int) -> Location:
        """The place that many columns further on the same line."""
        return Location(self.file, self.line, self.col + cols, self.path)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, which code of docs/errors.md, what, and how to mend it.

    A ``warning`` stops nothing unless ``--strict`` is given. ``also`` names a second place that
    belongs to it, such as the first of two equal keys. ``example`` is a value that shows it.
    """

    at: Location | None
    code: str
    message: str
    hint: str = ""
    severity: Literal["error", "warning"] = "error"
    also: Location | None = None
    example: str = ""

    def __str__(self) -> str:
        place = f"{self.at}: " if self.at else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.code} {self.message}{hint}"


class KaframeError(Exception):
    """Problems that stop the command. Each kind has its exit code (docs/exit-codes.md)."""

    exit_code = 1

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = () if isinstance(problems, Problem) else tuple(problems)
        if isinstance(problems, Problem) or not all(isinstance(problem, Problem) for problem in self.problems):
            raise TypeError(f"{type(self).__name__} takes a list of kaframe.Problem: where, code, message, hint")
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class UsageError(KaframeError):
    """The command line asks for something that does not exist."""

    exit_code = 2


class RuleError(KaframeError):
    """Configuration, rule, template or plugin is invalid; nothing was run."""

    exit_code = 3


class DataError(KaframeError):
    """Data cannot be read, or a gate or test failed; nothing was published."""

    exit_code = 4


class GateError(DataError):
    """Gates have failed, so nothing was published.

    ``notes`` are the files beside the report that say so, ``told`` who gets a notice of it.
    """

    def __init__(self, problems: Iterable[Problem], notes: Iterable[Path] = (), told: Iterable[str] = ()) -> None:
        super().__init__(problems)
        self.notes, self.told = tuple(notes), tuple(told)


class LockedError(KaframeError):
    """Another run holds the lock, or has published in between."""

    exit_code = 6


class StoreError(KaframeError):
    """The store cannot be used."""

    exit_code = 7


def by_place(problem: Problem) -> tuple[int, str, int, int, str]:
    """The order in which problems are told: files as one rests on the other, lines, columns."""
    at = problem.at
    return (_floor(at.file), at.file, at.line, at.col, problem.code) if at else (0, "", 0, 0, problem.code)


def _floor(file: str) -> int:
    """Below come the files that the others speak of; data and templates are last."""
    name = "plugins" if file.startswith("plugins/") else PurePath(file).stem
    return RESTING.index(name) if name in RESTING else len(RESTING)


def nearest(name: str, known: Iterable[str]) -> str:
    """``did you mean 'x'?`` for the known name most like this one, or nothing."""
    found = nearest_name(name, known)
    return f"did you mean '{found}'?" if found else ""


def nearest_name(name: str, known: Iterable[str]) -> str:
    """The known name most like this one, or nothing."""
    names = sorted(known)
    alike = [one for one in names if one.casefold() == name.casefold()]
    found = alike or difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    return found[0] if found else ""
