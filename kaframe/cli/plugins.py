"""``kaframe plugins``: what plugins there are, what they bring, what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kaframe.cli.listings import ListingGroup
from kaframe.cli.spoken import spoken
from kaframe.cli.tables import format_option, json_text, print_rows
from kaframe.cli.words import words_of

if TYPE_CHECKING:
    from kaframe.errors import Problem
    from kaframe.plugins import Loaded, Plugins

KINDS = ("reader", "function", "pack", "templates", "filter", "channel", "report", "panel", "command", "listener")
COLUMNS = ("plugin", "origin", "version", "state", "kind", "name", "summary")
SHOWN = ("kind", "name", "summary", "plugin", "origin")  # what a narrow terminal has room for
OPTIONS = ("option", "type", "required", "default", "meaning")
BROKEN = 3


@dataclass(frozen=True, slots=True)
class Surveyed:
    """The plugins of a place, sound and broken, the language to speak, and the list ``plugins:`` when there is one."""

    plugins: Plugins
    problems: tuple[Problem, ...]
    language: str
    allowed: tuple[str, ...] | None
    root: Path | None


@click.group(cls=ListingGroup)
def plugins() -> None:
    """List, show and check plugins; begin one of your own.

    \b
    kaframe plugins
    kaframe plugins show email
    kaframe plugins check
    kaframe plugin new matrix --kind channel
    """


@plugins.command("list")
@click.option("--kind", type=click.Choice(KINDS), default=None, help="Only things of this kind.")
@format_option
@click.pass_context
def list_(ctx: click.Context, kind: str | None, form: str) -> None:
    """List all plugins and what they bring; installed ones that kaframe.yaml does not name are not imported.

    \b
    kaframe plugins list --kind channel
    kaframe plugins list --format json
    """
    found = _survey(ctx)
    words = words_of(found.language)
    rows = [row for row in _rows(found) if kind in (None, row.get("kind"))]
    if form == "table":
        print_rows([_short(row, words) for row in rows], {name: words[f"plugins.{name}"] for name in SHOWN}, form)
    else:
        print_rows(rows, _same(COLUMNS), form)
    left = ", ".join(dict.fromkeys([*(found.allowed or ()), *found.plugins.left_out]))
    if found.plugins.left_out and form == "table":
        click.echo(words["plugins.allow"].format(names=left), err=True)


@plugins.command()
@click.argument("name")
@format_option
@click.pass_context
def show(ctx: click.Context, name: str, form: str) -> None:
    """Show a plugin, or one thing that a plugin brings: what it is, where it comes from, which options it has.

    \b
    kaframe plugins show email
    kaframe plugins show reader_csv --format json
    """
    from kaframe.cli.lookup import known_name

    found = _survey(ctx)
    words = words_of(found.language)
    known = {one.name for plugin in found.plugins.loaded for one in plugin.brings}
    known |= {plugin.name for plugin in found.plugins.loaded}
    known_name(name, known, "plugin")
    shown = [
        (plugin, one) for plugin in found.plugins.loaded for one in plugin.brings if name in (plugin.name, one.name)
    ]
    digests = {plugin.name: _digest(plugin, found.root) for plugin, _ in shown}
    if form == "json":
        rows = [{**_as_data(plugin, one, found.language), "sha256": digests[plugin.name]} for plugin, one in shown]
        click.echo(json_text(rows))
        return
    for plugin, one in shown:
        _print_one(plugin, one, found.language, form, words)
    for plugin_name, digest in digests.items():
        if digest and form == "table":
            click.echo(words["plugins.pin"].format(name=plugin_name, digest=digest), err=True)


@plugins.command()
@click.argument("names", nargs=-1)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="How to print it.")
@click.pass_context
def check(ctx: click.Context, names: tuple[str, ...], form: str) -> int:
    """Import the plugins and say everything that is wrong with them; named ones even if kaframe.yaml does not.

    \b
    kaframe plugins check
    kaframe plugins check warehouse
    """
    from kaframe.cli.problems import problem_data, tell_problems

    found = _survey(ctx, names or None)
    problems = [*found.problems, *_hidden_commands(found.plugins)]
    if form == "json":
        click.echo(json_text(problem_data(problems)))
    else:
        tell_problems(problems)
        count = len(found.plugins.loaded)
        if not problems:
            words = words_of(found.language)
            fine = words["plugins.named fine"].format(names=", ".join(names)) if names else ""
            click.echo(fine or words["plugins.fine"].format(count=count))
    return BROKEN if problems else 0


@plugins.command()
@click.argument("name")
@click.option("--kind", type=click.Choice(KINDS), required=True, help="What it brings.")
@click.option(
    "--output", type=click.Path(path_type=Path), default=None, metavar="FOLDER", help="Where to; default kaframe-NAME/."
)
@click.pass_context
def new(ctx: click.Context, name: str, kind: str, output: Path | None) -> None:
    """Write a complete package for a plugin of your own: code, options, tests, README. Its tests pass at once.

    \b
    kaframe plugin new matrix --kind channel
    kaframe plugin new warehouse --kind reader --output ~/code/kaframe-warehouse
    """
    from kaframe.scaffold import write_package

    folder = write_package(name, kind, output or Path(f"kaframe-{name.replace('_', '-')}"))
    words = words_of(str(ctx.obj["language"]))
    click.echo(words["plugins.made"].format(name=f"kaframe-{name.replace('_', '-')}", folder=folder))
    click.echo(words["plugins.next"].format(folder=folder), err=True)


def _survey(ctx: click.Context, named: tuple[str, ...] | None = None) -> Surveyed:
    """The plugins of the project, in whatever state it is; outside of a project those that are bundled or named."""
    from kaframe.allowed import AllowedPlugin
    from kaframe.config import survey_config
    from kaframe.errors import KaframeError, RuleError
    from kaframe.loading import find_root
    from kaframe.plugins import survey_plugins

    try:
        root: Path | None = find_root(Path(ctx.obj["folder"]))
    except KaframeError:
        root = None
    config = survey_config(root, ctx.obj["profile"]) if root else None
    if config and "plugins" in config.doubts.unread:
        raise RuleError(config.problems)
    listed = config.config.plugins if config else None
    language = config.config.language if config else spoken.get()
    ctx.obj["language"] = language
    loaded, problems, _ = survey_plugins(
        root, [AllowedPlugin(name) for name in named] if named else listed, ctx.obj["use_plugins"]
    )
    allowed = None if listed is None else tuple(one.name for one in listed)
    return Surveyed(loaded, tuple(problems), language, allowed, root)


def _rows(found: Surveyed) -> Iterator[dict[str, Any]]:
    for plugin in found.plugins.loaded:
        head = {"plugin": plugin.name, "origin": plugin.origin, "version": plugin.version or None, "state": "loaded"}
        for one in plugin.brings:
            text = _text(one.record.summary, found.language)
            yield {**head, "kind": one.kind, "name": one.name, "summary": text}
    origins = {"installed": _installed_versions()}
    for name in found.plugins.left_out:
        version = origins["installed"].get(name)
        origin = "project" if version is None else "installed"
        yield {"plugin": name, "origin": origin, "version": version, "state": "left out"}
    for problem in found.problems:
        name = problem.at.file if problem.at else "-"
        head = {"plugin": name, "origin": "project", "version": None, "state": "broken"}
        yield {**head, "summary": f"{problem.code} {problem.message}"}


def _short(row: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    """A row for people: the version beside the plugin, and of one that is not in use why."""
    plugin = f"{row['plugin']} {row['version']}" if row["version"] else row["plugin"]
    origin = words[f"plugins.{row['origin'] if row['state'] == 'loaded' else row['state']}"]
    kind = words[f"plugins.{row['kind']}"] if row.get("kind") else None
    return {**row, "plugin": plugin, "origin": origin, "kind": kind}


def _installed_versions() -> dict[str, str]:
    from kaframe.plugins.importing import find_installed

    return {plugin.name: plugin.version for plugin in find_installed()}


def _digest(plugin: Loaded, root: Path | None) -> str | None:
    """What pins a plugin that is not bundled, where it has files of its own."""
    from kaframe.plugins.importing import find_installed, find_project
    from kaframe.plugins.pinned import digest_plugin

    found = find_installed() if plugin.origin == "installed" else find_project(root) if root else []
    same = [one for one in found if (one.name, one.origin) == (plugin.name, plugin.origin)]
    return digest_plugin(same[0]) or None if same else None


def _hidden_commands(found: Plugins) -> Iterator[Problem]:
    """Commands of plugins that nobody can call, as kaframe has one of that name."""
    from kaframe.cli import ALIASES, COMMANDS
    from kaframe.errors import Location, Problem

    for name in found.commands:
        owner = found.owner("command", name)
        if name in COMMANDS or name in ALIASES:
            at = Location(owner.place) if owner else None
            yield Problem(at, "KF5010", f"'{name}' is a command of kaframe itself", "give yours another name")


def _text(text: Any, language: str) -> str:
    from kaframe.panels import text_of

    return text_of(text, language)


def _same(names: tuple[str, ...]) -> dict[str, str]:
    return {name: name for name in names}


def _as_data(plugin: Loaded, one: Any, language: str) -> dict[str, Any]:
    record = one.record
    return {
        "plugin": plugin.name,
        "origin": plugin.origin,
        "place": plugin.place,
        "version": plugin.version or None,
        "kind": one.kind,
        "name": one.name,
        "summary": _text(record.summary, language),
        "options": getattr(record, "options", None),
        "example": getattr(record, "example", None),
    }


def _print_one(plugin: Loaded, one: Any, language: str, form: str, words: Mapping[str, str]) -> None:
    """One thing as people read it: a line that says what it is, then its options."""
    rows = list(_options(getattr(one.record, "options", {}), language))
    if form == "csv":
        print_rows(rows, _same(OPTIONS), form)
        return
    version = f" {plugin.version}" if plugin.version else ""
    click.echo(f"{words[f'plugins.{one.kind}']} {one.name}: {_text(one.record.summary, language)}")
    click.echo(f"{words['plugins.plugin']}: {plugin.name}{version} ({plugin.place})")
    example = getattr(one.record, "example", "")
    if example:
        click.echo(f"  {example}")
    if rows:
        print_rows(rows, {name: words[f"plugins.{name}"] for name in OPTIONS}, form)


def _options(schema: Mapping[str, Any], language: str) -> Iterator[dict[str, Any]]:
    from kaframe.cli.plugincommand import meaning_of

    for name, option in schema.get("properties", {}).items():
        kind = " | ".join(map(str, option["enum"])) if "enum" in option else option.get("type", "")
        yield {
            "option": name,
            "type": kind if isinstance(kind, str) else " | ".join(kind),
            "required": name in schema.get("required", ()) or None,
            "default": option.get("default"),
            "meaning": meaning_of(option, language),
        }
