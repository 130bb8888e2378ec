"""Seven channels against twelve behaviours of the other side: docs/reference/channels.md says what becomes of a notice.

The table of the page is the expectation: real servers on loopback, one run of the outbox for each of its 84 cells.
"""

from __future__ import annotations

import json
import re
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from kaframe.deliver import deliver_outbox
from kaframe.store import list_outbox, utc_text
from kaframe.store.schema import outbox
from tests.deliver.test_matrix import SLACK, TIMEOUT, Serve, drip, flood, hang, http, listening, post, reset, talk
from tests.plugins.receiving import receiver
from tests.test_deliver import NOW, fill, project_with

DOCS = Path(__file__).parents[2] / "docs" / "reference"
CHANNELS = ("email", "webhook", "slack", "teams", "wecom", "dingtalk", "feishu")
BEHAVIOURS = (
    "takes it", "says no", "says too often", "400", "429", "500", "redirects", "hangs up", "says nothing", "drips",
    "answers something else", "never stops answering",
)  # fmt: skip
STATES = {"sent": "sent", "again": "pending", "given up": "dead"}
STATES_ZH = {"已发送": "sent", "再试": "pending", "放弃": "dead"}
FAILED = "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error %d"
# What each service says when it takes a message, refuses it, and has had too many.
WORDS = {
    "webhook": (http("204 No Content"), http("410 Gone"), http("503 Busy", "retry-after: 30")),
    "slack": (
        http("200 OK", body="ok"),
        http("404 Not Found", body="no_service"),
        http("429 Slow", body="rate_limited"),
    ),
    "teams": (http("202 Accepted"), http("200 OK", body=FAILED % 413), http("200 OK", body=FAILED % 429)),
    "wecom": (
        http("200 OK", body='{"errcode":0,"errmsg":"ok"}'),
        http("200 OK", body='{"errcode":93000,"errmsg":"invalid webhook url"}'),
        http("200 OK", body='{"errcode":45009,"errmsg":"api freq out of limit"}'),
    ),
    "dingtalk": (
        http("200 OK", body='{"errcode":0,"errmsg":"ok"}'),
        http("200 OK", body='{"errcode":310000,"errmsg":"sign not match"}'),
        http("200 OK", body='{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}'),
    ),
    "feishu": (
        http("200 OK", body='{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}'),
        http("200 OK", body='{"code":19021,"msg":"sign match fail or timestamp is not within one hour"}'),
        http("200 OK", body='{"code":11232,"msg":"create message trigger system frequency limit"}'),
    ),
}
PAGE = "<html>Please log in</html>"
HTTP = {
    "400": post(http("400 Bad Request")),
    "429": post(http("429 Slow", "retry-after: 120")),
    "500": post(http("500 Oops")),
    "redirects": post(http("307 Elsewhere", "location: /other")),
    "hangs up": post(b"", reset),
    "says nothing": post(b"", hang),
    "drips": post(b"", drip(b"HTTP/1.1 200 OK\r\nx: ")),
    "answers something else": post(http("200 OK", "content-type: text/html", body=PAGE)),
    "never stops answering": post(b"HTTP/1.1 200 OK\r\n\r\n", flood(b"x" * 65536)),
}
SMTP = {
    "takes it": talk({}),
    "says no": talk({b"RCPT": b"550 nobody\r\n"}),
    "says too often": talk({b"RCPT": b"450 slow\r\n"}),
    "400": talk({b"MAIL": b"501 bad\r\n"}),
    "429": talk({}, greeting=b"421 later\r\n"),
    "500": talk({b"END": b"451 oops\r\n"}),
    "redirects": talk({b"RCPT": b"551 try other@example.com\r\n"}),
    "hangs up": talk({}, end=reset),
    "says nothing": talk({}, end=hang),
    "drips": drip(b"220-mail"),
    "answers something else": drip(b"HTTP/1.1 400 Bad\r\n"),
    "never stops answering": flood(b"220-" + b"x" * 4000 + b"\r\n"),
}


def server_of(channel: str, behaviour: str) -> Serve:
    """The server of a channel that behaves so."""
    if channel == "email":
        return SMTP[behaviour]
    own = dict(zip(BEHAVIOURS[:3], WORDS[channel], strict=True))
    return post(own[behaviour]) if behaviour in own else HTTP[behaviour]


