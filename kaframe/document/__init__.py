"""A plan as a document: its Markdown as an HTML page."""

from kaframe.document.page import html_page

__all__ = ["html_page"]
