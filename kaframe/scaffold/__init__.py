"""``kaframe plugin new``: a complete package for a plugin of somebody's own, whose tests pass at once."""

from __future__ import annotations

import re
from pathlib import Path

from kaframe import __version__
from kaframe.errors import Problem, UsageError
from kaframe.hookspecs import KAFRAME_API

NAME = re.compile(r"[a-z][a-z0-9_]*")
TEMPLATES = Path(__file__).parent / "templates"
RENAMED = {"gitignore": ".gitignore"}


def write_package(name: str, kind: str, folder: Path) -> Path:
    """Write the package ``kaframe_<name>`` into a folder that is not there yet, or empty; the folder.

    Raises: UsageError KF5062 for a name that is none, or a folder with something in it.
    """
    if not NAME.fullmatch(name):
        near = re.sub(r"[^a-z0-9_]", "_", name.lower())
        hint = "a name is lower-case letters, digits and _, and begins with a letter"
        hint += f"; {near} would do" if NAME.fullmatch(near) else ""
        raise UsageError([Problem(None, "KF5062", f"'{name}' is no name for a plugin", hint)])
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = f"'{folder}' is there already and not empty"
        raise UsageError([Problem(None, "KF5062", message, "name another folder with --output")])
    words = {"name": name, "Name": name.title().replace("_", ""), "dist": f"kaframe-{name.replace('_', '-')}"}
    words |= {"kind": kind, "version": __version__, "api": str(KAFRAME_API)}
    for place in (TEMPLATES / "common", TEMPLATES / kind):
        for file in sorted(path for path in place.rglob("*") if path.is_file()):
            _write(file, folder / _target(file.relative_to(place), words), words)
    return folder


def _target(path: Path, words: dict[str, str]) -> Path:
    parts = [RENAMED.get(part, part) for part in path.with_suffix("").parts] if path.suffix == ".txt" else path.parts
    return Path(*(part.replace("NAME", words["name"]) for part in parts))


def _write(source: Path, target: Path, words: dict[str, str]) -> None:
    text = re.sub(r"@(\w+)@", lambda found: words.get(found[1], found[0]), source.read_text("utf-8"))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8", newline="\n")
