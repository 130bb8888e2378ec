"""Requests through a client whose connections are looked at: proxies, and several requests to one server."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler

import httpx
import pytest

from kaframe.reach import RefusedAddressError
from kaframe.transport import open_client
from tests.plugins.receiving import receiver, status
from tests.reaching import NameServer


def test_a_proxy_of_the_environment_finds_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """It stands in the company's network, as whoever runs kaframe has said; an address inside it is not handed."""
    names = NameServer(monkeypatch, {"robot.example": [["127.0.0.1"]]})
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with receiver(status(200)) as proxy, open_client(True, 5) as client:
        monkeypatch.setenv("http_proxy", proxy.options["url"].split("/hook")[0].removeprefix("http://"))
        assert client.post("http://robot.example/x", content=b"{}").status_code == 200
        assert [path for path, _, _ in proxy.received] == ["http://robot.example/x"]
        for host in ("10.0.0.8", "169.254.169.254", "2130706433"):
            with pytest.raises(RefusedAddressError):
                client.post(f"http://{host}/x", content=b"{}")
        assert (len(proxy.received), names.asked) == (1, [])


def test_a_name_is_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """For all requests of a client, as long as its server answers."""
    names = NameServer(monkeypatch, {"bot.corp.example": [["127.0.0.1"]]})
    monkeypatch.setenv("NO_PROXY", "*")

    def answer(handler: BaseHTTPRequestHandler) -> None:
        status(200, b"done")(handler)

    with receiver(answer) as hook, open_client(True, 5, allow_private=True) as client:
        url = hook.options["url"].replace("127.0.0.1", "bot.corp.example")
        assert [client.post(url, content=b"{}").text for _ in range(3)] == ["done"] * 3
    assert names.asked == ["bot.corp.example"]
    with open_client(True, 0.5, allow_private=True) as client:
        for _ in range(2):
            with pytest.raises(httpx.ConnectError):
                client.post(url, content=b"{}")
    assert names.asked == ["bot.corp.example"] * 3
