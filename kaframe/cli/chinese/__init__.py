"""The help of the command line in Chinese: the same commands, with every text looked up by its English one.

Only read where Chinese is spoken. A text that is changed in English is found no more until its Chinese one is changed
too, and ``tests/cli/test_chinese.py`` says so.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Iterable

import click

from kaframe.cli.chinese import answers, keeping, looking, overview, rules, runs, work
from kaframe.cli.tables import width
from kaframe.cli.wrapping import wrapped

TEXTS: dict[str, str] = {
    english: chinese
    for module in (answers, overview, rules, runs, work, keeping, looking)
    for english, chinese in module.TEXTS.items()
}
WIDEST_TERM, GAP = 30, 2  # of the left column of a list, and what stands between the columns


def said(english: str) -> str:
    """The Chinese of a text; the English where there is none."""
    return TEXTS.get(english, english)


def paragraphs(text: str | None) -> list[str]:
    """The paragraphs of a help text; one that begins with a line of ``\\b`` keeps its lines, any other is one line."""
    parts = inspect.cleandoc(text or "").split("\n\n")
    return [part if part.startswith("\b") else " ".join(part.split()) for part in parts if part]


def in_chinese(command: click.Command) -> click.Command:
    """A copy of a command that tells of itself in Chinese. Examples stay as they are."""
    made = copy.copy(command)
    made.context_class = ChineseContext
    told = [_said_paragraph(part) for part in paragraphs(command.help)]
    made.help = "\n\n".join(told)
    made.short_help = told[0].partition("。")[0] + "。" if told else ""
    made.options_metavar = "[选项]"
    made.params = [_explained(one) for one in command.params]
    made._help_option = None  # click makes it once, in the language of that moment
    if isinstance(made, click.Group):
        made.subcommand_metavar = "命令 [参数]..."
        made.commands = {name: in_chinese(part) for name, part in made.commands.items()}
    return made


class ChineseFormatter(click.HelpFormatter):
    """Help in which a wide character counts as the two columns that it takes."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        head = said("Usage:") if prefix is None else prefix
        self._write_lines(wrapped(f"{head}{prog} {args}".rstrip(), self.width))

    def write_heading(self, heading: str) -> None:
        self.write(f"{' ' * self.current_indent}{heading}：\n")

    def write_text(self, text: str) -> None:
        indent = " " * self.current_indent
        for place, part in enumerate(paragraphs(text)):
            self.write("\n" if place else "")
            lines = part.removeprefix("\b\n").splitlines() if part.startswith("\b") else self._broken(part, self.width)
            self._write_lines(indent + line for line in lines)

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = WIDEST_TERM, col_spacing: int = GAP) -> None:
        listed = list(rows)
        first = min(max(width(term) for term, _ in listed), col_max) + col_spacing
        beside = " " * (self.current_indent + first)
        for term, text in listed:
            fits = width(term) <= first - col_spacing
            self.write(" " * self.current_indent + term + (" " * (first - width(term)) if fits else f"\n{beside}"))
            self.write(f"\n{beside}".join(self._broken(text, self.width - first)).rstrip() + "\n")

    def _broken(self, text: str, room: int) -> list[str]:
        return list(wrapped(text, room - self.current_indent, further=0))

    def _write_lines(self, lines: Iterable[str]) -> None:
        self.write("".join(f"{line}\n" for line in lines))


class ChineseContext(click.Context):
    """The context of a command that speaks Chinese."""

    formatter_class = ChineseFormatter


def _said_paragraph(part: str) -> str:
    return "\b\n" + said(part.removeprefix("\b\n")) if part.startswith("\b") else said(part)


def _explained(parameter: click.Parameter) -> click.Parameter:
    made = copy.copy(parameter)
    if isinstance(made, click.Option) and made.help:
        made.help = said(made.help)
    return made
