"""A server on loopback that gives one answer to whatever is asked, also one that no service should give."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def answering(
    status: int = 200, body: str = "", headers: Mapping[str, str] | None = None, times: int = 1, fault: str = ""
) -> Iterator[int]:
    """The port of a server that says ``body``, so many times over.

    ``fault``: deaf (takes the connection and never says a word), slow (a byte now and then), short (less than it
    promises), mute (hangs up at once).
    """
    if fault == "deaf":
        with socket.create_server(("127.0.0.1", 0)) as deaf:
            yield deaf.getsockname()[1]
        return
    content = body.encode() * times

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if fault == "mute":
                self.close_connection = True
                return
            self.send_response(status)
            length = len(content) + (1000 if fault == "short" else 0)
            for name, value in {"Content-Length": str(length), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):
                self._say()
            self.close_connection = True

        do_POST = do_GET  # noqa: N815

        def _say(self) -> None:
            if fault != "slow":
                self.wfile.write(content)
                return
            for byte in content:
                self.wfile.write(bytes([byte]))
                time.sleep(0.05)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
