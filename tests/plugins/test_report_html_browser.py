"""The pages in a real browser: what stands in the data runs nothing and fetches nothing."""

from __future__ import annotations

import http.server
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kaframe.plugins import load_plugins
from tests.plugins.runviews import insight, plan, small_view, task

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
           "--disable-background-networking", "--disable-component-update", "--no-proxy-server",
           "--virtual-time-budget=3000", "--dump-dom")  # fmt: skip

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")


@pytest.fixture
def visits() -> Iterator[tuple[str, list[str]]]:
    """The address of a server that notes every path that somebody asks for."""
    asked: list[str] = []

    class Noting(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Noting) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def attack(address: str) -> str:
    """A text that marks the page and calls the server, if any of it is taken for markup, script or style."""
    mark = f"document.documentElement.setAttribute(`taken`,1);fetch(`{address}/fetched`)"
    return (
        f'"\'></style></title></textarea><script>{mark}</script><img src="{address}/image" onerror="{mark}">'
        f"<svg onload='{mark}'><link rel=stylesheet href='{address}/style'>"
    )


def open_page(page: Path, profile: Path, *more: str) -> str:
    """The document as the browser has it after all of it ran."""
    command = [str(CHROMIUM), *OPTIONS, *more, f"--user-data-dir={profile}", page.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


def test_the_attack_would_be_seen(tmp_path: Path, visits: tuple[str, list[str]]) -> None:
    """On a page that does not escape, the text marks the document and reaches the server."""
    address, asked = visits
    page = tmp_path / "open.html"
    page.write_text(f"<!doctype html><p>{attack(address)}</p>", encoding="utf-8")
    assert 'taken="1"' in open_page(page, tmp_path / "profile")
    assert "/image" in asked


def test_accounts_fit_a_phone(tmp_path: Path) -> None:
    """In a window of 390 px no account, with colour and score, reaches beyond the edge, nor scrolls sideways."""
    load_plugins(None).reports["report_html"].write(small_view(), tmp_path / "report")
    script = (
        "const page = document.querySelector('iframe').contentDocument, list = page.querySelector('.accounts');"
        "const cells = [...list.querySelectorAll('td')].filter(one => one.textContent.trim());"
        "document.documentElement.dataset.widest = Math.max(...cells.map(one => one.getBoundingClientRect().right));"
        "document.documentElement.dataset.cells = cells.length;"
        "document.documentElement.dataset.scrolls = list.parentElement.scrollWidth > list.parentElement.clientWidth;"
    )
    frame = '<iframe src="report/index.html" style="width:390px;height:900px;border:0"></iframe>'
    page = tmp_path / "phone.html"
    page.write_text(f"<!doctype html>{frame}<script>onload=()=>{{{script}}}</script>", encoding="utf-8")
    document = open_page(page, tmp_path / "profile", "--allow-file-access-from-files")
    shown = dict(re.findall(r'data-(widest|cells|scrolls)="([^"]*)"', document))
    assert int(shown["cells"]) > 4
    assert float(shown["widest"]) <= 390
    assert shown["scrolls"] == "false"


@pytest.mark.parametrize("which", ["portfolio", "account"])
def test_hostile_data_run_and_fetch_nothing(tmp_path: Path, visits: tuple[str, list[str]], which: str) -> None:
    """Names, sentences, tasks, plans and labels full of it: the page stays unmarked, the server unvisited."""
    address, asked = visits
    text = attack(address)
    view = small_view(
        names=(text, "Beta"),
        insights=[insight("A0", text, insight=text)],
        tasks=[task("A0", text, 2, member=text)],
        plans=[plan("A0", text + f"\n\n![x]({address}/picture)\n\n[x](javascript:alert(1))", title=text)],
        owners=[{"account_id": "A0", "role": "manager", "member": text, "holder": text, "via": "rule"}],
    )
    index = load_plugins(None).reports["report_html"].write(view, tmp_path / "report")
    pages = sorted((index.parent / "accounts").iterdir()) if which == "account" else [index]
    document = open_page(pages[0], tmp_path / "profile")
    assert "taken=" not in document.replace("taken=`", "")
    assert asked == []
    assert "<svg" in document or which == "account"
    assert "&lt;script&gt;" in document
