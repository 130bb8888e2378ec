"""For tests of where may be connected to: a name server of the test's own, and every connection that is tried."""

from __future__ import annotations

import socket
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

_listening: list[Reached] = []


class Reached:
    """The addresses to which a connection was tried. Beyond this computer none comes about."""

    def __init__(self) -> None:
        self.addresses: list[str] = []


def _hear(event: str, args: tuple[Any, ...]) -> None:
    if event == "socket.connect" and _listening and isinstance(args[1], tuple):
        host = str(args[1][0])
        for each in _listening:
            each.addresses.append(host)
        if not host.startswith("127."):
            raise ConnectionRefusedError("not in a test")


sys.addaudithook(_hear)


@pytest.fixture
def reached() -> Any:
    """Every connection of this process, as Python itself reports it."""
    heard = Reached()
    _listening.append(heard)
    yield heard
    _listening.remove(heard)


class NameServer:
    """Answers for its names, one answer after the other and the last one again; ``asked`` are the names in order."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, names: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self.asked: list[str] = []
        self._names = {name: list(answers) for name, answers in names.items()}
        self._real = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self._answer)

    def _answer(self, host: Any, port: Any, *args: Any, **more: Any) -> list[Any]:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in self._names:
            return list(self._real(host, port, *args, **more))
        self.asked.append(name)
        answers = self._names[name]
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [entry for each in addresses for entry in self._real(each, port, type=socket.SOCK_STREAM)]
