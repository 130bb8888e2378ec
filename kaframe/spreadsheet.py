"""Texts in files that people open in a spreadsheet: what stands in the data is never computed."""

from __future__ import annotations

import re

# With these a spreadsheet takes a cell for a formula; the full-width signs count in Chinese and Japanese offices.
LIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def harmless_cell(value: object) -> object:
    """The value as it stands in a CSV file: a live text gets a ``'`` before it, and steers no terminal."""
    if not isinstance(value, str):
        return value
    return CONTROLS.sub(" ", f"'{value}" if value.startswith(LIVE) else value)
