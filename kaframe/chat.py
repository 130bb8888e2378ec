"""Messages for chat services: what a notice says, in pages that the service takes, sent one after the other.

A chat plugin says in a ``Chat`` how its service wants a page written and what its answers mean; the rest is here.
"""

from __future__ import annotations

import json
import re
import time
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from kaframe.answers import Answer
from kaframe.posting import Post, revealed, send_post
from kaframe.records import Message, Outcome

MOST_PAGES = 5  # who has more to read opens the report
PIECE_BYTES = 1000  # of one line, before it is escaped; so that a page holds at least one
SIGNATURE_BYTES = 100  # what a signature adds to a request
TITLE_LENGTH = 120
JOINER = "\u200d"
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f]")  # no ends of lines; JSON writes them as \uxxxx
# What calls a whole group, in one service or the other. Names of customers may say so.
CALLS = (
    (re.compile(r"@(?=(?:all|everyone|here|channel)(?![a-z0-9_])|所有[人成]|全[体體员員])", re.IGNORECASE), "＠"),
    (re.compile(r"<(?=[!@#]|/?at\b|users/)", re.IGNORECASE), "‹"),
)
MARKS = str.maketrans(
    {"<": "‹", ">": "›", "[": "［", "]": "］", "*": "＊", "`": "｀", "~": "～", "\\": "＼", "|": "｜"}
)
OPENING = re.compile(r"^[#+-]")
OPENINGS = {"#": "＃", "+": "＋", "-": "－"}
WORDS: Mapping[str, Mapping[str, str]] = {
    "to": {"en": "For {name}", "zh": "致：{name}"},
    "report": {"en": "Open the report", "zh": "打开报告"},
    "cut": {"en": "... {count} more lines are left out here", "zh": "……此处省略其余{count}行"},
    "which": {"en": "part {number} of {of}: ", "zh": "第{number}部分，共{of}部分："},
    "in time": {"en": "{number} of {of} parts in time", "zh": "期限内送出{of}部分中的{number}部分"},
    "part": {"en": " ({number}/{of})", "zh": "（{number}/{of}）"},
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One line of a message: the head of an account's block, an item below it, or plain words.

    ``begins``: an empty line stands before it.
    """

    kind: Literal["head", "item", "plain"]
    text: str
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """What one request carries: title, whom it is for, lines, link; plain text that calls no group as a whole.

    ``name`` (whom it is for) and ``link`` stand on every page, so that each can be understood alone; ``dot`` is the
    first colour of the message, if any.
    """

    title: str
    name: str
    pieces: tuple[Piece, ...]
    link: str
    dot: str
    language: str

    def to(self, called: str) -> str:
        """Whom it is for: ``called`` as the service writes a person, or an escaped name; nothing for nobody."""
        return _say(self.language, "to", name=called) if called else ""

    @property
    def link_words(self) -> str:
        """What the link is called."""
        return _say(self.language, "report")


Options = Mapping[str, Any]
Payload = Mapping[str, Any]


def unsigned(options: Options, payload: Payload) -> tuple[Options, Payload]:
    """For services that want no signature."""
    return options, payload


@dataclass(frozen=True, slots=True)
class Chat:
    """What differs from one chat service to the next.

    ``write(page, message)`` gives the JSON of a page, its texts escaped as the service wants it; ``judge(answer)``
    says what the service's answer means. A request has at most ``limit`` bytes. ``sign(options, payload)`` gives both
    as they are to be sent, options with ``headers`` where the service wants some. Between the pages of a message
    ``pause`` seconds pass.
    """

    limit: int
    write: Callable[[Page, Message], Payload]
    judge: Callable[[Answer], Outcome]
    sign: Callable[[Options, Payload], tuple[Options, Payload]] = unsigned
    pause: float = 0.0


def send_chat(chat: Chat, options: Options, message: Message, folder: Path) -> Outcome:
    """Send the pages of a message that have not arrived yet, within the channel's deadline for all of them."""
    pages = write_pages(chat, message)
    until = time.monotonic() + float(options.get("timeout", 20))
    outcome = Outcome("sent", arrived=message.arrived)
    for number, payload in enumerate(pages[message.arrived :], start=message.arrived + 1):
        left = until - time.monotonic() - (chat.pause if number > message.arrived + 1 else 0)
        if number > message.arrived + 1:
            if left <= 0:
                told = _say(message.language, "in time", number=number - 1, of=len(pages))
                return Outcome("retry", told, arrived=number - 1)
            time.sleep(chat.pause)
        signed, whole = chat.sign({**options, "timeout": left}, payload)
        headers = {name: revealed(value) for name, value in signed.get("headers", {}).items()}
        outcome = send_post(Post(signed, folder, as_json(whole), headers, message.language), chat.judge)
        if outcome.state != "sent":
            where = _say(message.language, "which", number=number, of=len(pages)) if len(pages) > 1 else ""
            return replace(outcome, detail=where + outcome.detail, arrived=number - 1)
    return replace(outcome, arrived=len(pages))


def as_json(payload: Payload) -> bytes:
    """The bytes of a request, for instance to sign them; a character that is none becomes a question mark."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def write_pages(chat: Chat, message: Message) -> list[Payload]:
    """The JSON of every page of a message, each within the limit; after ``MOST_PAGES`` the rest is counted."""
    pieces, dot = read_pieces(message.text), _first_dot(message.text)
    pages: list[Sequence[Piece]] = []
    place = 0
    while place < len(pieces) or not pages:
        is_last = len(pages) == MOST_PAGES - 1
        taken = _fitting(chat, message, pieces[place:], is_last)
        pages.append(taken)
        place += len(taken)
        if is_last:
            break
    if place < len(pieces):
        pages[-1] = [*pages[-1], Piece("plain", _say(message.language, "cut", count=len(pieces) - place))]
    return [
        chat.write(_page(message, taken, (number, len(pages)), dot), message)
        for number, taken in enumerate(pages, start=1)
    ]


def read_pieces(text: str) -> list[Piece]:
    """The lines of a notice: a line without indent above indented ones is a head, these are its items.

    Lines that no message has room for are cut between characters.
    """
    found: list[Piece] = []
    lines = quieted(text).splitlines()
    begins = False
    for line, after in zip(lines, [*lines, ""][1:], strict=True):
        if not line.strip():
            begins = bool(found)
            continue
        is_item = line.startswith("  ")
        kind: Literal["head", "item", "plain"] = "item" if is_item else "head" if after.startswith("  ") else "plain"
        parts = split_text(line.strip(), PIECE_BYTES)
        found += [Piece(kind, part, begins and not number) for number, part in enumerate(parts)]
        begins = False
    return found


def quieted(text: str) -> str:
    """The text without what calls everybody in a chat, and without characters that no chat shows and some refuse."""
    text = CONTROL.sub("", text)
    for pattern, harmless in CALLS:
        text = pattern.sub(harmless, text)
    return text


def defused(text: str) -> str:
    """The text for Markdown of services that know no escapes: marks become signs that look alike and do nothing."""
    flat = " ".join(text.split()).translate(MARKS)
    return OPENING.sub(lambda found: OPENINGS[found.group()], flat)


def split_text(text: str, limit: int) -> Iterator[str]:
    """Parts of at most ``limit`` bytes of UTF-8, cut between characters as people see them where that is possible."""
    begin = end = size = flag = 0  # ``end``: the last place where a character as people see it ends
    for place, char in enumerate(text):
        width = len(char.encode("utf-8", "replace"))
        is_second = flag == 1 and _is_flag(char)
        flag = 1 if _is_flag(char) and not is_second else 0
        if place > begin and not is_second and not _joins(text[place - 1], char):
            end = place
        if size + width > limit:
            end = end if end > begin else place
            yield text[begin:end]
            size = len(text[end:place].encode("utf-8", "replace"))
            begin = end
        size += width
    if begin < len(text):
        yield text[begin:]


def _joins(before: str, char: str) -> bool:
    """Whether a character is drawn into the one before it."""
    is_mark = unicodedata.combining(char) > 0 or "\ufe00" <= char <= "\ufe0f" or "\U0001f3fb" <= char <= "\U0001f3ff"
    return is_mark or JOINER in (before, char)


def _is_flag(char: str) -> bool:
    """Whether it is one of the two letters of a flag."""
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _fitting(chat: Chat, message: Message, pieces: Sequence[Piece], is_last: bool) -> list[Piece]:
    """As many of the lines as one request has room for, at least one; on the last page one stays free."""
    room = [Piece("plain", _say(message.language, "cut", count=len(pieces)))] if is_last else []

    def is_too_much(count: int) -> bool:
        page = _page(message, [*pieces[:count], *room], (MOST_PAGES, MOST_PAGES))
        return len(as_json(chat.write(page, message))) + SIGNATURE_BYTES > chat.limit

    counts = range(2, min(len(pieces), chat.limit) + 1)  # each line has a byte at least
    return list(pieces[: 1 + bisect_left(counts, True, key=is_too_much)])


def _page(message: Message, pieces: Sequence[Piece], place: tuple[int, int], dot: str = "") -> Page:
    title = quieted(" ".join(message.subject.split()))
    title = title if len(title) <= TITLE_LENGTH else title[: TITLE_LENGTH - 1] + "…"
    number, of = place
    part = _say(message.language, "part", number=number, of=of) if of > 1 else ""
    name = quieted(" ".join((message.name or message.recipient).split()))[:TITLE_LENGTH]
    return Page(title + part, name, tuple(pieces), message.link, dot, message.language)


def _first_dot(text: str) -> str:
    return text[:1] if text and unicodedata.category(text[0]) == "So" else ""


def _say(language: str, word: str, **values: object) -> str:
    return WORDS[word]["zh" if language == "zh" else "en"].format(**values)
