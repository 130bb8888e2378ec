"""The Apprise channel, over Apprise itself and real servers; and what is said where it is not installed."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from kaframe.records import Message, Secret
from kaframe.testing import ChannelConformance
from kaframe.testing.conformance.behaviours import BEHAVIOURS, closed_port
from tests.plugins.loading import load_plugin
from tests.plugins.receiving import receiver, status

channel = load_plugin("channel_apprise")
NOTICE = Message("k1", "wang", "", "客户转红 @all", "🔴 长城 <!channel>", link="https://x.example/report")


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback is reached directly whatever the environment says."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


def options_of(url: str) -> dict[str, Any]:
    """Apprise's own JSON service on loopback."""
    return {"url": Secret(url.replace("http://", "json://"), "${env:URL}"), "timeout": 2}


class TestApprise(ChannelConformance):
    """What every channel keeps to."""

    plugin = channel

    def options(self, folder: Path) -> Mapping[str, Any]:
        pytest.importorskip("apprise")
        return options_of(f"http://127.0.0.1:{closed_port()}/t0ken")


def test_a_notice_goes_out() -> None:
    """Title and text, nobody called, with the link to the report."""
    pytest.importorskip("apprise")
    with receiver(status(200)) as hook:
        assert channel.send(options_of(hook.options["url"]), NOTICE, Path()).state == "sent"
    import json

    sent = json.loads(hook.received[0][2])
    assert sent["title"] == "客户转红 ＠all"
    assert "🔴 长城 ‹!channel>" in sent["message"]
    assert "https://x.example/report" in sent["message"]


@pytest.mark.parametrize("name", [name for name in BEHAVIOURS if name not in ("accepts", "says nothing but yes")])
def test_whatever_fails_is_tried_again(name: str, caplog: pytest.LogCaptureFixture) -> None:
    """Apprise does not say why; in time, without a redirect followed, without the address in words or log."""
    pytest.importorskip("apprise")
    begun = time.monotonic()
    with caplog.at_level("DEBUG"), receiver(BEHAVIOURS[name].answer) as hook:
        url = f"http://127.0.0.1:{closed_port()}/t0ken-in-path" if name == "is switched off" else hook.options["url"]
        outcome = channel.send(options_of(url), NOTICE, Path())
    assert outcome.state in ("retry", "unknown")
    assert time.monotonic() - begun < 5
    assert "t0ken" not in outcome.detail + caplog.text


def test_an_unknown_address_is_told_before_a_run() -> None:
    """And never tried."""
    pytest.importorskip("apprise")
    options = {"url": Secret("pigeon://roof", "${env:URL}")}
    assert channel.check(options, Path()) == {"url": "is no address that Apprise knows"}
    assert channel.send(options, NOTICE, Path()).state == "dead"
    assert channel.check({}, Path()) == channel.check(options_of("http://127.0.0.1:1/"), Path()) == {}


@pytest.mark.parametrize("host", ["10.0.0.8", "169.254.169.254", "2130706433"])
def test_an_address_inside_that_is_written_down_is_refused(host: str) -> None:
    """Names are found by Apprise itself; the number of a robot is no address."""
    pytest.importorskip("apprise")
    options = options_of(f"json://{host}/x")
    assert channel.check(options, Path())["url"].startswith(f"would send to {host}")
    assert channel.send(options, NOTICE, Path()).state == "dead"
    assert channel.check(options_of(f"tgram://2130706433:{'A' * 35}/12345"), Path()) == {}


def test_without_apprise_the_line_that_brings_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """By ``kaframe check``; and a notice waits until it is there."""
    monkeypatch.setitem(sys.modules, "apprise", None)
    options = options_of("http://127.0.0.1:1/")
    assert "pip install 'kaframe[apprise]'" in channel.check(options, Path())["url"]
    outcome = channel.send(options, NOTICE, Path())
    assert outcome.state == "retry"
    assert "pip install 'kaframe[apprise]'" in outcome.detail
