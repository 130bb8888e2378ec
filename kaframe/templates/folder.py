"""Where templates lie, and what they may come to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kaframe.modules import ModuleSource

LONGEST = 200_000  # characters of one rendered text; a plan that people read has a few thousand
DEADLINE = 2.5  # seconds for one template; a plan takes a millisecond
FILTERS = (  # of Jinja itself; all others come from plugins
    "abs", "capitalize", "count", "default", "dictsort", "first", "groupby", "int", "float", "join", "last", "length",
    "list", "lower", "map", "max", "min", "reject", "rejectattr", "replace", "reverse", "round", "select", "selectattr",
    "sort", "sum", "title", "trim", "truncate", "unique", "upper",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FilterSource:
    """A plugin that brings filters, and where its code is."""

    plugin: str
    source: ModuleSource


@dataclass(frozen=True, slots=True)
class TemplateFolder:
    """A folder of templates and the name that its files are shown under."""

    folder: Path
    shown: str


def find_template(folders: Iterable[TemplateFolder], language: str, name: str) -> tuple[str, Path] | None:
    """The shown name and the path of the file that a template's name means; None when there is none."""
    head, _, tail = name.partition(".")
    for place in folders:
        for file in (f"{head}.{language}.{tail}", name):
            if (place.folder / file).exists():
                return f"{place.shown}/{file}", place.folder / file
    return None


def find_names(folders: Iterable[TemplateFolder], language: str) -> list[str]:
    """The names of all templates there are, without the language that a file may carry."""
    found = (path.name for place in folders for path in place.folder.glob("*.j2"))
    return sorted({name.replace(f".{language}.", ".") for name in found})
