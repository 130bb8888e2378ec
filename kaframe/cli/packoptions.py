"""The options of commands where there is no project yet: which rule packs, which language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from kaframe.cli.language import language_of

plugin_option = click.option(
    "--plugin", "plugins", multiple=True, metavar="NAME", help="An installed plugin that brings one of the packs."
)


def pack_option(explained: str) -> Callable[[Any], Any]:
    """``--pack NAME``, more than once: packs over each other."""
    return click.option("--pack", "packs", multiple=True, metavar="NAME", help=explained)


language_option = click.option(
    "--language",
    type=click.Choice(["en", "zh"]),
    default=lambda: language_of("."),
    help="The language of all that is generated; default: that of this help.",
)
