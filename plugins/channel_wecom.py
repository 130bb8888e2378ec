"""The WeCom channel (企业微信): notices as Markdown through a group robot."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import kaframe

OPTIONS: dict[str, Any] = {
    "type": "object",
    "title": "WeCom",
    "description": "Posts notices to a group of WeCom (企业微信) through its robot.",
    "additionalProperties": False,
    "required": ["url"],
    "properties": {**kaframe.POST_OPTIONS},
}
SUMMARY = {"en": "Posts to WeCom", "zh": "发送到企业微信群机器人"}
LIMIT = 4_096  # bytes of a Markdown text, by WeCom's manual; here of the whole request
MEMBER = re.compile(r"(?!all$)[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")  # never the word for everybody
# By WeCom's error codes (developer.work.weixin.qq.com/document/path/90313, 91770): the frequency is limited, or the
# system is busy; and what no second attempt mends. What of them was confirmed: docs/reference/channels.md.
BUSY = {45009: 60.0, 45033: 60.0, -1: None}
REFUSED: dict[int, Mapping[str, str]] = {
    93000: {
        "en": "the robot's address is wrong, or the robot was removed from the group",
        "zh": "机器人地址有误，或机器人已被移出群",
    },
    93008: {"en": "the robot is not in the group", "zh": "机器人不在群里"},
    93017: {"en": "the robot is not allowed to post", "zh": "机器人无权发送"},
    40008: {"en": "the message type is wrong", "zh": "消息类型有误"},
    40033: {"en": "a character in the message is not allowed", "zh": "消息中有不允许的字符"},
    40058: {"en": "the message is too long", "zh": "消息太长"},
    44004: {"en": "the message is empty", "zh": "消息为空"},
    45002: {"en": "the message is too long", "zh": "消息太长"},
}


@kaframe.hook
def kaframe_channels() -> Iterator[kaframe.Channel]:
    """Tell a WeCom group; members with a userid under ``addresses`` are called by it."""
    yield kaframe.Channel(
        name="wecom",
        summary=SUMMARY,
        options=OPTIONS,
        send=send,
        check=kaframe.check_post,
        pace="20 per minute",
    )


def send(options: Mapping[str, Any], message: kaframe.Message, folder: Path) -> kaframe.Outcome:
    """Make one attempt; WeCom answers 200 to everything and says in ``errcode`` what became of it."""
    return kaframe.send_chat(CHAT, options, message, folder)


def write(page: kaframe.Page, message: kaframe.Message) -> dict[str, Any]:
    """Markdown as WeCom knows it: bold, quotes, links and one grey; a call is ``<@userid>``."""
    called = f"<@{message.address}>" if MEMBER.fullmatch(message.address) else kaframe.defused(page.name)
    lines = [f"**{kaframe.defused(page.title)}**", *([page.to(called)] if called else [])]
    for piece in page.pieces:
        text = kaframe.defused(piece.text)
        lines += [""] if piece.begins or piece.kind == "head" else []
        words = {"head": f"**{text}**", "item": f"> {text}", "plain": f'<font color="comment">{text}</font>'}
        lines.append(words[piece.kind])
    if page.link:
        lines.append(f"[{page.link_words}]({page.link})")
    return {"msgtype": "markdown", "markdown": {"content": "\n".join(lines)}}


def judge(answer: kaframe.Answer) -> kaframe.Outcome:
    """By ``errcode``."""
    return kaframe.judge_code(answer, "errcode", BUSY, REFUSED)


CHAT = kaframe.Chat(limit=LIMIT, write=write, judge=judge)
