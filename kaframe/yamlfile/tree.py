"""The tree of a YAML file, made from the events of its parser, with the place of every key and value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from kaframe.errors import Location, Problem, RuleError
from kaframe.yamlfile.text import (
    CROWDED,
    NODE_LIMIT,
    NumberRefusedError,
    Scalar,
    count_open_parentheses,
    cut_problem,
    find_wide_colon,
    find_wide_sign,
    read_plain,
    split_lines,
    unfold,
    wide_colon_problem,
    wide_sign_problem,
)

DEPTH_LIMIT = 64
SHOWN_PROBLEMS = 50  # of one file; more of the same help nobody

_NO_KEYS: Mapping[str, Location] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a YAML file and where it stands.

    ``value`` is a scalar of YAML 1.2, a mapping of names to nodes or a list of nodes. ``at`` is the first
    character of the text itself: after the opening quote, on the first line of a block. ``indent`` is the
    column (from 1) at which the further lines of a text start, 0 if it stands on one line. ``keys``: where
    each key of a mapping is. ``unfolded``: the text with its line breaks, where YAML makes spaces of them.
    """

    value: str | int | float | bool | dict[str, Node] | list[Node] | None
    at: Location
    indent: int = 0
    keys: Mapping[str, Location] = field(default_factory=lambda: _NO_KEYS)
    unfolded: str = ""

    def plain(self) -> Any:
        """The same as nested Python data, without places."""
        value = self.value
        if isinstance(value, dict):
            return {key: node.plain() for key, node in value.items()}
        if isinstance(value, list):
            return [node.plain() for node in value]
        return value

    def get(self, key: str) -> Node | None:
        """The value under a key of a mapping."""
        return self.value.get(key) if isinstance(self.value, dict) else None


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not been read yet."""

    values: dict[str, Node] | list[Node]
    keys: dict[str, Location]
    flow: bool
    key: str | None = None
    key_at: Location | None = None
    cut: Location | None = None  # a plain text with an open parenthesis in { } or [ ]


class StopReadingError(Exception):
    """What follows in the file cannot be read."""


class Tree:
    """What has been read of one file so far."""

    def __init__(self, text: str, shown: str, path: str) -> None:
        self.text, self.shown, self.path = text, shown, path
        self.problems: list[Problem] = []
        self.root: Node | None = None
        self.quoted: Location | None = None  # opening quote of the latest text if that spans lines
        self._anchors: list[Problem] = []  # told only if no alias is: one mistake, one message
        self._aliases = self._documents = self._nodes = 0
        self._stack: list[_Open] = []
        self._lines: list[str] = []

    @property
    def lines(self) -> list[str]:
        """The lines of the text, cut only when something needs them."""
        if not self._lines:
            self._lines = split_lines(self.text)
        return self._lines

    @property
    def cut(self) -> Location | None:
        """An expression in a flow that is still open and whose parentheses are not closed."""
        return next((level.cut for level in reversed(self._stack) if level.cut), None)

    def finish(self) -> Node:
        """The complete tree. Raises: RuleError with all problems of the file, in its order."""
        problems = self.problems if self._aliases else self.problems + self._anchors
        if not problems and (self.root is None or not isinstance(self.root.value, dict)):
            problems = [self._not_a_mapping(self.root)]
        if problems or self.root is None:
            by_place = sorted(dict.fromkeys(problems), key=lambda problem: problem.at or Location(""))
            raise RuleError(by_place[:SHOWN_PROBLEMS])
        return self.root

    def _not_a_mapping(self, root: Node | None) -> Problem:
        if root is None or root.value is None:
            hint = "kaframe init writes one to start from"
            return Problem(Location(self.shown, path=self.path), "KF1009", "the file is empty", hint)
        if isinstance(root.value, list):
            return Problem(root.at, "KF1010", "expected keys and values, got a list", "start with 'key:'")
        if col := find_wide_colon(self.lines[root.at.line - 1]):
            return wide_colon_problem(Location(self.shown, root.at.line, col, self.path))
        return Problem(root.at, "KF1010", "expected keys and values, got one value", "write 'key: value'")

    def place(self, mark: Any, cols: int = 0) -> Location:
        """The place of a mark of the parser."""
        return Location(self.shown, mark.line + 1, mark.column + 1 + cols, self.path)

    def start_document(self, event: Any) -> None:
        """A document begins; a file holds only one."""
        self._documents += 1
        if self._documents > 1:
            hint = "one file holds one document: delete the '---' or make two files"
            self._stop(self.place(event.start_mark), "KF1008", "a second document starts here", hint)

    def add_alias(self, event: Any) -> None:
        """An alias: refused, but read over, so that all of them are told."""
        self._aliases += 1
        at = self.place(event.start_mark)
        message = f"aliases (*{event.anchor}) are not supported"
        self._add_problem(at, "KF1002", message, "repeat the values")
        if self._expects_key():
            self._start_key(f"*{event.anchor}", at)
        else:
            self._attach(Node(None, at))

    def open_collection(self, event: Any, mapping: bool) -> None:
        """A mapping or a list begins."""
        if event.anchor is not None or event.tag is not None:
            self._refuse_anchor_and_tag(event)
        at = self.place(event.start_mark)
        if len(self._stack) == DEPTH_LIMIT:
            self._stop(at, "KF1001", f"nested deeper than {DEPTH_LIMIT} levels", "flatten the file")
        if self._expects_key():
            message = "a key must be a word, not a list or a mapping"
            self._stop(at, "KF1017", message, "quote it if it is a text")
        values: dict[str, Node] | list[Node] = {} if mapping else []
        keys: dict[str, Location] = {}
        self._attach(Node(values, at, 0, keys if mapping else _NO_KEYS))
        self._stack.append(_Open(values, keys, bool(event.flow_style)))

    def close_collection(self) -> None:
        """The latest mapping or list ends."""
        self._stack.pop()

    def add_scalar(self, event: Any) -> None:
        """A word, number or text: the next key, or the value of the last one."""
        if event.anchor is not None or event.tag is not None:
            self._refuse_anchor_and_tag(event)
        self.quoted = None
        parent = self._stack[-1] if self._stack else None
        if parent is not None and parent.key is None and type(parent.values) is dict:
            self._start_key(event.value, self.place(event.start_mark, 1 if event.style else 0))
        elif event.style:
            self._attach(self._quoted_or_block(event))
        else:
            self._add_plain(event, parent)

    def _add_plain(self, event: Any, parent: _Open | None) -> None:
        text, start = event.value, event.start_mark
        if parent is not None and parent.flow and (parent.cut or "(" in text) and self._is_cut(parent, event):
            return
        at = Location(self.shown, start.line + 1, start.column + 1, self.path)
        value: Scalar = text
        try:
            value = read_plain(text)
        except NumberRefusedError as refused:
            self._add_problem(at, refused.code, str(refused), refused.hint)
        if event.end_mark.line == start.line:
            self._attach(Node(value, at, 0, _NO_KEYS))
        else:
            self._attach(self._folded(event, at))

    def _is_cut(self, parent: _Open, event: Any) -> bool:
        """Whether this is the rest of an expression that a flow mapping or list has cut at its comma."""
        listed = isinstance(parent.values, list)
        if parent.cut is None:
            if count_open_parentheses(event.value) > 0:
                parent.cut = self.place(event.start_mark)
            return False
        if event.value and not (listed and count_open_parentheses(event.value) < 0):
            return False
        self.problems.append(cut_problem(parent.cut))
        parent.key = parent.key_at = None
        return True

    def _quoted_or_block(self, event: Any) -> Node:
        start = event.start_mark
        if event.style in "|>":
            return self._block(event)
        if event.end_mark.line == start.line:
            return Node(event.value, self.place(start, 1), 0, _NO_KEYS)
        self.quoted = self.place(start)
        return self._folded(event, self.place(start, 1))

    def _folded(self, event: Any, at: Location) -> Node:
        """A text of several lines that YAML has joined with spaces."""
        last = event.end_mark
        end = last.column - (1 if event.style else 0)
        source = [*self.lines[at.line - 1 : last.line], self.lines[last.line][:end]]
        source[0] = source[0][at.col - 1 :]
        spaces = min((_leading_spaces(line) for line in source[1:] if line.strip()), default=0)
        unfolded = unfold(event.value, [source[0], *(line[spaces:] for line in source[1:])])
        return Node(event.value, at, spaces + 1, _NO_KEYS, unfolded)

    def _block(self, event: Any) -> Node:
        """A text of a block scalar; its place is on the line after the ``|``, whatever stands there."""
        first = event.start_mark.line + 1
        source = self.lines[first : event.end_mark.line + 1]
        filled = next((line for line in source if line.strip()), None)
        text = next((line for line in event.value.split("\n") if line.strip()), None)
        if filled is None or text is None:
            return Node(event.value, self.place(event.start_mark))
        spaces = _leading_spaces(filled) - _leading_spaces(text)
        unfolded = ""
        if event.style == ">":
            inside = source[: event.end_mark.line - first + (event.end_mark.column > 0)]
            unfolded = unfold(event.value, [line[spaces:] for line in inside])
        at = Location(self.shown, first + 1, spaces + 1, self.path)
        return Node(event.value, at, spaces + 1, _NO_KEYS, unfolded)

    def _expects_key(self) -> bool:
        return bool(self._stack) and self._stack[-1].key is None and isinstance(self._stack[-1].values, dict)

    def _start_key(self, text: str, at: Location) -> None:
        parent = self._stack[-1]
        parent.key, parent.key_at = text, at
        if ("- " in text or "{" in text) and (found := find_wide_sign(text)):
            self.problems.append(wide_sign_problem(at, *found))
        if text == "<<":
            self._anchors.append(Problem(at, "KF1002", "merge keys (<<) are not supported", "repeat the values"))

    def _attach(self, node: Node) -> None:
        """Put a value where it belongs."""
        self._nodes += 1
        if self._nodes > NODE_LIMIT:
            self._stop(node.at, "KF1003", CROWDED, "split the file")
        if not self._stack:
            self.root = node
            return
        parent = self._stack[-1]
        key, at, values = parent.key, parent.key_at, parent.values
        if isinstance(values, list):
            values.append(node)
        else:
            assert key is not None and at is not None  # a mapping's events come in pairs
            parent.key = None
            if key in values:
                self._refuse_twice(key, at, parent.keys[key])
            else:
                values[key] = node
                parent.keys[key] = at

    def _refuse_twice(self, key: str, at: Location, first: Location) -> None:
        message = f"'{key}' is already set on line {first.line}"
        self.problems.append(Problem(at, "KF1005", message, "keep one of the two", also=first))

    def _refuse_anchor_and_tag(self, event: Any) -> None:
        at = self.place(event.start_mark)
        if event.anchor is not None:
            message = f"anchors (&{event.anchor}) are not supported"
            self._anchors.append(Problem(at, "KF1002", message, "delete it and repeat the values"))
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._add_problem(at, "KF1004", f"the tag {tag} is not allowed", "delete it")

    def _add_problem(self, at: Location, code: str, message: str, hint: str) -> None:
        self.problems.append(Problem(at, code, message, hint))
        if len(self.problems) > SHOWN_PROBLEMS:
            raise StopReadingError

    def _stop(self, at: Location, code: str, message: str, hint: str) -> None:
        self.problems.append(Problem(at, code, message, hint))
        raise StopReadingError


def _leading_spaces(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
