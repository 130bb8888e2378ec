"""From a folder to a project: everything that the user wrote, read and checked together."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from kaframe.calendar import read_calendar
from kaframe.config import CONFIG_FILE, Config, survey_config
from kaframe.data import survey_sources
from kaframe.doubts import NO_DOUBTS, Doubts, unread
from kaframe.errors import DataError, Location, Problem, RuleError, by_place, nearest
from kaframe.followups import without_followups
from kaframe.handed import hand_over
from kaframe.plugins import survey_plugins
from kaframe.project import Project
from kaframe.rules.layers import find_layers
from kaframe.rules.load import KINDS, read_rules
from kaframe.team import survey_team

NO_TABLES: Mapping[str, Any] = MappingProxyType({})
FOLDERS = ("rules", "templates", "plugins")  # of a project


def find_root(start: Path) -> Path:
    """The nearest folder, from here upwards, that holds a ``kaframe.yaml``."""
    start = start.resolve()
    if (start / "kaframe.yml").exists():
        at = Location("kaframe.yml")
        raise RuleError([Problem(at, "KF1303", "'kaframe.yml' is not read", f"call it '{CONFIG_FILE}'")])
    if (start / CONFIG_FILE).is_symlink() and not os.path.exists(start / CONFIG_FILE):
        message = f"{CONFIG_FILE} is a link that leads nowhere"
        raise RuleError([Problem(Location(CONFIG_FILE), "KF1018", message, "put the file itself in its place")])
    for folder in (start, *start.parents):
        if (folder / CONFIG_FILE).exists():
            return folder
    raise RuleError([Problem(None, "KF1306", f"no {CONFIG_FILE} in {start.name or start} or any folder above it",
                             "go to a project's folder, give --project, or begin one with 'kaframe init'")])


@dataclass(frozen=True, slots=True)
class Survey:
    """A project as far as it could be read, and what is wrong with it: what the user wrote, and the data.

    ``cause`` is what a plugin raised.
    """

    project: Project
    problems: tuple[Problem, ...] = ()
    data: tuple[Problem, ...] = ()
    cause: BaseException | None = None


def load_project(
    root: Path,
    profile: str = "",
    as_of: date | None = None,
    use_plugins: bool = True,
    tables: Mapping[str, Any] = NO_TABLES,
) -> Project:
    """Read everything that the user wrote; problems of all files are raised together.

    ``tables`` are objects in the place of the project's sources. Raises: RuleError, DataError, UsageError.
    """
    survey = survey_project(root, profile, as_of, use_plugins, tables)
    if survey.problems:
        raise RuleError(sorted([*survey.problems, *survey.data], key=by_place)) from survey.cause
    if survey.data:
        raise DataError(sorted(survey.data, key=by_place))
    return survey.project


def survey_project(
    root: Path,
    profile: str = "",
    as_of: date | None = None,
    use_plugins: bool = True,
    tables: Mapping[str, Any] = NO_TABLES,
) -> Survey:
    """Read what is sound of everything that the user wrote; one file that is broken hides no other. ``root`` may be
    relative to where the process is now."""
    root = root.resolve()
    read = survey_config(root, profile)
    config, doubts = read.config, read.doubts
    problems = [*read.problems, *_misplaced(root)]
    # Which plugins are allowed says kaframe.yaml: without it none of the project's is imported.
    listed = "plugins" not in doubts.unread
    plugins, broken, cause = survey_plugins(root if listed else None, config.plugins, use_plugins)
    doubts |= unread("plugins") if broken else NO_DOUBTS
    packs = () if "packs" in doubts.unread else config.packs
    layers, wrong = find_layers(root, packs, plugins.packs, partial(config.place, "packs"))
    packs_known = not wrong and "packs" not in doubts.unread
    rules = read_rules(layers, packs_known)
    team = survey_team(root / "team.yaml", "team.yaml")
    problems += without_followups(wrong, doubts)
    doubts |= rules.doubts | team.doubts
    if not packs_known:
        doubts |= unread("packs", *KINDS)
    problems += [*rules.problems, *team.problems, *broken, *_wrong_days(config)]
    if tables:
        config, plugins = hand_over(config, plugins, tables)
    catalog, trouble = survey_sources(root, config, plugins, rules.rules.expected, doubts)
    doubts |= catalog.doubts | (Doubts(partial=frozenset({"columns"})) if trouble.rules else NO_DOUBTS)
    problems += without_followups(trouble.rules, doubts)
    day = as_of or _today_or_utc(config)
    project = Project(root, config, rules.rules, team.team, plugins, catalog, day, doubts)
    return Survey(project, tuple(problems), tuple(trouble.data), cause)


def _wrong_days(config: Config) -> list[Problem]:
    """What is wrong with time zone, calendar and closed days."""
    problems: list[Problem] = []
    parts: tuple[Callable[[], object], ...] = (
        lambda: today(config),
        lambda: read_calendar(config.calendar, (), config.place("calendar")),
        lambda: read_calendar("none", config.closed_days, config.place("closed_days")),
    )
    for look in parts:
        try:
            look()
        except RuleError as error:
            problems.extend(error.problems)
    return problems


def _misplaced(root: Path) -> list[Problem]:
    """Files that look as if they were read and are not."""
    problems = [
        Problem(Location(name), "KF1312", f"'{name}' is a file, not a folder", "move it away, or make it a folder")
        for name in FOLDERS
        if (root / name).exists() and not (root / name).is_dir()
    ]
    problems += [
        Problem(Location(name), "KF1354", f"the folder '{name}' may not be read", "check its rights")
        for name in FOLDERS
        if (root / name).is_dir() and not os.access(root / name, os.R_OK | os.X_OK)
    ]
    problems += [
        Problem(Location(name), "KF1018", f"the folder '{name}' is a link out of the project",
                "put the folder itself in its place")
        for name in FOLDERS
        if (root / name).is_dir() and not (root / name).resolve().is_relative_to(root.resolve())
    ]
    if (root / "team.yml").exists():
        problems.append(Problem(Location("team.yml"), "KF1303", "'team.yml' is not read", "call it 'team.yaml'"))
    return problems


def _today_or_utc(config: Config) -> date:
    try:
        return today(config)
    except RuleError:
        return datetime.now(UTC).date()


def today(config: Config) -> date:
    """The day that it is now where the project is."""
    try:
        return datetime.now(ZoneInfo(config.timezone)).date()
    except (ZoneInfoNotFoundError, ValueError) as error:
        hint = nearest(config.timezone, available_timezones()) or "use a name such as Asia/Shanghai or Europe/Berlin"
        message = f"no time zone '{config.timezone}'"
        raise RuleError([Problem(config.places.get("timezone"), "KF1307", message, hint)]) from error


