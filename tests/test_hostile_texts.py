"""One corpus of hostile names and texts through every output: nothing of it runs, mentions, steers or escapes."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import yaml
from markdown_it import MarkdownIt

from kaframe.cli.problems import described
from kaframe.cli.tables import as_csv, as_table, json_text
from kaframe.errors import Problem
from kaframe.markdown import escape_markdown
from kaframe.notify.text import clean
from kaframe.plugins import load_plugins
from kaframe.records import Message
from tests.plugins.loading import load_plugin
from tests.plugins.runviews import insight, plan, small_view, task
from tests.plugins.test_report_html import part
from tests.plugins.test_report_html_browser import CHROMIUM, open_page, visits
from tests.telling import Tables, event, make_project, notices, rule

CORPUS: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "hostile_texts.yaml").read_text("utf-8")
)
TEXTS = [text for texts in CORPUS.values() for text in texts]
FILE_NAMES = CORPUS["names of files"]
MENTION = re.compile(r"@(all|everyone|here|channel|所有人|所有成|全员|全體)|<(!|@|#|/?at\b|users/)", re.IGNORECASE)
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
# Marks the page when anything on it would open a dialog, a window or a connection.
HOOK = (
    "<script>for (const name of ['alert', 'confirm', 'prompt', 'open', 'fetch']) window[name] = () => "
    "document.documentElement.setAttribute('data-taken', name)</script>"
)

__all__ = ["visits"]


def steering(text: str, allowed: str = "\n") -> list[str]:
    """The characters of a text that a terminal would obey."""
    return [char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp") and char not in allowed]


def test_the_corpus_is_large() -> None:
    """A hundred texts and forty names of files at the least, none of them twice."""
    assert (len(TEXTS) >= 100, len(FILE_NAMES) >= 40) == (True, True)
    assert len(set(TEXTS)) == len(TEXTS)


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
def test_a_dialog_would_be_seen(tmp_path: Path) -> None:
    """On a page that does not escape, one text of the corpus marks the document."""
    page = tmp_path / "open.html"
    page.write_text(f"<!doctype html>{HOOK}<p>{CORPUS['markup'][0]}</p>", "utf-8")
    assert 'data-taken="alert"' in open_page(page, tmp_path / "profile")


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
@pytest.mark.parametrize("page", ["portfolio", "account"])
def test_report_in_a_browser(tmp_path: Path, visits: tuple[str, list[str]], page: str) -> None:
    """No dialog and no request, even where the page's own policy is taken away; the policy allows no script."""
    address, asked = visits
    texts = [text.replace("evil.example", address.removeprefix("http://")) for text in TEXTS]
    view = small_view(
        names=texts,
        insights=[insight("A0", text, insight=text) for text in texts],
        tasks=[task("A0", text, 2, member=text) for text in texts],
        plans=[plan("A0", "\n\n".join(texts), title=text) for text in texts[:1]],
        owners=[{"account_id": "A0", "role": "manager", "member": one, "holder": one, "via": "rule"} for one in texts],
    )
    index = load_plugins(None).reports["report_html"].write(view, tmp_path / "report")
    path = index if page == "portfolio" else next(iter(sorted((index.parent / "accounts").glob("a0-*.html"))))
    html = path.read_text("utf-8")
    policies = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', html)
    assert len(policies) == 1
    assert policies[0].startswith("default-src 'none'")
    assert "script-src" not in policies[0]
    unguarded = path.with_name("unguarded.html")
    unguarded.write_text(re.sub(r"<meta http-equiv=[^>]*>", lambda _: HOOK, html, count=1), "utf-8")
    for number, one in enumerate((path, unguarded)):
        assert 'data-taken="' not in open_page(one, tmp_path / f"profile{number}")
    assert asked == []


def test_csv_has_no_live_formula() -> None:
    """Every cell and heading is a text that no spreadsheet computes; the text itself is still there."""
    rows = [{"name": text, "=x": text} for text in TEXTS]
    written = as_csv(rows, ["name", "=x"])
    cells = [cell for row in csv.reader(io.StringIO(written)) for cell in row]
    assert len(cells) == 2 * len(TEXTS) + 2
    assert [cell for cell in cells if unicodedata.normalize("NFKC", cell[:1]) in set("=+-@\t\r\n\0")] == []
    pieces = [piece for cell in cells for piece in re.split(r"[;\t\n]", cell)]
    seen = ["".join(char for char in piece if char.isprintable() and not char.isspace()) for piece in pieces]
    assert [piece for piece in seen if unicodedata.normalize("NFKC", piece[:1]) in set("=+-@")] == []
    assert all(cell == f"'{text}" for cell, text in zip(cells[2::2], TEXTS, strict=True) if text in ("=1+1", "-1+1"))
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", written)


