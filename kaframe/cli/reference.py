"""The reference of the command line from its own help, a page a language: ``python -m kaframe.cli.reference``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from kaframe.cli import COMMANDS, cli, in_language
from kaframe.cli.spoken import speaking

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = {"en": "cli.md", "zh": "cli.zh.md"}
WIDTH = 100
HEAD = """# The command line

Made from the help of the commands themselves; `python -m kaframe.cli.reference` writes it anew.

ACCOUNT is always an id, a name, or a part of a name that only one account has. Days are written as 2026-03-31.
Listings take `--format table|json|csv`. [What an exit code means](exit-codes.md).

Help is in Chinese where `KAFRAME_LANG=zh` says so; without this variable in the language of the project in this folder,
and where there is none in that of the terminal (`LC_ALL`, `LC_MESSAGES`, `LANG`). What commands print of a project is
always in the project's language.
"""
CHINESE_HEAD = """# 命令行

由各命令自身的帮助生成；`python -m kaframe.cli.reference` 会重新写出本页。

ACCOUNT 总是客户编号、名称，或只有一个客户含有的部分名称。日期写成 2026-03-31。
列表都可以用 `--format table|json|csv`。[退出码的含义](exit-codes.md)。

设置 `KAFRAME_LANG=zh` 后，帮助显示为中文；没有这个变量时，使用当前文件夹所属项目的语言，没有项目时使用终端的语言
（`LC_ALL`、`LC_MESSAGES`、`LANG`）。命令打印的项目内容总是使用项目的语言。
"""


def write_pages(docs: Path = DOCS) -> None:
    """Write the page in both languages."""
    for language, name in PAGES.items():
        (docs / name).write_text(reference(language), encoding="utf-8", newline="\n")


def reference(language: str = "en") -> str:
    """The whole page."""
    with speaking(language):
        return (CHINESE_HEAD if language == "zh" else HEAD) + "\n" + "\n".join(_sections())


def _sections() -> Iterator[str]:
    root = in_language(cli)
    assert isinstance(root, click.Group)
    yield _section("kaframe", root, None, 2)
    for name in COMMANDS:
        top = root.context_class(root, info_name="kaframe")
        command = root.get_command(top, name)
        assert command is not None
        yield _section(f"kaframe {name}", command, top, 2)
        if isinstance(command, click.Group):
            middle = command.context_class(command, info_name=name, parent=top)
            for below in command.list_commands(middle):
                part = command.get_command(middle, below)
                assert part is not None
                yield _section(f"kaframe {name} {below}", part, middle, 3)


def _section(title: str, command: click.Command, parent: click.Context | None, level: int) -> str:
    name = title.rpartition(" ")[2]
    context = command.context_class(command, parent, name, terminal_width=WIDTH, help_option_names=["-h", "--help"])
    text = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    return f"{'#' * level} {title}\n\n```text\n{text}\n```\n"


if __name__ == "__main__":
    write_pages()
