"""Notices into the inbox of the ERP system: one XML document a POST."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import kaframe

BYTE_LIMIT = 16_384
ILLEGAL = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot hold
OPTIONS: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["url"],
    "properties": {
        "url": {"type": "string", "secret": True, "title": "URL", "description": "The inbox, as ${env:NAME}."},
        "timeout": {
            "type": "number",
            "exclusiveMinimum": 0,
            "default": 20,
            "title": "Timeout",
            "description": "Seconds for one attempt.",
        },
    },
}


def send(options: Mapping[str, Any], message: kaframe.Message, folder: Path) -> kaframe.Outcome:
    """One attempt; the inbox drops a second document with the same id."""
    url = options["url"].reveal()
    if not url.startswith(("https://", "http://")):
        return kaframe.Outcome("dead", "the URL is no address of the web")
    headers = {"Content-Type": "application/xml; charset=utf-8"}
    request = urllib.request.Request(url, document(message), headers)  # noqa: S310  looked at above
    try:
        with OPENER.open(request, timeout=float(options.get("timeout", 20))):
            return kaframe.Outcome("sent")
    except urllib.error.HTTPError as error:
        with error:
            return refusal(error.code, error.headers.get("Retry-After"))
    except Exception as error:  # nobody listens, hangs up, too slow, half an answer
        return kaframe.Outcome("retry", f"no answer: {type(error).__name__}")


def refusal(status: int, retry_after: str | None) -> kaframe.Outcome:
    """What a status that is no success means."""
    if status == 429 or status >= 500:
        wait = float(retry_after) if retry_after and retry_after.isdigit() else None
        return kaframe.Outcome("retry", f"the inbox answers {status}", wait)
    return kaframe.Outcome("dead", f"the inbox answers {status}")


def document(message: kaframe.Message) -> bytes:
    """The notice as XML within the limit; what XML cannot hold is left out."""
    text = message.text
    while len(body := _document(message, text)) > BYTE_LIMIT:
        text = text[: min(len(text) - 1, len(text) * BYTE_LIMIT // len(body))]
    return body


def _document(message: kaframe.Message, text: str) -> bytes:
    parts = {"id": message.key, "for": message.recipient, "subject": message.subject[:200], "text": text}
    inside = "".join(f"<{name}>{escape(ILLEGAL.sub(' ', value))}</{name}>" for name, value in parts.items())
    return f'<?xml version="1.0" encoding="UTF-8"?><notice>{inside}</notice>'.encode()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A notice goes where the project says and nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        return None


OPENER = urllib.request.build_opener(_NoRedirect)
