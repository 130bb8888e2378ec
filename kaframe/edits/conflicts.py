"""A plan that a person has edited, merged with what is generated now; what both have changed is marked in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from kaframe.bind import Label
from kaframe.edits.threeway import Clash, merge_lines, same_lines
from kaframe.wording import Wording

# Headings, because they end a list, a table or a paragraph wherever they stand.
YOURS = Label("###### ⚠ Conflict: your text", "###### ⚠ 冲突：您写的内容")
DELETED = Label(" (you deleted it)", "（您已删除）")
GENERATED = Label("###### ⚠ Conflict: the text of {day}", "###### ⚠ 冲突：{day}生成的内容")
GONE = Label(" (no longer there)", "（已不再生成）")
END = Label(
    "###### ⚠ End of the conflict: keep what is right, delete the three lines with ⚠",
    "###### ⚠ 冲突结束：请保留正确的内容，并删除带⚠的三行",
)
UNDECIDED = "⚠"
IS_YOURS = re.compile(r"\s*###### ⚠ (Conflict: your text|冲突：您写的内容)")
IS_GENERATED = re.compile(r"\s*###### ⚠ (Conflict: the text of |冲突：.*生成的内容)")
IS_END = re.compile(r"\s*###### ⚠ (End of the conflict|冲突结束)")


@dataclass(frozen=True, slots=True)
class Open:
    """A conflict that nobody has decided yet: the marked lines, what the person wrote, what was generated."""

    lines: tuple[str, ...]
    yours: tuple[str, ...]
    generated: tuple[str, ...]


def merge_edit(base: str | None, theirs: str, new: str, day: date, wording: Wording) -> str:
    """What a person made of ``base``, over what is generated now; without a base, what both have is the base.

    A conflict that is still open stays as it is, or gets the text of today; it is never marked twice.
    """
    generated = new.split("\n")
    known = base.split("\n") if base is not None else _common(theirs.split("\n"), generated)
    if known == generated:
        return theirs
    merged = merge_lines(known, _fold(theirs.split("\n"), known), generated)
    return "\n".join(line for part in merged for line in _unfold(part, day, wording))


def find_conflicts(text: str) -> list[int]:
    """The lines, counted from 1, at which a conflict begins that nobody has decided."""
    return [number for number, line in enumerate(text.split("\n"), 1) if IS_YOURS.match(line)]


def find_changes(generated: str, text: str) -> tuple[list[str], list[str]]:
    """What a person has put in and taken out: the lines that only one of the two texts has, in their order.

    Of a conflict counts what the person wrote, and that it is open; not the text of the day in its lower half.
    """
    own, known = list[str](), Counter(generated.split("\n"))
    for part in _fold(text.split("\n"), generated.split("\n")):
        own += [part] if isinstance(part, str) else [*part.yours, UNDECIDED]
        known -= Counter(() if isinstance(part, str) else part.generated)
    return list((Counter(own) - known).elements()), list((known - Counter(own)).elements())


def _common(theirs: Sequence[str], new: Sequence[str]) -> list[str]:
    return [theirs[number] for number in sorted(same_lines(theirs, new))]


def _fold(lines: Sequence[str], base: Sequence[str]) -> list[str | Open]:
    """Every open conflict as one line, but for those in whose generated half a person has written too."""
    found: list[str | Open] = []
    number = 0
    while number < len(lines):
        block = _block(lines, number)
        if block and not Counter(block.generated) - Counter(base):
            found.append(block)
            number += len(block.lines)
        else:
            found.append(lines[number])
            number += 1
    return found


def _block(lines: Sequence[str], first: int) -> Open | None:
    """The conflict that begins at a line, when all its marks are there in their order."""
    if not IS_YOURS.match(lines[first]):
        return None
    middle = 0
    for number in range(first + 1, len(lines)):
        if IS_YOURS.match(lines[number]):
            return None
        if IS_GENERATED.match(lines[number]):
            if middle:
                return None
            middle = number
        if IS_END.match(lines[number]):
            if not middle:
                return None
            whole = tuple(lines[first : number + 1])
            return Open(whole, tuple(lines[first + 1 : middle]), tuple(lines[middle + 1 : number]))
    return None


def _unfold(part: str | Open | Clash[str | Open], day: date, wording: Wording) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, Open):
        yield from part.lines
    else:
        yours = [line for one in part.theirs for line in ((one,) if isinstance(one, str) else one.yours)]
        new = [line for line in part.new if isinstance(line, str)]
        language = wording.language
        yield YOURS.text(language) + ("" if yours else DELETED.text(language))
        yield from yours
        yield GENERATED.text(language).format(day=wording.day(day)) + ("" if new else GONE.text(language))
        yield from new
        yield END.text(language)
