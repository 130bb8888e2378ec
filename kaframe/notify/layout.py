"""The text of a message from its template, as plain text and as a small HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from typing import Any

from kaframe.errors import Location, Problem, RuleError, nearest
from kaframe.layouts import FOLDER, Layout, list_layouts, load_templates
from kaframe.project import Project
from kaframe.rules.notify import Notice

NAME, PREFIX, SUFFIX = "notice.txt.j2", "notice_", ".txt.j2"
INDENT = "  "  # a line that begins so is one of several about what stands above them
SAMPLE = "Sample"
Clean = Callable[[str], str]


class NoticeLayout:
    """The templates of messages: ``notice_<id>.txt.j2`` for one notice, ``notice.txt.j2`` for all others."""

    def __init__(self, project: Project, clean: Clean) -> None:
        self._templates = load_templates(project)
        self._names = {layout.name for layout in list_layouts(project)}
        self._clean = clean

    def text(self, notice: Notice, context: Mapping[str, Any]) -> str:
        """The text of a message, each line of it made harmless. Raises: RuleError KF40xx with the template's place."""
        written = self._templates.render(self.name_of(notice.id), context)
        lines = [self._line(line) for line in written.split("\n")]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"

    def name_of(self, notice_id: str) -> str:
        """The template of a notice."""
        own = f"{PREFIX}{notice_id}{SUFFIX}"
        return own if own in self._names else NAME

    def _line(self, line: str) -> str:
        indent = INDENT if line.startswith(INDENT) else ""
        return (indent + self._clean(line)).rstrip()


def as_html(language: str, text: str) -> str:
    """The same message as HTML: what stands over indented lines is their heading, everything else a paragraph."""
    blocks = [_block(block.split("\n")) for block in text.strip("\n").split("\n\n") if block.strip()]
    return f'<div lang="{html.escape(language)}">\n' + "\n".join(blocks) + "\n</div>\n"


def _block(lines: list[str]) -> str:
    parts: list[str] = []
    for number, line in enumerate(lines):
        told = html.escape(line.strip())
        if line.startswith(INDENT):
            is_first = number == 0 or not lines[number - 1].startswith(INDENT)
            is_last = number + 1 == len(lines) or not lines[number + 1].startswith(INDENT)
            parts.append(("<ul>\n" if is_first else "") + f"<li>{told}</li>\n" + ("</ul>" if is_last else ""))
        else:
            is_head = number + 1 < len(lines) and lines[number + 1].startswith(INDENT)
            parts.append(f"<p><b>{told}</b></p>\n" if is_head else f"<p>{told}</p>\n")
    return "".join(parts).removesuffix("\n")


def check_layouts(project: Project) -> list[Problem]:
    """What is wrong with the templates of messages: each is tried, and one in the project must be for some notice."""
    ids = [notice.id for notice in project.rules.notify.notices]
    found = [layout for layout in list_layouts(project) if layout.name == NAME or layout.name.startswith(PREFIX)]
    templates = load_templates(project)
    problems: list[Problem] = []
    for layout in found:
        if layout.file.startswith(f"{FOLDER}/") and layout.name != NAME:
            problems += _check_id(layout, ids)
        try:
            problems += templates.check(layout.name, [sample_context()])
        except RuleError as error:
            problems += error.problems
    return problems


def sample_context() -> dict[str, Any]:
    """A message with one of everything."""
    account = {"id": "sample", "name": "Sample", "head": "Sample", "dot": "", "status": "", "tier": "",
               "lines": ["Sample"]}  # fmt: skip
    words = ("notice", "title", "more", "footer", "project", "language")
    return {**dict.fromkeys(words, SAMPLE), "accounts": [account], "count": 1, "as_of": None}


def _check_id(layout: Layout, ids: list[str]) -> list[Problem]:
    asked = layout.name.removeprefix(PREFIX).removesuffix(SUFFIX)
    if asked in ids:
        return []
    hint = nearest(asked, ids) or f"notices: {', '.join(ids) or 'none'}"
    at = Location(layout.file, path=str(layout.path))
    return [Problem(at, "KF4018", f"the template is for the notice '{asked}', which there is not", hint)]
