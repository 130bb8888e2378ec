"""HTTP over connections that go only where they may: the door to httpx for whoever asks or posts.

A name is resolved once a client, all its addresses are looked at, and the connection goes to one of these, while
certificate, SNI and ``Host`` stay those of the name. A proxy that the environment names resolves names itself.
"""

from __future__ import annotations

import logging
import time
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpx

from kaframe.reach import RefusedAddressError, connect_each, find_addresses, host_refusal

Origin = tuple[str, str, int]


def open_client(verify: Any, timeout: float, allow_private: bool = False) -> httpx.Client:
    """An httpx client that follows no redirect and connects to no address of a private network unless it may.

    ``verify`` is as httpx takes it, ``timeout`` seconds for finding and reaching a server and for each read and write.
    Whoever uses it gets a RefusedAddressError, which is an OSError, where a name leads elsewhere.
    """
    for name in ("httpx", "httpcore"):  # at INFO they log whole addresses, which may hold a token
        logging.getLogger(name).setLevel(logging.WARNING)
    return httpx.Client(transport=_Checked(verify, allow_private), timeout=timeout)


class _Checked(httpx.BaseTransport):
    """One transport an origin: a connection that was made for one name is never used for another."""

    def __init__(self, verify: Any, allow_private: bool) -> None:
        self._verify, self._allow_private = verify, allow_private
        self._lines: dict[Origin | str, httpx.HTTPTransport] = {}
        self._addresses: dict[Origin, list[str]] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send to the first checked address that answers. Raises: RefusedAddressError."""
        proxy = proxy_of(request.url)
        if proxy:
            refuse_host(request.url, self._allow_private)
            return self._line(proxy, proxy=proxy).handle_request(request)
        host = request.url.raw_host.decode("ascii")
        origin = request.url.scheme, host, request.url.port or {"http": 80}.get(request.url.scheme, 443)
        timeouts = request.extensions["timeout"]
        until = time.monotonic() + timeouts["connect"]
        found = self._addresses.get(origin) or find_addresses(host, origin[2], timeouts["connect"], self._allow_private)

        def send(address: str, seconds: float) -> httpx.Response:
            more = {"sni_hostname": host, "timeout": {**timeouts, "connect": seconds}}
            extensions = {**request.extensions, **more}
            url, headers = request.url.copy_with(host=address), request.headers
            pinned = httpx.Request(request.method, url, headers=headers, stream=request.stream, extensions=extensions)
            return self._line(origin).handle_request(pinned)

        self._addresses.pop(origin, None)
        response = connect_each(found, until, send, (httpx.ConnectError, httpx.ConnectTimeout))
        self._addresses[origin] = found
        return response

    def close(self) -> None:
        """End all connections."""
        for line in self._lines.values():
            line.close()

    def _line(self, key: Origin | str, **options: Any) -> httpx.HTTPTransport:
        if key not in self._lines:
            self._lines[key] = httpx.HTTPTransport(verify=self._verify, **options)
        return self._lines[key]


def proxy_of(url: httpx.URL) -> str:
    """The proxy that the environment names for an address (``HTTPS_PROXY``, ``NO_PROXY`` ...); nothing for none."""
    proxies = getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all", "")
    if not proxy or proxy_bypass(url.host):
        return ""
    return proxy if "://" in proxy else f"http://{proxy}"


def refuse_host(url: httpx.URL, allow_private: bool) -> None:
    """Where a proxy finds the address. Raises: RefusedAddressError for one that is written down."""
    wrong = host_refusal(url.host, allow_private)
    if wrong:
        raise RefusedAddressError(wrong)
