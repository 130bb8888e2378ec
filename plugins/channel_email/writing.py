"""What a mail says: headers that nothing of the data can become, text beside HTML, documents."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from typing import Any

import kaframe

ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")
NAMED = re.compile(r'"?([^"<>]*?)"?\s*<([^<>]*)>')
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff/\\\\:*?"<>|]+')
NAME_LENGTH = 80
REPORT = {"en": "Open the report", "zh": "打开报告"}
PAGE = """\
<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 48em; margin: 2em auto; padding: 0 1em }}
table {{ border-collapse: collapse }} td, th {{ border: 1px solid #ccc; padding: .3em .6em; text-align: left }}</style>
</head><body>
{body}</body></html>
"""


def write_mail(options: Mapping[str, Any], message: kaframe.Message) -> EmailMessage:
    """The mail of a notice; nothing of its text can become a header.

    Raises: ValueError, in words for people, when an address is none.
    """
    sender = read_address("from", str(options["from"]))
    recipient = read_address("the recipient's email", message.address)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = recipient
    if options.get("reply_to"):
        mail["Reply-To"] = read_address("reply_to", str(options["reply_to"]))
    mail["Subject"] = one_line(message.subject)
    mail["Date"] = formatdate()
    mail["Message-ID"] = f"<{_token(message.key)}@{sender.domain.encode('idna').decode()}>"
    if message.thread:
        mail["References"] = f"<{_token(message.thread)}.thread@{sender.domain.encode('idna').decode()}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"  # for Exchange, which knows no Auto-Submitted
    words = REPORT["zh" if message.language == "zh" else "en"]
    link = f"\n{words}: {message.link}\n" if message.link else ""
    mail.set_content(_body(message.text + link), cte="base64")
    if message.html:
        link = f'<p><a href="{html.escape(message.link)}">{words}</a></p>\n' if message.link else ""
        mail.add_alternative(_body(message.html + link), subtype="html", cte="base64")
    _attach(mail, message, str(options.get("attach_as", "html")))
    return mail


def _attach(mail: EmailMessage, message: kaframe.Message, form: str) -> None:
    """Add the documents, each under a name of its own."""
    taken: set[str] = set()
    for document in message.attachments:
        name = " ".join(UNSAFE.sub(" ", document.name).split()).strip(" .")[:NAME_LENGTH] or "document"
        number = next(number for number in range(1, len(taken) + 2) if f"{name} {number}" not in taken)
        taken.add(f"{name} {number}")
        file = f"{name if number == 1 else f'{name} {number}'}.{form}"
        text = _page(name, document.markdown, message.language) if form == "html" else document.markdown
        subtype = "html" if form == "html" else "markdown"
        mail.add_attachment(_body(text), subtype=subtype, cte="base64", filename=file)


def _page(title: str, markdown: str, language: str) -> str:
    """A document as a page that any browser shows; of the plan's Markdown no HTML and no image gets through."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "html_block", "html_inline"])
    return PAGE.format(language=language, title=html.escape(title), body=parser.render(markdown))


def read_address(what: str, text: str) -> Address:
    """An address with or without a name. Raises: ValueError, in words for people."""
    named = NAMED.fullmatch(text)
    name, spec = (named[1], named[2]) if named else ("", text.strip())
    if CONTROL.search(text) or not ADDRESS.fullmatch(spec):
        raise ValueError(f"{what} is no e-mail address: {one_line(text) or 'empty'}")
    return Address(display_name=one_line(name), addr_spec=spec)


def one_line(text: str) -> str:
    """The text without what ends a line or steers a terminal."""
    return CONTROL.sub(" ", text).strip()


def _body(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _token(key: str) -> str:
    return (
        key
        if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", key)
        else hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:32]
    )
