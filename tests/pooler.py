"""A pool before PostgreSQL that lends its sessions for one transaction each, like PgBouncer in transaction mode."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

STARTUP = 196_608  # protocol 3.0


class _Wire:
    """One side of a conversation in PostgreSQL's protocol."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line

    def read(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            more = self.line.recv(count - len(data))
            if not more:
                raise ConnectionError
            data += more
        return data

    def startup(self) -> int:
        """The code of a first message, which has no type."""
        (length,) = struct.unpack("!I", self.read(4))
        return int(struct.unpack("!I", self.read(length - 4)[:4])[0])

    def message(self) -> bytes:
        head = self.read(5)
        return head + self.read(struct.unpack("!I", head[1:])[0] - 4)

    def until_ready(self) -> bytes:
        """All that comes up to and with 'ready for query'."""
        data = b""
        while True:
            message = self.message()
            data += message
            if message[:1] == b"Z":
                return data


class _Pool:
    def __init__(self, folder: Path, database: str) -> None:
        self._path, self._database = str(folder / ".s.PGSQL.5432"), database
        self._free: list[_Wire] = []
        self._guard = threading.Lock()
        first = self._connect()
        self.greeting = first[1]
        self._free.append(first[0])

    def lend(self) -> _Wire:
        """The session that was given back last, or a new one."""
        with self._guard:
            return self._free.pop() if self._free else self._connect()[0]

    def give_back(self, server: _Wire) -> None:
        with self._guard:
            self._free.append(server)

    def _connect(self) -> tuple[_Wire, bytes]:
        line = socket.socket(socket.AF_UNIX)
        line.connect(self._path)
        body = struct.pack("!I", STARTUP) + f"user\0postgres\0database\0{self._database}\0\0".encode()
        line.sendall(struct.pack("!I", len(body) + 4) + body)
        server = _Wire(line)
        return server, server.until_ready()

    def close(self) -> None:
        for server in self._free:
            server.line.close()


def _serve(client: _Wire, pool: _Pool) -> None:
    while client.startup() != STARTUP:
        client.line.sendall(b"N")  # neither TLS nor GSSAPI
    client.line.sendall(pool.greeting)
    server: _Wire | None = None
    while True:
        message = client.message()
        if message[:1] == b"X":
            return
        server = server or pool.lend()
        server.line.sendall(message)
        if message[:1] in (b"Q", b"S"):
            answer = server.until_ready()
            if answer[-1:] == b"I":
                pool.give_back(server)
                server = None
            client.line.sendall(answer)


@contextlib.contextmanager
def transaction_pool(folder: Path, database: str) -> Iterator[str]:
    """The URL of a pool in front of the server whose socket lies in this folder."""
    listener = socket.create_server(("127.0.0.1", 0))
    pool = _Pool(folder, database)

    def serve(line: socket.socket) -> None:
        with line, contextlib.suppress(ConnectionError):
            _serve(_Wire(line), pool)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=serve, args=[listener.accept()[0]], daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"postgresql://postgres@127.0.0.1:{listener.getsockname()[1]}/{database}"
    finally:
        listener.close()
        pool.close()
