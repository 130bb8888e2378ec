"""The Teams channel: its card, whom it calls, and what a workflow answers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.plugins.chatting import REPORT, notice, posted
from tests.plugins.loading import load_plugin
from tests.plugins.receiving import status

teams = load_plugin("channel_teams")
ACCEPTED = status(202)


def card_of(sent: dict[str, Any]) -> dict[str, Any]:
    (attachment,) = sent["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card: dict[str, Any] = attachment["content"]
    return card


def lines_of(card: dict[str, Any]) -> list[str]:
    return [block["text"] if "text" in block else block["inlines"][0]["text"] for block in card["body"]]


def test_a_notice_as_teams_shows_it() -> None:
    """A card of runs, in which no Markdown is read, and a button that opens the report."""
    outcome, (sent,), _ = posted(teams, notice("en"), ACCEPTED)
    assert (outcome.state, sent["type"]) == ("sent", "message")
    card = card_of(sent)
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    assert lines_of(card) == [
        "Turned red: Great Wall",
        "For 王芳",
        "🔴 Great Wall (Red, Strategic)",
        "• Relationship: yellow → red (42 points)",
        "• Next: Executive meeting (Wang Fang, by 2026-04-10)",
        "... and 3 more",
        "nordwind · 2026-03-31",
    ]
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "Open the report", "url": REPORT}]
    assert "entities" not in card["msteams"]


@pytest.mark.parametrize("address", ["wang.fang@example.com", "0123abcd-0123-0123-0123-0123456789ab"])
def test_a_member_with_a_sign_in_name_is_called(address: str) -> None:
    """By an entity that names the same text as the block."""
    _, (sent,), _ = posted(teams, notice(address=address, name="王<芳>"), ACCEPTED)
    card = card_of(sent)
    assert lines_of(card)[1] == "致：<at>王‹芳›</at>"
    mentioned = {"id": address, "name": "王‹芳›"}
    assert card["msteams"]["entities"] == [{"type": "mention", "text": "<at>王‹芳›</at>", "mentioned": mentioned}]


@pytest.mark.parametrize("address", ["", "everyone", "x@y", "<at>"])
def test_nobody_is_called_by_anything_else(address: str) -> None:
    """The name stands there as a text."""
    _, (sent,), _ = posted(teams, notice(address=address), ACCEPTED)
    assert lines_of(card_of(sent))[1] == "致：王芳"


@pytest.mark.parametrize(
    ("code", "body", "state"),
    [
        (200, b"1", "sent"),
        (200, b"Microsoft Teams endpoint returned HTTP error 429", "retry"),
        (200, b"Microsoft Teams endpoint returned HTTP error 413", "dead"),
        (200, b"<html>log in</html>", "retry"),
        (400, b'{"error":{"code":"TriggerInputSchemaMismatch"}}', "dead"),
        (401, b"", "dead"),
        (502, b"", "retry"),
    ],
)
def test_what_the_workflow_answers(code: int, body: bytes, state: str) -> None:
    """202 with nothing is the usual one; what stands between may say more."""
    outcome, _, _ = posted(teams, notice(), status(code, body))
    assert outcome.state == state
