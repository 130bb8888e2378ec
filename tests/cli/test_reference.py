"""The page of the command line is what the commands say of themselves."""

from __future__ import annotations

import inspect
from pathlib import Path

import click
import pytest

from kaframe.cli import COMMANDS, cli
from kaframe.cli.reference import PAGES, reference

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(("language", "page"), PAGES.items())
def test_page_is_fresh(language: str, page: str) -> None:
    """docs/cli.md and its Chinese twin are what the generator writes."""
    assert (DOCS / page).read_text(encoding="utf-8") == reference(language)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_examples(name: str) -> None:
    """The help of every command shows how it is used, and says in one line what it is for."""
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert f"\nkaframe {name}" in inspect.cleandoc(command.help or "")
    assert command.get_short_help_str(200).rstrip(".")


@pytest.mark.parametrize("name", COMMANDS)
def test_each_option_is_explained(name: str) -> None:
    """No option is left without a word."""
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    parts = list(command.commands.values()) if isinstance(command, click.Group) else [command]
    mute = [
        (part.name, option.name)
        for part in parts
        for option in part.params
        if isinstance(option, click.Option) and not option.help
    ]
    assert mute == []
