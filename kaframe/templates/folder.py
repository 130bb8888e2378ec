"""Where templates lie, and what they may come to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kaframe.errors import Location, Problem, RuleError
from kaframe.modules import ModuleSource
from kaframe.yamlfile.text import place_in_bytes, suggest_encoding

LONGEST = 200_000  # characters of one rendered text; a plan that people read has a few thousand
LARGEST = 1_000_000  # bytes of a template
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


def read_template(path: Path, at: Location) -> str:
    """The text of a template. Raises: RuleError KF4007 when it cannot be read, is too large or no text."""
    try:
        if path.stat().st_size > LARGEST:
            message = f"the template is larger than {LARGEST / 1e6:.0f} MB"
            raise RuleError([Problem(at, "KF4007", message, "a template is a text with some names in it")])
        data = path.read_bytes()
    except OSError as error:
        message = f"the template cannot be read: {error.strerror or error}"
        raise RuleError([Problem(at, "KF4007", message, "check its name and rights")]) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = place_in_bytes(data, error.start, at)
        raise RuleError([Problem(place, "KF4007", "the template is not UTF-8", suggest_encoding(data))]) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise RuleError([Problem(line_of(at, line), "KF4007", "control character U+0000 in the template", "delete it")])
    return text


def line_of(at: Location, line: int) -> Location:
    """The place of a line in the file at ``at``; its beginning, as templates know no columns."""
    return Location(at.file, line, 1 if line else 0, at.path)
