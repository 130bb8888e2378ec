"""A merge of three texts, line by line: what two sides made of one base.

``merge3`` would be the library for it; it is GPL, and kaframe is not (docs/decisions/0009-edited-plans.md).
"""

from __future__ import annotations

import difflib
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Line = TypeVar("Line", bound=Hashable)
MOST = 1_000_000  # lines of one side times lines of the other; comparing costs as much, or many times that


@dataclass(frozen=True, slots=True)
class Clash(Generic[Line]):
    """Lines that both sides have changed, each in another way; an empty side has deleted them."""

    theirs: tuple[Line, ...]
    new: tuple[Line, ...]


@dataclass(slots=True)
class _Slots(Generic[Line]):
    """One side seen from the base: what became of each of its lines, and what was put in before it."""

    kept: list[Line | None]
    before: list[tuple[Line, ...]] = field(default_factory=list)


def merge_lines(base: Sequence[Line], theirs: Sequence[Line], new: Sequence[Line]) -> list[Line | Clash[Line]]:
    """The lines of both sides over their base: a change of one side is taken, the same change of both is taken once.

    What both have changed, each in another way, is a ``Clash``. Lines that are put in beside a line that the other side
    has changed do not clash with it. Every line that ``theirs`` has beyond ``base`` is in what comes out.
    """
    found: list[Line | Clash[Line]] = []
    for part in _parts(base, theirs, new):
        found += _merge_part(*part)
    return found


def _parts(
    base: Sequence[Line], theirs: Sequence[Line], new: Sequence[Line]
) -> Iterator[tuple[Sequence[Line], Sequence[Line], Sequence[Line]]]:
    """The texts in pieces: a line that all three have, then what lies between it and the next such line."""
    in_theirs, in_new = same_lines(base, theirs), same_lines(base, new)
    at = (0, 0, 0)
    for number, line in enumerate(base):
        if number in in_theirs and number in in_new:
            here = (number, in_theirs[number], in_new[number])
            yield base[at[0] : here[0]], theirs[at[1] : here[1]], new[at[2] : here[2]]
            yield [line], [line], [line]
            at = (here[0] + 1, here[1] + 1, here[2] + 1)
    yield base[at[0] :], theirs[at[1] :], new[at[2] :]


def same_lines(base: Sequence[Line], side: Sequence[Line]) -> dict[int, int]:
    """For lines of the base that the side has kept: which line of the side it is.

    Of texts that differ in many thousand lines only what they begin and end with.
    """
    first, last = _same_ends(base, side)
    ends = {number: number for number in range(first)}
    ends |= {len(base) - number: len(side) - number for number in range(1, last + 1)}
    inner, other = base[first : len(base) - last], side[first : len(side) - last]
    if len(inner) * len(other) > MOST:
        return ends
    blocks = difflib.SequenceMatcher(None, inner, other, autojunk=False).get_matching_blocks()
    return ends | {first + block.a + step: first + block.b + step for block in blocks for step in range(block.size)}


def _same_ends(base: Sequence[Line], side: Sequence[Line]) -> tuple[int, int]:
    """How many lines both begin with, and how many of the others both end with."""
    most = min(len(base), len(side))
    first = next((number for number in range(most) if base[number] != side[number]), most)
    most -= first
    last = next((number for number in range(most) if base[-1 - number] != side[-1 - number]), most)
    return first, last


def _merge_part(base: Sequence[Line], theirs: Sequence[Line], new: Sequence[Line]) -> list[Line | Clash[Line]]:
    if list(theirs) == list(new) or list(new) == list(base):
        return list(theirs)
    if list(theirs) == list(base):
        return list(new)
    own, other = _slots(base, theirs), _slots(base, new)
    merged = _merge_slots(base, own, other) if own and other else None
    return merged if merged is not None else [Clash(tuple(theirs), tuple(new))]


def _slots(base: Sequence[Line], side: Sequence[Line]) -> _Slots[Line] | None:
    """The side, line by line of the base; None when it has replaced some lines by more or fewer, or too many."""
    if len(base) * len(side) > MOST:
        return None
    slots: _Slots[Line] = _Slots([None] * len(base), [()] * (len(base) + 1))
    for kind, first, last, start, end in difflib.SequenceMatcher(None, base, side, autojunk=False).get_opcodes():
        if kind == "insert":
            slots.before[first] = tuple(side[start:end])
        elif kind != "delete":
            if last - first != end - start:
                return None
            slots.kept[first:last] = side[start:end]
    return slots


def _merge_slots(
    base: Sequence[Line], theirs: _Slots[Line], new: _Slots[Line]
) -> list[Line | Clash[Line]] | None:
    """Both sides line by line; None when both have put in something at one place, which is for a person to order."""
    found: list[Line | Clash[Line]] = []
    for number, put_in in enumerate(theirs.before):
        other = new.before[number]
        if put_in and other and put_in != other:
            return None
        found += put_in or other
        if number < len(base):
            _lay(found, _merge_line(base[number], theirs.kept[number], new.kept[number]))
    return found


def _merge_line(base: Line, theirs: Line | None, new: Line | None) -> Line | Clash[Line] | None:
    if new in (theirs, base):
        return theirs
    if theirs == base:
        return new
    return Clash(() if theirs is None else (theirs,), () if new is None else (new,))


def _lay(found: list[Line | Clash[Line]], line: Line | Clash[Line] | None) -> None:
    """Put a line down; clashes that follow each other are one."""
    last = found[-1] if found else None
    if isinstance(line, Clash) and isinstance(last, Clash):
        found[-1] = Clash((*last.theirs, *line.theirs), (*last.new, *line.new))
    elif line is not None:
        found.append(line)
