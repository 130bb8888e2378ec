"""Every channel against every way in which the other side behaves: one recorded outcome each, within the deadline.

Real servers on loopback; each row is one run of the outbox: what is kept there, and how long it took.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from plugins.test_channel_email import CERTIFICATE, free_port, server_context

from kaframe.deliver import deliver_outbox
from kaframe.store import list_outbox, utc_text
from tests.test_deliver import NOW, fill, project_with

TIMEOUT = 1.0
SLACK = 2.0  # beyond the deadline: RELIABILITY P6
Serve = Callable[[socket.socket], None]


@dataclass(frozen=True)
class Row:
    """What the other side does, and what the outbox says then: its state, and words of the reason."""

    serve: Serve
    state: str
    words: str = ""
    wait: int = 60  # seconds until the next attempt
    host: str = "127.0.0.1"


@contextmanager
def listening(serve: Serve, host: str = "127.0.0.1") -> Iterator[int]:
    """A server that hands each line that comes in to ``serve``; its port."""
    with socket.create_server((host, 0)) as listener:

        def accept() -> None:
            while True:
                try:
                    line, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=attend, args=(line,), daemon=True).start()

        def attend(line: socket.socket) -> None:
            with line:
                try:
                    serve(line)
                except OSError:
                    return  # the sender has hung up

        threading.Thread(target=accept, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def reset(line: socket.socket) -> None:
    """End the line as a machine does that has crashed."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


def hang(line: socket.socket) -> None:
    """Take everything, say nothing."""
    while line.recv(65536):
        pass


def drip(text: bytes) -> Serve:
    """Say a byte now and then, and never all."""

    def serve(line: socket.socket) -> None:
        for number in range(200):
            line.sendall(text[number % len(text) :][:1])
            time.sleep(0.05)

    return serve


def post(answer: bytes, then: Serve | None = None) -> Serve:
    """Read one request whole, give this answer."""

    def serve(line: socket.socket) -> None:
        taken = b""
        while b"\r\n\r\n" not in taken:
            taken += line.recv(65536)
        head, _, body = taken.partition(b"\r\n\r\n")
        size = int(next(one for one in head.lower().split(b"\r\n") if one.startswith(b"content-length")).split(b":")[1])
        while len(body) < size:
            body += line.recv(65536)
        line.sendall(answer)
        if then:
            then(line)

    return serve


def http(status: str, *headers: str, body: str = "") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", "connection: close", *headers, "", body]
    return "\r\n".join(lines).encode()


def flood(piece: bytes) -> Serve:
    def serve(line: socket.socket) -> None:
        for _ in range(20_000):
            line.sendall(piece)

    return serve