def read_cells(page: str, words: dict[str, str]) -> dict[tuple[str, str], tuple[str, int]]:
    """The table of a page: channel and behaviour, the state that follows and the seconds until the next attempt."""
    text = (DOCS / page).read_text("utf-8")
    rows = [line for line in text.split("<!-- matrix -->")[1].splitlines() if line.startswith("|")][2:]
    assert len(rows) == len(BEHAVIOURS)
    cells = {}
    for behaviour, row in zip(BEHAVIOURS, rows, strict=True):
        for channel, cell in zip(CHANNELS, row.strip("| ").split("|")[1:], strict=True):
            found = re.fullmatch(r"(\D+?)[,，]?\s*(?:(\d+) ?(?:s|秒))?", cell.strip())
            assert found, (page, behaviour, channel, cell)
            cells[channel, behaviour] = words[found[1]], int(found[2] or 60)
    return cells


CELLS = read_cells("channels.md", STATES)


def channel_yaml(channel: str, port: int, more: str = "") -> str:
    """The block of a channel whose server is here."""
    if channel == "email":
        options = f"host: 127.0.0.1, port: {port}, from: kam@example.com, security: none"
    else:
        options = f"url: 'http://127.0.0.1:{port}/hook/t0ken-1n-path'"
    return f"  it: {{type: {channel}, {options}, timeout: {TIMEOUT}{more}}}\n"


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback is reached directly whatever the environment says."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
@pytest.mark.parametrize("channel", CHANNELS)
def test_what_becomes_of_a_notice(tmp_path: Path, channel: str, behaviour: str) -> None:
    """The state of the outbox and the next attempt are those of the page; in time, and without the address."""
    state, wait = CELLS[channel, behaviour]
    with listening(server_of(channel, behaviour)) as port:
        project = project_with(tmp_path, channel_yaml(channel, port))
        store = fill(project, "it")
        begun = time.monotonic()
        deliver_outbox(project, store, NOW)
        assert time.monotonic() - begun <= TIMEOUT + SLACK
    (kept,) = list_outbox(store)
    assert (kept["state"], kept["attempts"]) == (state, 1), kept["last_error"]
    assert "t0ken" not in (kept["last_error"] or "")
    if state == "pending":
        assert kept["next_at"] == utc_text(NOW.fromtimestamp(NOW.timestamp() + wait, NOW.tzinfo))


@pytest.mark.parametrize("behaviour", ["hangs up", "says nothing"])
@pytest.mark.parametrize("channel", CHANNELS)
def test_no_answer_waits_for_a_person_where_the_channel_holds(tmp_path: Path, channel: str, behaviour: str) -> None:
    """All was handed over and nobody knows: with ``on_unknown: hold`` it is not sent twice."""
    with listening(server_of(channel, behaviour)) as port:
        project = project_with(tmp_path, channel_yaml(channel, port, ", on_unknown: hold"))
        store = fill(project, "it")
        delivered = deliver_outbox(project, store, NOW)
    (kept,) = list_outbox(store)
    assert (kept["state"], delivered.unknown) == ("unknown", 1), kept["last_error"]
    assert "nobody knows" in kept["last_error"]


def test_parts_that_arrived_are_not_sent_by_a_later_run(tmp_path: Path) -> None:
    """The second part meets the limit of the robot: a later run goes on with it, in a process of its own or not."""
    ok, _, busy = WORDS["wecom"]
    answers = [ok, busy, ok, ok]

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(answers.pop(0))
        handler.close_connection = True

    with receiver(answer) as hook:
        project = project_with(tmp_path, f"  it: {{type: wecom, url: '{hook.options['url']}'}}\n")
        store = fill(project, "it")
        blocks = "\n\n".join(f"🔴 客户{number}（红）\n  客户关系：黄 → 红，因为准时交付" for number in range(110))
        with store.writing() as connection:
            connection.execute(outbox.update().values(text=blocks))
        first = deliver_outbox(project, store, NOW)
        (kept,) = list_outbox(store)
        assert (first.sent, kept["state"], kept["arrived"]) == (0, "pending", 1)
        second = deliver_outbox(project, store, NOW + timedelta(seconds=60))
    (kept,) = list_outbox(store)
    titles = [json.loads(body)["markdown"]["content"].splitlines()[0][-7:-2] for _, _, body in hook.received]
    assert (second.sent, kept["state"], answers) == (1, "sent", [])
    assert titles == ["（1/3）", "（2/3）", "（2/3）", "（3/3）"]


def test_both_languages_say_the_same() -> None:
    """The Chinese page has the same table."""
    assert read_cells("channels.zh.md", STATES_ZH) == CELLS
