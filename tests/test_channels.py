"""Which channels a project has, and what is said of wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaframe.bind import Duration
from kaframe.channels import channel_names, check_channels, find_channel
from tests.telling import make_project


def test_the_console_is_always_there(tmp_path: Path) -> None:
    """Also when other channels are declared; it is used by itself only when there are none."""
    bare = make_project(tmp_path / "bare")
    assert channel_names(bare) == ("console",)
    project = make_project(tmp_path, channels="  letters: {type: file}\n")
    assert channel_names(project) == ("letters",)
    console = find_channel(project, "console")
    assert console is not None
    assert console.channel.name == "console"


def test_common_options_are_kept_from_the_plugin(tmp_path: Path) -> None:
    """``on_unknown`` and ``max_age`` are kaframe's own."""
    channels = (
        "  letters: {type: file, form: html, on_unknown: hold, max_age: 2 weeks}\n  others: {type: file}\n"
    )
    project = make_project(tmp_path, channels=channels)
    letters, others = find_channel(project, "letters"), find_channel(project, "others")
    assert letters is not None
    assert others is not None
    assert letters.options.plain() == {"form": "html"}
    assert (letters.on_unknown, letters.max_age) == ("hold", Duration(2, "week"))
    assert (others.on_unknown, others.max_age) == ("resend", Duration(3, "day"))
    assert check_channels(project) == []


@pytest.mark.parametrize(
    ("channel", "column", "message"),
    [
        ("{type: webhook, url: 'https://x.example', secret: '${env:HOOK_SECRET}'}", 60, "'secret' starts with whsec_"),
        ("{type: webhook, url: '${env:HOOK_URL}'}", 31, "'url' would send to example.com unencrypted"),
        ("{type: webhook, url: 'ftp://x.example'}", 31, "'url' must start with https://"),
        ("{type: webhook, url: 'https://x.example:port/'}", 31, "'url' is no URL"),
        ("{type: webhook, url: 'https://x.example', ca: nowhere.pem}", 55, "'ca' cannot be used: No such file"),
        ("{type: email, host: h, from: nobody}", 38, "'from' is no e-mail address: nobody"),
        ("{type: email, host: h, from: a@b.example, ca: kaframe.yaml}", 55, "'ca' cannot be used"),
    ],
    ids=["secret", "unencrypted", "scheme", "port", "authority", "sender", "no authority"],
)
def test_options_that_cannot_work_are_told_before_anything_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, channel: str, column: int, message: str
) -> None:
    """At their place, without what is secret, instead of a notice that is given up."""
    monkeypatch.setenv("HOOK_SECRET", "whsec_not*base64")
    monkeypatch.setenv("HOOK_URL", "http://example.com/t0ken")
    (problem,) = check_channels(make_project(tmp_path, channels=f"  mail: {channel}\n"))
    assert problem.code == "KF8006"
    assert message in problem.message
    assert "t0ken" not in str(problem) + problem.hint
    assert "not*base64" not in str(problem) + problem.hint
    assert problem.at is not None
    assert str(problem.at).endswith(f":{column}"), problem.at


def test_secret_that_is_not_here_is_not_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules are checked where nothing is sent, too."""
    monkeypatch.delenv("HOOK_SECRET", raising=False)
    channels = "  crm: {type: webhook, url: '${env:HOOK_SECRET}', secret: '${env:HOOK_SECRET}'}\n"
    assert check_channels(make_project(tmp_path, channels=channels)) == []


def test_unknown_channels_are_nobody(tmp_path: Path) -> None:
    """A name that is not declared, and one whose type no plugin brings."""
    project = make_project(tmp_path, channels="  odd: {type: pigeon}\n")
    assert find_channel(project, "odd") is None
    assert find_channel(project, "gone") is None


@pytest.mark.parametrize(
    ("channel", "message"),
    [
        ("{type: emial}", "channel 'mail': no type 'emial'"),
        ("{type: file, form: pdf}", "pdf"),
        ("{type: file, flder: x}", "flder"),
        ("{type: file, on_unknown: forget}", "forget"),
        ("{type: file, max_age: soon}", "soon"),
        ("{type: webhook}", "url"),
        ("{type: email, host: h}", "from"),
    ],
)
def test_wrong_options_are_found_in_the_file(tmp_path: Path, channel: str, message: str) -> None:
    """One problem each, at its place, naming the key or the value."""
    (problem,) = check_channels(make_project(tmp_path, channels=f"  mail: {channel}\n"))
    assert problem.at is not None
    assert (problem.at.file, problem.at.line) == ("kaframe.yaml", 7)
    assert message in f"{problem.message} {problem.hint}"
