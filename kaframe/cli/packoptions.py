"""The options with which a command names rule packs where there is no project yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

plugin_option = click.option(
    "--plugin", "plugins", multiple=True, metavar="NAME", help="An installed plugin that brings one of the packs."
)


def pack_option(explained: str) -> Callable[[Any], Any]:
    """``--pack NAME``, more than once: packs over each other."""
    return click.option("--pack", "packs", multiple=True, metavar="NAME", help=explained)
