"""The package's door to markdown-it: CommonMark and tables, without raw HTML, without pictures."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

__all__ = ["Token", "parse", "to_html"]
SCHEMES = ("http", "https", "mailto")


def parse(markdown: str) -> Sequence[Token]:
    """The text as a flat list of tokens, as markdown-it gives it."""
    return _parser().parse(markdown)


def to_html(markdown: str) -> str:
    """The text as HTML in which everything that is not Markdown is escaped."""
    return str(_parser().render(markdown))


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "html_block", "html_inline"])
    parser.validateLink = _is_plain_link  # type: ignore[method-assign,assignment]
    return parser


def _is_plain_link(address: str) -> bool:
    try:
        return urlsplit(address.strip()).scheme.lower() in SCHEMES
    except ValueError:
        return False
