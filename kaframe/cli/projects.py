"""From the options of the command line to a project: where it is, which profile, which day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import click

from kaframe.errors import Problem, UsageError

if TYPE_CHECKING:
    from kaframe.project import Project

DEGRADED = 5  # the exit code of what is done but for a plugin, a plan or a notice
Command = TypeVar("Command", bound=Callable[..., Any])


def as_of_option(command: Command) -> Command:
    """``--as-of DAY``, for everything that computes."""
    return click.option("--as-of", metavar="DAY", help="The day to compute for, as 2026-03-31; default today.")(command)


def opened(ctx: click.Context, as_of: str | None = None) -> Project:
    """The project that the command line names. Raises: RuleError, DataError, UsageError with all problems."""
    from kaframe.checks import open_project
    from kaframe.loading import find_root

    folder = Path(ctx.obj["folder"])
    if not folder.is_dir():
        raise UsageError([Problem(None, "KF6001", f"no folder '{folder}'", "name the project's folder with --project")])
    day = None if as_of is None else parsed_day(as_of)
    project = open_project(find_root(folder), ctx.obj["profile"], day, ctx.obj["use_plugins"])
    ctx.obj["language"] = project.config.language
    return project


def parsed_day(text: str, future: bool = False) -> date:
    """A day as people write it on the command line; never one that has not come yet."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageError([Problem(None, "KF6002", f"'{text}' is not a day", "write it as 2026-03-31")]) from None
    tomorrow_somewhere = datetime.now(ZoneInfo("Pacific/Kiritimati")).date()
    if day > tomorrow_somewhere and not future:
        raise UsageError([Problem(None, "KF6003", f"{day} has not come yet", "name today or a day before")])
    return day
