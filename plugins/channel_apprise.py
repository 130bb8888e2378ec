"""The Apprise channel: notices to any service that Apprise knows, with the weaker promise that it can give."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import kaframe

OPTIONS: dict[str, Any] = {
    "type": "object",
    "title": "Apprise",
    "description": "Sends notices by Apprise (pip install 'kaframe[apprise]'), for services without a channel here.",
    "additionalProperties": False,
    "required": ["url"],
    "properties": {
        "url": {
            "type": "string",
            "secret": True,
            "title": "Address",
            "description": "As Apprise writes it (tgram://..., discord://...), best as ${env:NAME}.",
        },
        "allow_private": kaframe.POST_OPTIONS["allow_private"],
        "timeout": {
            "type": "number",
            "exclusiveMinimum": 0,
            "default": 30,
            "title": "Timeout",
            "description": "Seconds for the whole attempt.",
        },
    },
}
ANY_SERVER = ("json", "jsons", "xml", "xmls", "form", "forms")
SUMMARY = {"en": "Sends by Apprise to a hundred other services", "zh": "通过 Apprise 发送到其他上百种服务"}
MISSING = "needs the package 'apprise', which is not installed: pip install 'kaframe[apprise]'"


@kaframe.hook
def kaframe_channels() -> Iterator[kaframe.Channel]:
    """Reach the services that have no channel of their own."""
    yield kaframe.Channel(
        name="apprise", summary=SUMMARY, options=OPTIONS, send=send, check=check, pace="20 per minute"
    )


def check(options: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """Whether Apprise is there and knows the address."""
    if "url" not in options:
        return {}
    if wrong := _host_refusal(options):
        return {"url": f"would send to {wrong}"}
    try:
        return {} if _open(options) else {"url": "is no address that Apprise knows"}
    except ImportError:
        return {"url": MISSING}


def send(options: Mapping[str, Any], message: kaframe.Message, folder: Path) -> kaframe.Outcome:
    """Make one attempt; Apprise says whether it went well, and not why it did not, so it is tried again."""
    try:
        opened = _open(options)
    except ImportError:
        return kaframe.Outcome("retry", MISSING)
    if opened is None:
        return kaframe.Outcome("dead", "the option `url` is no address that Apprise knows")
    if wrong := _host_refusal(options):
        return kaframe.Outcome("dead", f"the option `url` would send to {wrong}")
    seconds = float(options.get("timeout", 30))
    text = kaframe.quieted(f"{message.text}\n{message.link}".strip()).encode("utf-8", "replace").decode()
    title = kaframe.quieted(" ".join(message.subject.split())).encode("utf-8", "replace").decode()
    result = opened.notify(text or "-", title=title, body_format="text", interpret_escapes=False, timeout=seconds)
    if result:
        return kaframe.Outcome("sent", "Apprise says so")
    state = str(getattr(getattr(result, "status", ""), "name", "FAILURE"))
    if state == "TIMEOUT":
        return kaframe.Outcome("unknown", f"no end after {seconds:g} s")
    return kaframe.Outcome("retry", "Apprise could not send it and does not say why")


def _host_refusal(options: Mapping[str, Any]) -> kaframe.Refusal | None:
    """Whether the address names one of a private network. Names are found by Apprise itself, which looks at nothing."""
    try:
        url = urlsplit(kaframe.revealed(options["url"]))
        host = url.hostname or ""
    except ValueError:
        return None
    if host.isdigit() and url.scheme not in ANY_SERVER:
        return None  # the number of a robot: Telegram, Discord
    return kaframe.host_refusal(host, bool(options.get("allow_private")))


def _open(options: Mapping[str, Any]) -> Any:
    """Apprise with the one address, following no redirect; None when it does not know it. Raises: ImportError."""
    import apprise

    # Its warnings have tokens in them, and the debug lines of urllib3 whole addresses.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    logging.getLogger("urllib3").setLevel(logging.WARNING)
    asset = apprise.AppriseAsset(storage_mode="memory", service_timeout=float(options.get("timeout", 30)))
    opened = apprise.Apprise(asset=asset)
    url = kaframe.revealed(options["url"])
    return opened if opened.add(f"{url}{'&' if '?' in url else '?'}redirect=no") else None
