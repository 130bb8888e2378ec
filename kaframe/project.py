"""A project: everything that a step may know besides the tables, complete at birth."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kaframe.bind import Label
from kaframe.config import CONFIG_FILE, Config, read_config
from kaframe.errors import Problem, RuleError
from kaframe.expression import Type
from kaframe.plugins import Plugins, load_plugins
from kaframe.rules.layers import find_layers
from kaframe.rules.load import Rules, load_rules
from kaframe.team import Team, load_team

if TYPE_CHECKING:
    from kaframe.data.plan import DataPlan


@dataclass(frozen=True, slots=True)
class Catalog:
    """Which columns the project's data have, with their types, after renaming and column expressions.

    ``plan`` is how they are loaded.
    """

    accounts: Mapping[str, Type]
    tables: Mapping[str, Mapping[str, Type]]
    plan: DataPlan | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Project:
    """What the user wrote, as frozen records, and the day that a run is for. Equal only to itself."""

    root: Path
    config: Config
    rules: Rules
    team: Team
    plugins: Plugins
    catalog: Catalog
    as_of: date

    def text(self, label: Label | None, default: str = "") -> str:
        """The label in the project's language."""
        return label.text(self.config.language) if label else default

    def on(self, as_of: date) -> Project:
        """The same project on another day."""
        return dataclasses.replace(self, as_of=as_of)

    def resolved(self) -> dict[str, Any]:
        """The resolved rules as plain data, for the manifest."""
        return self.rules.plain()


def find_root(start: Path) -> Path:
    """The nearest folder, from here upwards, that holds a ``kaframe.yaml``."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / CONFIG_FILE).is_file():
            return folder
    raise RuleError([Problem(None, "KF1306", f"no {CONFIG_FILE} in {start.name or start} or any folder above it",
                             "go to a project's folder, give --project, or begin one with 'kaframe init'")])


def load_project(root: Path, profile: str = "", as_of: date | None = None, use_plugins: bool = True) -> Project:
    """Read everything that the user wrote; problems of configuration, team and rules are raised together."""
    from kaframe.data import describe_sources

    config = read_config(root, profile)
    problems: list[Problem] = []
    loaded: dict[str, Any] = {}
    for name, load in (
        ("rules", lambda: load_rules(find_layers(root, config.packs, config.places.get("packs", config.at)))),
        ("team", lambda: load_team(root / "team.yaml", "team.yaml")),
        ("plugins", lambda: load_plugins(root, config.plugins, use_plugins)),
        ("day", lambda: as_of or today(config)),
    ):
        try:
            loaded[name] = load()
        except RuleError as error:
            problems.extend(error.problems)
    if problems:
        raise RuleError(problems)
    catalog = describe_sources(root, config, loaded["plugins"])
    return Project(root, config, loaded["rules"], loaded["team"], loaded["plugins"], catalog, loaded["day"])


def today(config: Config) -> date:
    """The day that it is now where the project is."""
    try:
        return datetime.now(ZoneInfo(config.timezone)).date()
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise RuleError([Problem(config.places.get("timezone"), "KF1307", f"no time zone '{config.timezone}'",
                                 "use a name such as Asia/Shanghai or Europe/Berlin")]) from error


