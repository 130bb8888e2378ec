"""Messages for chats: cut where a service wants it, between characters, and nothing sent twice in a run."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaframe.chat import MOST_PAGES, Chat, Page, Piece, as_json, defused, quieted, read_pieces, send_chat, split_text
from kaframe.chat import write_pages as pages_of
from kaframe.posting import Answer, judge_status
from kaframe.records import Message, Outcome
from tests.plugins.loading import load_plugin
from tests.plugins.receiving import receiver, status

CHATS = ("slack", "teams", "wecom", "dingtalk", "feishu")
NOTICE = Message(
    "k1", "wang", "", "客户转红", "🔴 长城（红）\n  黄 → 红\n  下一步：会面\n\nnordwind · 2026-03-31\n", name="王芳"
)
MANY = "\n\n".join(f"🔴 客户{number}（红）\n  客户关系：黄 → 红，因为准时交付" for number in range(60))


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback is reached directly whatever the environment says."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


def plain(page: Page, message: Message) -> dict[str, Any]:
    return {"title": page.title, "text": [piece.text for piece in page.pieces]}


def chat(limit: int = 500, pause: float = 0.0) -> Chat:
    return Chat(limit, plain, judge_status, pause=pause)


def test_lines_are_heads_items_and_plain_words() -> None:
    """By their indent, as ``kaframe.notify`` writes them; the first of each block but the first begins one."""
    assert read_pieces(NOTICE.text) == [
        Piece("head", "🔴 长城（红）"),
        Piece("item", "黄 → 红"),
        Piece("item", "下一步：会面"),
        Piece("plain", "nordwind · 2026-03-31", begins=True),
    ]
    assert read_pieces("") == read_pieces(" \n\n") == []


@given(st.text(), st.integers(min_value=4, max_value=40))
@settings(max_examples=300, deadline=None)
def test_parts_make_the_text_again(text: str, limit: int) -> None:
    """Nothing is lost, nothing doubled, no part is longer, none is empty."""
    parts = list(split_text(text, limit))
    assert "".join(parts) == text
    assert all(0 < len(part.encode("utf-8", "replace")) <= limit for part in parts)


@pytest.mark.parametrize("character", ["é", "👩‍👩‍👧", "🇨🇳", "👍🏽", "❤️", "长"], ids=ascii)
@pytest.mark.parametrize("limit", [30, 31, 37, 41])
def test_no_character_is_cut(character: str, limit: int) -> None:
    """Not between a letter and its accent, nor within a family, a flag or a skin."""
    parts = list(split_text(character * 40, limit))
    assert len(parts) > 1
    assert [part for part in parts if len(part) % len(character) or not part.startswith(character)] == []


@pytest.mark.parametrize("name", CHATS)
@pytest.mark.parametrize("text", [MANY, "大" * 100_000, '\\"\n' * 20_000, "👩‍👩‍👧" * 5_000, "x\n" * 20_000], ids=len)
def test_each_page_keeps_to_the_limit(name: str, text: str) -> None:
    """In bytes of the whole request, for texts that JSON, Markdown or UTF-8 make longer; at most five pages."""
    plugin = load_plugin(f"channel_{name}")
    pages = pages_of(plugin.CHAT, replace(NOTICE, text=text, language="zh", link="https://x.example/report"))
    assert 1 <= len(pages) <= MOST_PAGES
    assert [len(as_json(page)) for page in pages if len(as_json(page)) > plugin.LIMIT - 96] == []


def test_parts_are_numbered_and_the_rest_is_counted() -> None:
    """Who reads one part knows that there are more; who reads the last knows what is missing."""
    pages: list[Any] = pages_of(chat(), replace(NOTICE, text=MANY, language="zh"))
    assert [page["title"] for page in pages] == [f"客户转红（{number}/5）" for number in range(1, 6)]
    told = [line for page in pages for line in page["text"]]
    left = 120 - (len(told) - 1)
    assert told[-1] == f"……此处省略其余{left}行"
    assert told[:-1] == [piece.text for piece in read_pieces(MANY)][:-left]
    english: list[Any] = pages_of(chat(), replace(NOTICE, text=MANY))
    left = 120 - sum(len(page["text"]) for page in english) + 1
    assert english[4]["text"][-1] == f"... {left} more lines are left out here"


def test_parts_that_arrived_are_not_sent_again() -> None:
    """The third of five fails: the next attempt begins with it."""
    message = replace(NOTICE, text=MANY)
    taken: list[int] = []

    def judge(answer: Answer) -> Outcome:
        taken.append(answer.status)
        return judge_status(replace(answer, status=500 if len(taken) == 3 else 200))

    with receiver(status(200)) as hook:
        failing = replace(chat(), judge=judge)
        first = send_chat(failing, hook.options, message, Path())
        assert (first.state, first.arrived) == ("retry", 2)
        assert first.detail.startswith("part 3 of 5: ")
        second = send_chat(chat(), hook.options, replace(message, arrived=first.arrived), Path())
    assert (second.state, second.arrived) == ("sent", 5)
    titles = [json.loads(body)["title"][-5:] for _, _, body in hook.received]
    assert titles == ["(1/5)", "(2/5)", "(3/5)", "(3/5)", "(4/5)", "(5/5)"]


def test_the_deadline_is_for_all_parts() -> None:
    """What is not sent in time is for the next attempt."""
    with receiver(status(200)) as hook:
        begun = time.monotonic()
        options = {**hook.options, "timeout": 0.7}
        outcome = send_chat(chat(pause=0.5), options, replace(NOTICE, text=MANY), Path())
    assert (outcome.state, outcome.arrived, len(hook.received)) == ("retry", 2, 2)
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    "text",
    [
        "@all",
        "@所有人 请看",
        "@Everyone",
        "<!channel>",
        "<!here>",
        '<at user_id="all">',
        "<users/all>",
        "</at>",
        "<@U1>",
    ],
)
def test_nobody_is_called(text: str) -> None:
    """The sign that calls becomes one that looks like it; the words stay."""
    assert quieted(text) != text
    assert quieted(text).replace("＠", "@").replace("‹", "<") == text


def test_characters_that_no_chat_shows_are_left_out() -> None:
    """JSON would write them as \\uxxxx, which WeCom refuses; lines stay lines, and nothing hides a call."""
    controls = "".join(map(chr, [*range(32), *range(127, 160)]))
    kept = set(quieted(controls))
    assert kept == set("\t\n\v\f\r\x1c\x1d\x1e\x85")
    assert quieted("@\x01all") == "＠all"
    message = replace(NOTICE, text=f"a\n  长\x1b[31m城{controls}贸易", subject="b\x02c", name="王\x03芳")
    assert b"\\u" not in b"".join(as_json(page) for page in pages_of(chat(), message))


def test_marks_of_markdown_do_nothing() -> None:
    """No link, no bold, no quote, no heading; people read the same."""
    assert (
        defused("# [x](javascript:1) **b** `c` <at> a@b.example")
        == "＃ ［x］(javascript:1) ＊＊b＊＊ ｀c｀ ‹at› a@b.example"
    )
    assert defused("-20 %\nsince May") == "－20 % since May"
