"""Which columns the rules use: every word of every text is taken for a name, so none is ever missed."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaframe.errors import Location

if TYPE_CHECKING:
    from kaframe.project import Project

WORD = re.compile(r"[^\W\d]\w*")
TEMPLATES = "*.j2"


def used_columns(project: Project) -> dict[str, frozenset[str]]:
    """The columns of ``accounts`` and of each table that rules, team, labels, gates or templates may speak of."""
    texts = "\n".join(_texts(project))
    words = frozenset(WORD.findall(texts))
    catalog = project.catalog
    tables = {"accounts": catalog.accounts, **catalog.tables}
    return {
        table: frozenset(name for name in columns if _occurs(name, words, texts)) for table, columns in tables.items()
    }


def _occurs(name: str, words: frozenset[str], texts: str) -> bool:
    return name in words if WORD.fullmatch(name) else name in texts or name.replace('"', '""') in texts


def _texts(project: Project) -> Iterator[str]:
    yield from _strings(project.rules.plain())
    yield from _strings(project.team)
    yield from project.config.labels
    for gate in project.config.gates:
        yield from gate.columns
    plugins = project.plugins
    folders = [project.root / pack for pack in project.config.packs]
    folders += [pack.folder for name, pack in plugins.packs.items() if name in project.config.packs]
    folders += [pack.folder for pack in plugins.templates.values()]
    for folder in (*folders, project.root / "templates"):
        yield from _templates(folder)


def _strings(value: Any) -> Iterator[str]:
    """Every text in nested data and records; places are not texts."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from _strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)
    elif is_dataclass(value) and not isinstance(value, Location):
        for slot in fields(value):
            if slot.name != "places":
                yield from _strings(getattr(value, slot.name))


def _templates(place: Path) -> Iterator[str]:
    for path in sorted(place.rglob(TEMPLATES)) if place.is_dir() else ():
        with contextlib.suppress(OSError):  # what cannot be read is told where it is rendered
            yield path.read_text("utf-8", errors="replace")
