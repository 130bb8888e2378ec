"""Values in Markdown: what stands in the data must never become markup."""

from __future__ import annotations

import re

MARKS = re.compile(r"[\\`*_\[\]|~]")
ANGLES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# What makes a list, heading or rule at the start of a line: "- ", "# ", "1. ", "---", "===".
OPENING = re.compile(r"^\s*(?:(?:[-+]|#{1,6}|\d{1,9}[.)])(?=\s|$)|(?:-+|=+)\s*$)")


class Written(str):
    """Markdown that is meant to be markup, or has nothing to escape."""

    __slots__ = ()


def escape_markdown(text: str) -> str:
    """The text so that Markdown shows it as it is, on one line."""
    flat = "".join(" " if ord(char) < 32 or 0x7F <= ord(char) < 0xA0 else char for char in text)
    flat = re.sub(r"[&<>]", lambda found: ANGLES[found.group()], flat)
    flat = MARKS.sub(lambda found: f"\\{found.group()}", flat)
    return OPENING.sub(lambda found: re.sub(r"(?=[-+#.)=])", r"\\", found.group(), count=1), flat)
