"""A plan as a document that somebody would send: an HTML page, Word, PDF.

Word and PDF need a library each, in the extras ``docx`` and ``pdf`` (docs/decisions/0001-dependencies.md).
"""

from kaframe.document.docx import write_docx
from kaframe.document.head import Head
from kaframe.document.page import html_page
from kaframe.document.pdf import write_pdf

__all__ = ["Head", "html_page", "write_docx", "write_pdf"]
