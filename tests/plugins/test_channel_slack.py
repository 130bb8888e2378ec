"""The Slack channel: its blocks, whom it calls, and what Slack answers."""

from __future__ import annotations

import pytest

from tests.plugins.chatting import notice, posted
from tests.plugins.loading import load_plugin
from tests.plugins.receiving import status

slack = load_plugin("channel_slack")
OK = status(200, b"ok")
SHOWN = """\
For 王芳

*🔴 Great Wall (Red, Strategic)*
• Relationship: yellow → red (42 points)
• Next: Executive meeting (Wang Fang, by 2026-04-10)

... and 3 more
nordwind · 2026-03-31"""


def test_a_notice_as_slack_shows_it() -> None:
    """A header, one section, the link; the text is what a phone shows."""
    outcome, (sent,), _ = posted(slack, notice("en"), OK)
    assert outcome.state == "sent"
    link = "<https://intranet.example.com/ka/|Open the report>"
    assert sent == {
        "text": "Turned red: Great Wall",
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": "Turned red: Great Wall"}},
            {"type": "section", "text": {"type": "mrkdwn", "text": SHOWN, "verbatim": True}},
            {"type": "context", "elements": [{"type": "mrkdwn", "text": link, "verbatim": True}]},
        ],
    }


@pytest.mark.parametrize(
    ("address", "line"), [("U012AB3CD", "致：<@U012AB3CD>"), ("!channel", "致：王芳"), ("U1> <!here", "致：王芳")]
)
def test_a_member_with_an_id_is_called(address: str, line: str) -> None:
    """And nobody by anything else that stands there."""
    _, (sent,), _ = posted(slack, notice(address=address), OK)
    assert sent["blocks"][1]["text"]["text"].splitlines()[0] == line


def test_what_the_data_say_is_text() -> None:
    """Entities for the three signs that Slack reads; no link, no call, no bold."""
    _, (sent,), _ = posted(slack, notice(subject="A & B <x>", text="*A* & <!channel> <http://x.example|y>"), OK)
    assert sent["text"] == "A &amp; B &lt;x&gt;"
    shown = sent["blocks"][1]["text"]["text"].splitlines()[1]
    assert shown == "＊A＊ &amp; ‹!channel&gt; &lt;http://x.example|y&gt;"


@pytest.mark.parametrize("text", ["&" * 60_000, "大" * 20_000, "x\n" * 9_000], ids=["marks", "one line", "many lines"])
def test_each_section_keeps_to_slacks_limit(text: str) -> None:
    """3,000 characters a section, 50 blocks a message."""
    _, requests, _ = posted(slack, notice(text=text), OK, timeout=20)
    assert all(len(request["blocks"]) <= 50 for request in requests)
    sections = [block for request in requests for block in request["blocks"] if block["type"] == "section"]
    assert max(len(block["text"]["text"]) for block in sections) <= 3_000


@pytest.mark.parametrize(
    ("code", "body", "state"),
    [
        (400, b"invalid_payload", "dead"),
        (403, b"action_prohibited", "dead"),
        (404, b"no_service", "dead"),
        (410, b"channel_is_archived", "dead"),
        (500, b"rollup_error", "retry"),
        (200, b"<html>log in</html>", "retry"),
    ],
)
def test_slack_says_what_became_of_it(code: int, body: bytes, state: str) -> None:
    """In a word beside the status, which people are shown."""
    outcome, _, _ = posted(slack, notice(), status(code, body))
    assert outcome.state == state
    assert body.decode() in outcome.detail
