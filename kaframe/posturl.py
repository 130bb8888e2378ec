"""Where may be posted to: encrypted, unless to this computer or allowed, and into no private network unasked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from kaframe.reach import host_refusal, is_loopback


def url_refusal(text: str, options: Mapping[str, Any]) -> str:
    """Why nothing is posted there, as far as the address tells; ``options`` may say allow_http and allow_private."""
    try:
        url = urlsplit(text)
        host, _ = url.hostname, url.port
    except ValueError:
        return "is no URL"
    if url.scheme not in ("https", "http") or not host:
        return "must start with https:// and name a server"
    wrong = host_refusal(host, bool(options.get("allow_private")))
    if wrong:
        return f"would send to {wrong}"
    if url.scheme == "https" or options.get("allow_http") or is_loopback(host):
        return ""
    return f"would send to {host} unencrypted: use https, or say allow_http: true"
