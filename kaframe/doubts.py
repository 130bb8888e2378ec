"""What could not be read, so that no message follows from it: what is sound is checked as far as the rest is known.

A name that a broken file may define is not unknown. Whole files that cannot be read, sections and items that the schema
refuses are left out, and noted in :class:`Doubts`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from kaframe.errors import Location, Problem, nearest
from kaframe.schema import check_schema, load_schema
from kaframe.yamlfile import Node

MISSING_KEY = "KF1105"


@dataclass(frozen=True, slots=True)
class Doubts:
    """The parts of what the user wrote that are not known.

    A part is a kind of rules (``measure``), ``team``, ``plugins``, ``packs``, ``accounts`` or another section of
    kaframe.yaml. Of ``unread`` parts nothing is known; ``partial`` ones lack items, whose ids are among ``names``.
    """

    unread: frozenset[str] = frozenset()
    partial: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    def __or__(self, other: Doubts) -> Doubts:
        return Doubts(self.unread | other.unread, self.partial | other.partial, self.names | other.names)

    def __bool__(self) -> bool:
        return bool(self.unread or self.partial or self.names)

    def about(self, part: str) -> Doubts:
        """The same, of sections of a file that is one part as a whole."""
        return Doubts(
            frozenset({part} if self.unread else ()), frozenset({part} if self.partial else ()), self.names
        )

    def touch(self, parts: Iterable[str]) -> bool:
        """Whether something of these parts is not known."""
        return not (self.unread | self.partial).isdisjoint(parts)

    def may_define(self, name: str, parts: Iterable[str]) -> bool:
        """Whether the name may stand in what could not be read of these parts."""
        return name in self.names or not self.unread.isdisjoint(parts)


NO_DOUBTS = Doubts()


def unread(*parts: str) -> Doubts:
    """Nothing is known of these parts."""
    return Doubts(unread=frozenset(parts))


def keep_sound(node: Node, kind: str, lists: Collection[str] | None = None) -> tuple[Node, list[Problem], Doubts]:
    """The file without what its schema refuses, every problem, and what is in doubt for it.

    Of a section that holds items by id (``lists``; None: every section) only the items go that a problem lies in,
    of others the whole section. One that is not legal may stand for one that is missing.
    """
    problems = check_schema(node, kind)
    if not problems:
        return node, [], NO_DOUBTS
    kept, doubts = node, NO_DOUBTS
    for whole in (False, True):
        wrong = check_schema(kept, kind)
        kept, more = _without(kept, wrong, () if whole else lists)
        doubts |= more
    legal = load_schema(kind).get("properties", {}).keys()
    assert isinstance(node.value, dict)
    for name in node.value.keys() - legal:
        doubts |= unread(*_meant(name, legal - node.value.keys(), lists))
    missing = {str(name) for name in load_schema(kind).get("required", ())} - node.value.keys()
    return kept, problems, doubts | unread(*missing)


def _meant(name: str, absent: Collection[str], lists: Collection[str] | None) -> list[str]:
    """The sections that a key which is not legal may stand for: those of a like name, else those that hold items."""
    best = nearest(name, absent)
    alike = [section for section in absent if f"'{section}'" in best]
    return alike or [section for section in absent if lists is None or section in lists]


def _without(node: Node, problems: Iterable[Problem], lists: Collection[str] | None) -> tuple[Node, Doubts]:
    """Without the items or sections in which the problems lie."""
    assert isinstance(node.value, dict)
    sections, gone, partial, names = dict(node.value), set(), set(), set()
    for problem in problems:
        name = None if _is_missing(problem, node) else _holder(dict(node.keys), problem.at)
        if name is None:
            continue
        section = node.value[name]
        item = _item(section, problem.at) if lists is None or name in lists else None
        if item is None:
            gone.add(name)
            continue
        partial.add(name)
        names.add(_id(section, item))
        sections[name] = _drop(sections[name], section, item)
    kept = {name: section for name, section in sections.items() if name not in gone}
    sound = Node(kept, node.at, node.indent, {name: at for name, at in node.keys.items() if name in kept})
    return sound, Doubts(frozenset(gone), frozenset(partial), frozenset(names) - {""})


def _is_missing(problem: Problem, node: Node) -> bool:
    """Whether the file lacks a section, which is told at its beginning."""
    return problem.code == MISSING_KEY and problem.at == node.at


def _holder(places: dict[str, Location], at: Location | None) -> str | None:
    """The key under which a place lies: the last one that begins at or before it."""
    before = [name for name, place in places.items() if at and (place.line, place.col) <= (at.line, at.col)]
    return max(before, key=lambda name: places[name]) if before else None


def _item(section: Node, at: Location | None) -> str | None:
    """The key, or the number as a text, of the item that a place lies in."""
    if isinstance(section.value, dict):
        return _holder(dict(section.keys), at)
    if isinstance(section.value, list):
        return _holder({str(number): item.at for number, item in enumerate(section.value)}, at)
    return None


def _id(section: Node, item: str) -> str:
    if isinstance(section.value, dict):
        return item
    assert isinstance(section.value, list)
    found = section.value[int(item)].get("id")
    return str(found.value) if found else ""


def _drop(left: Node, section: Node, item: str) -> Node:
    """What is left of a section when this item goes too."""
    if isinstance(left.value, dict):
        kept = {key: value for key, value in left.value.items() if key != item}
        return Node(kept, left.at, left.indent, {key: left.keys[key] for key in kept})
    assert isinstance(left.value, list) and isinstance(section.value, list)
    lost = section.value[int(item)]
    return Node([one for one in left.value if one is not lost], left.at, left.indent)
