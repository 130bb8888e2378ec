"""A project: everything that a step may know besides the tables, complete at birth."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaframe.bind import Label
from kaframe.config import Config
from kaframe.doubts import NO_DOUBTS, Doubts
from kaframe.expression import Function, Type
from kaframe.plugins import Plugins
from kaframe.rules.load import Rules
from kaframe.team import Team

if TYPE_CHECKING:
    from kaframe.data.plan import DataPlan


@dataclass(frozen=True, slots=True)
class Catalog:
    """Which columns the project's data have, with their types, after renaming and column expressions.

    ``plan`` is how they are loaded. ``doubts``: tables whose columns could not be looked at.
    """

    accounts: Mapping[str, Type]
    tables: Mapping[str, Mapping[str, Type]]
    plan: DataPlan | None = None
    doubts: Doubts = NO_DOUBTS


@dataclass(frozen=True, slots=True, eq=False)
class Project:
    """What the user wrote, as frozen records, and the day that a run is for. Equal only to itself.

    ``doubts`` is empty for everything that runs; a project that is only checked may be known in part.
    """

    root: Path
    config: Config
    rules: Rules
    team: Team
    plugins: Plugins
    catalog: Catalog
    as_of: date
    doubts: Doubts = NO_DOUBTS

    @property
    def functions(self) -> Mapping[str, Function]:
        """All that expressions of this project may call: of the language itself and of plugins."""
        return self.plugins.functions

    def text(self, label: Label | None, default: str = "") -> str:
        """The label in the project's language."""
        return label.text(self.config.language) if label else default

    def on(self, as_of: date) -> Project:
        """The same project on another day."""
        return dataclasses.replace(self, as_of=as_of)

    def resolved(self) -> dict[str, Any]:
        """The resolved rules as plain data, for the manifest."""
        return self.rules.plain()
