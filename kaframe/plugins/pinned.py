"""Whether a plugin is the one that ``plugins:`` means: its version and a digest of its files, before it is imported."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

from kaframe.allowed import AllowedPlugin
from kaframe.errors import Problem
from kaframe.modules import PACKAGE_FILE
from kaframe.plugins.importing import GROUP, Found

NO_CODE = (".pyc", ".pyo")


def check_pinned(allowed: AllowedPlugin, plugin: Found) -> Problem | None:
    """What is wrong with it: KF5013 for another version, KF5014 for other content."""
    if allowed.version and plugin.version != allowed.version:
        has = f"has version {plugin.version}" if plugin.version else "is a file of the project and has no version"
        hint = f"install {plugin.name} {allowed.version}, or look at the new one and change 'version'"
        if not plugin.version:
            hint = "leave 'version' out; 'sha256' pins a file"
        return Problem(allowed.at, "KF5013", f"plugin '{plugin.name}' {has}, not {allowed.version}", hint)
    if not allowed.sha256:
        return None
    found = digest_plugin(plugin)
    if not found:
        message = f"plugin '{plugin.name}' has no files of its own that could be pinned"
        return Problem(allowed.at, "KF5014", message, "install it properly, not editable, or leave 'sha256' out")
    if found != allowed.sha256.lower():
        hint = f"look at what was changed; if it is well, write sha256: {found}"
        return Problem(allowed.at, "KF5014", f"plugin '{plugin.name}' is not the one that was pinned", hint)
    return None


def digest_plugin(plugin: Found) -> str:
    """SHA-256 over names and content of a plugin's files, of an installed one over its whole package.

    Empty when it has none, as a package has that is installed as a link to its source.
    """
    files = sorted(_installed(plugin) if plugin.origin == "installed" else _own(Path(plugin.source.path)))
    if not any(name.endswith(".py") for name, _ in files):
        return ""
    listed = "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n" for name, path in files)
    return hashlib.sha256(listed.encode()).hexdigest()


def _own(file: Path) -> Iterator[tuple[str, Path]]:
    if file.name != PACKAGE_FILE:
        yield file.name, file
        return
    for path in file.parent.rglob("*"):
        if path.is_file() and path.suffix not in NO_CODE:
            yield path.relative_to(file.parent.parent).as_posix(), path


def _installed(plugin: Found) -> Iterator[tuple[str, Path]]:
    """The files that its package says it has, without what the installer wrote itself."""
    points = entry_points(group=GROUP, name=plugin.name)
    for point in points:
        for file in (point.dist.files or []) if point.dist else []:
            path = Path(str(file.locate()))
            if not file.parts[0].endswith(".dist-info") and path.suffix not in NO_CODE and path.is_file():
                yield file.as_posix(), path
