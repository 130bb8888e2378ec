"""Where may be connected to: no disguise, no name and no second answer of a name server leads inside."""

from __future__ import annotations

import ssl
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from kaframe.posting import Post, check_post, send_post
from kaframe.reach import RefusedAddressError, find_addresses
from kaframe.records import Outcome
from tests.plugins.receiving import receiver, status
from tests.reaching import NameServer, Reached, reached

__all__ = ["reached"]
CERTIFICATE = Path(__file__).parent / "plugins" / "certificate"
PUBLIC = "93.184.216.34"
# Hosts that people and attackers write; the first group would reach this computer where nobody looks.
WRITTEN = [
    "2130706433", "0x7f000001", "0x7F.0.0.1", "0177.0.0.1", "017700000001", "127.1", "127.0.0.1.", "0x7f.1",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]", "[fe80::5efe:7f00:1]", "0.0.0.0", "0", "[::]",
    "169.254.169.254", "[::ffff:169.254.169.254]", "2852039166", "[fd00:ec2::254]", "[fd20:ce::254]",
    "100.100.100.200", "192.0.0.192", "168.63.129.16", "①⑥⑨.②⑤④.①⑥⑨.②⑤④", "[fe80::1]",
    "10.0.0.8", "172.16.3.4", "192.168.1.1", "100.64.0.1", "198.18.0.1", "[fd12:3456::1]", "[fec0::1]",
    "224.0.0.1", "255.255.255.255", "[ff02::1]",
]  # fmt: skip
LED = {
    "loopback": ["127.0.0.1"],
    "all of loopback": ["127.8.9.10"],
    "loopback of IPv6": ["::1"],
    "mapped": ["::ffff:127.0.0.1"],
    "private": ["10.0.0.8"],
    "metadata": ["169.254.169.254"],
    "one of several": [PUBLIC, "127.0.0.1"],
    "one of several, of IPv6": [PUBLIC, "fd12:3456::1"],
}


def post(url: str, **options: Any) -> Outcome:
    return send_post(Post({"url": url, "allow_http": True, "timeout": 2, **options}, Path(), b"{}"))


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the environment of the tests says."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("host", WRITTEN)
def test_an_address_that_is_written_down(host: str, reached: Reached) -> None:
    """Refused while the project is checked, and again when something is to be sent; no connection is tried."""
    with receiver(status(200)) as inside:
        url = inside.options["url"].replace("127.0.0.1", host)
        assert set(check_post({"url": url, "allow_http": True}, Path())) == {"url"}
        assert post(url).state == "dead"
    assert (inside.received, reached.addresses) == ([], [])


@pytest.mark.parametrize("addresses", LED.values(), ids=LED)
def test_a_name_that_leads_inside(
    addresses: list[str], reached: Reached, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every address of it is looked at, before the first connection; the notice waits, as names can be mended."""
    NameServer(monkeypatch, {"robot.example": [addresses]})
    with receiver(status(200)) as inside:
        outcome = post(inside.options["url"].replace("127.0.0.1", "robot.example"))
    assert (inside.received, reached.addresses) == ([], [])
    assert outcome.state == "retry"
    assert "robot.example leads to " in outcome.detail


def test_a_name_server_that_changes_its_mind(reached: Reached, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rebinding: what was looked at is connected to; the name is not asked for a second time."""
    names = NameServer(monkeypatch, {"robot.example": [[PUBLIC], ["127.0.0.1"]]})
    with receiver(status(200)) as inside:
        outcome = post(inside.options["url"].replace("127.0.0.1", "robot.example"))
    assert (inside.received, reached.addresses, names.asked) == ([], [PUBLIC], ["robot.example"])
    assert outcome.state == "retry"


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_leads_nowhere(code: int, reached: Reached) -> None:
    """Neither inside nor outside."""
    with receiver(status(200)) as inside, receiver(status(code, location=inside.options["url"])) as outside:
        assert post(outside.options["url"]).state == "dead"
    assert (inside.received, len(outside.received), reached.addresses) == ([], 1, ["127.0.0.1"])


def test_a_receiver_of_the_company_where_somebody_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """With ``allow_private``; the server sees the name that was written."""
    NameServer(monkeypatch, {"bot.corp.example": [["127.0.0.1"]]})
    with receiver(status(200)) as inside:
        url = inside.options["url"].replace("127.0.0.1", "bot.corp.example")
        assert post(url, allow_private=True).state == "sent"
    [(_, headers, _)] = inside.received
    assert headers["host"] == url.split("/")[2]


@pytest.mark.parametrize(
    "host",
    ["169.254.169.254", "[fd00:ec2::254]", "[::ffff:169.254.169.254]", "100.100.100.200", "0.0.0.0", "224.0.0.1"],
)
def test_keys_of_machines_are_never_asked(host: str, reached: Reached) -> None:
    """Not even where private addresses are allowed: no receiver of a company stands there."""
    assert post(f"http://{host}/x", allow_private=True).state == "dead"
    assert reached.addresses == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.2"])
def test_this_computer_may_be_named(host: str) -> None:
    """Who writes it down means it."""
    with receiver(status(200)) as own:
        expected = "retry" if host == "127.0.0.2" else "sent"  # there nobody listens
        assert post(own.options["url"].replace("127.0.0.1", host)).state == expected


def test_the_next_address_when_the_first_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within the one deadline."""
    NameServer(monkeypatch, {"bot.corp.example": [["127.0.0.2", "127.0.0.1"]]})
    with receiver(status(200)) as inside:
        assert post(inside.options["url"].replace("127.0.0.1", "bot.corp.example"), allow_private=True).state == "sent"
    assert len(inside.received) == 1


@pytest.mark.parametrize(("name", "state"), [("localhost", "sent"), ("bot.corp.example", "retry")])
def test_the_certificate_is_that_of_the_name(name: str, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not of the address: SNI and what is checked are the name, so that another name's server is not believed."""
    NameServer(monkeypatch, {"bot.corp.example": [["127.0.0.1"]]})
    seen: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE / "localhost.pem", CERTIFICATE / "key.pem")
    context.sni_callback = lambda line, asked, own: seen.append(asked)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            return

    class Server(HTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            return

    with Server(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        options = {"ca": "localhost.pem", "allow_private": True, "timeout": 5}
        outcome = send_post(
            Post({"url": f"https://{name}:{server.server_port}/x", **options}, CERTIFICATE, b"{}")
        )
        server.shutdown()
    assert (outcome.state, set(seen)) == (state, {name}), outcome.detail


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("10.0.0.8", "which is in a private network: say allow_private: true if that is meant"),
        ("127.0.0.1", "which is this computer: say allow_private: true if that is meant"),
        ("fd00:ec2::254", "where clouds keep the keys of their machines: name another address"),
        ("239.1.1.1", "which is no single machine: name another address"),
    ],
)
def test_what_is_said(address: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it leads, and the line that would allow it."""
    NameServer(monkeypatch, {"crm.example": [[address]]})
    with pytest.raises(RefusedAddressError) as caught:
        find_addresses("crm.example", 443, 5)
    assert str(caught.value) == f"crm.example leads to {address}, {said}"


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.216.34"])
def test_the_world_may_be_asked(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Public addresses of both kinds."""
    NameServer(monkeypatch, {"crm.example": [[address]]})
    assert find_addresses("crm.example", 443, 5) == [address]