def test_json_is_exact_and_steers_nothing() -> None:
    """A program reads exactly the text; a terminal finds nothing to obey."""
    written = json_text(TEXTS)
    assert json.loads(written) == TEXTS
    assert steering(written) == []


def test_terminal_obeys_nothing() -> None:
    """Tables, problems and the console channel print no control, format or direction character."""
    table = as_table([[text, "1"] for text in TEXTS], ["name", "n"], 120)
    assert len(table.split("\n")) == len(TEXTS) + 2
    shown = "".join(described(Problem(None, "KF0000", text, text, example=text)) for text in TEXTS)
    console = load_plugin("channel_console")
    told = "".join(console.clean(line) for text in TEXTS for line in text.splitlines())
    assert steering(table + shown + told) == []


@pytest.mark.parametrize("text", TEXTS, ids=[ascii(text[:40]) for text in TEXTS])
def test_markdown_shows_the_text(text: str) -> None:
    """No element but the paragraph and no link comes out of it, whatever stands around it."""
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    for around in ("{}", "- {}", "# {}", "**{}** x", "| a |\n| - |\n| {} |"):
        plain, filled = (reader.render(around.format(inner)) for inner in ("x", escape_markdown(text)))
        assert set(re.findall(r"<(\w+)", filled)) <= set(re.findall(r"<(\w+)", plain))


def test_messages_mention_nobody(tmp_path: Path) -> None:
    """Names and sentences of accounts stand in subject, text and HTML of a notice without waking a whole chat."""
    for text in TEXTS:
        assert not MENTION.search(clean(text, 300)), text
        assert steering(clean(text, 300), "") == [], text
    project = make_project(tmp_path, rule())
    tables: Tables = {
        "accounts": [{"account_id": f"A{place}", "name": text} for place, text in enumerate(TEXTS)],
        "events": [event(f"A{place}", f"e{place}", sentence=text) for place, text in enumerate(TEXTS)],
    }
    found = notices(project, tables)
    assert found
    for notice in found:
        assert not MENTION.search(notice["text"] + notice["subject"]), notice
        assert not MENTION.search(re.sub(r"<(/?(div|p|b|ul|li)\b[^>]*)>", "", notice["html"]))
        assert steering(notice["subject"], "") == []


def test_mails_get_no_header() -> None:
    """Whatever subject and recipient say, the headers are those that kaframe writes."""
    email = load_plugin("channel_email")
    expected = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"}
    expected |= {"MIME-Version", "Content-Type", "X-Auto-Response-Suppress"}
    for text in TEXTS:
        message = Message("k1", text, "wang@shop.example", text, text, f"<p>{len(text)}</p>")
        mail = message_from_bytes(bytes(email.write_mail({"from": "ka@shop.example"}, message)), policy=policy.default)
        assert set(mail.keys()) == expected, text
        assert mail["To"] == "wang@shop.example"


def test_names_of_files(tmp_path: Path) -> None:
    """Each name gives a file of its own inside the folder, also where upper case does not count; none is replaced."""
    page_name = part("facts").page_name
    root = tmp_path / "project"
    root.mkdir()
    (tmp_path / "kept.txt").write_text("kept", "utf-8")
    channel = load_plugin("channel_file")
    for name in FILE_NAMES:
        sent = channel.send({}, Message(name, name, "", name, name, ""), root)
        assert sent.state == "sent", name
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.parent for path in written} == {root / "notices", tmp_path}
    names = [path.name for path in (root / "notices").iterdir()]
    pages = [page_name(name) for name in FILE_NAMES]
    for listed in (names, pages):
        assert len({unicodedata.normalize("NFC", name).casefold() for name in listed}) == len(FILE_NAMES)
        assert all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,180}", name) for name in listed)
        assert not [name for name in listed if RESERVED.fullmatch(name)]
    assert (tmp_path / "kept.txt").read_text("utf-8") == "kept"
