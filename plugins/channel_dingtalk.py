"""The DingTalk channel (钉钉): notices as Markdown through a group robot, signed when there is a secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import kaframe

OPTIONS: dict[str, Any] = {
    "type": "object",
    "title": "DingTalk",
    "description": "Posts notices to a group of DingTalk (钉钉) through its robot.",
    "additionalProperties": False,
    "required": ["url"],
    "properties": {
        "url": kaframe.POST_OPTIONS["url"],
        "secret": {
            "type": "string",
            "secret": True,
            "title": "Signing secret",
            "description": "What the robot's security settings show under 加签, SEC...; left out: no signature.",
        },
        **kaframe.POST_OPTIONS,
    },
}
SUMMARY = {"en": "Posts to DingTalk", "zh": "发送到钉钉群机器人"}
LIMIT = 20_000  # bytes of a request; DingTalk says "message too long, exceed 20000 bytes"
MOBILE = re.compile(r"\+?[0-9-]{7,20}")
MEMBER = re.compile(r"[A-Za-z0-9_$.-]{1,64}")
# By DingTalk's error codes (open.dingtalk.com, custom-robot-access). A robot that sent too fast is stopped for ten
# minutes. What of them was confirmed: docs/reference/channels.md.
BUSY = {130101: 600.0, 410100: 600.0, 660026: 600.0, 90018: 60.0, -1: None}
REFUSED: dict[int, Mapping[str, str]] = {
    310000: {
        "en": "keyword, signature or address of the sender do not fit the robot's security settings",
        "zh": "不符合机器人的安全设置（关键词、加签或 IP 地址）",
    },
    300001: {"en": "the robot's address is wrong", "zh": "机器人地址有误"},
    300005: {"en": "the robot's address is wrong", "zh": "机器人地址有误"},
    400013: {"en": "the group was dissolved", "zh": "群已解散"},
    400101: {"en": "the robot's address is wrong", "zh": "机器人地址有误"},
    400102: {"en": "the robot was stopped", "zh": "机器人已停用"},
    400105: {"en": "the message type is wrong", "zh": "消息类型有误"},
    400106: {"en": "the robot is not there any more", "zh": "机器人已不存在"},
    40035: {"en": "the message is not well-formed", "zh": "消息格式有误"},
    430101: {"en": "a link in it counts as unsafe", "zh": "其中有不安全的链接"},
    430102: {"en": "a word in it is not allowed", "zh": "其中有不允许的文字"},
    430104: {"en": "a word in it is not allowed", "zh": "其中有不允许的文字"},
}


@kaframe.hook
def kaframe_channels() -> Iterator[kaframe.Channel]:
    """Tell a DingTalk group; members with a userid or mobile number under ``addresses`` are called by it."""
    yield kaframe.Channel(
        name="dingtalk",
        summary=SUMMARY,
        options=OPTIONS,
        send=send,
        check=kaframe.check_post,
        pace="20 per minute",
    )


def send(options: Mapping[str, Any], message: kaframe.Message, folder: Path) -> kaframe.Outcome:
    """Make one attempt; DingTalk answers 200 to everything and says in ``errcode`` what became of it."""
    return kaframe.send_chat(CHAT, options, message, folder)


def write(page: kaframe.Page, message: kaframe.Message) -> dict[str, Any]:
    """Markdown; somebody is called when ``at`` names him and the text has him with an @."""
    at: dict[str, Any] = {"isAtAll": False}
    if MOBILE.fullmatch(message.address):
        at["atMobiles"] = [message.address]
    elif MEMBER.fullmatch(message.address):
        at["atUserIds"] = [message.address]
    called = f"@{message.address}" if len(at) > 1 else kaframe.defused(page.name)
    lines = [f"### {kaframe.defused(page.title)}", *([page.to(called)] if called else [])]
    for piece in page.pieces:
        text = kaframe.defused(piece.text)
        lines.append({"head": f"**{text}**", "item": f"- {text}", "plain": text}[piece.kind])
    if page.link:
        lines.append(f"[{page.link_words}]({page.link})")
    text = "\n\n".join(lines).replace("\n\n- ", "\n- ")
    return {"msgtype": "markdown", "markdown": {"title": kaframe.defused(page.title), "text": text}, "at": at}


def sign(options: Mapping[str, Any], payload: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """With the signature in the address: HMAC-SHA256 with the secret over milliseconds, line end and secret."""
    if not options.get("secret"):
        return options, payload
    now, secret = str(round(time.time() * 1000)), kaframe.revealed(options["secret"])
    digest = hmac.new(secret.encode(), f"{now}\n{secret}".encode(), hashlib.sha256).digest()
    signature = quote_plus(base64.b64encode(digest).decode())
    url = kaframe.revealed(options["url"])
    signed = f"{url}{'&' if '?' in url else '?'}timestamp={now}&sign={signature}"
    return {**options, "url": kaframe.Secret(signed, "")}, payload


def judge(answer: kaframe.Answer) -> kaframe.Outcome:
    """By ``errcode``."""
    return kaframe.judge_code(answer, "errcode", BUSY, REFUSED)


CHAT = kaframe.Chat(limit=LIMIT, write=write, judge=judge, sign=sign)
