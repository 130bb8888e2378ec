"""From a folder to a project: everything that the user wrote, read and checked together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kaframe.calendar import read_calendar
from kaframe.config import CONFIG_FILE, Config, read_config
from kaframe.data import describe_sources
from kaframe.errors import Location, Problem, RuleError
from kaframe.plugins import load_plugins
from kaframe.project import Project
from kaframe.rules.layers import Layer, find_layers
from kaframe.rules.load import check_forms, load_rules
from kaframe.team import load_team

FOLDERS = ("rules", "templates", "plugins")  # of a project


def find_root(start: Path) -> Path:
    """The nearest folder, from here upwards, that holds a ``kaframe.yaml``."""
    start = start.resolve()
    if (start / "kaframe.yml").exists():
        at = Location("kaframe.yml")
        raise RuleError([Problem(at, "KF1303", "'kaframe.yml' is not read", f"call it '{CONFIG_FILE}'")])
    for folder in (start, *start.parents):
        if (folder / CONFIG_FILE).exists():
            return folder
    raise RuleError([Problem(None, "KF1306", f"no {CONFIG_FILE} in {start.name or start} or any folder above it",
                             "go to a project's folder, give --project, or begin one with 'kaframe init'")])


def load_project(root: Path, profile: str = "", as_of: date | None = None, use_plugins: bool = True) -> Project:
    """Read everything that the user wrote; problems of configuration, team and rules are raised together."""
    try:
        config = read_config(root, profile)
    except RuleError as error:
        raise RuleError([*error.problems, *_problems_elsewhere(root)]) from error
    problems: list[Problem] = []
    loaded: dict[str, Any] = {}
    parts: tuple[tuple[str, Callable[[], Any]], ...] = (
        ("rules", lambda: load_rules(find_layers(root, config.packs, config.places.get("packs", config.at)))),
        ("team", lambda: load_team(root / "team.yaml", "team.yaml")),
        ("plugins", lambda: load_plugins(root, config.plugins, use_plugins)),
        ("day", lambda: today(config)),
        ("calendar", lambda: read_calendar(config.calendar, (), config.places.get("calendar", config.at))),
        ("closed days", lambda: read_calendar("none", config.closed_days, config.places.get("closed_days", config.at))),
    )
    problems += _misplaced(root)
    for name, load in parts:
        try:
            loaded[name] = load()
        except RuleError as error:
            problems.extend(error.problems)
    if problems:
        raise RuleError(problems)
    catalog = describe_sources(root, config, loaded["plugins"], loaded["rules"].expected)
    return Project(root, config, loaded["rules"], loaded["team"], loaded["plugins"], catalog, as_of or loaded["day"])


def _problems_elsewhere(root: Path) -> list[Problem]:
    """What can be said of team and rules while the configuration is not known: their text and their form."""
    problems = _misplaced(root)
    loads: tuple[Callable[[], object], ...] = (
        lambda: load_team(root / "team.yaml", "team.yaml"),
        lambda: check_forms([Layer(root / "rules", "rules")]),
    )
    for load in loads:
        try:
            load()
        except RuleError as error:
            problems += error.problems
    return problems


def _misplaced(root: Path) -> list[Problem]:
    """Files that look as if they were read and are not."""
    problems = [
        Problem(Location(name), "KF1312", f"'{name}' is a file, not a folder", "move it away, or make it a folder")
        for name in FOLDERS
        if (root / name).exists() and not (root / name).is_dir()
    ]
    if (root / "team.yml").exists():
        problems.append(Problem(Location("team.yml"), "KF1303", "'team.yml' is not read", "call it 'team.yaml'"))
    return problems


def today(config: Config) -> date:
    """The day that it is now where the project is."""
    try:
        return datetime.now(ZoneInfo(config.timezone)).date()
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise RuleError([Problem(config.places.get("timezone"), "KF1307", f"no time zone '{config.timezone}'",
                                 "use a name such as Asia/Shanghai or Europe/Berlin")]) from error


