"""``kaframe outbox``: notices that were decided: sent, waiting, given up."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from kaframe.cli.listings import ListingGroup
from kaframe.cli.projects import opened
from kaframe.cli.tables import format_option, print_rows
from kaframe.cli.words import words_of

STATES = ("pending", "sending", "sent", "dead", "unknown")
COLUMNS = ("state", "decided_on", "channel", "recipient", "subject", "attempts", "last_error")


@click.group(cls=ListingGroup)
def outbox() -> None:
    """List notices that wait or were given up; try them again.

    \b
    kaframe outbox
    kaframe outbox list --state sent --format csv
    kaframe outbox retry
    """


@outbox.command("list")
@click.option(
    "--state", "states", multiple=True, type=click.Choice(STATES), help="Only in this state; default: all but sent."
)
@format_option
@click.pass_context
def list_(ctx: click.Context, states: tuple[str, ...], form: str) -> None:
    """List notices, oldest first; without --state those that have not been sent.

    \b
    kaframe outbox list
    kaframe outbox list --state dead --state unknown
    """
    from kaframe.store import list_outbox, open_store

    project = opened(ctx)
    rows = list_outbox(open_store(project), states or tuple(state for state in STATES if state != "sent"))
    words = words_of(project.config.language)
    columns = {name: words.get(f"outbox.{name}", name) for name in COLUMNS}
    print_rows(rows, columns if form == "table" else {"notice_key": "", **{name: name for name in COLUMNS}}, form)


@outbox.command()
@click.pass_context
def retry(ctx: click.Context) -> None:
    """Let notices that were given up be tried again; the next run sends them, with the same key as before.

    \b
    kaframe outbox retry
    """
    from kaframe.store import list_outbox, open_store, retry_notices

    project = opened(ctx)
    store = open_store(project)
    keys = [row["notice_key"] for row in list_outbox(store, ("dead", "unknown"))]
    count = retry_notices(store, keys, datetime.now(UTC)) if keys else 0
    click.echo(words_of(project.config.language)["retry"].format(count=count))
