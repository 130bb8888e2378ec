"""What stands over a document and on each of its pages, besides the plan itself."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import ModuleType
from typing import Any

from kaframe.document.blocks import CONTROLS, Block, Heading, Paragraph, plain, read_blocks
from kaframe.errors import Problem, UsageError

INK, ACCENT, SOFT, FAINT, WARN = "1F2933", "14324A", "6B7785", "EEF2F6", "B42318"  # colours of every document


@dataclass(frozen=True, slots=True)
class Head:
    """Who it is about, what state it is in, and the colour of the account (CSS, ``#d43d3d``) with its word.

    ``facts`` are labels and values. ``page`` says where one is, as ``Page {page} of {pages}``. ``day`` is that of the
    run: a document of the same run is the same document.
    """

    title: str
    language: str
    project: str
    account: str
    status: str
    colour: str
    facts: Sequence[tuple[str, str]]
    page: str
    day: date


def cleaned(head: Head) -> Head:
    """The same without what is no text: a control character ends the file, one that turns the direction misleads."""
    facts = [(CONTROLS.sub("", label), CONTROLS.sub("", value)) for label, value in head.facts]
    names = ("title", "project", "account", "status", "page")
    texts: dict[str, Any] = {name: CONTROLS.sub("", getattr(head, name)) for name in names}
    return replace(head, facts=facts, **texts)


def body_of(head: Head, markdown: str) -> tuple[str, list[Block]]:
    """The line under the title, and the plan without its title, which the head of the document has."""
    blocks = read_blocks(markdown)
    if blocks and isinstance(blocks[0], Heading) and plain(blocks[0].runs) == head.title:
        blocks = blocks[1:]
    if blocks and isinstance(blocks[0], Paragraph) and not blocks[0].quoted:
        return plain(blocks[0].runs), blocks[1:]
    return "", blocks


def import_extra(module: str, form: str) -> ModuleType:
    """A library that only documents need. Raises: UsageError KF6089 with the line that installs it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        message = f"nothing here can write {form.upper()}"
        raise UsageError([Problem(None, "KF6089", message, f"pip install 'kaframe[{form}]'")]) from error
