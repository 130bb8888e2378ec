"""A real HTTP server on loopback that answers with JSON as a test says, and keeps what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request: ``query`` and ``body`` as mappings, header names in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class Reply:
    """An answer: a document, or bytes as they are."""

    document: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None


Answerer = Callable[[Asked], Any]


class Running:
    """The server's address and the requests so far."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.asked: list[Asked] = []

    def paths(self) -> list[str]:
        return [each.path for each in self.asked]


class _Server(ThreadingHTTPServer):
    """Says nothing when a reader hangs up."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        return


@contextmanager
def service(answer: Answerer) -> Iterator[Running]:
    """Answers with what ``answer`` gives: a ``Reply``, a document, or a function that writes to the socket itself."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            asked = _asked(self, self.rfile.read(length))
            running.asked.append(asked)
            given = answer(asked)
            if callable(given):
                given(self)
            else:
                _write(self, given if isinstance(given, Reply) else Reply(given))

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = _Server(("127.0.0.1", 0), Handler)
    running = Running(server.server_port)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _asked(handler: BaseHTTPRequestHandler, content: bytes) -> Asked:
    url = urlsplit(handler.path)
    headers = {name.lower(): value for name, value in handler.headers.items()}
    body: Any = None
    if content:
        is_form = "urlencoded" in headers.get("content-type", "")
        body = dict(parse_qsl(content.decode())) if is_form else json.loads(content)
    return Asked(handler.command, url.path, dict(parse_qsl(url.query)), headers, body)


def _write(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    content = json.dumps(reply.document, ensure_ascii=False).encode() if reply.raw is None else reply.raw
    handler.send_response(reply.status)
    for name, value in {"content-type": "application/json", **reply.headers}.items():
        handler.send_header(name, value)
    handler.send_header("content-length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)
