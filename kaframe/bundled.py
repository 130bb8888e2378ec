"""Where the files live that come with kaframe: plugins, rules, schemas, examples, and the pages of errors."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder ``plugins``, ``rules``, ``schemas``, ``examples`` or ``docs``, in an installed wheel or in a checkout.

    Of ``docs`` a wheel has the pages of errors alone.

    Raises: FileNotFoundError when neither has it, which only a broken installation brings about.
    """
    for place in (_PACKAGE / "_bundled" / name, _PACKAGE.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"kaframe is not installed completely: its folder '{name}' is missing")
