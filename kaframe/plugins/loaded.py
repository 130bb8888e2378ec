"""The plugins of a project after loading: what they bring, by kind and name, and who brings it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kaframe.additions import Command, Listener, Panel, RulePack, TemplatePack
from kaframe.errors import nearest
from kaframe.expression import FUNCTIONS
from kaframe.expression import Function as Callee
from kaframe.records import Channel, Reader, ReportFormat
from kaframe.templates import FilterSource


@dataclass(frozen=True, slots=True)
class Brought:
    """One thing that a plugin brings: the word of its kind, its name, and the record itself."""

    kind: str
    name: str
    record: Any = field(compare=False, default=None)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A plugin in use: its name, where it comes from, its file or package, and what it brought."""

    name: str
    origin: str
    place: str
    version: str
    brings: tuple[Brought, ...]

    @property
    def title(self) -> str:
        """How messages name it: with the version of its package."""
        return f"plugin '{self.name}'" + (f" {self.version}" if self.version else "")


@dataclass(frozen=True, slots=True)
class Plugins:
    """What all plugins bring, by name, and which plugins these are.

    ``functions`` are all that expressions may call, those of the language among them. ``filters`` says where the
    process that renders templates finds its filters. ``left_out`` are plugins of the project or installed ones that
    ``plugins:`` does not allow: not imported.
    """

    readers: Mapping[str, Reader] = field(default_factory=dict)
    channels: Mapping[str, Channel] = field(default_factory=dict)
    reports: Mapping[str, ReportFormat] = field(default_factory=dict)
    functions: Mapping[str, Callee] = field(default_factory=lambda: FUNCTIONS)
    filters: tuple[FilterSource, ...] = ()
    templates: Mapping[str, TemplatePack] = field(default_factory=dict)
    packs: Mapping[str, RulePack] = field(default_factory=dict)
    panels: Mapping[str, Panel] = field(default_factory=dict)
    commands: Mapping[str, Command] = field(default_factory=dict)
    listeners: Mapping[str, Listener] = field(default_factory=dict)
    loaded: tuple[Loaded, ...] = ()
    left_out: tuple[str, ...] = ()

    def owner(self, kind: str, name: str) -> Loaded | None:
        """Who brings it, for messages about it."""
        wanted = Brought(kind, name)
        return next((plugin for plugin in self.loaded if wanted in plugin.brings), None)

    def instead(self, name: str, known: Iterable[str], words: str) -> str:
        """The hint for a name that no loaded plugin brings: one that waits to be named, the nearest, or all of them."""
        if name in self.left_out:
            return f"the plugin '{name}' is there but not loaded; name it under 'plugins:' in kaframe.yaml"
        waiting = f"; plugins that are not loaded: {', '.join(self.left_out[:5])}" if self.left_out else ""
        return nearest(name, known) or f"{words}: {', '.join(known)}{waiting}"
