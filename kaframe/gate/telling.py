"""Who is told that gates have held a run back: the people that ``gates: {tell: }`` names, through the outbox."""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Iterator, Sequence
from typing import Any

from kaframe.bind import Label
from kaframe.channels import CONSOLE, OpenChannel, channel_names, find_channel
from kaframe.database import Database
from kaframe.errors import Problem, nearest
from kaframe.gaterule import Told
from kaframe.project import Project
from kaframe.team import Member

Row = dict[str, Any]
RULE = "gates"  # under which the outbox lists these notices
SUBJECT = Label("{name}: the run for {day} was held back", "{name}：{day}的运行未发布")
HEAD = Label(
    "Nothing is published: no colour has changed, no other notice is sent.",
    "未发布任何结果：客户状态不变，也不发送其他通知。",
)
NEXT = Label("Mend the data and run again, or: {command}", "请修正数据后重新运行，或：{command}")


def notices_of(project: Project, db: Database) -> list[Row]:
    """A message for everybody who is to be told, on every channel on which they can be; once a day for the same gates.

    Reads: ``gates``.
    """
    told = project.config.gate_told
    if told is None:
        return []
    failed = db.rows("SELECT * FROM gates WHERE state = 'failed' ORDER BY gate, source")
    return [
        _row(project, failed, route)
        for name in told.channels or channel_names(project)
        if (channel := find_channel(project, name))
        for member in people(project, told)
        if (route := _route(member, channel))
    ]


def people(project: Project, told: Told) -> list[Member]:
    """Everybody who is there today: members by name, of a role all that have it, else who acts for them."""
    team, day = project.team, project.as_of
    found: list[Member] = []
    for name in told.to:
        member = team.member(name)
        there = [one for one in team.in_role(name) if one.is_there(day)] if member is None else [member]
        found += there or filter(None, [team.on_duty(name, day)])
    return list({member.id: member for member in found}.values())


def check_told(project: Project) -> Iterator[Problem]:
    """Roles, members and channels that are named and not there."""
    told = project.config.gate_told
    if told is None:
        return
    team = project.team
    names = {*(role.id for role in team.roles), *(member.id for member in team.members)}
    for name in told.to:
        if name not in names and not project.doubts.touch(("team",)):
            hint = nearest(name, names) or f"roles and members: {', '.join(sorted(names))}"
            yield Problem(told.at, "KF1314", f"gates: no role or member '{name}' to tell", hint)
    channels = {*project.config.channels, CONSOLE}
    for name in told.channels:
        if name not in channels and not project.doubts.touch(("channels",)):
            hint = nearest(name, channels) or f"channels: {', '.join(sorted(channels))}"
            yield Problem(told.at, "KF1315", f"gates: no channel '{name}' in kaframe.yaml", hint)


def _route(member: Member, channel: OpenChannel) -> tuple[Member, OpenChannel, str] | None:
    """With the address on that channel; nothing where the member has none and the channel needs one."""
    field = channel.channel.address
    address = member.addresses.get(channel.name) or (getattr(member, field, "") if field else "")
    return None if field and not address else (member, channel, str(address or ""))


def _row(project: Project, failed: Sequence[Row], route: tuple[Member, OpenChannel, str]) -> Row:
    member, channel, address = route
    day = project.as_of.isoformat()
    subject = _say(project, SUBJECT, name=project.config.project, day=day)
    sentences = [f"{gate['gate']}: {gate['sentence']}" for gate in failed]
    names = list(dict.fromkeys(gate["gate"] for gate in failed))
    command = f"kaframe run --accept-gate {names[0]} --reason '...'"
    lines = [_say(project, HEAD), *sentences, _say(project, NEXT, command=command)]
    return {
        "notice_key": hashlib.sha256(json.dumps([RULE, member.id, channel.name, day, names]).encode()).hexdigest()[:32],
        "rule": RULE,
        "channel": channel.name,
        "recipient": member.id,
        "address": address,
        "subject": subject,
        "text": "\n".join(lines),
        "html": "".join(f"<p>{html.escape(line)}</p>" for line in lines),
        "accounts": "[]",
        "events": "[]",
        "decided_on": project.as_of,
    }


def _say(project: Project, label: Label, **words: str) -> str:
    return project.text(label).format(**words)
