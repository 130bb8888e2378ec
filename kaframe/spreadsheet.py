"""Texts in files that people open in a spreadsheet: what stands in the data is never computed."""

from __future__ import annotations

import re

# With these a spreadsheet takes a cell for a formula, also behind blanks and what is not seen. Their full-width and
# small forms count in Chinese and Japanese offices.
SIGNS = "=+@\\-" + "＝＋＠－" + "﹦﹢﹫﹣" + "⁼⁺⁻₌₊₋"
UNSEEN = r"\s\x00-\x20\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
LIVE = re.compile(rf"^(?=[{UNSEEN}]*[{SIGNS}]|[\t\r\n\0])")
# Where a spreadsheet expects semicolons or tabs between cells, it cuts texts there too, and at the ends of their lines.
# An item of a list ("- call") is left as it is.
LIVE_WITHIN = re.compile(rf"(?<=[;\t\n])(?=[{UNSEEN}]*[{SIGNS}](?! ))")
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def harmless_cell(value: object) -> object:
    """The value as it stands in a CSV file: a ``'`` before what is live, and nothing that steers a terminal."""
    if not isinstance(value, str):
        return value
    return CONTROLS.sub(" ", LIVE.sub("'", LIVE_WITHIN.sub("'", value)))
