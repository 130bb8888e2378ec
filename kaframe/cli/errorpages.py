"""``kaframe show error``: what docs/errors.md says of a code, in the language of the reader, without a browser."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from itertools import groupby

import click

from kaframe.bundled import folder
from kaframe.cli.spoken import spoken
from kaframe.cli.tables import format_option, print_rows
from kaframe.cli.wrapping import CLOSING, OPENING, WIDE, wrapped
from kaframe.errors import Problem, UsageError

PAGES = {"en": "errors.md", "zh": "errors.zh.md"}
HEADING = re.compile(r"^## (KF\d{4}) (.*)$", re.MULTILINE)
LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
SEAM = re.compile(rf"(?<=[{WIDE}{CLOSING}])\n(?=[{WIDE}{OPENING}])|(?<=[，。；：、])\n")  # Chinese needs no space
ALIKE = 4  # signs that a code has in common with those of its kind
WIDEST = 100  # columns; longer lines are hard to read


@dataclass(frozen=True, slots=True)
class Section:
    """What the page of errors says of one code."""

    code: str
    title: str
    text: str


@cache
def sections(language: str) -> Mapping[str, Section]:
    """The sections of the page by their codes."""
    page = (folder("docs") / PAGES[language]).read_text(encoding="utf-8")
    parts = HEADING.split(page)[1:]
    found = zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    return {code: Section(code, title, text.strip()) for code, title, text in found}


def title_of(code: str) -> str:
    """The title of a code in the spoken language; nothing for a code of somebody else's plugin."""
    section = sections(spoken.get()).get(code)
    return section.title if section else ""


@click.command()
@click.argument("codes", nargs=-1, metavar="[CODE]...")
@format_option
def error(codes: tuple[str, ...], form: str) -> None:
    """Say what an error means and how to mend it; without CODE, list all errors.

    \b
    kaframe show error KF2010
    kaframe show error 2010 3061
    kaframe show error --format csv > errors.csv
    """
    known = sections(spoken.get())
    chosen = [known[_known_code(code, known)] for code in codes]
    if chosen and form == "table":
        click.echo("\n\n".join("\n".join(_lines(section)) for section in chosen))
        return
    columns = ("code", "title", "text") if chosen else ("code", "title")
    print_rows((asdict(one) for one in chosen or known.values()), {name: name for name in columns}, form)


def _known_code(text: str, known: Iterable[str]) -> str:
    """The code that a text means, with or without its letters. Raises: UsageError KF6062 with the nearest one."""
    code = text.upper() if text.upper().startswith("KF") else f"KF{text}"
    if code in known:
        return code
    begun = (one for size in range(len(code), ALIKE - 1, -1) for one in known if one.startswith(code[:size]))
    near = next(begun, "")  # codes of one kind begin alike
    hint = f"did you mean '{near}'?" if near else "'kaframe show error' lists all"
    raise UsageError([Problem(None, "KF6062", f"no error '{text}'", hint)])


def _lines(section: Section) -> Iterator[str]:
    """A section as wide as the terminal: sentences are wrapped, code stays as it is."""
    room = min(shutil.get_terminal_size((80, 24)).columns, WIDEST)
    yield f"{section.code} {section.title}"
    blocks = section.text.split("```")  # code stands at the odd places, behind the name of its language
    for place, block in enumerate(blocks):
        if place % 2:
            yield from ("", *(f"    {line}".rstrip() for line in block.splitlines()[1:]))
            continue
        for is_text, paragraph in groupby(block.strip("\n").split("\n"), bool):
            yield from [""] if is_text else []
            yield from wrapped(_sentences("\n".join(paragraph)), room, 0) if is_text else []


def _sentences(paragraph: str) -> str:
    """A paragraph in one line, without the marks of Markdown."""
    joined = SEAM.sub("", paragraph).replace("\n", " ")
    return LINK.sub(lambda link: link[1] if link[1] == link[2] else f"{link[1]} (docs/{link[2]})", joined)
