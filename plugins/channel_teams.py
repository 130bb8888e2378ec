"""The Teams channel: notices as Adaptive Cards through a workflow that takes webhook requests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import kaframe

OPTIONS: dict[str, Any] = {
    "type": "object",
    "title": "Teams",
    "description": "Posts notices to a chat or channel of Microsoft Teams through a workflow.",
    "additionalProperties": False,
    "required": ["url"],
    "properties": {**kaframe.POST_OPTIONS},
}
SUMMARY = {"en": "Posts to Microsoft Teams", "zh": "发送到 Microsoft Teams"}
# Bytes of a request. Teams takes 28 KB (learn.microsoft.com, add-incoming-webhook); others had 413 from 21,000 on.
LIMIT = 20_000
MEMBER = re.compile(r"[\w.+'-]{1,64}@[\w-]+(\.[\w-]+)+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
FAILED = re.compile(rb"returned HTTP error (\d{3})")


@kaframe.hook
def kaframe_channels() -> Iterator[kaframe.Channel]:
    """Tell a Teams channel; members with a sign-in name or object id under ``addresses`` are called by it."""
    yield kaframe.Channel(
        name="teams",
        summary=SUMMARY,
        options=OPTIONS,
        send=send,
        check=kaframe.check_post,
        pace="60 per minute",
    )


def send(options: Mapping[str, Any], message: kaframe.Message, folder: Path) -> kaframe.Outcome:
    """Make one attempt; a workflow answers 202 to what it has taken."""
    return kaframe.send_chat(CHAT, options, message, folder)


def write(page: kaframe.Page, message: kaframe.Message) -> dict[str, Any]:
    """A card whose texts are runs: in them, other than in text blocks, no Markdown is read and nobody is called."""
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": [_run(page.title, weight="Bolder", size="Large")],
    }
    if MEMBER.fullmatch(message.address):
        name = kaframe.defused(page.name) or message.address
        at = {"type": "mention", "text": f"<at>{name}</at>", "mentioned": {"id": message.address, "name": name}}
        card["msteams"]["entities"] = [at]
        card["body"].append({"type": "TextBlock", "text": page.to(at["text"]), "wrap": True})
    elif page.name:
        card["body"].append(_run(page.to(page.name), isSubtle=True))
    card["body"] += map(_line, page.pieces)
    if page.link:
        card["actions"] = [{"type": "Action.OpenUrl", "title": page.link_words, "url": page.link}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def judge(answer: kaframe.Answer) -> kaframe.Outcome:
    """By status; the gateway before Teams may say in a 200 what Teams has answered, and a page is from neither."""
    if 200 <= answer.status < 300 and answer.body.lstrip().startswith(b"<"):
        return kaframe.unconfirmed(answer)
    told = FAILED.search(answer.body)
    status = int(told[1]) if told and answer.status < 300 else answer.status
    return kaframe.judge_status(replace(answer, status=status))


def _line(piece: kaframe.Piece) -> dict[str, Any]:
    if piece.kind == "head":
        return {**_run(piece.text, weight="Bolder"), "spacing": "Medium"}
    if piece.kind == "item":
        return {**_run(f"• {piece.text}"), "spacing": "Small"}
    return {**_run(piece.text, isSubtle=True), "spacing": "Medium" if piece.begins else "Small"}


def _run(text: str, **style: Any) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text or "-", **style}]}


CHAT = kaframe.Chat(limit=LIMIT, write=write, judge=judge, pause=0.5)
