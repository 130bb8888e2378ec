"""The Feishu channel (飞书, also Lark): notices as cards through a group robot, signed when there is a secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import kaframe

OPTIONS: dict[str, Any] = {
    "type": "object",
    "title": "Feishu",
    "description": "Posts notices to a group of Feishu (飞书) or Lark through its custom robot.",
    "additionalProperties": False,
    "required": ["url"],
    "properties": {
        "url": kaframe.POST_OPTIONS["url"],
        "secret": {
            "type": "string",
            "secret": True,
            "title": "Signing secret",
            "description": "What the robot's security settings show under 签名校验; left out: no signature.",
        },
        **kaframe.POST_OPTIONS,
    },
}
SUMMARY = {"en": "Posts to Feishu", "zh": "发送到飞书群机器人"}
LIMIT = 20_000  # bytes of a request; Feishu takes 20 kB
MEMBER = re.compile(r"(?!all$)[A-Za-z0-9_-]{3,64}")  # never the word for everybody
TEMPLATES = {"🔴": "red", "🟠": "orange", "🟡": "yellow", "🟢": "green", "🟣": "purple", "🔵": "blue", "⚪": "grey"}
# By Feishu's error codes (open.feishu.cn, custom bots). What was confirmed: docs/reference/channels.md.
BUSY = {11232: 60.0, 11233: 60.0, 99991400: 60.0}
REFUSED: dict[int, Mapping[str, str]] = {
    9499: {"en": "the message is not well-formed", "zh": "消息格式有误"},
    19001: {"en": "the robot's address is wrong", "zh": "机器人地址有误"},
    19002: {"en": "the message is not well-formed", "zh": "消息格式有误"},
    19021: {
        "en": "the signature does not fit: the secret is another one, or this machine's clock is wrong by an hour",
        "zh": "签名不符：密钥不对，或本机时钟相差一小时以上",
    },
    19022: {
        "en": "this machine's address is not among those that the robot allows",
        "zh": "本机 IP 不在机器人的白名单中",
    },
    19024: {"en": "the robot wants a keyword that is not in the message", "zh": "消息中没有机器人要求的关键词"},
    19036: {"en": "the message is too large", "zh": "消息太大"},
}
TOO_MANY = re.compile(rb"too many|frequency limit", re.IGNORECASE)


@kaframe.hook
def kaframe_channels() -> Iterator[kaframe.Channel]:
    """Tell a Feishu group; members with an open_id or user_id under ``addresses`` are called by it."""
    yield kaframe.Channel(
        name="feishu",
        summary=SUMMARY,
        options=OPTIONS,
        send=send,
        check=kaframe.check_post,
        pace="100 per minute",
    )


def send(options: Mapping[str, Any], message: kaframe.Message, folder: Path) -> kaframe.Outcome:
    """Make one attempt; Feishu says in ``code`` what became of it, mostly with a 200."""
    return kaframe.send_chat(CHAT, options, message, folder)


def write(page: kaframe.Page, message: kaframe.Message) -> dict[str, Any]:
    """A card: its head in the worst colour, the accounts in Markdown, the day in small print."""
    called = f"<at id={message.address}></at>" if MEMBER.fullmatch(message.address) else kaframe.defused(page.name)
    lines = [page.to(called)] if called else []
    for piece in page.pieces:
        text = kaframe.defused(piece.text)
        lines += [""] if piece.begins or piece.kind == "head" else []
        lines.append({"head": f"**{text}**", "item": f"- {text}", "plain": text}[piece.kind])
    if page.link:
        lines.append(f"\n[{page.link_words}]({page.link})")
    card = {
        "config": {"wide_screen_mode": True},
        "header": {
            "title": {"tag": "plain_text", "content": page.title or "-"},
            "template": TEMPLATES.get(page.dot, "blue"),
        },
        "elements": [{"tag": "markdown", "content": "\n".join(lines).strip() or "-"}],
    }
    return {"msg_type": "interactive", "card": card}


def sign(options: Mapping[str, Any], payload: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """With the signature in the body: HMAC-SHA256 of nothing, with seconds, line end and secret as the key."""
    if not options.get("secret"):
        return options, payload
    now = str(int(time.time()))
    key = f"{now}\n{kaframe.revealed(options['secret'])}".encode()
    signature = base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
    return options, {"timestamp": now, "sign": signature, **payload}


def judge(answer: kaframe.Answer) -> kaframe.Outcome:
    """By ``code``; 9499 stands for a bad request and, by its words, for too many of them."""
    outcome = kaframe.judge_code(answer, "code", BUSY, REFUSED)
    if outcome.state == "dead" and TOO_MANY.search(answer.body):
        return kaframe.Outcome("retry", answer.said, retry_after=answer.wait or 60.0)
    return outcome


CHAT = kaframe.Chat(limit=LIMIT, write=write, judge=judge, sign=sign, pause=0.25)
