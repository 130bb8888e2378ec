"""The one door to PyYAML: strict YAML 1.2 with the place of every key and value.

One pass over the parser's events makes the tree and refuses at once what is too deep or too much; aliases, merge
keys, tags, duplicate keys and expressions cut at a comma are collected and raised together.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from kaframe.errors import Location, Problem, RuleError
from kaframe.yamlerrors import Trouble, explain_syntax
from kaframe.yamltext import (
    SIZE_LIMIT,
    NumberRefused,
    decode,
    looks_like_plain,
    open_parentheses,
    read_plain,
    split_lines,
    too_large,
    wide_colon,
)

DEPTH_LIMIT = 64
NODE_LIMIT = 200_000
SHOWN_PROBLEMS = 50  # of one file; more of the same help nobody

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NO_KEYS: Mapping[str, Location] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a YAML file and where it stands.

    ``value`` is a scalar of YAML 1.2, a mapping of names to nodes or a list of nodes. ``at`` is the first character
    of the text itself: after the opening quote, on the first line of a block. ``indent`` is the column (from 1)
    at which the further lines of a text of several lines start, else 0. ``keys``: where each key of a mapping is.
    """

    value: str | int | float | bool | dict[str, Node] | list[Node] | None
    at: Location
    indent: int = 0
    keys: Mapping[str, Location] = field(default_factory=lambda: _NO_KEYS)

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


def read_yaml(path: Path, shown: str) -> Node:
    """Read a file whose top level is a mapping.

    ``shown`` is the file's name in messages. Raises: RuleError with all problems found.
    """
    file = Location(shown, path=str(path))
    try:
        size = path.stat().st_size
        if size > SIZE_LIMIT:
            raise RuleError([too_large(size, file)])
        data = path.read_bytes()
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        raise RuleError([Problem(file, "KF1018", message, "check its name and rights")]) from None
    return parse_yaml(data, shown, str(path))


def parse_yaml(text: str | bytes, shown: str, path: str = "") -> Node:
    """The tree of a YAML text whose top level is a mapping. Raises: RuleError with all problems found."""
    reading = _Reading(decode(text, Location(shown, path=path)), shown, path)
    with _without_collector():
        reading.read()
    return reading.finish()


@contextmanager
def _without_collector() -> Iterator[None]:
    """The garbage collector off: a tree of many small objects with no rubbish takes three times as long with it."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not been read yet."""

    node: Node
    flow: bool
    key: str | None = None
    key_at: Location | None = None
    cut: Location | None = None  # a plain text in a flow with an open parenthesis


class _Stop(Exception):
    """What follows cannot be read."""


