"""Values in Markdown: what stands in the data must never become markup."""

from __future__ import annotations

import re
from functools import lru_cache

CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
MARKS = re.compile(r"[\\`*_\[\]|~]")
ANGLE = re.compile(r"[&<>]")
ANGLES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# What makes a list, heading or rule at the start of a line: "- ", "# ", "1. ", "---", "===".
OPENING = re.compile(r"^\s*(?:(?:[-+]|#{1,6}|\d{1,9}[.)])(?=\s|$)|(?:-+|=+)\s*$)")


class Written(str):
    """Markdown that is meant to be markup, or has nothing to escape."""

    __slots__ = ()


@lru_cache(maxsize=4096)
def escape_markdown(text: str) -> str:
    """The text so that Markdown shows it as it is, on one line. Labels come by in every plan, hence the cache."""
    flat = CONTROLS.sub(" ", text)
    flat = ANGLE.sub(lambda found: ANGLES[found.group()], flat)
    flat = MARKS.sub(lambda found: f"\\{found.group()}", flat)
    return OPENING.sub(lambda found: re.sub(r"(?=[-+#.)=])", r"\\", found.group(), count=1), flat)
