"""One test for many rows of values: ``<name>`` stands for the value that a case has under that name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kaframe.errors import Problem, RuleError, nearest
from kaframe.yamlfile import Node

_PLACEHOLDER = re.compile(r"<([^<>]+)>")


def expanded(test: Node) -> Iterator[tuple[str, Node]]:
    """Each case of a test with its id, as a test without cases; a test without them is its only one.

    A value keeps the place where the case has it, so that whoever reads or mends it is led there.
    Raises: RuleError KF2405 for a name that no case has, and for one that the test does not use.
    """
    name, cases = test.get("id"), test.get("cases")
    assert name is not None
    if cases is None:
        yield str(name.value), test
        return
    body = _without(test, "cases")
    assert isinstance(cases.value, list)
    for case in cases.value:
        values = case.value
        assert isinstance(values, dict)
        problems: list[Problem] = []
        used = {"id"}
        filled = _fill(body, values, used, problems)
        problems += [
            Problem(at, "KF2405", f"'{key}' of this case is used nowhere", f"write <{key}> where its value belongs")
            for key, at in case.keys.items()
            if key not in used
        ]
        if problems:
            raise RuleError(problems)
        yield f"{name.value}[{values['id'].value}]", filled


def _fill(node: Node, values: Mapping[str, Node], used: set[str], problems: list[Problem]) -> Node:
    if isinstance(node.value, dict):
        inner = {key: _fill(item, values, used, problems) for key, item in node.value.items()}
        return Node(inner, node.at, node.indent, node.keys)
    if isinstance(node.value, list):
        return Node([_fill(item, values, used, problems) for item in node.value], node.at, node.indent)
    found = _PLACEHOLDER.fullmatch(node.value) if isinstance(node.value, str) else None
    if found is None:
        return node
    name = found[1].strip()
    if name not in values:
        hint = nearest(name, values) or f"the case has {', '.join(values)}"
        problems.append(Problem(node.at, "KF2405", f"no value '{name}' in this case", hint))
        return node
    used.add(name)
    return values[name]


def _without(node: Node, key: str) -> Node:
    assert isinstance(node.value, dict)
    kept = {name: item for name, item in node.value.items() if name != key}
    return Node(kept, node.at, node.indent, {name: node.keys[name] for name in kept})
