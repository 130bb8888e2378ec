"""The loader of plugins: one manager, built fresh each time, and every plugin held apart from the others."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pluggy

from kaframe import hookspecs
from kaframe.errors import Problem, RuleError
from kaframe.plugins.checks import RECORDS, check_module, check_record, describe_clash
from kaframe.plugins.importing import (
    Found,
    PluginError,
    describe_error,
    failing_line,
    find_bundled,
    find_installed,
    find_project,
    find_unknown,
    import_plugin,
)
from kaframe.records import Channel, Reader, ReportFormat


@dataclass(frozen=True, slots=True)
class Loaded:
    """A plugin in use: its name, where it comes from, its file or package, and the names that it brought."""

    name: str
    origin: str
    place: str
    version: str
    brings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plugins:
    """What all plugins bring, by name, and which plugins these are.

    ``left_out`` are plugins of the project or installed ones that ``plugins:`` does not allow: not imported.
    """

    readers: Mapping[str, Reader]
    channels: Mapping[str, Channel]
    reports: Mapping[str, ReportFormat]
    loaded: tuple[Loaded, ...] = ()
    left_out: tuple[str, ...] = ()


def load_plugins(root: Path | None, allowed: Sequence[str] | None = None, enabled: bool = True) -> Plugins:
    """Import the bundled plugins, those of the project at ``root``, and the installed ones that it allows.

    ``allowed`` is the list ``plugins:`` of kaframe.yaml. Without it all files of the project's ``plugins/``
    count and no installed package; with it just those that it names. Not ``enabled``: bundled plugins only.
    Raises: RuleError with the problems of all plugins; its cause is the first plugin's own exception.
    """
    plugins, problems, cause = survey_plugins(root, allowed, enabled)
    if problems:
        raise RuleError(problems) from cause
    return plugins


def survey_plugins(
    root: Path | None, allowed: Sequence[str] | None = None, enabled: bool = True
) -> tuple[Plugins, list[Problem], BaseException | None]:
    """What the sound plugins bring, the problems of the others, and the first one's own exception."""
    chosen, left_out, problems = _choose(root, allowed, enabled)
    loading = _Loading()
    for plugin in chosen:
        loading.add(plugin)
    loading.check_hooks()
    records = {hook: loading.collect(hook) for hook in RECORDS}
    problems += loading.problems
    readers, channels, reports = (
        MappingProxyType({name: record for name, (record, _) in sorted(found.items())})
        for found in records.values()
    )
    plugins = Plugins(readers, channels, reports, loading.describe(records), tuple(left_out))
    return plugins, problems, next(iter(loading.causes), None)


def _choose(
    root: Path | None, allowed: Sequence[str] | None, enabled: bool
) -> tuple[list[Found], list[str], list[Problem]]:
    """Which plugins to import, which to leave alone, and what is wrong with the list of allowed ones."""
    bundled = find_bundled()
    project = find_project(root) if root else []
    if not enabled:
        return bundled, [plugin.name for plugin in project], []
    others = [*project, *find_installed()]
    if allowed is None:
        return [*bundled, *project], [plugin.name for plugin in others if plugin.origin == "installed"], []
    chosen = [plugin for plugin in others if plugin.name in allowed]
    left_out = [plugin.name for plugin in others if plugin.name not in allowed]
    return [*bundled, *chosen], left_out, find_unknown(allowed, [*bundled, *others])


class _Loading:
    """One fresh manager and what went wrong so far."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.causes: list[BaseException] = []
        self._manager = pluggy.PluginManager(hookspecs.PROJECT_NAME)
        self._manager.add_hookspecs(hookspecs)
        self._plugins: dict[str, Found] = {}

    def add(self, plugin: Found) -> None:
        """Import and register one plugin, unless something is wrong with it."""
        try:
            module = import_plugin(plugin)
        except PluginError as failure:
            self._note(failure.problem, failure.__cause__)
            return
        key = f"{plugin.origin}:{plugin.name}"
        if key in self._plugins:
            self._note(
                Problem(
                    plugin.at,
                    "KF5010",
                    f"two installed plugins are named '{plugin.name}'",
                    "remove one of them",
                    also=self._plugins[key].at,
                )
            )
            return
        found = check_module(plugin, module)
        self.problems.extend(found)
        if found:
            return
        try:
            self._manager.register(module, key)
        except (pluggy.PluginValidationError, ValueError) as error:
            reason = describe_error(error).partition(": ")[2]
            self._note(
                Problem(
                    plugin.at,
                    "KF5003",
                    f"plugin '{plugin.name}' has a hook of another form: {reason}",
                    "'kaframe/hookspecs.py' shows the arguments of every hook",
                ),
                error,
            )
            return
        self._plugins[key] = plugin

    def check_hooks(self) -> None:
        """pluggy's own check of what is left, which nothing should fail after ``check_module``."""
        try:
            self._manager.check_pending()
        except pluggy.PluginValidationError as error:
            self._note(Problem(None, "KF5003", str(error)), error)

    def collect(self, hook: str) -> dict[str, tuple[Any, Found]]:
        """Call one hook of every plugin, each on its own; good records by name with the plugin of each."""
        found: dict[str, tuple[Any, Found]] = {}
        for implementation in getattr(self._manager.hook, hook).get_hookimpls():
            plugin = self._plugins[implementation.plugin_name]
            for record in self._call(plugin, hook, implementation.function):
                _, first = found.setdefault(record.name, (record, plugin))
                if first is not plugin or found[record.name][0] is not record:
                    self._note(describe_clash(hook, record.name, plugin, first))
        return found

    def describe(self, records: Mapping[str, Mapping[str, tuple[Any, Found]]]) -> tuple[Loaded, ...]:
        """What each plugin brought, in the order of loading."""
        brought = [
            (name, plugin) for found in records.values() for name, (_, plugin) in sorted(found.items())
        ]
        return tuple(
            Loaded(
                plugin.name,
                plugin.origin,
                plugin.at.file,
                plugin.version,
                tuple(name for name, owner in brought if owner is plugin),
            )
            for plugin in self._plugins.values()
        )

    def _call(self, plugin: Found, hook: str, function: Any) -> list[Any]:
        try:
            with contextlib.redirect_stdout(sys.stderr):
                given = list(function())
        except (Exception, SystemExit) as error:
            message = f"plugin '{plugin.name}' fails in {hook}: {describe_error(error)}"
            self._note(
                Problem(failing_line(plugin, error), "KF5005", message, "mend or remove the plugin"), error
            )
            return []
        wrong = [problem for record in given for problem in check_record(plugin, hook, record)]
        self.problems.extend(wrong)
        return [] if wrong else given

    def _note(self, problem: Problem, cause: BaseException | None = None) -> None:
        self.problems.append(problem)
        if cause is not None:
            self.causes.append(cause)
