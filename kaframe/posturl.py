"""Where may be posted to: encrypted anywhere, unencrypted only to this computer, unless somebody allows it."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def url_refusal(text: str, allow_http: bool) -> str:
    """Why nothing is posted there; empty for https, and for http on this computer or where it is allowed."""
    try:
        url = urlsplit(text)
        host, _ = url.hostname, url.port
    except ValueError:
        return "is no URL"
    if url.scheme == "https" and host:
        return ""
    if url.scheme != "http" or not host:
        return "must start with https:// and name a server"
    if allow_http or _is_loopback(host):
        return ""
    return f"would send to {host} unencrypted: use https, or say allow_http: true"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
