"""``kaframe channels``: what somebody does who sets up a group robot, before the first run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kaframe.cli import run_command
from tests.badproject import swap, write_project
from tests.plugins.receiving import receiver, status


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback is reached directly whatever the environment says."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with a robot whose address is a secret, and a mail server that is not there."""
    root = write_project(tmp_path / "project")
    more = (
        "  wecom: {type: wecom, url: '${env:WECOM_URL}'}\n  mail: {type: email, host: 127.0.0.1, from: k@x.example}\n"
    )
    swap("kaframe.yaml", "channels:\n", f"channels:\n{more}")(root)
    return root


def called(root: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run_command(["-C", str(root), "channels", *arguments])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_each_channel_is_listed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the pace of its service, and who can be reached there."""
    code, out, _ = called(root, capsys, "--format", "json")
    rows: dict[str, Any] = {row["channel"]: row for row in json.loads(out)}
    assert code == 0
    assert (rows["wecom"]["type"], rows["wecom"]["at_most"], rows["wecom"]["on_unknown"]) == (
        "wecom",
        "20 per minute",
        "resend",
    )
    assert rows["mail"]["at_most"] is None


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_message_is_sent_and_the_answer_shown(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """In the language of the project; nothing is kept, and the address is not told."""
    config = root / "kaframe.yaml"
    config.write_text(config.read_text("utf-8").replace("language: en", f"language: {language}"), "utf-8")
    with receiver(status(200, b'{"errcode":0,"errmsg":"ok"}')) as hook:
        monkeypatch.setenv("WECOM_URL", hook.options["url"])
        code, out, _ = called(root, capsys, "test", "wecom")
    assert code == 0
    assert {"en": "wecom: sent in ", "zh": "wecom：已发送"}[language] in out
    assert '{"errcode":0,"errmsg":"ok"}' in out
    assert "t0ken" not in out
    content = json.loads(hook.received[0][2])["markdown"]["content"]
    assert content.startswith({"en": "**Test message of kaframe**", "zh": "**kaframe 测试消息**"}[language])
    assert not (root / ".kaframe").exists()


def test_what_the_service_refuses_is_said(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A robot that was removed answers 200; its own words and ours say so."""
    with receiver(status(200, b'{"errcode":93000,"errmsg":"invalid webhook url"}')) as hook:
        monkeypatch.setenv("WECOM_URL", hook.options["url"])
        code, out, _ = called(root, capsys, "test", "wecom", "--format", "json")
    (row,) = json.loads(out)
    assert (code, row["state"]) == (5, "dead")
    assert "removed from the group" in row["answer"]
    assert "invalid webhook url" in row["answer"]


def test_a_secret_that_is_not_set_is_named(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its variable, with the line that sets it."""
    monkeypatch.delenv("WECOM_URL", raising=False)
    code, out, _ = called(root, capsys, "test", "wecom")
    assert code == 5
    assert "export WECOM_URL=" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["wecm"], "did you mean 'wecom'?"), (["mail"], "KF6097"), (["wecom", "--to", "nobody"], "no member 'nobody'")],
    ids=["misspelt", "no address", "no member"],
)
def test_what_cannot_be_tried_is_said(
    root: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    """Before anything is sent."""
    code, _, err = called(root, capsys, "test", *arguments)
    assert code == 2
    assert words in err
