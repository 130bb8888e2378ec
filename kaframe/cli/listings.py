"""Groups whose bare name lists, and the options that more than one command has."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from gettext import gettext as _
from typing import Any, TypeVar

import click

from kaframe.cli.spoken import did_you_mean
from kaframe.errors import Problem, UsageError

Command = TypeVar("Command", bound=Callable[..., Any])


class ListingGroup(click.Group):
    """A group of commands: without a command, or with options only, its first one; misspelt ones are answered."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        asks_help = any(arg in ("-h", "--help") for arg in args[:1])
        if not args or (args[0].startswith("-") and not asks_help):
            args = [next(iter(self.commands)), *args]
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in self.commands:
            known = _("there are: {names}").format(names=", ".join(self.commands))
            answer = _("no command '{name}' ({hint})")
            name, hint = f"{ctx.info_name} {args[0]}", did_you_mean(args[0], self.commands) or known
            raise click.UsageError(answer.format(name=name, hint=hint), ctx)
        return super().resolve_command(ctx, args)


def author_option(command: Command) -> Command:
    """``--author``: who did it; otherwise the user of this computer."""
    return click.option("--author", metavar="NAME", default="", help="Who; default: your user name.")(command)


def on_option(command: Command) -> Command:
    """``--on``: the day it was done."""
    return click.option("--on", "on", metavar="DAY", help="The day, as 2026-03-31; default today.")(command)


def author_of(author: str) -> str:
    """Who acts. Raises: UsageError KF6063 when nobody is named and the computer does not know either."""
    found = (author or os.environ.get("KAFRAME_AUTHOR", "")).strip()
    try:
        return found or getpass.getuser()
    except (OSError, KeyError) as error:  # a container without users
        raise UsageError([Problem(None, "KF6063", "who are you?", "name yourself with --author")]) from error
