"""Posting: what an answer means, what a silence means, and what is never said."""

from __future__ import annotations

import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from kaframe.answers import judge_code
from kaframe.posting import Post, send_post, wait_of
from kaframe.records import Secret
from tests.plugins.receiving import receiver, status


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback is reached directly whatever the environment says."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


@pytest.mark.parametrize("text", ["", "soon", "-5", "1e9", "9" * 40])
def test_a_strange_wait_is_ignored(text: str) -> None:
    """What is neither a number nor a date says nothing."""
    assert wait_of(text) is None


def test_a_past_date_means_now() -> None:
    """A wait is never negative."""
    assert wait_of("Wed, 21 Oct 2015 07:28:00 GMT") == 0


def test_an_answer_that_broke_off_says_nothing() -> None:
    """What came of it is no JSON yet: the service may have taken the message."""
    with receiver(status(200, b'{"errcode": 0', content_length="500")) as hook:
        outcome = send_post(Post(hook.options, Path(), b"{}"), lambda answer: judge_code(answer, "errcode", {}, {}))
    assert outcome.state == "unknown"


def test_an_answer_is_not_asked_for_compressed() -> None:
    """It is read as it comes, and a small one could become a large one."""
    with receiver(status(200)) as hook:
        send_post(Post(hook.options, Path(), b"{}", {"Content-Type": "application/xml"}))
    headers = hook.received[0][1]
    assert (headers["accept-encoding"], headers["content-type"]) == ("identity", "application/xml")


def hang_up_at_once(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.close()


def test_a_request_that_left_whole_may_have_arrived() -> None:
    """Without an answer nobody knows; a server that is not there has not got it."""
    with receiver(hang_up_at_once) as hook:
        assert send_post(Post(hook.options, Path(), b"{}")).state == "unknown"
        options = hook.options
    assert send_post(Post(options, Path(), b"{}")).state == "retry"


def test_a_server_that_reads_nothing_costs_the_deadline() -> None:
    """A request that did not leave whole was not taken."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        options = {"url": f"http://127.0.0.1:{server.getsockname()[1]}/x", "timeout": 0.5}
        begun = time.monotonic()
        outcome = send_post(Post(options, Path(), b"x" * 50_000_000))
    assert outcome.state == "retry"
    assert time.monotonic() - begun < 2.5


def test_a_name_server_that_hangs_costs_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """It cannot be hung up on: the attempt is left, and sends nothing when the answer comes after all."""
    import socket
    import threading

    answers, real, asked = threading.Event(), socket.getaddrinfo, threading.Event()

    def hang(host: Any, *args: Any, **more: Any) -> Any:
        if host != "robot.example":
            return real(host, *args, **more)
        asked.set()
        answers.wait(30)
        return real("127.0.0.1", *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    with receiver(status(200)) as hook:
        url = hook.options["url"].replace("127.0.0.1", "robot.example")
        begun = time.monotonic()
        options = {"url": url, "timeout": 0.5, "allow_http": True, "allow_private": True}
        outcome = send_post(Post(options, Path(), b"{}"))
        assert time.monotonic() - begun < 5
        assert asked.is_set()
        assert (outcome.state, "no answer of the name server" in outcome.detail) == ("retry", True)
        before = threading.active_count()
        answers.set()
        for _ in range(100):
            if threading.active_count() < before:
                break
            time.sleep(0.05)
        assert threading.active_count() < before
        assert hook.received == []


@pytest.mark.parametrize("value", ["t0ken-in-path", "geheimnis", "Bearer t0p"])
def test_what_is_secret_is_not_said(value: str) -> None:
    """Not when the service echoes it: parts of the address, secrets, headers."""
    with receiver(status(400, f"bad {value}".encode())) as hook:
        options: dict[str, Any] = {
            **hook.options,
            "secret": Secret("geheimnis", "${env:S}"),
            "headers": {"Authorization": "Bearer t0p"},
        }
        outcome = send_post(Post(options, Path(), b"{}"))
    assert outcome.state == "dead"
    assert outcome.detail.endswith("bad ***")


def test_a_header_that_cannot_be_sent_is_dead() -> None:
    """It will not be better next time."""
    with receiver(status(200)) as hook:
        outcome = send_post(Post(hook.options, Path(), b"{}", {"X-Name": "长城"}))
    assert outcome.state == "dead"
    assert hook.received == []
