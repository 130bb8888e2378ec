"""What a plugin's module must be: made for this kaframe, with hooks that exist and are marked."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from kaframe.errors import Problem, nearest
from kaframe.hookspecs import KAFRAME_API, PROJECT_NAME
from kaframe.plugins.importing import Found
from kaframe.plugins.kinds import BY_HOOK, RECORDS

MARK = f"{PROJECT_NAME}_impl"


def check_module(plugin: Found, module: ModuleType) -> list[Problem]:
    """Another version of the interface, hooks that do not exist, hooks without their mark, or no hook at all."""
    made_for = getattr(module, "KAFRAME_API", KAFRAME_API)
    if made_for != KAFRAME_API:
        what = f"is made for version {made_for} of the plugin interface"
        message = f"{plugin.title} {what}; this kaframe has {KAFRAME_API}"
        hint = "install a newer version of the plugin"
        if not isinstance(made_for, int):
            hint = f"its author writes a number: KAFRAME_API = {KAFRAME_API}"
        elif made_for > KAFRAME_API:
            hint = "pip install --upgrade kaframe"
        return [Problem(plugin.at, "KF5012", message, hint)]
    functions = {name: value for name, value in vars(module).items() if callable(value)}
    marked = [name for name, value in functions.items() if hasattr(value, MARK)]
    problems = [
        Problem(
            plugin.at,
            "KF5003",
            f"plugin '{plugin.name}' has an unknown hook '{name}'",
            nearest(name, RECORDS) or f"the hooks are {', '.join(RECORDS)}",
        )
        for name in marked
        if name not in RECORDS
    ]
    problems += [
        Problem(
            plugin.at,
            "KF5003",
            f"'{name}' of plugin '{plugin.name}' wraps other plugins",
            "use plain @kaframe.hook",
        )
        for name in marked
        if name in RECORDS and _wraps(functions[name])
    ]
    problems += [
        Problem(
            plugin.at,
            "KF5004",
            f"'{name}' of plugin '{plugin.name}' is not marked as a hook",
            "write @kaframe.hook above it",
        )
        for name in functions
        if name in RECORDS and name not in marked
    ]
    if not problems and not marked:
        problems.append(
            Problem(
                plugin.at,
                "KF5004",
                f"plugin '{plugin.name}' has no hook",
                f"it needs one of {', '.join(RECORDS)}; a file that others import begins with '_'",
            )
        )
    return problems


def _wraps(function: Any) -> bool:
    options = getattr(function, MARK)
    return bool(options["wrapper"] or options["hookwrapper"])


def describe_clash(hook: str, name: str, plugin: Found, first: Found) -> Problem:
    """Two records of one name, with the files of both plugins."""
    word = BY_HOOK[hook].words["en"]
    places = sorted((first, plugin), key=lambda found: found.origin != "bundled")
    message = f"two plugins bring a {word} '{name}': {places[0].at.file} and {places[1].at.file}"
    return Problem(plugin.at, "KF5010", message, "rename one of them", also=first.at)
