"""What MkDocs is told about docs/: the order of the pages, and where links go that leave the folder.

A page that no section names has its place all the same: that of its folder, or the last one. So a new page needs no
edit here.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from typing import Any

LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)\s]+)\)")
FENCE = re.compile(r"(^(?:```|~~~).*?^(?:```|~~~)\s*$)", re.MULTILINE | re.DOTALL)
HAN = "\u3000-\u303f\u4e00-\u9fff\uff00-\uffef“”"
SEAM = re.compile(rf"(?<=[{HAN}])\n *(?=[{HAN}])")  # where a line ends within a sentence, Chinese has no space
INDEX = "README.md"
CHINESE = ".zh.md"
MORE = ("More", "其他")
STEPS = (
    "data", "recall", "measure", "gate", "identify", "assign", "analyse", "score", "status", "stage", "strategy",
    "maintain", "change", "notify",
)  # fmt: skip
# The sections in their order: English and Chinese title, then pages, and folders for all of theirs that are not named.
SECTIONS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("Start", "入门"): (INDEX, "first-steps.md", "report.md", "explain.md", "edited-plans.md", "cli.md", "errors.md"),
    ("Rules", "编写规则"): (
        "expressions.md", *(f"steps/{step}.md" for step in STEPS), "steps/", "decision-tables.md", "templates.md",
        "testing-rules.md", "proof.md", "import.md",
    ),
    ("Data and messages", "数据与消息"): ("readers.md", "channels.md", "how-to/"),
    ("Plugins", "插件"): ("plugins/README.md", "plugins/tutorial.md", "plugins/"),
    ("Operations", "运行与维护"): ("store.md", "reliability.md", "exit-codes.md", "benchmarks.md"),
    ("Reference", "参考"): ("tables.md", "reference/"),
    ("Decisions", "设计决定"): ("decisions/",),
}  # fmt: skip


def on_files(files: Any, config: Any) -> Any:
    """Order the pages. MkDocs asks before it reads them."""
    pages = sorted(file.src_uri for file in files.documentation_pages())
    config["nav"] = ordered([page for page in pages if not page.endswith(CHINESE)])
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Let links lead somewhere on the site: to a folder's first page; what is outside docs/ is named, not linked.

    Lines of Chinese are joined without the space that a browser would put between them.
    """
    known = {in_english(file.src_uri) for file in files.documentation_pages()}
    parts = FENCE.split(markdown)  # code stands at the odd places
    uri = page.file.src_uri
    return "".join(part if number % 2 else _relinked(part, uri, known) for number, part in enumerate(parts))


def ordered(pages: Iterable[str]) -> list[dict[str, list[str]]]:
    """The navigation: every page once, in the first section that names it."""
    left = dict.fromkeys(pages)
    named = {place for places in SECTIONS.values() for place in places if not place.endswith("/")}
    sections: list[dict[str, list[str]]] = []
    for (title, _), places in SECTIONS.items():
        chosen: list[str] = []
        for place in places:
            if place.endswith("/"):
                chosen += [page for page in left if page.startswith(place) and page not in named]
            elif place in left:
                chosen.append(place)
        for page in chosen:
            left.pop(page, None)
        sections.append({title: chosen})
    return [section for section in [*sections, {MORE[0]: list(left)}] if any(section.values())]


def translations() -> dict[str, str]:
    """The Chinese title of every section."""
    return dict([*SECTIONS, MORE])


def on_nav(nav: Any, config: Any, files: Any) -> Any:
    """Give the sections their titles in the language that is being built."""
    language = getattr(config["theme"].get("language") or config["theme"]["language"], "lower", str)()
    if language == "zh":
        for section in nav.items:
            section.title = translations().get(section.title, section.title)
    return nav


def in_english(page: str) -> str:
    """The English name of a page, under which links know it in both languages."""
    return f"{page.removesuffix(CHINESE)}.md" if page.endswith(CHINESE) else page


def _relinked(text: str, page: str, known: set[str]) -> str:
    folder = posixpath.dirname(page)

    def relink(found: re.Match[str]) -> str:
        words, target = found[1], found[2]
        address, mark, anchor = target.partition("#")
        if not address or "://" in address or address.startswith("mailto:"):
            return found[0]
        place = posixpath.normpath(posixpath.join(folder, address))
        if place.endswith(CHINESE):  # one page in two languages; the reader has chosen one
            english = in_english(place)
            if english == in_english(page):
                return words
            return f"[{words}]({posixpath.relpath(english, folder or '.')}{mark}{anchor})"
        if place.startswith(".."):
            named = place.removeprefix("../")
            return words if named in words else f"{words} (`{named}`)"
        inside = sorted(page for page in known if page.startswith(f"{place}/"))
        if inside:
            first = f"{place}/{INDEX}" if f"{place}/{INDEX}" in inside else inside[0]
            return f"[{words}]({posixpath.relpath(first, folder or '.')}{mark}{anchor})"
        return found[0]

    return SEAM.sub("", LINK.sub(relink, text))
