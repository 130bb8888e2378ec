"""The Slack channel: notices as blocks through an incoming webhook of a Slack channel."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import kaframe

OPTIONS: dict[str, Any] = {
    "type": "object",
    "title": "Slack",
    "description": "Posts notices to a Slack channel through its incoming webhook.",
    "additionalProperties": False,
    "required": ["url"],
    "properties": {**kaframe.POST_OPTIONS},
}
SUMMARY = {"en": "Posts to Slack", "zh": "发送到 Slack"}
LIMIT = 30_000  # bytes of a request; Slack cuts texts after 40,000 characters (docs.slack.dev, incoming webhooks)
SECTION = 2_900  # characters of a block; Slack takes 3,000
OK = re.compile(rb'ok|\{"ok": ?true\b.*', re.DOTALL)
MEMBER = re.compile(r"[UW][A-Z0-9]{2,20}")
ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "*": "＊", "~": "～", "`": "｀"})


@kaframe.hook
def kaframe_channels() -> Iterator[kaframe.Channel]:
    """Tell a Slack channel; members with a Slack id under ``addresses`` are called by it."""
    yield kaframe.Channel(
        name="slack",
        summary=SUMMARY,
        options=OPTIONS,
        send=send,
        check=kaframe.check_post,
        pace="1 per second",
    )


def send(options: Mapping[str, Any], message: kaframe.Message, folder: Path) -> kaframe.Outcome:
    """Make one attempt; Slack's answer to what it has taken is ``ok``."""
    return kaframe.send_chat(CHAT, options, message, folder)


def write(page: kaframe.Page, message: kaframe.Message) -> dict[str, Any]:
    """A header, the accounts in sections of 3,000 characters, the link; ``text`` is for notifications."""
    called = f"<@{message.address}>" if MEMBER.fullmatch(message.address) else _escaped(page.name)
    first = [page.to(called)] if called else []
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": page.title[:150] or "-"}},
        *({"type": "section", "text": _mrkdwn(text)} for text in _sections([*first, *map(_line, page.pieces)])),
    ]
    if page.link:
        link = f"<{page.link.translate(ESCAPES)}|{page.link_words}>"
        blocks.append({"type": "context", "elements": [_mrkdwn(link)]})
    return {"text": _escaped(page.title), "blocks": blocks}


def judge(answer: kaframe.Answer) -> kaframe.Outcome:
    """By status; of 2xx only what says ``ok`` was taken."""
    is_unclear = 200 <= answer.status < 300 and not OK.fullmatch(answer.body.strip())
    return kaframe.unconfirmed(answer) if is_unclear else kaframe.judge_status(answer)


def _line(piece: kaframe.Piece) -> str:
    text = _escaped(piece.text)
    gap = "\n" if piece.begins or piece.kind == "head" else ""
    return gap + {"head": f"*{text}*", "item": f"• {text}", "plain": text}[piece.kind]


def _sections(lines: list[str]) -> Iterator[str]:
    """The lines, as many as a block has room for."""
    taken: list[str] = []
    size = 0
    for line in lines:
        if taken and size + len(line) > SECTION:
            yield "\n".join(taken)
            taken, size = [], 0
        taken.append(line)
        size += len(line) + 1
    if taken:
        yield "\n".join(taken)


def _mrkdwn(text: str) -> dict[str, Any]:
    """A text in which only what stands in <> is a link or a call."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _escaped(text: str) -> str:
    """The text as Slack shows it; a line of nothing but marks keeps within a section."""
    escaped = text.translate(ESCAPES)
    return escaped if len(escaped) < SECTION else kaframe.defused(text).replace("&", "＆")


CHAT = kaframe.Chat(limit=LIMIT, write=write, judge=judge, pause=1.0)