class _Reading:
    """One pass over the events of one file."""

    def __init__(self, text: str, shown: str, path: str) -> None:
        self.text, self.shown, self.path = text, shown, path
        self.problems: list[Problem] = []
        self.anchors: list[Problem] = []  # told only if no alias is: one mistake, one message
        self.aliases = 0
        self.stack: list[_Open] = []
        self.root: Node | None = None
        self.documents = self.nodes = 0
        self.quoted: Location | None = None  # opening quote of the latest text if that spans lines
        self._lines: list[str] = []

    @property
    def lines(self) -> list[str]:
        if not self._lines:
            self._lines = split_lines(self.text)
        return self._lines

    def read(self) -> None:
        """Go through the events until the end or until something that cannot be read on."""
        try:
            for event in yaml.parse(self.text, Loader=_LOADER):
                kind = type(event)
                if kind is yaml.ScalarEvent:
                    self.scalar(event)
                elif kind is yaml.MappingStartEvent:
                    self.open(event, Node({}, self.place(event.start_mark), 0, {}))
                elif kind is yaml.SequenceStartEvent:
                    self.open(event, Node([], self.place(event.start_mark)))
                elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                    self.stack.pop()
                elif kind is yaml.AliasEvent:
                    self.alias(event)
                elif kind is yaml.DocumentStartEvent:
                    self.document(event)
        except yaml.MarkedYAMLError as error:
            self.problems.append(explain_syntax(self.trouble(error)))
        except _Stop:
            pass

    def finish(self) -> Node:
        """The tree, or all problems at once."""
        problems = self.problems if self.aliases else self.problems + self.anchors
        if not problems and (self.root is None or self.root.value is None):
            message, hint = "the file is empty", "kaframe init writes one to start from"
            problems = [Problem(Location(self.shown, path=self.path), "KF1009", message, hint)]
        elif not problems and self.root is not None and not isinstance(self.root.value, dict):
            problems = [self.not_a_mapping(self.root)]
        if problems or self.root is None:
            by_place = sorted(dict.fromkeys(problems), key=lambda problem: problem.at or Location(""))
            raise RuleError(by_place[:SHOWN_PROBLEMS])
        return self.root

    def not_a_mapping(self, root: Node) -> Problem:
        if isinstance(root.value, list):
            return Problem(root.at, "KF1010", "expected keys and values, got a list", "start with 'key:'")
        if col := wide_colon(self.lines[root.at.line - 1]):
            at = Location(self.shown, root.at.line, col, self.path)
            return Problem(at, "KF1013", "full-width colon '：' after a key", "did you mean ':'?")
        return Problem(root.at, "KF1010", "expected keys and values, got one value", "write 'key: value'")

    def place(self, mark: Any, cols: int = 0) -> Location:
        return Location(self.shown, mark.line + 1, mark.column + 1 + cols, self.path)

    def problem(self, mark: Any, code: str, message: str, hint: str) -> None:
        self.problems.append(Problem(self.place(mark), code, message, hint))
        if len(self.problems) > SHOWN_PROBLEMS:
            raise _Stop

    def document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            hint = "one file holds one document: delete the '---' or make two files"
            self.problem(event.start_mark, "KF1008", "a second document starts here", hint)
            raise _Stop

    def alias(self, event: Any) -> None:
        self.aliases += 1
        message = f"aliases (*{event.anchor}) are not supported"
        self.problem(event.start_mark, "KF1002", message, "repeat the values")
        self.add(Node(None, self.place(event.start_mark)), f"*{event.anchor}")

    def refuse_anchor_and_tag(self, event: Any) -> None:
        if event.anchor is not None:
            at, message = self.place(event.start_mark), f"anchors (&{event.anchor}) are not supported"
            self.anchors.append(Problem(at, "KF1002", message, "delete it and repeat the values"))
        if event.tag is not None:
            self.problem(event.start_mark, "KF1004", f"the tag {event.tag} is not allowed", "delete it")

    def open(self, event: Any, node: Node) -> None:
        """A mapping or a list begins."""
        if event.anchor is not None or event.tag is not None:
            self.refuse_anchor_and_tag(event)
        if len(self.stack) == DEPTH_LIMIT:
            message = f"nested deeper than {DEPTH_LIMIT} levels"
            self.problem(event.start_mark, "KF1001", message, "flatten the file")
            raise _Stop
        if self.stack and self.stack[-1].key is None and isinstance(self.stack[-1].node.value, dict):
            message = "a key must be a word, not a list or a mapping"
            self.problem(event.start_mark, "KF1017", message, "quote it if it is a text")
            raise _Stop
        self.add(node, "")
        self.stack.append(_Open(node, bool(event.flow_style)))

    def scalar(self, event: Any) -> None:
        """A word, number or text: the next key, or the value of the last one."""
        if event.anchor is not None or event.tag is not None:
            self.refuse_anchor_and_tag(event)
        start, style = event.start_mark, event.style
        self.quoted = None
        if not style:
            self.plain(event)
        elif style in "|>":
            self.add(self.block(event), event.value)
        else:
            many = event.end_mark.line > start.line
            self.quoted = self.place(start) if many else None
            self.add(Node(event.value, self.place(start, 1), self.indent(start.line + 1) if many else 0), event.value)

    def plain(self, event: Any) -> None:
        start, text = event.start_mark, event.value
        parent = self.stack[-1] if self.stack else None
        if parent is not None and parent.flow and (parent.cut or "(" in text) and self.is_cut(parent, event):
            return
        value: Any = text
        if parent is None or parent.key is not None or isinstance(parent.node.value, list):
            try:
                value = read_plain(text)
            except NumberRefused as refused:
                self.problem(start, refused.code, str(refused), "quote it if it is a text")
        indent = self.indent(start.line + 1) if event.end_mark.line > start.line else 0
        self.add(Node(value, self.place(start), indent), text)

    def is_cut(self, parent: _Open, event: Any) -> bool:
        """Whether this is the rest of an expression that a flow mapping or list has cut at its comma."""
        text = event.value
        listed = isinstance(parent.node.value, list)
        if parent.cut is None or not (listed or parent.key is not None):
            if open_parentheses(text) > 0 and (listed or parent.key is not None):
                parent.cut = self.place(event.start_mark)
            return False
        if text and not (listed and open_parentheses(text) < 0):
            return False
        if not self.problems or self.problems[-1].at != parent.cut:
            self.problems.append(cut_problem(parent.cut))
        parent.key = parent.key_at = None
        return True

    def block(self, event: Any) -> Node:
        """A text of a block scalar; its place is the line after the ``|``, whatever stands there."""
        first = event.start_mark.line + 1
        source = [line for line in self.lines[first : event.end_mark.line + 1] if line.strip()]
        text = [line for line in event.value.split("\n") if line.strip()]
        if not source or not text:
            return Node(event.value, self.place(event.start_mark))
        spaces = _leading_spaces(source[0]) - _leading_spaces(text[0])
        return Node(event.value, Location(self.shown, first + 1, spaces + 1, self.path), spaces + 1)

    def indent(self, line: int) -> int:
        """Where the text of a line (counted from 0) starts, as a column from 1."""
        return _leading_spaces(self.lines[line]) + 1

    def add(self, node: Node, text: str) -> None:
        """Put a node where it belongs; ``text`` is what it says if it turns out to be a key."""
        self.nodes += 1
        if self.nodes > NODE_LIMIT:
            message = f"more than {NODE_LIMIT:,} keys and values"
            self.problems.append(Problem(node.at, "KF1003", message, "split the file"))
            raise _Stop
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        if isinstance(parent.node.value, list):
            parent.node.value.append(node)
        elif parent.key is None:
            parent.key, parent.key_at = text, node.at
            if text == "<<":
                hint = "repeat the values"
                self.anchors.append(Problem(node.at, "KF1002", "merge keys (<<) are not supported", hint))
        else:
            self.set_key(parent, node)

    def set_key(self, parent: _Open, node: Node) -> None:
        key, at, values, keys = parent.key, parent.key_at, parent.node.value, parent.node.keys
        assert key is not None and at is not None and isinstance(values, dict) and isinstance(keys, dict)
        parent.key = None
        if key in keys:
            message, hint = f'"{key}" is already set on line {keys[key].line}', "keep one of the two"
            self.problems.append(Problem(at, "KF1005", message, hint, also=keys[key]))
            return
        values[key], keys[key] = node, at

    def trouble(self, error: yaml.MarkedYAMLError) -> Trouble:
        mark = error.problem_mark or error.context_mark
        cut = next((parent.cut for parent in reversed(self.stack) if parent.cut), None)
        return Trouble(
            at=self.place(mark) if mark else Location(self.shown, path=self.path),
            problem=error.problem or "",
            context=error.context or "",
            context_at=self.place(error.context_mark) if error.context_mark else None,
            lines=tuple(self.lines),
            cut=cut,
            quoted=self.quoted,
        )


def cut_problem(at: Location) -> Problem:
    """The problem of an expression cut at its comma."""
    return Problem(at, "KF1016", "the comma in { } or [ ] cuts this expression", "quote this expression")


def _leading_spaces(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


class _Dumper(yaml.SafeDumper):
    """Block style, lists indented, no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Quoted where a reader of YAML 1.1 or 1.2 could take the text for something else."""
    if "\n" in text:
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|")
    style = "'" if looks_like_plain(text) or text in _YES_AND_NO or "：" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_YES_AND_NO = frozenset({"y", "Y", "n", "N"})  # YAML 1.1 says they are booleans, PyYAML does not
_Dumper.add_representer(str, _represent_text)


def dump_yaml(data: Any) -> str:
    """Plain data as YAML text: block style, keys in their order, Chinese as it is."""
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=False, width=110)
