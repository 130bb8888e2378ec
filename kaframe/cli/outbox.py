"""``kaframe outbox``: notices that were decided: what became of them, and what people do about those not sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kaframe.cli.listings import ListingGroup, author_of, author_option
from kaframe.cli.lookup import find_notice, handle_of, known_name
from kaframe.cli.projects import opened, parsed_day
from kaframe.cli.tables import format_option, plain, print_rows, shown
from kaframe.cli.words import words_of
from kaframe.errors import Problem, UsageError

if TYPE_CHECKING:
    from kaframe.project import Project

Command = TypeVar("Command", bound=Callable[..., Any])
Row = Mapping[str, Any]

STATES = ("pending", "sending", "sent", "dead", "unknown", "dropped")
OPEN = ("pending", "sending", "dead", "unknown")
GIVEN_UP = ("dead", "unknown")
FIXED = ("sent", "sending")  # nobody can take back what is on its way
COLUMNS = ("handle", "state", "decided_on", "channel", "recipient", "subject", "attempts", "last_error")
FIELDS = (
    "handle", "notice_key", "state", "run_id", "rule", "decided_on", "channel", "recipient", "address", "subject",
    "accounts", "attempts", "arrived", "last_error", "created_at", "next_at", "settled_at",
)  # fmt: skip
NARROWING = {"channel": "channel", "recipient": "recipient", "rule": "notice"}  # option: what is not known of it


@click.group(cls=ListingGroup)
def outbox() -> None:
    """List notices that wait or were given up; show one, try it again, or drop it.

    A notice is pending (it waits), sending, sent, dead (given up), unknown (its sending was interrupted, and its
    channel says on_unknown: hold) or dropped (somebody did not want it sent).

    \b
    kaframe outbox
    kaframe outbox show 3f9a2c1
    kaframe outbox retry --channel email
    kaframe outbox drop 3f9a2c1 --note "told by phone"
    """


def narrowing_options(command: Command) -> Command:
    """The options that say which notices are meant."""
    for option in (
        click.option("--since", metavar="DAY", default="", help="Only notices decided on this day or later."),
        click.option("--rule", default="", metavar="NOTICE", help="Only of this notice of rules/notify.yaml."),
        click.option("--to", "recipient", default="", metavar="MEMBER", help="Only to this member."),
        click.option("--channel", default="", help="Only of this channel of kaframe.yaml."),
        click.option("--state", "states", multiple=True, type=click.Choice(STATES), help="Only in this state."),
    ):
        command = option(command)
    return command


@outbox.command("list")
@narrowing_options
@click.option("--all", "everything", is_flag=True, help="Those sent and dropped too.")
@format_option
@click.pass_context
def list_(ctx: click.Context, /, form: str, everything: bool, **wanted: Any) -> None:
    """List notices, oldest first; without --all or --state those that were not sent.

    The short key in the first column names a notice for 'show', 'retry' and 'drop'.

    \b
    kaframe outbox list
    kaframe outbox list --state dead --state unknown --channel email
    kaframe outbox list --all --since 2026-03-01 --format csv
    """
    project = opened(ctx)
    rows = _narrowed(project, wanted, STATES if everything else OPEN)
    if form != "table":
        print_rows(rows, {name: name for name in FIELDS}, form)
        return
    words = words_of(project.config.language)
    print_rows([_in_words(project, row) for row in rows], {name: words[f"outbox.{name}"] for name in COLUMNS})
    given_up = sum(row["state"] in GIVEN_UP for row in rows)
    if given_up:
        click.echo(words["outbox.hint"].format(count=given_up), err=True)


@outbox.command()
@click.argument("notice")
@format_option
@click.pass_context
def show(ctx: click.Context, notice: str, form: str) -> None:
    """Show a notice with its text and what became of it. NOTICE is its short key, its key, or the beginning of one.

    \b
    kaframe outbox show 3f9a2c1
    kaframe outbox show 3f9a2c1 --format json
    """
    project = opened(ctx)
    found = find_notice(_listed(project), notice)
    if form != "table":
        print_rows([found], {name: name for name in (*FIELDS, "text", "html")}, form)
        return
    words, told = words_of(project.config.language), _in_words(project, found)
    for name in FIELDS:
        if told[name] not in (None, "", "[]"):
            click.echo(f"{words[f'outbox.{name}']}: {plain(shown(told[name]))}")
    click.echo("")
    for line in (found["text"] or words["outbox.no text"]).splitlines():
        click.echo(plain(line))


@outbox.command()
@click.argument("notices", nargs=-1, metavar="[NOTICE]...")
@narrowing_options
@click.pass_context
def retry(ctx: click.Context, /, notices: tuple[str, ...], **wanted: Any) -> None:
    """Let notices be tried again; the next run sends them, with the same key as before.

    Without NOTICE those that were given up (dead and unknown). Their age counts from now.

    \b
    kaframe outbox retry
    kaframe outbox retry 3f9a2c1
    kaframe outbox retry --state dead --channel email
    """
    from kaframe.store import open_store, retry_notices

    project = opened(ctx)
    keys = [row["notice_key"] for row in _meant(project, notices, wanted, GIVEN_UP)]
    count = retry_notices(open_store(project), keys, datetime.now(UTC)) if keys else 0
    click.echo(words_of(project.config.language)["outbox.retried"].format(count=count))


@outbox.command()
@click.argument("notices", nargs=-1, metavar="[NOTICE]...")
@narrowing_options
@click.option("--note", default="", help="Why it is not to be sent.")
@author_option
@click.pass_context
def drop(ctx: click.Context, /, notices: tuple[str, ...], note: str, author: str, **wanted: Any) -> None:
    """Let notices never be sent. They count as told: no later run makes them again.

    Name them, or narrow them down with the options.

    \b
    kaframe outbox drop 3f9a2c1 --note "told by phone"
    kaframe outbox drop --state unknown --channel crm --note "all have arrived"
    """
    from kaframe.store import drop_notices, open_store

    project = opened(ctx)
    if not notices and not any(wanted.values()):
        hint = "name them ('kaframe outbox' lists them), or narrow them down, as with --state dead"
        raise UsageError([Problem(None, "KF6026", "which notices?", hint)])
    words = words_of(project.config.language)
    keys = [row["notice_key"] for row in _meant(project, notices, wanted, OPEN)]
    why = words["outbox.dropped by"].format(author=author_of(author)) + (f": {note}" if note else "")
    count = drop_notices(open_store(project), keys, why, datetime.now(UTC)) if keys else 0
    click.echo(words["outbox.dropped"].format(count=count))


def _meant(project: Project, named: Iterable[str], wanted: Mapping[str, Any], states: tuple[str, ...]) -> list[Row]:
    """The notices that are named, or those that the options leave; never what is sent or on its way."""
    if not named:
        return [row for row in _narrowed(project, wanted, states) if row["state"] not in FIXED]
    if any(wanted.values()):
        hint = "leave out the options, or the keys"
        raise UsageError([Problem(None, "KF6068", "notices are named, and narrowed down as well", hint)])
    listed = _listed(project)
    found = [find_notice(listed, text) for text in named]
    problems = [
        Problem(None, "KF6076", f"the notice {row['handle']} is {row['state']}", "there is nothing to do about it")
        for row in found
        if row["state"] in FIXED
    ]
    if problems:
        raise UsageError(problems)
    return found


def _narrowed(project: Project, wanted: Mapping[str, Any], states: tuple[str, ...]) -> list[Row]:
    rows = _listed(project)
    known = {
        "channel": {row["channel"] for row in rows} | set(project.config.channels),
        "recipient": {row["recipient"] for row in rows} | {member.id for member in project.team.members},
        "rule": {row["rule"] for row in rows} | {notice.id for notice in project.rules.notify.notices},
    }
    for option, what in NARROWING.items():
        if wanted[option]:
            known_name(wanted[option], known[option], what)
            rows = [row for row in rows if row[option] == wanted[option]]
    since = parsed_day(wanted["since"]) if wanted["since"] else None
    chosen = wanted["states"] or states
    return [row for row in rows if row["state"] in chosen and (since is None or row["decided_on"] >= since)]


def _listed(project: Project) -> list[Row]:
    from kaframe.store import list_outbox, open_store

    return [{"handle": handle_of(row["notice_key"]), **row} for row in list_outbox(open_store(project))]


def _in_words(project: Project, row: Row) -> Row:
    words = words_of(project.config.language)
    members = {member.id: member.name for member in project.team.members}
    who = members.get(row["recipient"], row["recipient"])
    return {**row, "state": words[f"outbox.state.{row['state']}"], "recipient": who}
