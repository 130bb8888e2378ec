"""How problems are shown: place, code, message, the line with a caret under the place, and how to mend it.

Who reads Chinese reads them in Chinese, where a message is translated; else its title stands before the English words.
"""

from __future__ import annotations

import dataclasses
import sys
import traceback
from collections.abc import Iterable
from typing import Any

import click

from kaframe.cli.errorpages import title_of
from kaframe.cli.excerpt import excerpt
from kaframe.cli.messages import in_chinese
from kaframe.cli.pipe import forget
from kaframe.cli.spoken import spoken
from kaframe.cli.tables import json_text, plain
from kaframe.errors import Problem
from kaframe.secrets import redacted

UNSHOWN = ("KF1130",)  # a secret stands in the line
SHOWN = 50  # more help nobody; the count is told
NAMED = 3  # codes of the command that explains them
WORDS = {
    "en": {
        "warning": "warning: {}", "also": "also: {}", "example": "example: {}", "hint": "hint: {}",
        "more": "... and {} more problems", "explained": "explained: kaframe show error {}",
    },
    "zh": {
        "warning": "警告：{}", "also": "另见：{}", "example": "例如：{}", "hint": "提示：{}",
        "more": "…… 另有 {} 个问题", "explained": "说明：kaframe show error {}",
    },
}  # fmt: skip


def tell_problems(problems: Iterable[Problem], as_json: bool = False, explained: bool = True) -> None:
    """Print problems to stderr, or to stdout as data. Who reads no further changes no exit code.

    ``explained``: followed by the command that says more of them.
    """
    listed = list(problems)
    try:
        _print(listed, as_json)
        if explained and not as_json:
            _tell_command(listed)
    except BrokenPipeError:
        forget(sys.stdout, sys.stderr)


def tell_explained(problems: Iterable[Problem]) -> None:
    """The command that says more of problems which were told before, a part at a time."""
    try:
        _tell_command(problems)
    except BrokenPipeError:
        forget(sys.stdout, sys.stderr)


def _print(listed: list[Problem], as_json: bool) -> None:
    if as_json:
        click.echo(redacted(json_text(problem_data(listed))))
        return
    for problem in listed[:SHOWN]:
        click.echo(redacted(described(problem)), err=True)
    if len(listed) > SHOWN:
        click.echo(_word("more", len(listed) - SHOWN), err=True)


def _tell_command(problems: Iterable[Problem]) -> None:
    codes = [code for code in dict.fromkeys(problem.code for problem in problems) if title_of(code)]
    if codes:
        click.echo(_word("explained", " ".join(codes[:NAMED])), err=True)


def described(problem: Problem) -> str:
    """One problem as people read it."""
    place = f"{plain(str(problem.at))}: " if problem.at else ""
    told = f"{problem.code} {plain(_message(problem))}"
    lines = [place + (_word("warning", told) if problem.severity == "warning" else told)]
    lines += excerpt(problem.at) if problem.at and problem.code not in UNSHOWN else []
    if problem.also:
        lines.append(f"  {_word('also', plain(str(problem.also)))}")
    if problem.example:
        lines.append(f"  {_word('example', plain(problem.example))}")
    if problem.hint:
        lines.append(f"  {_word('hint', plain(spoken_text(problem.hint)))}")
    return "\n".join(lines)


def _word(name: str, value: object) -> str:
    return WORDS[spoken.get()][name].format(value)


def _message(problem: Problem) -> str:
    """The message in the spoken language; an English one that nobody has translated stands behind its Chinese title."""
    message = spoken_text(problem.message)
    title = title_of(problem.code) if spoken.get() == "zh" and message == problem.message else ""
    return f"{title}：{message}" if title else message


def spoken_text(text: str) -> str:
    """A message or hint in the spoken language, as far as it is translated."""
    return in_chinese(text) if spoken.get() == "zh" else text


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
        "title": title_of(problem.code),
    }


def tell_traceback(error: BaseException) -> None:
    """The traceback on stderr, without secrets and without what steers a terminal."""
    for line in redacted("".join(traceback.format_exception(error))).splitlines():
        click.echo(plain(line), err=True)
