"""Where plugins are found, and how one is imported without taking the others down with it."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Literal

from kaframe.allowed import AllowedPlugin
from kaframe.bundled import folder
from kaframe.errors import Location, Problem, nearest
from kaframe.modules import PACKAGE_FILE, ModuleSource
from kaframe.secrets import RedactedStream, redacted

GROUP = "kaframe"
PLUGIN_FOLDER = "plugins"
Origin = Literal["bundled", "project", "installed"]
STDOUT, STDERR = 1, 2
_entering = threading.Lock()
_inside: list[contextlib.ExitStack] = []
PATH_OF_MODULE = re.compile(r" \([^()]*\)$")  # what Python adds says where kaframe is installed, not what is wrong


@dataclass(frozen=True, slots=True)
class Found:
    """A plugin that could be imported: its name, its origin, its file (or package) as people know it."""

    name: str
    origin: Origin
    at: Location
    version: str
    source: ModuleSource

    @property
    def title(self) -> str:
        """How messages name it: with the version of its package."""
        return f"plugin '{self.name}'" + (f" {self.version}" if self.version else "")


class PluginError(Exception):
    """A plugin that could not be imported or called: the problem, and as its cause what the plugin raised."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem)


def find_bundled() -> list[Found]:
    """The plugins that come with kaframe, in the order of their names."""
    return [_from_file(file, "bundled") for file in _python_files(folder(PLUGIN_FOLDER))]


def find_project(root: Path) -> list[Found]:
    """The plugins of a project: files and packages of its folder ``plugins``, except those that begin with ``_``."""
    return [_from_file(file, "project") for file in _python_files(root / PLUGIN_FOLDER)]


def find_installed() -> list[Found]:
    """The plugins of installed packages; reads their metadata, imports nothing."""
    points = sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value))
    return [_from_entry_point(point) for point in points]


def find_unknown(allowed: Sequence[AllowedPlugin], found: Sequence[Found]) -> list[Problem]:
    """A problem for each name of ``plugins:`` that nothing found here has."""
    known = [plugin.name for plugin in found]
    return [
        Problem(
            one.at,
            "KF5001",
            f"plugin '{one.name}' is neither a file of plugins/ nor installed",
            _by_file(one.name)
            or nearest(one.name, known)
            or f"install the package that brings it, such as 'pip install {one.name}'",
        )
        for one in allowed
        if one.name not in known
    ]


def _by_file(name: str) -> str:
    """The hint for a plugin that is named by its path."""
    return "" if name == Path(name).stem else f"name it without folder and ending: {Path(name).stem}"


def import_plugin(plugin: Found) -> ModuleType:
    """Import one plugin, whatever it does; what it prints goes to stderr.

    Raises: PluginError with KF5002.
    """
    try:
        with to_stderr():
            return plugin.source.load()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise PluginError(_import_problem(plugin, error)) from error


@contextlib.contextmanager
def to_stderr() -> Iterator[None]:
    """What a plugin prints in the block, or its libraries and children, goes to stderr, as stdout is data.

    What is printed by Python tells no secret.
    """
    with _entering:
        _inside.append(contextlib.ExitStack() if _inside else _aside())
    try:
        yield
    finally:
        with _entering:
            _inside.pop().close()  # of blocks that overlap in threads, the last to end puts stdout back


def _aside() -> contextlib.ExitStack:
    """Stdout pointed at stderr, for Python and for the system, until the stack is closed."""
    back, stream = contextlib.ExitStack(), RedactedStream(sys.stderr)
    back.enter_context(contextlib.redirect_stdout(stream))
    back.enter_context(contextlib.redirect_stderr(stream))
    with contextlib.suppress(OSError):  # where one of the two is closed there is nothing to keep apart
        kept = os.dup(STDOUT)
        back.callback(os.close, kept)
        os.dup2(STDERR, STDOUT)
        back.callback(os.dup2, kept, STDOUT)
    return back


def describe_error(error: BaseException) -> str:
    """The error in one line, as the last line of its traceback says it, without secrets."""
    words = " ".join(redacted(f"{type(error).__name__}: {error}").rstrip(": ").split())
    return (PATH_OF_MODULE.sub("", words) if isinstance(error, ImportError) else words)[:300]


def failing_line(plugin: Found, error: BaseException) -> Location:
    """The deepest line of the plugin's own file in a traceback; the whole file when it is not in there."""
    if isinstance(error, SyntaxError) and error.filename == plugin.at.path and error.lineno:
        return Location(plugin.at.file, error.lineno, error.offset or 1, plugin.at.path)
    lines = [line for file, line in _frames(error.__traceback__) if file == plugin.at.path]
    return Location(plugin.at.file, lines[-1], 1, plugin.at.path) if lines else plugin.at


def _python_files(place: Path) -> list[Path]:
    """The plugins of a folder: files, and folders with an ``__init__.py`` for what is too much for one file."""
    files = [file for file in place.glob("*.py") if not file.name.startswith("_")]
    folders = [file for file in place.glob(f"*/{PACKAGE_FILE}") if not file.parent.name.startswith("_")]
    return sorted([*files, *folders], key=_plugin_name)


def _plugin_name(file: Path) -> str:
    return file.parent.name if file.name == PACKAGE_FILE else file.stem


def _from_file(file: Path, origin: Origin) -> Found:
    name = _plugin_name(file)
    shown = f"{PLUGIN_FOLDER}/{name}/{file.name}" if file.name == PACKAGE_FILE else f"{PLUGIN_FOLDER}/{file.name}"
    at = Location(shown if origin == "project" else f"kaframe:{shown}", path=str(file))
    return Found(name, origin, at, "", ModuleSource(path=str(file), fresh=origin == "project"))


def _from_entry_point(point: EntryPoint) -> Found:
    name = point.dist.name if point.dist else point.value
    version = point.dist.version if point.dist else ""
    at = Location(f"{name} {version}".strip())
    return Found(point.name, "installed", at, version, ModuleSource(module=point.value))


def _import_problem(plugin: Found, error: BaseException) -> Problem:
    at = failing_line(plugin, error)
    subject = plugin.title
    if isinstance(error, ModuleNotFoundError) and error.name:
        package = error.name.partition(".")[0]
        return Problem(
            at,
            "KF5002",
            f"{subject} needs the package '{package}', which is not installed",
            f"pip install {package}, or remove the plugin",
        )
    return Problem(
        at,
        "KF5002",
        f"{subject} cannot be imported: {describe_error(error)}",
        "mend or remove the plugin; --no-plugins goes on without it",
    )


def _frames(trace: TracebackType | None) -> Iterator[tuple[str, int]]:
    while trace:
        yield trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
