"""Plans as documents."""

from __future__ import annotations

from kaframe.document import html_page

HOSTILE = """\
# <script>alert(1)</script>

[x](javascript:alert(1)) ![p](http://example.com/a.png) <img src=x>

| a |
|---|
| b |
"""


def test_a_page_holds_no_markup_of_the_data() -> None:
    """No script, no picture, no link that runs; tables are tables."""
    page = html_page(HOSTILE, "<title>", "en")
    body = page[page.index("<h1>") :]
    assert "<script" not in body
    assert "<img" not in body
    assert "href" not in body.replace('<a href="http://example.com/a.png">', "")
    assert "<td>b</td>" in body
    assert "<title>&lt;title&gt;</title>" in page
