"""The one door to PyYAML: strict YAML 1.2 with the place of every key and value.

One pass over the parser's events makes the tree and refuses at once what is too deep or too much; aliases,
merge keys, tags, duplicate keys and expressions cut at a comma are collected and raised together.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from kaframe.errors import Location, Problem, RuleError
from kaframe.yamlfile.errors import Trouble, explain_syntax
from kaframe.yamlfile.text import SIZE_LIMIT, decode, describe_size, looks_like_plain
from kaframe.yamlfile.tree import Node, StopReadingError, Tree

__all__ = ["Node", "dump_yaml", "parse_yaml", "read_yaml"]

TOO_DEEP = "maximum nesting depth"  # the parser's own limit, far beyond ours
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path, shown: str) -> Node:
    """Read a file whose top level is a mapping.

    ``shown`` is the file's name in messages. Raises: RuleError with all problems found.
    """
    file = Location(shown, path=str(path))
    try:
        home = path.parents[min(shown.count("/"), len(path.parents) - 1)].resolve()
        if not path.resolve().is_relative_to(home):
            message = "the file is a link to one outside of its folder"
            raise RuleError([Problem(Location(shown), "KF1018", message, "put the file itself in its place")])
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise RuleError([Problem(file, "KF1018", "this is no file with a text", "put a file in its place")])
        size = path.stat().st_size
        if size > SIZE_LIMIT:
            raise RuleError([describe_size(size, file)])
        data = path.read_bytes()
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        raise RuleError([Problem(file, "KF1018", message, "check its name and rights")]) from None
    return parse_yaml(data, shown, str(path))


def parse_yaml(text: str | bytes, shown: str, path: str = "") -> Node:
    """The tree of a YAML text whose top level is a mapping. Raises: RuleError with all problems found."""
    tree = Tree(decode(text, Location(shown, path=path)), shown, path)
    with _collector_off():
        error = _fill(tree)
        if error is not None and error.problem_mark and TOO_DEEP in str(error.problem):
            # The parser looks ahead and gives up before it tells of the levels: what stands before is deep enough.
            tree = Tree(tree.text[: error.problem_mark.index], shown, path)
            error = _fill(tree)
        if error is not None:
            tree.problems.append(explain_syntax(_describe(error, tree)))
    return tree.finish()


def _fill(tree: Tree) -> yaml.MarkedYAMLError | None:
    """Read the text into the tree; the syntax error that ended it, if one did."""
    try:
        _read_events(tree)
    except yaml.MarkedYAMLError as error:
        return error
    except StopReadingError:
        pass  # the tree holds the reason among its problems
    return None


def _read_events(tree: Tree) -> None:
    loader = _LOADER(tree.text)
    try:
        while (kind := type(event := loader.get_event())) is not yaml.StreamEndEvent:
            if kind is yaml.ScalarEvent:
                tree.add_scalar(event)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                tree.open_collection(event, kind is yaml.MappingStartEvent)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                tree.close_collection()
            elif kind is yaml.AliasEvent:
                tree.add_alias(event)
            elif kind is yaml.DocumentStartEvent:
                tree.start_document(event)
    finally:
        loader.dispose()


@contextmanager
def _collector_off() -> Iterator[None]:
    """No garbage collector: with it, a tree of many small objects and no rubbish takes twice as long."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _describe(error: yaml.MarkedYAMLError, tree: Tree) -> Trouble:
    mark = error.problem_mark or error.context_mark
    return Trouble(
        at=tree.place(mark) if mark else Location(tree.shown, path=tree.path),
        problem=error.problem or "",
        context=error.context or "",
        context_at=tree.place(error.context_mark) if error.context_mark else None,
        lines=tuple(tree.lines),
        cut=tree.cut,
        quoted=tree.quoted,
    )


class _Dumper(yaml.SafeDumper):
    """Block style, lists indented, no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


_YES_AND_NO = frozenset({"y", "Y", "n", "N"})  # YAML 1.1 says they are booleans, PyYAML does not


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Quoted where a reader of YAML 1.1 or 1.2 could take the text for something else."""
    style = "'" if looks_like_plain(text) or text in _YES_AND_NO or "：" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else style)


_Dumper.add_representer(str, _represent_text)


def dump_yaml(data: Any) -> str:
    """Plain data as YAML text: block style, keys in their order, Chinese as it is."""
    text: str = yaml.dump(
        data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=False, width=110
    )
    return text
