"""From the roles that a notice names to people and their addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kaframe.bind import Label
from kaframe.channels import OpenChannel
from kaframe.database import Database
from kaframe.duty import read_duty
from kaframe.labels import labels
from kaframe.project import Project
from kaframe.rules.notify import Notice
from kaframe.team import Member

OWNER_ROLE = "account_manager"
ASSIGNEE = "assignee"
ALIASES = {"owner": OWNER_ROLE}

NOBODY_HAS = Label("nobody is {role} for these accounts", "这些客户没有{role}")
NO_ASSIGNEE = Label("nobody has these tasks", "这些任务无人负责")
NO_MEMBER = Label("'{member}' is not in team.yaml", "team.yaml中没有“{member}”")
NO_ADDRESS = Label("{member} has no address for channel {channel}", "{member}没有渠道{channel}的地址")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to tell; ``member`` is empty when nobody is there, and ``reason`` says why."""

    member: str
    reason: str = ""


def find_address(member: Member, channel: OpenChannel) -> str:
    """What ``addresses`` says for the channel's name, else the field of the member that the channel asks for."""
    field = channel.channel.address
    return str(member.addresses.get(channel.name) or (getattr(member, field, "") if field else ""))


class Recipients:
    """Who is to be told of an event: whoever acts for the account today, else whoever did at the base run."""

    def __init__(self, project: Project, db: Database) -> None:
        self._project = project
        self._duty = read_duty(project, db)
        past = "SELECT account_id, role, min(member) AS member FROM past_owners GROUP BY ALL"
        self._past = {(row["account_id"], row["role"]): row["member"] for row in db.rows(past)}
        gone = db.rows("SELECT task_key, account_id, role, member FROM past_tasks ANTI JOIN tasks USING (task_key)")
        self._assignees = {row["task_key"]: self._heir(row) for row in gone}
        tasks = db.rows("SELECT task_key, member FROM tasks")
        self._assignees |= {row["task_key"]: row["member"] for row in tasks}
        self._labels = labels(project)

    def of(self, notice: Notice, event: Mapping[str, Any]) -> Iterator[Recipient]:
        """Everybody whom a notice names, each once."""
        yield from dict.fromkeys(self._resolve(name, event) for name in notice.to)

    def address(self, recipient: Recipient, channel: OpenChannel) -> tuple[str, str]:
        """The address on a channel, empty where the channel needs none; or why there is none."""
        member = self._project.team.member(recipient.member)
        if member is None:
            return "", recipient.reason or self._say(NO_MEMBER, member=recipient.member)
        found = find_address(member, channel)
        if channel.channel.address and not found:
            return "", self._say(NO_ADDRESS, member=member.name, channel=channel.name)
        return found, ""

    def _heir(self, task: Mapping[str, Any]) -> str | None:
        """Who is told of a task that nobody asks for any more: who acts for its account now, else who had it."""
        account, role = task["account_id"], task["role"]
        acting = self._duty.who(account, role) if account and role else None
        member: str | None = acting or task["member"]
        return member

    def _resolve(self, name: str, event: Mapping[str, Any]) -> Recipient:
        if name == ASSIGNEE:
            member = self._assignees.get(event["subject"])
            return Recipient(member) if member else Recipient("", self._say(NO_ASSIGNEE))
        role = ALIASES.get(name, name)
        if self._project.team.role(role) is None:
            return Recipient(name)
        account = event["account_id"]
        member = self._duty.who(account, role) or self._past.get((account, role))
        if member:
            return Recipient(member)
        return Recipient("", self._say(NOBODY_HAS, role=self._labels.get(f"role.{role}", role)))

    def _say(self, label: Label, **words: str) -> str:
        return self._project.text(label).format(**words)
