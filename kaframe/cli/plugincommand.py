"""Commands that plugins bring: made into commands of click from their record, run on a published run, printed here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kaframe.cli.problems import tell_problems
from kaframe.cli.projects import DEGRADED, opened
from kaframe.cli.spoken import spoken
from kaframe.cli.tables import format_option, print_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kaframe.additions import Command
    from kaframe.plugins import Plugins

TYPES = {"string": click.STRING, "integer": click.INT, "number": click.FLOAT, "boolean": click.BOOL}


def find_command(name: str, globals_: Mapping[str, Any]) -> click.Command | None:
    """The command of that name that a plugin brings, in the project of the command line or among the bundled ones."""
    found = _plugins(globals_).commands.get(name)
    return None if found is None else _made(found)


def command_names(globals_: Mapping[str, Any]) -> Iterable[str]:
    """The names of all commands of plugins, for a hint."""
    return list(_plugins(globals_).commands)


def _plugins(globals_: Mapping[str, Any]) -> Plugins:
    """The sound plugins of the project that the command line names; outside of a project the bundled ones.

    What is wrong with a broken one is told by the commands that need it.
    """
    from kaframe.config import survey_config
    from kaframe.errors import KaframeError
    from kaframe.loading import find_root
    from kaframe.plugins import survey_plugins

    try:
        root = find_root(Path(globals_.get("folder") or "."))
    except KaframeError:
        return survey_plugins(None)[0]
    read = survey_config(root, globals_.get("profile") or "")
    listed = "plugins" not in read.doubts.unread
    return survey_plugins(root if listed else None, read.config.plugins, not globals_.get("no_plugins"))[0]


def _made(record: Command) -> click.Command:
    from kaframe.panels import text_of

    @click.pass_context
    def run(ctx: click.Context, /, form: str, run_id: str, **options: Any) -> int:
        return _run(ctx, record, run_id, {name: value for name, value in options.items() if value is not None}, form)

    words = text_of(record.summary, spoken.get()).rstrip(".。")
    stop = "。" if spoken.get() == "zh" else "."
    command = click.Command(
        record.name, callback=run, params=_parameters(record), help=f"{words}{stop}\n\n\b\n{record.example}"
    )
    command.params.append(
        click.Option(["--run", "run_id"], default="latest", metavar="RUN", help="A run, as 2026-03-31.1, or a day.")
    )
    return format_option(command)


def meaning_of(option: Mapping[str, Any], language: str) -> str:
    """What an option of a plugin means: its ``description``, in Chinese its ``description_zh`` where it has one."""
    english = str(option.get("description", option.get("title", "")))
    if language != "zh":
        return english
    from kaframe.cli.chinese.options import TEXTS

    return str(option.get("description_zh") or TEXTS.get(english, english))


def _parameters(record: Command) -> list[click.Parameter]:
    """Arguments by place and options by name, as the JSON Schema says."""
    properties = record.options.get("properties", {})
    required = record.options.get("required", ())
    made: list[click.Parameter] = [
        click.Argument([name], type=_type(properties[name]), required=name in required, metavar=name.upper())
        for name in record.arguments
    ]
    made += [
        click.Option(
            [f"--{name.replace('_', '-')}", name],
            type=_type(schema),
            required=name in required,
            help=meaning_of(schema, spoken.get()),
        )
        for name, schema in properties.items()
        if name not in record.arguments
    ]
    return made


def _type(schema: Mapping[str, Any]) -> click.ParamType[Any]:
    if "enum" in schema:
        return click.Choice([str(one) for one in schema["enum"]])
    return TYPES.get(str(schema.get("type")), click.STRING)


def _run(ctx: click.Context, record: Command, run_id: str, options: Mapping[str, Any], form: str) -> int:
    """Run the plugin's function on a published run and print what it lists. A failure of the plugin ends with 5."""
    from kaframe.additions import Listing
    from kaframe.errors import UsageError
    from kaframe.plugins.calling import NOTES, Callee, PluginCalls
    from kaframe.published import load_run
    from kaframe.report import table_rows, view_run

    project = opened(ctx)
    calls = PluginCalls(project.root / NOTES)
    callee = Callee("command", record.name, project.plugins.owner("command", record.name))
    with load_run(project, run_id) as found:
        view = view_run(project, table_rows(found.open()), found.run_id, found.as_of)
        listing = calls.call(callee, lambda: record.run(view, options), Listing)
    if any(problem.severity == "error" for problem in calls.problems):
        raise UsageError(calls.problems)
    if listing is not None:
        print_rows(listing.rows, listing.columns, form)
    tell_problems(calls.problems)
    return DEGRADED if calls.problems else 0
