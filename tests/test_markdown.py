"""What stands in the data never becomes markup."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from kaframe.markdown import escape_markdown

HOSTILE = [
    "<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](http://a/b.png)", "**bold** _it_ `code` ~~no~~",
    "# heading", "- item", "1. item", "---", "===", "> quote", "a\nb\n\n# c", "&lt;b&gt;", "\\*", "| a | b |",
    "<http://a.example>", "[a]: http://b", "```", "+ plus", "   1) x", "华东商超 A07 <b>", "\u0000\u0085",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_shown_as_they_are(text: str) -> None:
    """Rendered as CommonMark with tables, the text is a paragraph of itself."""
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(escape_markdown(text))
    shown = html.strip().removeprefix("<p>").removesuffix("</p>")
    plain = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    assert "<" not in shown
    assert " ".join(plain.split()) == " ".join(text.replace("\u0000", " ").replace("\u0085", " ").split())


@pytest.mark.parametrize("text", ["-0.9%", "17.8%", "2026-06-30", "Nordwind AG", "C#", "1,234"])
def test_plain_texts_stay_as_they_are(text: str) -> None:
    """Numbers and names need no backslashes."""
    assert escape_markdown(text) == text
