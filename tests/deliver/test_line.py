"""One attempt through a channel: what the plugin gets, and what is kept of what it says."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kaframe.deliver.line import open_line
from kaframe.plugins import Plugins
from kaframe.project import Project
from kaframe.records import Channel, Message, Outcome, Secret
from tests.telling import make_project

NOTICE = {
    "notice_key": "n1",
    "recipient": "wang",
    "address": "${env:WANG_HOOK}",
    "subject": "s",
    "text": None,
    "html": "",
}


def project_with(root: Path, outcome: Any, seen: list[tuple[Any, Message, Path]]) -> Project:
    """A project whose one channel remembers what it is given and answers with ``outcome``."""

    def send(options: Any, message: Message, folder: Path) -> Any:
        seen.append((options, message, folder))
        return outcome

    schema = {"type": "object", "properties": {"tokens": {"type": "array", "items": {"secret": True}}}}
    channel = Channel("echo", "Remembers", schema, send)
    project = make_project(root, channels="  echo: {type: echo, tokens: ['${env:ECHO_TOKEN}'], timeout: 4}\n")
    return dataclasses.replace(project, plugins=Plugins(channels={"echo": channel}))


def test_secrets_are_resolved_and_never_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plugin gets secrets and addresses as they are; what it says of them is starred."""
    monkeypatch.setenv("ECHO_TOKEN", "t0ken")
    monkeypatch.setenv("WANG_HOOK", "https://hooks.example.com/wang")
    seen: list[tuple[Any, Message, Path]] = []
    line = open_line(project_with(tmp_path, Outcome("dead", "bad\nt0ken\x1b[2J", 5), seen), "echo")
    outcome = line.send(NOTICE)
    assert outcome == Outcome("dead", "bad *** [2J", 5)
    options, message, folder = seen[0]
    assert isinstance(options["tokens"][0], Secret)
    assert options["tokens"][0].reveal() == "t0ken"
    assert (message.address, message.text, folder) == ("https://hooks.example.com/wang", "", tmp_path)
    assert line.seconds == 4


def test_an_address_that_leads_nowhere_is_retried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is sent to half an address."""
    monkeypatch.setenv("ECHO_TOKEN", "t0ken")
    monkeypatch.delenv("WANG_HOOK", raising=False)
    seen: list[tuple[Any, Message, Path]] = []
    outcome = open_line(project_with(tmp_path, Outcome("sent"), seen), "echo").send(NOTICE)
    assert outcome.state == "retry"
    assert "WANG_HOOK" in outcome.detail
    assert seen == []


@pytest.mark.parametrize(
    ("age", "days"),
    [("5 days", 5), ("2 weeks", 14), ("1 month", 30), ("1 quarter", 91), ("1 year", 365), ("4 working days", 4)],
)
def test_a_message_is_given_up_after_the_days_of_its_channel(tmp_path: Path, age: str, days: int) -> None:
    """In any unit of the rules; a channel that is gone has the days of one that says nothing."""
    project = make_project(tmp_path, channels=f"  letters: {{type: file, max_age: {age}}}\n")
    assert open_line(project, "letters").max_age == timedelta(days=days)
    gone = open_line(project, "gone")
    assert (gone.max_age, gone.seconds, gone.pace, gone.holds) == (timedelta(days=3), 30.0, None, False)


def test_long_details_are_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service may answer with a whole page."""
    monkeypatch.setenv("ECHO_TOKEN", "t0ken")
    line = open_line(project_with(tmp_path, Outcome("dead", "x" * 9000), []), "echo")
    assert len(line.send({**NOTICE, "address": ""}).detail) == 500
