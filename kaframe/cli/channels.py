"""``kaframe channels``: which channels the project has, and one message to try one."""

from __future__ import annotations

import time
import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from kaframe.cli.listings import ListingGroup
from kaframe.cli.lookup import known_name
from kaframe.cli.projects import DEGRADED, opened
from kaframe.cli.tables import format_option, plain, print_rows
from kaframe.cli.words import words_of
from kaframe.errors import Problem, UsageError

if TYPE_CHECKING:
    from kaframe.channels import OpenChannel
    from kaframe.project import Project

COLUMNS = ("channel", "type", "at_most", "on_unknown", "people", "summary")
TRIED = ("channel", "type", "to", "state", "seconds", "answer")


@click.group(cls=ListingGroup)
def channels() -> None:
    """List the channels of kaframe.yaml; send a message to try one.

    \b
    kaframe channels
    kaframe channels test wecom
    kaframe channels test email --to chen
    """


@channels.command("list")
@format_option
@click.pass_context
def list_(ctx: click.Context, form: str) -> None:
    """List the channels with the pace that they keep to, and how many members have an address there.

    \b
    kaframe channels list
    kaframe channels list --format json
    """
    from kaframe.channels import channel_names, find_channel
    from kaframe.panels import text_of

    project = opened(ctx)
    found = [channel for name in channel_names(project) if (channel := find_channel(project, name))]
    rows = [
        {
            "channel": channel.name,
            "type": channel.channel.name,
            "at_most": channel.pace.text if channel.pace else None,
            "on_unknown": channel.on_unknown,
            "people": sum(bool(_address(project, channel, member.id)) for member in project.team.members),
            "summary": text_of(channel.channel.summary, project.config.language),
        }
        for channel in found
    ]
    words = words_of(project.config.language)
    print_rows(rows, {name: words[f"channels.{name}"] for name in COLUMNS}, form)


@channels.command()
@click.argument("channel")
@click.option("--to", "member", default="", metavar="MEMBER", help="To whom; a channel with addresses needs it.")
@format_option
@click.pass_context
def test(ctx: click.Context, channel: str, member: str, form: str) -> int:
    """Send one test message now and show what the other side answered.

    CHANNEL is a name under channels: in kaframe.yaml.

    Nothing is kept of it: no run, no outbox. The exit code is 5 when it did not arrive.

    \b
    kaframe channels test wecom
    kaframe channels test email --to chen
    """
    from kaframe.channels import channel_names, find_channel
    from kaframe.deliver.line import open_line

    project = opened(ctx)
    known_name(channel, {*channel_names(project), "console"}, "channel")
    found = find_channel(project, channel)
    assert found is not None  # a project with an unknown type does not open
    if member:
        known_name(member, {one.id for one in project.team.members}, "member")
    address = _address(project, found, member)
    if found.channel.address and not address:
        hint = "name a member who has one: --to MEMBER ('kaframe show team' lists them)"
        raise UsageError([Problem(None, "KF6097", f"the channel '{channel}' needs an address", hint)])
    begun = time.monotonic()
    outcome = open_line(project, channel).send({**_message(project, channel), "recipient": member, "address": address})
    row = {
        "channel": channel,
        "type": found.channel.name,
        "to": member or None,
        "state": outcome.state,
        "seconds": round(time.monotonic() - begun, 2),
        "answer": outcome.detail,
    }
    if form != "table":
        print_rows([row], {name: name for name in TRIED}, form)
    else:
        words = words_of(project.config.language)
        click.echo(words[f"channels.{outcome.state}"].format(**row))
        if outcome.detail:
            asked = "channels.said" if outcome.state == "sent" else "channels.why"
            click.echo(words[asked].format(answer=plain(outcome.detail)))
    return 0 if outcome.state == "sent" else DEGRADED


def _message(project: Project, channel: str) -> dict[str, Any]:
    """What a test says: nothing about any account."""
    words = words_of(project.config.language)
    now = datetime.now(ZoneInfo(project.config.timezone)).strftime("%Y-%m-%d %H:%M")
    text = words["channels.text"].format(project=project.config.project, channel=channel, now=now)
    return {"notice_key": f"test-{uuid.uuid4().hex}", "subject": words["channels.subject"], "text": text, "html": ""}


def _address(project: Project, channel: OpenChannel, member: str) -> str:
    """The member's address there; nothing when there is none."""
    from kaframe.notify.recipients import find_address

    found = project.team.member(member)
    return find_address(found, channel) if found else ""
