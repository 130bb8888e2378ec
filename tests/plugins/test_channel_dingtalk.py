"""The DingTalk channel: what stands in the group, how it is signed, and what errcode means."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from typing import Any
from urllib.parse import parse_qs

import pytest

from kaframe.records import Secret
from tests.plugins.chatting import notice, posted
from tests.plugins.loading import load_plugin
from tests.plugins.receiving import status

dingtalk = load_plugin("channel_dingtalk")
OK = status(200, b'{"errcode":0,"errmsg":"ok"}')
SHOWN = """\
### 客户转红：长城贸易

致：王芳

**🔴 长城贸易（红、战略）**
- 客户关系：黄 → 红（42 分）
- 下一步：高层会面（王芳，2026-04-10前）

……以及另外3个客户

nordwind · 2026-03-31

[打开报告](https://intranet.example.com/ka/)"""


def test_a_notice_as_dingtalk_shows_it() -> None:
    """A title for the list of chats, the accounts as lists; nobody is called who is not known."""
    outcome, (sent,), query = posted(dingtalk, notice(), OK)
    assert (outcome.state, query) == ("sent", "")
    assert sent == {
        "msgtype": "markdown",
        "markdown": {"title": "客户转红：长城贸易", "text": SHOWN},
        "at": {"isAtAll": False},
    }


def test_the_robot_can_verify_who_sends() -> None:
    """Computed anew as its manual says; neither secret nor signature stands in what is told."""
    secret = Secret("SECrobot0123", "${env:S}")
    outcome, _, query = posted(dingtalk, notice(), status(200, b'{"errcode":310000,"errmsg":"x"}'), secret=secret)
    told = {name: value[0] for name, value in parse_qs(query).items()}
    expected = hmac.new(b"SECrobot0123", f"{told['timestamp']}\nSECrobot0123".encode(), hashlib.sha256).digest()
    assert told["sign"] == base64.b64encode(expected).decode()
    assert abs(int(told["timestamp"]) / 1000 - time.time()) < 10
    assert (outcome.state, told["sign"] in outcome.detail) == ("dead", False)
    assert "不符合机器人的安全设置" in outcome.detail


def test_an_address_with_a_token_keeps_it() -> None:
    """The signature comes behind ``access_token``."""
    options = {"url": Secret("https://oapi.dingtalk.com/robot/send?access_token=t", "${env:U}"), "secret": "SEC1"}
    signed: Any = dingtalk.sign(options, {})[0]["url"].reveal()
    assert signed.startswith("https://oapi.dingtalk.com/robot/send?access_token=t&timestamp=")


@pytest.mark.parametrize(
    ("address", "at", "line"),
    [
        ("13800000000", {"atMobiles": ["13800000000"]}, "致：@13800000000"),
        ("manager-7", {"atUserIds": ["manager-7"]}, "致：@manager-7"),
        ("", {}, "致：王芳"),
        ("@所有人", {}, "致：王芳"),
    ],
)
def test_a_member_with_an_id_is_called(address: str, at: dict[str, Any], line: str) -> None:
    """By userid or mobile number, in the list and in the text."""
    _, (sent,), _ = posted(dingtalk, notice(address=address), OK)
    assert sent["at"] == {"isAtAll": False, **at}
    assert sent["markdown"]["text"].splitlines()[2] == line


@pytest.mark.parametrize(
    ("code", "state", "wait"),
    [
        (130101, "retry", 600.0),
        (660026, "retry", 600.0),
        (-1, "retry", None),
        (300001, "dead", None),
        (1, "retry", None),
    ],
)
def test_errcode_decides(code: int, state: str, wait: float | None) -> None:
    """A robot that sent too fast is left alone for ten minutes."""
    outcome, _, _ = posted(dingtalk, notice(), status(200, b'{"errcode":%d,"errmsg":"x"}' % code))
    assert (outcome.state, outcome.retry_after) == (state, wait)
