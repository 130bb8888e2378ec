"""How problems are shown: place, code, message, the line with a caret under the place, and how to mend it."""

from __future__ import annotations

import dataclasses
import re
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from kaframe.cli.pipe import forget
from kaframe.cli.tables import json_text, plain, width
from kaframe.errors import Location, Problem
from kaframe.secrets import redacted

UNSHOWN = ("KF1130",)  # a secret stands in the line
PASSWORD = re.compile(r"(?<=:)(?<!://)[^\s:/@]+(?=@)")  # of an address such as postgresql://user:password@host
LONGEST_LINE, BEFORE = 160, 60  # characters of a line that are shown, and before the caret when it stands far out
SHOWN = 50  # more help nobody; the count is told


def tell_problems(problems: Iterable[Problem], as_json: bool = False) -> None:
    """Print problems to stderr, or to stdout as data. Who reads no further changes no exit code."""
    try:
        _print(list(problems), as_json)
    except BrokenPipeError:
        forget(sys.stdout, sys.stderr)


def _print(listed: list[Problem], as_json: bool) -> None:
    if as_json:
        click.echo(redacted(json_text(problem_data(listed))))
        return
    for problem in listed[:SHOWN]:
        click.echo(redacted(described(problem)), err=True)
    if len(listed) > SHOWN:
        click.echo(f"... and {len(listed) - SHOWN} more problems", err=True)


def described(problem: Problem) -> str:
    """One problem as people read it."""
    place = f"{plain(str(problem.at))}: " if problem.at else ""
    word = "warning: " if problem.severity == "warning" else ""
    lines = [f"{place}{word}{problem.code} {plain(problem.message)}"]
    lines += excerpt(problem.at) if problem.at and problem.code not in UNSHOWN else []
    if problem.also:
        lines.append(f"  also: {plain(str(problem.also))}")
    if problem.example:
        lines.append(f"  example: {plain(problem.example)}")
    if problem.hint:
        lines.append(f"  hint: {plain(problem.hint)}")
    return "\n".join(lines)


def excerpt(at: Location) -> list[str]:
    """The line of the place and a caret under it; nothing when it cannot be read any more."""
    if not at.line or not at.path:
        return []
    try:
        text = Path(at.path).read_text(encoding="utf-8-sig").splitlines()[at.line - 1]
    except (OSError, UnicodeDecodeError, IndexError):
        return []
    shown = plain(PASSWORD.sub(lambda found: "*" * len(found[0]), text.replace("\t", " ")))
    before = max(at.col - 1, 0)
    if before > BEFORE and len(shown) > LONGEST_LINE:
        cut = before - BEFORE
        shown, before = f"...{shown[cut:]}", BEFORE + 3
    return [f"  | {shown[:LONGEST_LINE]}", f"  | {' ' * width(shown[:before])}^"]


def problem_data(problems: Iterable[Problem]) -> dict[str, Any]:
    """Problems as every command gives them with ``--format json``: an object, to which a command may add keys."""
    return {"problems": [as_data(problem) for problem in problems]}


def as_data(problem: Problem) -> dict[str, Any]:
    """One problem as data, for ``--format json``."""
    at = problem.at
    return {
        "file": at.file if at else None,
        "line": at.line if at else None,
        "col": at.col if at else None,
        **{
            name: value
            for name, value in dataclasses.asdict(problem).items()
            if name in ("code", "message", "hint", "severity", "example")
        },
        "also": str(problem.also) if problem.also else None,
    }


def tell_traceback(error: BaseException) -> None:
    """The traceback on stderr, without secrets and without what steers a terminal."""
    for line in redacted("".join(traceback.format_exception(error))).splitlines():
        click.echo(plain(line), err=True)
