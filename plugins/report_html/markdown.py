"""A plan's Markdown as HTML: no raw HTML, no images, and links only where a reader expects them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

SCHEMES = ("", "http", "https", "mailto")
BELOW_PAGE = 2  # the page has headings of its own above those of the plan
# A heading at the start of a line ends whatever stands before it, but for a fence; and a link may be defined anywhere.
SECTION = re.compile(r"\n(?=#{1,6} )")
WHOLE = ("```", "~~~", "]:")
MARKUP = re.compile(r"[\\`*_\[\]<>&!~\n]")  # what any rule for text within a line begins with
SECTIONS_KEPT = 4096  # plans of one strategy share their prose


def make_renderer() -> Callable[[str], str]:
    """A function from Markdown to HTML that is safe to show. Sections that many plans share are rendered once."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "html_block", "html_inline"])
    parser.validateLink = _is_plain_link  # type: ignore[method-assign,assignment]
    _leave_plain_text(parser)

    @lru_cache(maxsize=SECTIONS_KEPT)
    def section(text: str) -> str:
        tokens = parser.parse(text)
        for token in tokens:
            if token.type in ("heading_open", "heading_close"):
                token.tag = f"h{min(int(token.tag[1:]) + BELOW_PAGE, 6)}"
            if token.type == "table_open":
                token.attrJoin("class", "plain")
        html: str = parser.renderer.render(tokens, parser.options, {})
        return html

    def render(text: str) -> str:
        sections = [text] if any(mark in text for mark in WHOLE) else SECTION.split(text)
        return "".join(section(part) for part in sections)

    return render


def _leave_plain_text(parser: MarkdownIt) -> None:
    """Take text without any mark as it is: most cells of a table are such, and the parser takes its time for each."""
    from markdown_it.token import Token

    parse = parser.inline.parse

    def parse_inline(text: str, md: MarkdownIt, env: dict[str, object], tokens: list[Token]) -> list[Token]:
        if MARKUP.search(text):
            return parse(text, md, env, tokens)
        tokens.append(Token("text", "", 0, content=text))
        return tokens

    parser.inline.parse = parse_inline  # type: ignore[method-assign,assignment]


def _is_plain_link(address: str) -> bool:
    try:
        return urlsplit(address.strip()).scheme.lower() in SCHEMES
    except ValueError:
        return False
