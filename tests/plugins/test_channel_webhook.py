"""The webhook channel against real HTTP servers on loopback."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import socket
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from kaframe.records import Message, Secret
from tests.plugins.loading import load_plugin
from tests.plugins.receiving import Answer, receiver, status

webhook = load_plugin("channel_webhook")
NOTICE = Message("k1", "wang", "wang@example.com", "客户转红", "🔴 长城", "<p>长城</p>")


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback is reached directly whatever the environment says."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


def send(options: dict[str, Any], message: Message = NOTICE) -> Any:
    return webhook.send(options, message, Path())


def test_a_notice_is_signed_json() -> None:
    """The receiver can verify id, time and body, and drop a second copy by its id."""
    key = base64.b64encode(b"0123456789abcdef01234567").decode()
    with receiver(status(204)) as hook:
        outcome = send({**hook.options, "secret": Secret(f"whsec_{key}", "${env:S}")})
    assert outcome.state == "sent"
    ((path, headers, body),) = hook.received
    assert path == "/hook/t0ken-in-path"
    assert json.loads(body)["data"]["subject"] == "客户转红"
    assert headers["webhook-id"] == json.loads(body)["id"] == "k1"
    signed = f"k1.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(b"0123456789abcdef01234567", signed, hashlib.sha256).digest())
    assert headers["webhook-signature"] == "v1," + expected.decode()
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 10


def test_the_public_vector_verifies() -> None:
    """The example of the Standard Webhooks libraries."""
    signature = webhook.sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_of_plain_text_signs_too() -> None:
    """Without whsec_ the text itself is the key."""
    digest = hmac.new("秘密".encode(), b"a.1.{}", hashlib.sha256).digest()
    assert webhook.sign("秘密", "a", 1, b"{}") == "v1," + base64.b64encode(digest).decode()


def test_without_a_secret_there_is_no_signature() -> None:
    """The id is sent all the same, with the project's own headers."""
    with receiver(status(200)) as hook:
        send({**hook.options, "headers": {"Authorization": Secret("Bearer t", "${env:T}")}})
    headers = hook.received[0][1]
    assert "webhook-signature" not in headers
    assert headers["authorization"] == "Bearer t"


@pytest.mark.parametrize(
    ("code", "state"),
    [
        *((code, "sent") for code in (200, 202)),
        *((code, "dead") for code in (301, 307, 400, 401, 404, 410)),
        *((code, "retry") for code in (429, 500, 503)),
    ],
)
def test_the_status_decides(code: int, state: str) -> None:
    """2xx is sent, 429 and 5xx are retried, the rest is dead."""
    with receiver(status(code, b"because")) as hook:
        outcome = send(hook.options)
    assert outcome.state == state
    assert str(code) in outcome.detail
    assert "because" in outcome.detail
    assert len(hook.received) == 1


def test_redirects_are_not_followed() -> None:
    """A notice goes where the project says and nowhere else."""
    with receiver(status(200)) as other, receiver(status(307, Location=other.options["url"])) as hook:
        assert send(hook.options).state == "dead"
    assert other.received == []


def test_the_receiver_says_when_to_come_back() -> None:
    """Retry-After in seconds or as a date."""
    with receiver(status(429, retry_after="120")) as hook:
        assert send(hook.options).retry_after == 120
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=300), usegmt=True)
    with receiver(status(503, retry_after=moment)) as hook:
        assert abs(send(hook.options).retry_after - 300) < 3


def drip_headers(handler: BaseHTTPRequestHandler) -> None:
    for _ in range(40):
        handler.wfile.write(b"H")
        handler.wfile.flush()
        time.sleep(0.1)


def hang(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(2)


@pytest.mark.parametrize("answer", [drip_headers, hang], ids=["drips", "hangs"])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_the_deadline_is_for_the_whole_attempt(answer: Answer) -> None:
    """A receiver that hangs or drips bytes costs the deadline and no more."""
    with receiver(answer) as hook:
        started = time.monotonic()
        outcome = send({**hook.options, "timeout": 0.6})
        took = time.monotonic() - started
    assert outcome.state == "unknown"
    assert 0.5 < took < 2.6


def test_an_endless_answer_is_cut() -> None:
    """After 64 kB nobody listens any more; the status has decided."""

    def flood(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            for _ in range(4096):
                handler.wfile.write(b"x" * 65536)
        except OSError:
            handler.close_connection = True

    with receiver(flood) as hook:
        started = time.monotonic()
        outcome = send(hook.options)
    assert outcome.state == "sent"
    assert time.monotonic() - started < 3
    assert len(outcome.detail) < 300


def test_a_body_that_breaks_off_changes_nothing() -> None:
    """The status line said it was taken."""
    with receiver(status(200, content_length="500")) as hook:
        assert send(hook.options).state == "sent"


def test_nobody_listening_is_retried() -> None:
    """And the URL's path is not in the words."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    outcome = send({"url": f"http://127.0.0.1:{port}/t0ken-in-path", "timeout": 2})
    assert outcome.state == "retry"
    assert "t0ken" not in outcome.detail


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"url": "http://example.com/x"}, "allow_http"),
        ({"url": "ftp://example.com/x"}, "https://"),
        ({"url": "example.com"}, "https://"),
        ({"url": "https://"}, "https://"),
        ({"url": "https://example.com:port/"}, "no URL"),
        ({"url": "https://example.com", "secret": "whsec_!!"}, "options"),
        ({"url": "https://example.com", "ca": "nowhere.pem"}, "options"),
    ],
    ids=["plain http", "ftp", "no scheme", "no host", "bad port", "bad secret", "no authority"],
)
def test_options_that_cannot_work_are_dead(options: dict[str, Any], words: str) -> None:
    """Nothing is sent, and it is said why."""
    outcome = send(options)
    assert outcome.state == "dead"
    assert words in outcome.detail


def test_nothing_secret_is_said_or_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Neither the URL nor the secret stands in the outcome or the log, even when the service echoes them."""
    with receiver(status(400, b"bad t0ken-in-path geheimnis")) as hook, caplog.at_level(logging.DEBUG):
        url = Secret(hook.options["url"], "${env:U}")
        outcome = send({"url": url, "timeout": 5, "secret": Secret("geheimnis", "${env:S}")})
    said = outcome.detail + caplog.text
    assert "geheimnis" not in said
    assert "t0ken-in-path" not in said
