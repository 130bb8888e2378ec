"""The events of every run as a file, for data warehouses and scripts: one ndjson file a run, complete or not there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import kaframe

OPTIONS: dict[str, Any] = {
    "type": "object",
    "title": "Events as files",
    "description": "Writes the events of every run into a file of its own.",
    "additionalProperties": False,
    "properties": {
        "folder": {
            "type": "string",
            "minLength": 1,
            "pattern": r"^(?!/|[A-Za-z]:|\.\.$|\.\.[/\\])(?!.*[/\\]\.\.([/\\]|$))",
            "default": "events",
            "title": "Folder inside the project",
            "description": "Where to write, relative to the project and inside it.",
        },
    },
}


@kaframe.hook
def kaframe_listeners() -> Iterator[kaframe.Listener]:
    """Leave what changed as data, for whatever reads ndjson."""
    yield kaframe.Listener(
        name="events_file",
        summary={"en": "The events of every run as an ndjson file", "zh": "每次运行的事件写成 ndjson 文件"},
        options=OPTIONS,
        hear=hear,
    )


def hear(options: Mapping[str, Any], news: kaframe.News, folder: Path) -> None:
    """Write ``<run>.ndjson``: a line an event, keys sorted. The same run gives the same file, however often it is told.

    Raises: OSError when the folder cannot be written; ValueError when it leads out of the project.
    """
    target = (folder / str(options.get("folder", "events"))).resolve()
    if not target.is_relative_to(folder.resolve()):
        raise ValueError("the folder is outside the project: name one inside it")
    target.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(row, ensure_ascii=False, sort_keys=True, default=str) for row in news.events]
    path = target / f"{news.view.run_id}.ndjson"
    temporary = target / f".tmp-{os.getpid()}-{path.name}"
    try:
        temporary.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", errors="replace", newline="\n")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
