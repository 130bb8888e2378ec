"""The webhook channel: one JSON POST a notice, signed as Standard Webhooks says when there is a secret."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import kaframe

OPTIONS: dict[str, Any] = {
    "type": "object",
    "title": "Webhook",
    "description": "Posts notices as JSON to one URL.",
    "additionalProperties": False,
    "required": ["url"],
    "properties": {
        "url": kaframe.POST_OPTIONS["url"],
        "secret": {
            "type": "string",
            "secret": True,
            "title": "Signing secret",
            "description": "whsec_ and base64, or any text; left out: no signature.",
        },
        "headers": {
            "type": "object",
            "additionalProperties": {"type": "string", "secret": True},
            "title": "Headers",
            "description": "More headers, such as Authorization: ${env:TOKEN}.",
        },
        **kaframe.POST_OPTIONS,
    },
}


@kaframe.hook
def kaframe_channels() -> Iterator[kaframe.Channel]:
    """Hand notices to any program that listens to HTTP."""
    summary = {"en": "Posts signed JSON", "zh": "发送带签名的 JSON"}
    yield kaframe.Channel(name="webhook", summary=summary, options=OPTIONS, send=send, check=check)


def check(options: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """What of the options cannot work; nothing secret is said."""
    found = kaframe.check_post(options, folder)
    if "secret" in options and (wrong := _secret_refusal(kaframe.revealed(options["secret"]))):
        found["secret"] = wrong
    return found


def send(options: Mapping[str, Any], message: kaframe.Message, folder: Path) -> kaframe.Outcome:
    """Make one attempt: 2xx is sent; 429, 5xx and network failures are retried; everything else is dead."""
    body = write_body(message)
    try:
        headers = _headers(options, message, body)
    except ValueError as error:
        return kaframe.Outcome("dead", f"the channel's options cannot be used: {error}")
    return kaframe.send_post(kaframe.Post(options, folder, body, headers))


def write_body(message: kaframe.Message) -> bytes:
    """The JSON of a notice, the same bytes for every attempt."""
    data: dict[str, Any] = {
        "recipient": message.recipient,
        "address": message.address,
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
    }
    if message.link:
        data["link"] = message.link
    if message.attachments:
        data["attachments"] = [{"name": one.name, "markdown": one.markdown} for one in message.attachments]
    whole = {"type": "kaframe.notice", "id": message.key, "data": data}
    return json.dumps(whole, ensure_ascii=False).encode("utf-8", "replace")


def sign(secret: str, key: str, timestamp: int, body: bytes) -> str:
    """The ``webhook-signature`` of a body: HMAC-SHA256 over ``id.timestamp.body``.

    A secret that starts with ``whsec_`` is base64 after it; any other is taken as it stands.
    """
    digest = hmac.new(_key_of(secret), f"{key}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def _key_of(secret: str) -> bytes:
    """The key that a secret means. Raises: ValueError."""
    try:
        return base64.b64decode(secret[6:], validate=True) if secret.startswith("whsec_") else secret.encode()
    except binascii.Error:
        raise ValueError("after whsec_ the secret must be base64") from None


def _secret_refusal(secret: str) -> str:
    try:
        return "" if _key_of(secret) else "is empty"
    except ValueError:
        return "starts with whsec_, so the rest must be base64, and it is not"


def _headers(options: Mapping[str, Any], message: kaframe.Message, body: bytes) -> dict[str, str]:
    own = {str(name): kaframe.revealed(value) for name, value in options.get("headers", {}).items()}
    now = int(time.time())
    ours = {"webhook-id": message.key, "webhook-timestamp": str(now)}
    if options.get("secret"):
        ours["webhook-signature"] = sign(kaframe.revealed(options["secret"]), message.key, now, body)
    return {**own, **ours}
