"""The console channel: notices as compact blocks on stderr, for the person who started the run."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import kaframe

OPTIONS: dict[str, Any] = {
    "type": "object",
    "title": "Console",
    "description": "Prints every notice to stderr of the run.",
    "additionalProperties": False,
    "properties": {
        "lines": {
            "type": "integer",
            "minimum": 1,
            "default": 40,
            "title": "Lines",
            "description": "At most so many lines of one notice; the rest is counted.",
        }
    },
}


@kaframe.hook
def kaframe_channels() -> Iterator[kaframe.Channel]:
    """Print notices where the run was started."""
    summary = {"en": "Prints to stderr", "zh": "输出到标准错误"}
    yield kaframe.Channel(name="console", summary=summary, options=OPTIONS, send=send)


def send(options: Mapping[str, Any], message: kaframe.Message, folder: Path) -> kaframe.Outcome:
    """Print one notice to stderr as one write, without what could steer a terminal."""
    limit = int(options.get("lines", 40))
    lines = message.text.strip().splitlines()
    shown = [f"  {clean(line)}".rstrip() for line in lines[:limit]]
    if len(lines) > limit:
        shown.append(f"  ... (+{len(lines) - limit})")
    head = f"-> {clean(message.recipient)}: {clean(message.subject)}"
    try:
        sys.stderr.write("\n".join([head, *shown]) + "\n")
        sys.stderr.flush()
    except (OSError, ValueError) as error:
        return kaframe.Outcome("retry", f"stderr takes nothing: {error}")
    return kaframe.Outcome("sent", "printed")


def clean(line: str) -> str:
    """The line without control, format and lone surrogate characters; tabs become spaces."""
    return "".join(
        " " if char == "\t" else char
        for char in line
        if char == "\t" or unicodedata.category(char) not in ("Cc", "Cf", "Cs")
    )
