"""The WeCom channel: what stands in the group, and what errcode means."""

from __future__ import annotations

import pytest

from tests.plugins.chatting import notice, posted
from tests.plugins.loading import load_plugin
from tests.plugins.receiving import status

wecom = load_plugin("channel_wecom")
OK = status(200, b'{"errcode":0,"errmsg":"ok"}')
SHOWN = """\
**客户转红：长城贸易**
致：王芳

**🔴 长城贸易（红、战略）**
> 客户关系：黄 → 红（42 分）
> 下一步：高层会面（王芳，2026-04-10前）

<font color="comment">……以及另外3个客户</font>
<font color="comment">nordwind · 2026-03-31</font>
[打开报告](https://intranet.example.com/ka/)"""


def test_a_notice_as_wecom_shows_it() -> None:
    """Title and accounts bold, what is said of them quoted, the day in grey."""
    outcome, (sent,), _ = posted(wecom, notice(), OK)
    assert outcome.state == "sent"
    assert sent == {"msgtype": "markdown", "markdown": {"content": SHOWN}}


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("wang_fang", "致：<@wang_fang>"),
        ("", "致：王芳"),
        ("all", "致：王芳"),
        ("a> <@all", "致：王芳"),
        ("王", "致：王芳"),
    ],
)
def test_a_member_with_a_userid_is_called(address: str, line: str) -> None:
    """And nobody by anything else that stands there."""
    _, (sent,), _ = posted(wecom, notice(address=address), OK)
    assert sent["markdown"]["content"].splitlines()[1] == line


@pytest.mark.parametrize(
    ("body", "state", "wait", "words"),
    [
        (b'{"errcode":93000,"errmsg":"invalid webhook url"}', "dead", None, "机器人地址有误"),
        (b'{"errcode":40058,"errmsg":"content exceed max length"}', "dead", None, "消息太长："),
        (b'{"errcode":40033,"errmsg":"invalid charset"}', "dead", None, "不允许的字符"),
        (b'{"errcode":45009,"errmsg":"api freq out of limit"}', "retry", 60.0, "api freq out of limit"),
        (b'{"errcode":-1,"errmsg":"system busy"}', "retry", None, "system busy"),
        (b'{"errcode":99999,"errmsg":"new"}', "retry", None, "99999"),
        (b"<html>log in</html>", "retry", None, "不是该服务的回答"),
    ],
)
def test_errcode_decides(body: bytes, state: str, wait: float | None, words: str) -> None:
    """WeCom answers 200 to everything."""
    outcome, _, _ = posted(wecom, notice(), status(200, body))
    assert (outcome.state, outcome.retry_after) == (state, wait)
    assert words in outcome.detail
