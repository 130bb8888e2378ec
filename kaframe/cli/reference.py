"""The reference of the command line from its own help: ``python -m kaframe.cli.reference > docs/cli.md``."""

from __future__ import annotations

from collections.abc import Iterator

import click

from kaframe.cli import COMMANDS, cli

WIDTH = 100
HEAD = """# The command line

Made from the help of the commands themselves; `python -m kaframe.cli.reference > docs/cli.md` writes it anew.

ACCOUNT is always an id, a name, or a part of a name that only one account has. Days are written as 2026-03-31.
Listings take `--format table|json|csv`. [What an exit code means](exit-codes.md).
"""


def reference() -> str:
    """The whole page."""
    return HEAD + "\n" + "\n".join(_sections())


def _sections() -> Iterator[str]:
    yield _section("kaframe", cli, None, 2)
    for name in COMMANDS:
        top = click.Context(cli, info_name="kaframe")
        command = cli.get_command(top, name)
        assert command is not None
        yield _section(f"kaframe {name}", command, top, 2)
        if isinstance(command, click.Group):
            middle = click.Context(command, info_name=name, parent=top)
            for below in command.list_commands(middle):
                part = command.get_command(middle, below)
                assert part is not None
                yield _section(f"kaframe {name} {below}", part, middle, 3)


def _section(title: str, command: click.Command, parent: click.Context | None, level: int) -> str:
    name = title.rpartition(" ")[2]
    context = click.Context(command, parent, name, terminal_width=WIDTH, help_option_names=["-h", "--help"])
    text = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    return f"{'#' * level} {title}\n\n```text\n{text}\n```\n"


if __name__ == "__main__":
    click.echo(reference(), nl=False)
