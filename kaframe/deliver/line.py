"""A channel ready to send: its secrets resolved, one attempt at a time, nothing secret in what it says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from kaframe.channels import OpenChannel, Pace, find_channel
from kaframe.errors import KaframeError
from kaframe.plugins.calling import Callee, PluginFailureError, guarded
from kaframe.project import Project
from kaframe.records import Attachment, Message, Outcome, Secret
from kaframe.secrets import redacted, resolve_options, resolve_secret

DEADLINE_SECONDS = 30.0  # of a channel without the option `timeout`
GRACE = 10.0  # seconds after the deadline in which a plugin should have said so itself
SHOWN = 500  # characters of a detail
DAYS = {"day": 1, "working day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
MAX_AGE = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Line:
    """A channel of the project with its options; ``problem`` says why it cannot be used now."""

    project: Project
    opened: OpenChannel | None
    options: Mapping[str, Any]
    problem: str = ""

    @property
    def seconds(self) -> float:
        """How long one attempt may take."""
        timeout = self.options.get("timeout")
        return float(timeout) if isinstance(timeout, int | float) else DEADLINE_SECONDS

    @property
    def max_age(self) -> timedelta:
        """After how long a message is given up."""
        age = self.opened.max_age if self.opened else None
        return timedelta(days=age.count * DAYS[age.unit]) if age else MAX_AGE

    @property
    def pace(self) -> Pace | None:
        """How often the service may be asked."""
        return self.opened.pace if self.opened else None

    @property
    def holds(self) -> bool:
        """Whether an interrupted message waits for a person."""
        return self.opened is not None and self.opened.on_unknown == "hold"

    def send(self, notice: Mapping[str, Any], documents: tuple[Attachment, ...] = ()) -> Outcome:
        """One attempt, as the plugin tells it; one that raises is named, and the message is tried again."""
        outcome = self._attempt(notice, documents)
        return replace(outcome, detail=self._redacted(outcome.detail)[:SHOWN])

    def _attempt(self, notice: Mapping[str, Any], documents: tuple[Attachment, ...]) -> Outcome:
        address, problem = self._address(notice["address"] or "")
        if self.opened is None or self.problem or problem:
            return Outcome("retry", self.problem or problem)
        message = replace(self._message(notice, address), attachments=documents)
        plugin = self.opened.channel
        callee = Callee("channel", plugin.name, self.project.plugins.owner("channel", plugin.name))
        try:
            outcome = guarded(lambda: plugin.send(self.options, message, self.project.root), self.seconds + GRACE)
        except (KaframeError, PluginFailureError) as error:
            return Outcome("retry", f"{callee} fails: {error}")
        if not isinstance(outcome, Outcome):
            return Outcome("retry", f"{callee} gives {type(outcome).__name__}, not Outcome")
        return outcome

    def _message(self, notice: Mapping[str, Any], address: str) -> Message:
        config, member = self.project.config, self.project.team.member(notice["recipient"])
        return Message(
            notice["notice_key"],
            notice["recipient"],
            address,
            notice["subject"] or "",
            notice["text"] or "",
            notice["html"] or "",
            name=member.name if member else "",
            link=config.report_url,
            language=config.language,
            thread=_thread(notice),
            arrived=notice.get("arrived") or 0,
        )

    def _address(self, address: str) -> tuple[str, str]:
        if "${" not in address:
            return address, ""
        secret, problems = resolve_secret(address, None, self.project.root)
        return secret.reveal(), "; ".join(str(problem) for problem in problems)

    def _redacted(self, text: str) -> str:
        """The text on one line and without the secrets of the channel."""
        for value in _secrets(self.options):
            text = text.replace(value, "***") if len(value) >= 4 else text
        text = redacted(text)
        return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def open_line(project: Project, name: str) -> Line:
    """The channel of that name; a missing one, or one without its secrets, says so at every attempt."""
    opened = find_channel(project, name)
    if opened is None:
        return Line(project, None, {}, f"kaframe.yaml has no channel '{name}' that can be used")
    options, problems = resolve_options(opened.options, opened.channel.options, project.root)
    return Line(project, opened, options, "; ".join(str(problem) for problem in problems))


def _thread(notice: Mapping[str, Any]) -> str:
    """The same for what one rule tells somebody about the same accounts."""
    about = [notice.get("rule") or notice["notice_key"], notice["recipient"], notice.get("accounts") or ""]
    return hashlib.sha256(json.dumps(about, ensure_ascii=False).encode()).hexdigest()[:32]


def _secrets(value: Any) -> Iterator[str]:
    if isinstance(value, Secret):
        yield value.reveal()
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _secrets(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _secrets(inner)
