"""A server on loopback that behaves as chat systems and gateways do, and what a channel is to make of it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[BaseHTTPRequestHandler], None]
HUGE = 1_000_000
WAIT = 120.0
ACCEPTED = b'{"ok": true, "errcode": 0, "code": 0}'  # what most services say to what they have taken


@dataclass(frozen=True, slots=True)
class Request:
    """One request that the server got."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Server:
    """The running server: where it is, and what came in."""

    url: str
    received: list[Request] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How the server answers, the outcome that follows, and the seconds to wait that it asks for."""

    answer: Answer
    state: str
    retry_after: float | None = None


def saying(code: int, body: bytes = b"", **headers: str) -> Answer:
    """A server that always answers with this status, body and headers."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in {"content_length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        with suppress(OSError):
            handler.wfile.write(body)

    return answer


def _hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


def _stall(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(30)


BEHAVIOURS: Mapping[str, Behaviour] = {
    "accepts": Behaviour(saying(200, ACCEPTED), "sent"),
    "says nothing but yes": Behaviour(saying(204), "sent"),
    "refuses the message": Behaviour(saying(400, b"bad message"), "dead"),
    "refuses the secret": Behaviour(saying(401, b"who are you"), "dead"),
    "is not there any more": Behaviour(saying(404, b"gone"), "dead"),
    "redirects": Behaviour(saying(307, Location="http://127.0.0.1:9/elsewhere"), "dead"),
    "asks to wait": Behaviour(saying(429, retry_after="120"), "retry", WAIT),
    "has a bug": Behaviour(saying(500, b"<html>oops</html>"), "retry"),
    "is being mended": Behaviour(saying(503, retry_after="120"), "retry", WAIT),
    "hangs up": Behaviour(_hang_up, "retry"),
    "stalls": Behaviour(_stall, "retry"),
    "is switched off": Behaviour(saying(200), "retry"),
}


class _Quiet(ThreadingHTTPServer):
    """Says nothing when a sender hangs up: that is what some of these tests are about."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        return


@contextmanager
def serving(answer: Answer) -> Iterator[Server]:
    """A server that answers every request so."""
    received: list[Request] = []

    class Handler(BaseHTTPRequestHandler):
        def _take(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            received.append(Request(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            answer(self)

        do_POST = do_PUT = do_GET = _take  # noqa: N815  names of the standard library

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = _Quiet(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield Server(f"http://127.0.0.1:{server.server_port}/hook/t0ken-1n-path", received)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def closed_port() -> int:
    """A port on loopback where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
