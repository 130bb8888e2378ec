"""The loader of plugins: one manager, built fresh each time, and every plugin held apart from the others."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pluggy

from kaframe import hookspecs
from kaframe.allowed import AllowedPlugin
from kaframe.errors import Problem, RuleError
from kaframe.expression import FUNCTIONS
from kaframe.plugins.checks import check_module, describe_clash
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
    to_stderr,
)
from kaframe.plugins.kinds import BY_HOOK, KINDS
from kaframe.plugins.loaded import Brought, Loaded, Plugins
from kaframe.plugins.pinned import check_pinned
from kaframe.plugins.recordchecks import check_record, compile_function
from kaframe.templates import FilterSource

__all__ = ["Brought", "Loaded", "Plugins", "load_plugins", "survey_plugins"]

Records = Mapping[str, Mapping[str, tuple[Any, Found]]]  # by hook, then by name


def load_plugins(root: Path | None, allowed: Sequence[str] | None = None, enabled: bool = True) -> Plugins:
    """Import the bundled plugins, those of the project at ``root``, and the installed ones that it allows.

    ``allowed`` is the list ``plugins:`` of kaframe.yaml. Without it all files of the project's ``plugins/``
    count and no installed package; with it just those that it names. Not ``enabled``: bundled plugins only.
    Raises: RuleError with the problems of all plugins; its cause is the first plugin's own exception.
    """
    listed = None if allowed is None else [AllowedPlugin(name) for name in allowed]
    plugins, problems, cause = survey_plugins(root, listed, enabled)
    if problems:
        raise RuleError(problems) from cause
    return plugins


def survey_plugins(
    root: Path | None, allowed: Sequence[AllowedPlugin] | None = None, enabled: bool = True
) -> tuple[Plugins, list[Problem], BaseException | None]:
    """What the sound plugins bring, the problems of the others, and the first one's own exception."""
    chosen, left_out, problems = _choose(root, allowed, enabled)
    loading = _Loading()
    for plugin in chosen:
        loading.add(plugin)
    loading.check_hooks()
    records = {kind.hook: loading.collect(kind.hook) for kind in KINDS}
    problems += loading.problems
    plugins = _plugins(records, loading.describe(records), left_out)
    return plugins, problems, next(iter(loading.causes), None)


def _plugins(records: Records, loaded: tuple[Loaded, ...], left_out: Sequence[str]) -> Plugins:
    """The records by kind and name; functions compiled, filters as the process that renders templates finds them."""

    def brought(word: str) -> Mapping[str, Any]:
        (hook,) = (kind.hook for kind in KINDS if kind.word == word)
        return MappingProxyType({name: record for name, (record, _) in sorted(records[hook].items())})

    own = {name: compile_function(function) for name, function in brought("function").items()}
    homes = {plugin.source: plugin for _, plugin in records["kaframe_filters"].values()}
    return Plugins(
        readers=brought("reader"),
        channels=brought("channel"),
        reports=brought("report"),
        functions=MappingProxyType({**FUNCTIONS, **own}),
        filters=tuple(FilterSource(plugin.name, source) for source, plugin in homes.items()),
        templates=brought("templates"),
        packs=brought("pack"),
        panels=brought("panel"),
        commands=brought("command"),
        listeners=brought("listener"),
        loaded=loaded,
        left_out=tuple(left_out),
    )


def _choose(
    root: Path | None, allowed: Sequence[AllowedPlugin] | None, enabled: bool
) -> tuple[list[Found], list[str], list[Problem]]:
    """Which plugins to import, which to leave alone, and what is wrong with the list of allowed ones."""
    bundled = find_bundled()
    project = find_project(root) if root else []
    if not enabled:
        return bundled, [plugin.name for plugin in project], []
    others = [*project, *find_installed()]
    if allowed is None:
        return [*bundled, *project], [plugin.name for plugin in others if plugin.origin == "installed"], []
    named = {one.name: one for one in allowed}
    chosen = {plugin: check_pinned(named[plugin.name], plugin) for plugin in others if plugin.name in named}
    left_out = [plugin.name for plugin in others if plugin.name not in named]
    wrong = [problem for problem in chosen.values() if problem]
    sound = [plugin for plugin, problem in chosen.items() if not problem]
    return [*bundled, *sound], left_out, [*find_unknown(allowed, [*bundled, *others]), *wrong]

MOST_RECORDS = 1_000  # that one hook gives; a plugin that never ends gives more


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
                    f"two plugins are named '{plugin.name}'",
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

    def describe(self, records: Records) -> tuple[Loaded, ...]:
        """What each plugin brought, in the order of loading."""
        brought = [
            (Brought(BY_HOOK[hook].word, name, record), plugin)
            for hook, found in records.items()
            for name, (record, plugin) in sorted(found.items())
        ]
        return tuple(
            Loaded(
                plugin.name,
                plugin.origin,
                plugin.at.file,
                plugin.version,
                tuple(one for one, owner in brought if owner is plugin),
            )
            for plugin in self._plugins.values()
        )

    def _call(self, plugin: Found, hook: str, function: Any) -> list[Any]:
        try:
            with to_stderr():
                made = function()
                if inspect.iscoroutine(made):
                    made.close()
                    raise TypeError("it is 'async', and nobody waits for it: write 'def'")
                given = list(islice(made, MOST_RECORDS + 1))
                if len(given) > MOST_RECORDS:
                    raise ValueError(f"it gives more than {MOST_RECORDS:,} records")
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
