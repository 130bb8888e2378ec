"""The file channel: every notice as a file below a folder of the project, or as a line of one ndjson file."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import kaframe

OPTIONS: dict[str, Any] = {
    "type": "object",
    "title": "Files",
    "description": "Writes every notice below a folder of the project.",
    "additionalProperties": False,
    "properties": {
        "folder": {
            "type": "string",
            "minLength": 1,
            "pattern": r"^(?!/|[A-Za-z]:|\.\.$|\.\.[/\\])(?!.*[/\\]\.\.([/\\]|$))",
            "examples": ["notices"],
            "default": "notices",
            "title": "folder inside the project",
            "description": "Where to write, relative to the project and inside it.",
        },
        "form": {
            "enum": ["text", "html", "json", "ndjson"],
            "default": "text",
            "title": "Form",
            "description": "text, html, json: a file a notice; ndjson: a line a notice in notices.ndjson.",
        },
    },
}
NAME_LENGTH = 60
RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d")  # names that Windows keeps for devices; it knows no upper case


@kaframe.hook
def kaframe_channels() -> Iterator[kaframe.Channel]:
    """Leave notices as files, for a share, a mail merge or a test."""
    summary = {"en": "Writes files in the project", "zh": "写入项目中的文件"}
    yield kaframe.Channel(name="file", summary=summary, options=OPTIONS, send=send)


def send(options: Mapping[str, Any], message: kaframe.Message, folder: Path) -> kaframe.Outcome:
    """Write one notice; the same key gives the same file name, so a second attempt replaces the first."""
    root = folder.resolve()
    target = (root / str(options.get("folder", "notices"))).resolve()
    if not target.is_relative_to(root):
        return kaframe.Outcome("dead", "the channel's folder is outside the project: name one inside it")
    form = str(options.get("form", "text"))
    try:
        target.mkdir(parents=True, exist_ok=True)
        path = _append(target, message) if form == "ndjson" else _write(target, form, message)
    except OSError as error:
        return kaframe.Outcome("retry", f"cannot write: {error.strerror or error}")
    return kaframe.Outcome("sent", path.relative_to(root).as_posix())


def file_name(message: kaframe.Message) -> str:
    """A name safe on every file system: the recipient as far as it is plain, then the key or its hash."""
    return "-".join(part for part in (_plain(message.recipient), _key(message.key)) if part)


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]+", "-", text).strip("-")[:NAME_LENGTH]


def _key(key: str) -> str:
    if re.fullmatch(rf"[a-z0-9_-]{{1,{NAME_LENGTH}}}", key) and not RESERVED.fullmatch(key):
        return key
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:32]


def _fields(message: kaframe.Message) -> dict[str, str]:
    return {
        "key": message.key,
        "recipient": message.recipient,
        "address": message.address,
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
    }


def _write(folder: Path, form: str, message: kaframe.Message) -> Path:
    """Write beside the target and swap it in, so that a reader never sees half a notice."""
    suffix = {"text": ".txt", "html": ".html", "json": ".json"}[form]
    content = {
        "text": f"{message.recipient}\n{message.subject}\n\n{message.text.rstrip()}\n",
        "html": message.html or message.text,
        "json": json.dumps(_fields(message), ensure_ascii=False, indent=1) + "\n",
    }[form]
    path = folder / (file_name(message) + suffix)
    temporary = folder / f".tmp-{path.name}"  # the next attempt takes the place of what a killed one has left
    try:
        with temporary.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def _append(folder: Path, message: kaframe.Message) -> Path:
    """Append one line in one write; a line torn by an earlier crash is closed first."""
    path = folder / "notices.ndjson"
    line = json.dumps(_fields(message), ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    with path.open("a+b") as file:
        if file.tell() and _last_byte(path) != b"\n":
            line = b"\n" + line
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
    return path


def _last_byte(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1)
