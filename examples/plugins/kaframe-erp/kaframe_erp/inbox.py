"""Notices into the inbox of the ERP system: one XML document a POST."""

from __future__ import annotations

import re
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
    "properties": {**kaframe.POST_OPTIONS},
}


def send(options: Mapping[str, Any], message: kaframe.Message, folder: Path) -> kaframe.Outcome:
    """One attempt; the inbox drops a second document with the same id."""
    headers = {"Content-Type": "application/xml; charset=utf-8"}
    return kaframe.send_post(kaframe.Post(options, folder, document(message), headers))


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