WEBHOOK = {
    "2xx": Row(post(http("204 No Content")), "sent"),
    "4xx": Row(post(http("404 Not Found")), "dead", "HTTP 404"),
    "gone": Row(post(http("410 Gone")), "dead", "HTTP 410"),
    "5xx": Row(post(http("500 Oops")), "pending", "HTTP 500"),
    "429 with Retry-After": Row(post(http("429 Slow", "retry-after: 600")), "pending", "HTTP 429", wait=600),
    "redirect": Row(post(http("307 Elsewhere", "location: /other")), "dead", "redirects are not followed"),
    "hang": Row(hang, "pending"),
    "drip": Row(drip(b"HTTP/1.1 200 OK\r\nx: "), "pending"),
    "reset before the body": Row(reset, "pending"),
    "reset after the body": Row(post(b"", reset), "pending"),
    "reset within the answer": Row(post(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\nx", reset), "sent"),
    "huge answer": Row(post(b"HTTP/1.1 200 OK\r\n\r\n", flood(b"x" * 65536)), "sent"),
    "huge headers": Row(post(b"HTTP/1.1 200 OK\r\n", flood(b"x: " + b"y" * 4096 + b"\r\n")), "pending"),
    "no HTTP": Row(post(b"SSH-2.0-server\r\n"), "pending"),
    "no such name": Row(hang, "pending", host="nowhere.invalid"),
}


def talk(answers: dict[bytes, bytes], greeting: bytes = b"220 mail\r\n", end: Serve | None = None) -> Serve:
    """An SMTP server that answers commands as told, others with 250; ``end`` is for the mail that has come whole."""

    def serve(line: socket.socket) -> None:
        line.sendall(greeting)
        with line.makefile("rb") as said:
            for command in said:
                word = command[:4].upper().strip()
                line.sendall(answers.get(word, b"354 go on\r\n" if word == b"DATA" else b"250 ok\r\n"))
                if word == b"DATA" and answers.get(word, b"3")[:1] == b"3":
                    while said.readline() != b".\r\n":
                        pass
                    if end:
                        end(line)
                        return
                    line.sendall(answers.get(b"END", b"250 taken\r\n"))

    return serve


EMAIL = {
    "2xx": Row(talk({}), "sent"),
    "4xx": Row(talk({b"RCPT": b"450 busy\r\n"}), "pending", "SMTP 450"),
    "5xx": Row(talk({b"RCPT": b"550 nobody\r\n"}), "dead", "SMTP 550"),
    "refused after the body": Row(talk({b"END": b"554 spam\r\n"}), "dead", "SMTP 554"),
    "too many": Row(talk({}, greeting=b"421 later\r\n"), "pending", "SMTP 421"),
    "redirect": Row(talk({b"RCPT": b"551 try other@example.com\r\n"}), "dead", "SMTP 551"),
    "hang": Row(hang, "pending"),
    "drip": Row(drip(b"220-mail"), "pending"),
    "reset before the body": Row(reset, "pending"),
    "reset after the body": Row(talk({}, end=reset), "pending"),
    "huge answer": Row(flood(b"220-" + b"x" * 4000 + b"\r\n"), "pending"),
    "endless line": Row(flood(b"220-" * 4096), "pending"),
    "no SMTP": Row(drip(b"HTTP/1.1 400 Bad\r\n"), "pending"),
    "no such name": Row(hang, "pending", host="nowhere.invalid"),
}


def outcome(root: Path, channel: str, row: Row) -> None:
    """Bring one notice, and compare what the outbox keeps of it."""
    project = project_with(root, f"  it: {channel}\n")
    store = fill(project, "it")
    begun = time.monotonic()
    delivered = deliver_outbox(project, store, NOW)
    assert time.monotonic() - begun <= TIMEOUT + SLACK
    (kept,) = list_outbox(store)
    assert (kept["state"], kept["attempts"]) == (row.state, 1), kept["last_error"]
    assert row.words in (kept["last_error"] or "")
    assert (row.state == "sent") == delivered.is_complete
    if row.state == "pending":
        assert kept["next_at"] == utc_text(NOW.fromtimestamp(NOW.timestamp() + row.wait, NOW.tzinfo))


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback is reached directly whatever the environment says."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,127.0.0.2,localhost,nowhere.invalid")


@pytest.mark.parametrize("row", WEBHOOK.values(), ids=WEBHOOK.keys())
def test_webhook(tmp_path: Path, row: Row) -> None:
    """What a receiver of webhooks may do."""
    with listening(row.serve) as port:
        url = f"http://{row.host}:{port}/hook"
        outcome(tmp_path, f"{{type: webhook, url: '{url}', timeout: {TIMEOUT}, allow_http: true}}", row)


@pytest.mark.parametrize("row", EMAIL.values(), ids=EMAIL.keys())
def test_email(tmp_path: Path, row: Row) -> None:
    """What a mail server may do."""
    with listening(row.serve) as port:
        options = f"host: {row.host}, port: {port}, from: kam@example.com, security: none, timeout: {TIMEOUT}"
        outcome(tmp_path, f"{{type: email, {options}}}", row)


@pytest.mark.parametrize("channel", ["webhook", "email"])
@pytest.mark.parametrize("behaviour", ["unknown authority", "another name", "no TLS", "refused"])
def test_wrong_tls(tmp_path: Path, channel: str, behaviour: str) -> None:
    """Nothing is sent to who cannot say who he is, and it may be mended: tried again."""
    secured, received = server_context(), []

    def serve(line: socket.socket) -> None:
        if behaviour == "no TLS":
            line.sendall(b"220 mail\r\n")
            return
        try:
            received.append(secured.wrap_socket(line, server_side=True).recv(65536))
        except ssl.SSLError:
            return

    trusted = f", ca: {CERTIFICATE}/localhost.pem" if behaviour == "another name" else ""
    host = "127.0.0.2" if behaviour == "another name" else "localhost"  # the certificate is for 127.0.0.1 and localhost
    with listening(serve, host) as open_port:
        port = free_port() if behaviour == "refused" else open_port
        options = {
            "webhook": f"type: webhook, url: 'https://{host}:{port}/'",
            "email": f"type: email, host: {host}, port: {port}, from: kam@example.com, security: tls",
        }
        outcome(tmp_path, f"{{{options[channel]}, timeout: {TIMEOUT}{trusted}}}", Row(serve, "pending"))
    assert [data for data in received if data] == []


@pytest.mark.parametrize("behaviour", ["a file in the way", "a link out of the project"])
def test_file(tmp_path: Path, behaviour: str) -> None:
    """A folder that cannot be written may be mended; one outside the project is never written."""
    root = tmp_path / "project"
    (root / "notices").parent.mkdir(parents=True)
    if behaviour == "a file in the way":
        (root / "notices").write_text("x")
        outcome(root, "{type: file}", Row(hang, "pending", "cannot write"))
    else:
        (root / "notices").symlink_to(tmp_path)
        outcome(root, "{type: file}", Row(hang, "dead", "outside the project"))
        assert [path.name for path in tmp_path.iterdir()] == ["project"]


def test_console(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When nobody can read it, it is told later."""
    import sys

    with (tmp_path / "closed.txt").open("w") as closed:
        closed.close()
        monkeypatch.setattr(sys, "stderr", closed)
        outcome(tmp_path / "project", "{type: console}", Row(hang, "pending", "stderr takes nothing"))
