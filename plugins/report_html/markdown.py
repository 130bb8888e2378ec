"""A plan's Markdown as HTML: no raw HTML, no images, and links only where a reader expects them."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

SCHEMES = ("", "http", "https", "mailto")
BELOW_PAGE = 2  # the page has headings of its own above those of the plan


def make_renderer() -> Callable[[str], str]:
    """A function from Markdown to HTML that is safe to show."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "html_block", "html_inline"])
    parser.validateLink = _is_plain_link  # type: ignore[method-assign,assignment]

    def render(text: str) -> str:
        tokens = parser.parse(text)
        for token in tokens:
            if token.type in ("heading_open", "heading_close"):
                token.tag = f"h{min(int(token.tag[1:]) + BELOW_PAGE, 6)}"
            if token.type == "table_open":
                token.attrJoin("class", "plain")
        html: str = parser.renderer.render(tokens, parser.options, {})
        return html

    return render


def _is_plain_link(address: str) -> bool:
    try:
        return urlsplit(address.strip()).scheme.lower() in SCHEMES
    except ValueError:
        return False
