"""The Feishu channel: the card, how it is signed, and what code means."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time

import pytest

from kaframe.records import Secret
from tests.plugins.chatting import TEXT, notice, posted
from tests.plugins.loading import load_plugin
from tests.plugins.receiving import status

feishu = load_plugin("channel_feishu")
OK = status(200, b'{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}')
SHOWN = """\
致：王芳

**🔴 长城贸易（红、战略）**
- 客户关系：黄 → 红（42 分）
- 下一步：高层会面（王芳，2026-04-10前）

……以及另外3个客户
nordwind · 2026-03-31

[打开报告](https://intranet.example.com/ka/)"""


def test_a_notice_as_feishu_shows_it() -> None:
    """A card with the worst colour on top."""
    outcome, (sent,), _ = posted(feishu, notice(), OK)
    assert outcome.state == "sent"
    card = sent["card"]
    assert sent["msg_type"] == "interactive"
    assert card["header"] == {"title": {"tag": "plain_text", "content": "客户转红：长城贸易"}, "template": "red"}
    assert card["elements"] == [{"tag": "markdown", "content": SHOWN}]


@pytest.mark.parametrize(("dot", "template"), [("🟡", "yellow"), ("🟢", "green"), ("★", "blue"), ("", "blue")])
def test_the_head_has_the_first_colour(dot: str, template: str) -> None:
    """The message names the worst account first; without a colour it is blue."""
    _, (sent,), _ = posted(feishu, notice(text=TEXT["zh"].replace("🔴", dot)), OK)
    assert sent["card"]["header"]["template"] == template


def test_the_robot_can_verify_who_sends() -> None:
    """Computed anew as its manual says: the key is time and secret, the text is empty."""
    secret = Secret("s3cret-of-robot", "${env:S}")
    outcome, (sent,), _ = posted(feishu, notice(), OK, secret=secret)
    expected = hmac.new(f"{sent['timestamp']}\ns3cret-of-robot".encode(), b"", hashlib.sha256).digest()
    assert sent["sign"] == base64.b64encode(expected).decode()
    assert abs(int(sent["timestamp"]) - time.time()) < 10
    assert outcome.state == "sent"


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("ou_18eac8", "致：<at id=ou_18eac8></at>"),
        ("all", "致：王芳"),
        ("x></at><at id=all", "致：王芳"),
        ("", "致：王芳"),
    ],
)
def test_a_member_with_an_id_is_called(address: str, line: str) -> None:
    """And never everybody."""
    _, (sent,), _ = posted(feishu, notice(address=address), OK)
    assert sent["card"]["elements"][0]["content"].splitlines()[0] == line


@pytest.mark.parametrize(
    ("code", "body", "state", "wait", "words"),
    [
        (200, b'{"code":19021,"msg":"sign match fail"}', "dead", None, "时钟"),
        (200, b'{"code":19024,"msg":"Key Words Not Found"}', "dead", None, "关键词"),
        (400, b'{"code":9499,"msg":"Bad Request"}', "dead", None, "格式有误"),
        (200, b'{"code":9499,"msg":"too many request"}', "retry", 60.0, "too many"),
        (200, b'{"code":11232,"msg":"create message trigger system frequency limit"}', "retry", 60.0, "frequency"),
        (200, b'{"code":77,"msg":"new"}', "retry", None, "77"),
        (500, b'{"code":19021,"msg":"x"}', "retry", None, "HTTP 500"),
    ],
)
def test_code_decides(code: int, body: bytes, state: str, wait: float | None, words: str) -> None:
    """9499 means two things; its words say which."""
    outcome, _, _ = posted(feishu, notice(), status(code, body))
    assert (outcome.state, outcome.retry_after) == (state, wait)
    assert words in outcome.detail
