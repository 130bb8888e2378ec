"""The command line: the only place that prints and exits. Each command group is one file, imported when called."""

from __future__ import annotations

import importlib
import io
import os
import signal
import sys
from gettext import gettext as _
from itertools import pairwise
from keyword import iskeyword
from typing import Any

import click

from kaframe import __version__
from kaframe.cli.language import folder_of, language_of
from kaframe.cli.pipe import forget
from kaframe.cli.spoken import did_you_mean, speaking, spoken
from kaframe.errors import KaframeError

INTERRUPTED, TERMINATED = 130, 143  # what a shell says of a program that a signal has ended

# name: (module, what one line of help says)
COMMANDS = {
    "demo": ("demo", "Run the whole cycle on the example and show what it found."),
    "init": ("init", "Begin a project in an empty folder."),
    "import": ("imports", "Write rules from what other systems export."),
    "check": ("check", "Check configuration, rules, team and data without running."),
    "test": ("test", "Run the tests of the rules; freeze an account into one."),
    "preview": ("run", "Show what a run would change and send; change nothing."),
    "run": ("run", "Compute, publish, tell and report."),
    "explain": ("explain", "Say for one account why it has its score and colour."),
    "report": ("report", "Write the report of the latest run again."),
    "history": ("history", "Show what became of an account, run by run."),
    "accounts": ("accounts", "List accounts with tier, colour, stage and owner."),
    "tasks": ("tasks", "List tasks, mark them done, or put them off."),
    "plans": ("plans", "List, show, edit, approve and reject account plans."),
    "template": ("template", "List, show and try the templates of plans and messages."),
    "stage": ("stage", "Show where accounts stand; move or park one."),
    "log": ("log", "Log a visit, call or other activity with an account."),
    "override": ("override", "Set a colour by hand, with reason and expiry."),
    "channels": ("channels", "List the channels; send a message to try one."),
    "outbox": ("outbox", "List notices that wait or were given up; try them again, or drop them."),
    "store": ("store", "Back up, restore, prune and migrate what is kept."),
    "plugins": ("plugins", "List, show and check plugins; begin one of your own."),
    "show": ("show", "Show the resolved rules, names, team or sources; explain errors."),
    "schema": ("schema", "Print the JSON Schema of a rule file."),
    "doctor": ("doctor", "Look for what may go wrong with this project."),
    "completion": ("completion", "Print the script that makes a shell complete commands."),
}

ALIASES = {"plugin": "plugins", "channel": "channels"}  # kaframe plugin new, kaframe channel test


class Commands(click.Group):
    """Commands that are imported when they are called, and a nearest name for one that does not exist."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        cmd_name = ALIASES.get(cmd_name, cmd_name)
        if cmd_name not in COMMANDS:
            from kaframe.cli.plugincommand import find_command

            found = find_command(cmd_name, ctx.params)
            return None if found is None else in_language(found)
        module = importlib.import_module(f"kaframe.cli.{COMMANDS[cmd_name][0]}")
        return in_language(getattr(module, f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name))

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            from kaframe.cli.plugincommand import command_names

            hint = did_you_mean(args[0], [*COMMANDS, *command_names(ctx.params)])
            answer = _("no command '{name}' ({hint})") if hint else _("no command '{name}'")
            raise click.UsageError(answer.format(name=args[0], hint=hint), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(words)) for name, (module, words) in COMMANDS.items()])
        formatter.write_paragraph()
        formatter.write_text(_("Plugins bring more commands: kaframe plugins list --kind command"))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "-C", "--project", "folder", default=".", metavar="FOLDER", help="The project's folder; default: here or above."
)
@click.option("--profile", default="", help="A profile of kaframe.yaml: other sources, store, channels.")
@click.option("--no-plugins", is_flag=True, help="Load bundled plugins only.")
@click.option("--debug", is_flag=True, help="Show the traceback of a failure.")
@click.version_option(__version__, prog_name="kaframe")
@click.pass_context
def cli(ctx: click.Context, folder: str, profile: str, no_plugins: bool, debug: bool) -> None:
    """Key-account management as code.

    \b
    Try:   kaframe demo
    Begin: mkdir my-accounts; cd my-accounts; kaframe init
    Daily: kaframe check; kaframe preview; kaframe run
    """
    ctx.obj = {"folder": folder, "profile": profile, "use_plugins": not no_plugins, "debug": debug}
    ctx.obj["language"] = spoken.get()  # until the project is read


def in_language(command: click.Command) -> click.Command:
    """The command as it tells of itself in the spoken language."""
    if spoken.get() != "zh":
        return command
    from kaframe.cli.chinese import in_chinese

    return in_chinese(command)


def main() -> None:
    """Run the command line and end with the exit code of docs/exit-codes.md."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that knows no Chinese gets question marks, no crash
    signal.signal(signal.SIGTERM, _stop)
    code = run_command(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        forget(sys.stdout)
    calling = sys.modules.get("kaframe.plugins.calling")
    if calling is not None and calling.threads_left():  # they would keep this process from ending
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def run_command(arguments: list[str]) -> int:
    """Run one command; problems go to stderr, each with its place, and become an exit code."""
    with speaking(language_of(folder_of(arguments))):
        return _run_command(arguments)


def _run_command(arguments: list[str]) -> int:
    try:
        result = in_language(cli).main(args=arguments, prog_name="kaframe", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except (click.exceptions.Exit, click.Abort, click.ClickException) as ended:
        return _tell_click(ended)
    except KaframeError as error:
        return _tell_problems(error, arguments)
    except SystemExit as stopped:
        return _after_exit(stopped)
    except Exception as error:
        return _tell_bug(error, arguments)


class _Terminated(KeyboardInterrupt):
    """SIGTERM, unwound like Ctrl-C: transactions roll back, temporary folders go, and no plugin can swallow it."""


def _stop(*_: object) -> None:
    raise _Terminated


def _tell_click(ended: Exception) -> int:
    if isinstance(ended, click.exceptions.Exit):
        return ended.exit_code
    if isinstance(ended, click.ClickException):
        from kaframe.cli.tables import plain

        told = io.StringIO()
        ended.show(told)
        click.echo("\n".join(map(plain, told.getvalue().split("\n"))), err=True, nl=False)  # it quotes what was pasted
        return ended.exit_code
    click.echo(_("stopped; nothing half-done is left"), err=True)
    return TERMINATED if isinstance(ended.__cause__, _Terminated) else INTERRUPTED


def _after_exit(stopped: SystemExit) -> int:
    """Click ends so after it has completed a word, and when the reader of a pipe has gone."""
    if stopped.code:
        forget(sys.stdout)
    return 0


def _tell_problems(error: KaframeError, arguments: list[str]) -> int:
    from kaframe.cli.problems import tell_problems, tell_traceback

    tell_problems(error.problems, as_json=_wants_json(arguments))
    if "--debug" in arguments:
        tell_traceback(error)
    return error.exit_code


def _tell_bug(error: Exception, arguments: list[str]) -> int:
    from kaframe.cli.problems import tell_traceback
    from kaframe.cli.tables import plain
    from kaframe.secrets import redacted

    if "--debug" in arguments:
        tell_traceback(error)
        return 1
    told = _("kaframe: a bug in kaframe: {what}").format(what=f"{type(error).__name__}: {error}")
    click.echo(plain(redacted(told)), err=True)
    click.echo(_("hint: run it again with --debug and report what it prints"), err=True)
    return 1


def _wants_json(arguments: list[str]) -> bool:
    return "--format=json" in arguments or any(one == "--format" and two == "json" for one, two in pairwise(arguments))
