"""What the console channel prints."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from types import ModuleType

import pytest

from kaframe.records import Message
from tests.plugins.loading import load_plugin

console = load_plugin("channel_console")


def message(text: str, subject: str = "客户转红") -> Message:
    return Message("k1", "wang", "", subject, text)


def test_the_block_goes_to_stderr_and_nothing_to_stdout(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A notice is a head line and its indented text, on stderr only."""
    assert console.send({}, message("🔴 长城\n  下一步: 拜访"), tmp_path).state == "sent"
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "-> wang: 客户转红\n  🔴 长城\n    下一步: 拜访\n"


def test_long_notices_are_cut_and_counted(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """What is left out is counted."""
    console.send({"lines": 2}, message("a\nb\nc\nd"), tmp_path)
    assert capsys.readouterr().err.endswith("  a\n  b\n  ... (+2)\n")


@pytest.mark.parametrize("hostile", ["\x1b[2J", "\x07", "\u202e", "\x00", "\u200b", "\x9b31m"])
def test_nothing_steers_the_terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, hostile: str
) -> None:
    """Escape sequences and invisible characters of the data are taken out."""
    console.send({}, message(f"a{hostile}b", f"s{hostile}t"), tmp_path)
    assert hostile not in capsys.readouterr().err


def test_a_closed_stderr_is_retried(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """When nothing can be printed, the notice stays in the outbox."""
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    assert console.send({}, message("a"), tmp_path).state == "retry"


def test_the_hook_gives_the_channel() -> None:
    """The plugin brings one channel, without an address of its own."""
    assert isinstance(console, ModuleType)
    (channel,) = console.kaframe_channels()
    assert (channel.name, channel.address) == ("console", "")
