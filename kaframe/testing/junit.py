"""The outcomes of tests as JUnit XML, the form that build servers read."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from kaframe.testing.comparing import Difference
from kaframe.testing.running import Outcome
from kaframe.testing.suite import Result
from kaframe.testing.writing import written

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def junit_tree(result: Result) -> ElementTree[Element]:
    """One suite a file, one case a test; an invalid file, or one without a test, is an error of its own."""
    root = Element("testsuites", _counts(result.outcomes, len(result.problems) + len(result.empty)))
    files = dict.fromkeys(outcome.test.file for outcome in result.outcomes)
    for file in files:
        own = [outcome for outcome in result.outcomes if outcome.test.file == file]
        suite = SubElement(root, "testsuite", {"name": file, **_counts(tuple(own), 0)})
        for outcome in own:
            _add_case(suite, outcome)
    for file in result.empty:
        suite = SubElement(root, "testsuite", {"name": file, **_counts((), 1)})
        case = SubElement(suite, "testcase", {"classname": _class_of(file), "name": "tests", "file": file})
        SubElement(case, "error", {"type": "empty", "message": "no test ran"})
    if result.problems:
        count = str(len(result.problems))
        suite = SubElement(root, "testsuite", {"name": "kaframe", "tests": count, "errors": count, "failures": "0"})
        for problem in result.problems:
            case = SubElement(suite, "testcase", {"classname": "kaframe", "name": _clean(str(problem.at or "files"))})
            SubElement(case, "error", {"type": problem.code, "message": _clean(str(problem))})
    tree: ElementTree[Element] = ElementTree(root)
    indent(tree)
    return tree


def _class_of(file: str) -> str:
    return file.removesuffix(".yaml").replace("/", ".")


def _add_case(suite: Element, outcome: Outcome) -> None:
    test = outcome.test
    case = SubElement(suite, "testcase", {
        "classname": _class_of(test.file), "name": test.id, "file": test.file,
        "line": str(test.at.line), "time": f"{outcome.seconds:.3f}",
    })  # fmt: skip
    if outcome.problems:
        first = outcome.problems[0]
        error = SubElement(case, "error", {"type": first.code, "message": _clean(first.message)})
        error.text = _clean("\n".join(str(problem) for problem in outcome.problems))
    elif outcome.differences:
        lines = [described(difference) for difference in outcome.differences]
        failure = SubElement(case, "failure", {"type": "difference", "message": _clean(lines[0])})
        failure.text = _clean("\n".join(lines))


def described(difference: Difference) -> str:
    """A difference on one line, in English."""
    whose = ", ".join(f"{name} {value}" for name, value in difference.which.items())
    head = f"{difference.at}: {difference.table} ({whose})" if whose else f"{difference.at}: {difference.table}"
    match difference.kind:
        case "row":
            return f"{head}: no such row"
        case "unwanted":
            return f"{head}: this row must not be there"
        case "count":
            return f"{head}: expected {_shown(difference.expected)} rows, got {difference.got}"
    rule = f" (decided by {difference.rule})" if difference.rule else ""
    expected, got = _shown(difference.expected), _shown(difference.got)
    return f"{head}: {difference.column}: expected {expected}, got {got}{rule}"


def _shown(value: Any) -> str:
    """A value as a test writes it; bounds with their names."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(bound)}" for name, bound in value.items())
    if isinstance(value, list):
        return f"[{', '.join(_shown(one) for one in value)}]"
    return written(value)


def _counts(outcomes: tuple[Outcome, ...], invalid_files: int) -> dict[str, str]:
    states = [outcome.state for outcome in outcomes]
    return {
        "tests": str(len(states) + invalid_files),
        "failures": str(states.count("failed")),
        "errors": str(states.count("invalid") + invalid_files),
        "time": f"{sum(outcome.seconds for outcome in outcomes):.3f}",
    }


def _clean(text: str) -> str:
    return _UNPRINTABLE.sub("?", text)
