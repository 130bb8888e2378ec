"""What a channel must keep to: it says what became of every message, in time, and tells nobody its secrets."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest

from kaframe.records import Channel, Message, Outcome, Secret
from kaframe.testing.conformance.behaviours import (
    ACCEPTED,
    BEHAVIOURS,
    HUGE,
    Answer,
    Request,
    closed_port,
    saying,
    serving,
)
from kaframe.testing.conformance.plugin import PluginConformance

MARK = "KFMARK"
ORDINARY = Message("key-1", "wang", "wang@example.com", "客户转红", f"{MARK} 长城贸易 is red")
HOSTILE = {
    "nothing": Message("k", "", "", "", ""),
    "lone surrogates": Message("k", "a", "a@example.com", "\ud800", "\udfff"),
    "control characters": Message("k", "a", "a@example.com", "a\x00b\r\nX-Header: 1", "\x1b[31m\x07"),
    "markup": Message("k", "a", "a@example.com", "<script>alert(1)</script>", "[x](javascript:1) *_`~", "<b>"),
    "mentions": Message("k", "a", "a@example.com", "@all", "@everyone <!channel> <@U1> <at id=all></at>"),
    "a million characters": Message("k", "a", "a@example.com", "长" * 1000, "大" * HUGE),
    "an odd key": Message("../../etc/passwd", "..\\x", "a@example.com", "s", "t"),
}
DEADLINE = 2  # seconds for one attempt in these tests
SLACK = 3.0  # seconds beyond it, on a busy machine
STATES = ("sent", "retry", "dead", "unknown")
SILENT = ("hangs up", "stalls")  # after the whole request: a channel may call it "unknown"


class ChannelConformance(PluginConformance):
    """Tests of a channel. Override ``options``; for one that speaks HTTP take ``HttpChannelConformance``."""

    hook: ClassVar[str] = "kaframe_channels"

    def options(self, folder: Path) -> Mapping[str, Any]:
        """The options of the channel as kaframe hands them over: checked, secrets as ``kaframe.Secret``."""
        return {}

    def send(self, options: Mapping[str, Any], message: Message, folder: Path) -> Outcome:
        """One attempt, as kaframe makes it."""
        channel: Channel = self.record
        outcome = channel.send(options, message, folder)
        assert isinstance(outcome, Outcome), f"send() gives {type(outcome).__name__}, not kaframe.Outcome"
        assert outcome.state in STATES, f"the state is one of {', '.join(STATES)}"
        return outcome

    @pytest.mark.parametrize("name", HOSTILE)
    def test_no_message_makes_it_raise(self, name: str, tmp_path: Path) -> None:
        """Whatever stands in the data: the channel says what became of the message."""
        self.send(self.options(tmp_path), HOSTILE[name], tmp_path)
        outside = [path for path in tmp_path.parent.iterdir() if path.name == "passwd"]
        assert outside == []

    def test_options_are_left_alone(self, tmp_path: Path) -> None:
        """The same options are handed over for every message."""
        options = dict(self.options(tmp_path))
        before = repr(options)
        self.send(options, ORDINARY, tmp_path)
        assert repr(options) == before


class HttpChannelConformance(ChannelConformance):
    """Tests of a channel that posts to a server. Override ``options_for`` and, where they differ, the others.

    ``expected`` changes the outcome of a behaviour (``behaviours.BEHAVIOURS`` has them all), for services that mean
    something else by a status. ``accepts`` is the service's own answer to what it has taken. ``byte_limit`` is what one
    request may have, ``text_limit`` what the text in it may have. ``live_mentions`` are texts that would call people if
    they reached the service as they are.
    """

    expected: ClassVar[Mapping[str, str]] = {}
    accepts: ClassVar[bytes] = ACCEPTED
    byte_limit: ClassVar[int] = 0
    text_limit: ClassVar[int] = 0
    live_mentions: ClassVar[tuple[str, ...]] = ()

    def options_for(self, url: str) -> Mapping[str, Any]:
        """The options that make it post to ``url``; give ``timeout`` 2 seconds where the channel has such an option."""
        return {"url": Secret(url, "${env:URL}"), "timeout": DEADLINE}

    def text_of(self, request: Request) -> str:
        """The text that a request carries, as people will read it."""
        return request.body.decode("utf-8").encode().decode("unicode_escape", "replace")

    def answer(self, name: str) -> Answer:
        """How the server behaves; what it accepts it says in the service's own words."""
        return saying(200, self.accepts) if name == "accepts" else BEHAVIOURS[name].answer

    def options(self, folder: Path) -> Mapping[str, Any]:
        """Nobody listens there."""
        return self.options_for(f"http://127.0.0.1:{closed_port()}/hook")

    @pytest.mark.parametrize("name", BEHAVIOURS)
    def test_every_answer_has_its_outcome(self, name: str, tmp_path: Path) -> None:
        """Sent, to be tried again (when the server says), or dead; in time; no redirect is followed."""
        behaviour = BEHAVIOURS[name]
        with serving(self.answer(name)) as server:
            url = server.url if name != "is switched off" else f"http://127.0.0.1:{closed_port()}/hook"
            begun = time.monotonic()
            outcome = self.send(self.options_for(url), ORDINARY, tmp_path)
            took = time.monotonic() - begun
        expected = self.expected.get(name, behaviour.state)
        may_be = (expected, "unknown") if name in SILENT else (expected,)
        assert outcome.state in may_be, f"the service {name}: {outcome}"
        assert took < DEADLINE + SLACK, "one attempt has a deadline for the whole of it"
        if behaviour.retry_after is not None and outcome.state == "retry":
            assert outcome.retry_after == behaviour.retry_after, "give on what Retry-After says"

    @pytest.mark.parametrize("name", ["refuses the secret", "has a bug", "is switched off", "stalls"])
    def test_no_secret_is_told(self, name: str, tmp_path: Path) -> None:
        """Not the address either: who knows it can post."""
        with serving(BEHAVIOURS[name].answer) as server:
            options = self.options_for(server.url)
            outcome = self.send(options, ORDINARY, tmp_path)
        secrets = [value.reveal() for value in options.values() if isinstance(value, Secret)]
        assert [secret for secret in [*secrets, "t0ken-1n-path"] if secret in outcome.detail] == []

    def test_the_text_arrives(self, tmp_path: Path) -> None:
        """Whole, in whatever language."""
        with serving(self.answer("accepts")) as server:
            assert self.send(self.options_for(server.url), ORDINARY, tmp_path).state == "sent"
        assert server.received, "nothing was posted"
        told = "".join(self.text_of(request) for request in server.received)
        assert MARK in told

    def test_a_long_text_keeps_to_the_limit(self, tmp_path: Path) -> None:
        """Every request is within the limit of bytes, and legal UTF-8: nothing is cut inside a character."""
        with serving(self.answer("accepts")) as server:
            self.send(self.options_for(server.url), HOSTILE["a million characters"], tmp_path)
        for request in server.received:
            request.body.decode("utf-8")
            most, size = self.byte_limit, len(request.body)
            assert not most or size <= most, f"a request has {size:,} bytes, the limit is {most:,}"
            most, size = self.text_limit, len(self.text_of(request).encode())
            assert not most or size <= most, f"a text has {size:,} bytes, the limit is {most:,}"

    def test_nobody_is_called_by_a_text_of_the_data(self, tmp_path: Path) -> None:
        """A customer may be named @all, or whatever else calls people here."""
        calls = " ".join(self.live_mentions)
        named = Message("k", "a", "a@example.com", calls, f"{calls} is red", name=calls)
        with serving(self.answer("accepts")) as server:
            for message in (HOSTILE["mentions"], named):
                self.send(self.options_for(server.url), message, tmp_path)
        told = "".join(self.text_of(request) for request in server.received)
        assert [mention for mention in self.live_mentions if mention in told] == []

    def test_the_same_message_is_the_same_request(self, tmp_path: Path) -> None:
        """A second attempt can be known by its key, or by its text."""
        with serving(self.answer("accepts")) as server:
            for _ in range(2):
                self.send(self.options_for(server.url), ORDINARY, tmp_path)
        half = len(server.received) // 2
        first, second = server.received[:half], server.received[half:]
        assert [self.text_of(request) for request in first] == [self.text_of(request) for request in second]
