"""What a plugin may bring: hooks that exist, records of the right kind, names that nobody else has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields
from types import MappingProxyType, ModuleType
from typing import Any

from kaframe.errors import Problem, nearest
from kaframe.hookspecs import PROJECT_NAME
from kaframe.plugins.importing import Found
from kaframe.records import Channel, Reader, ReportFormat

RECORDS: Mapping[str, type[Any]] = MappingProxyType(
    {
        "kaframe_readers": Reader,
        "kaframe_channels": Channel,
        "kaframe_reports": ReportFormat,
    }
)
MARK = f"{PROJECT_NAME}_impl"
NAME = re.compile(r"[a-z][a-z0-9_]*")


def check_module(plugin: Found, module: ModuleType) -> list[Problem]:
    """Hooks that do not exist, hooks without their mark, or no hook at all."""
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


def check_record(plugin: Found, hook: str, record: Any) -> Iterable[Problem]:
    """What is wrong with one thing that a hook returned."""
    expected = RECORDS[hook]
    subject = f"plugin '{plugin.name}': {hook}"
    if not isinstance(record, expected):
        yield Problem(
            plugin.at,
            "KF5006",
            f"{subject} gives {type(record).__name__}, not kaframe.{expected.__name__}",
            f"yield kaframe.{expected.__name__}(...)",
        )
        return
    if not isinstance(record.name, str) or not NAME.fullmatch(record.name):
        yield Problem(
            plugin.at,
            "KF5006",
            f"{subject} gives the name {record.name!r}",
            "a name is lower-case letters, digits and _, and begins with a letter",
        )
    for field in fields(record):
        value = getattr(record, field.name)
        may_lack = value is None and field.default is None
        if str(field.type).startswith("Callable") and not callable(value) and not may_lack:
            yield Problem(plugin.at, "KF5006", f"{subject}: '{field.name}' of '{record.name}' is no function")
    if not isinstance(record.options, Mapping):
        yield Problem(plugin.at, "KF5006", f"{subject}: the options of '{record.name}' are no JSON Schema")
    elif any(not reference.startswith("#") for reference in _references(record.options)):
        yield Problem(
            plugin.at,
            "KF5007",
            f"{subject}: the options of '{record.name}' refer to another document",
            "only references that begin with '#/' are followed",
        )


def _references(schema: Any) -> Iterable[str]:
    if isinstance(schema, Mapping):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"]
        for value in schema.values():
            yield from _references(value)
    elif isinstance(schema, list | tuple):
        for value in schema:
            yield from _references(value)


def describe_clash(hook: str, name: str, plugin: Found, first: Found) -> Problem:
    """Two records of one name, with the files of both plugins."""
    kind = RECORDS[hook].__name__
    places = sorted((first, plugin), key=lambda found: found.origin != "bundled")
    message = f"two plugins bring a {kind} '{name}': {places[0].at.file} and {places[1].at.file}"
    return Problem(plugin.at, "KF5010", message, "rename one of them", also=first.at)
