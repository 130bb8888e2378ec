"""How tests are shown: progress, what differs, coverage; and the same as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any

from kaframe.cli.problems import as_data, described
from kaframe.cli.tables import as_table, plain, width
from kaframe.cli.words import Words

if TYPE_CHECKING:
    from kaframe.testing import Coverage, Difference, Outcome, Result

SIGNS = {"passed": ".", "failed": "F", "invalid": "E"}
NAMES_WIDTH, SIGNS_WIDTH = 34, 40
SHOWN_POINTS = 200


def progress_lines(outcomes: tuple[Outcome, ...]) -> Iterator[str]:
    """A line a file, a sign a test."""
    for file, group in groupby(outcomes, lambda outcome: outcome.test.file):
        signs = "".join(SIGNS[outcome.state] for outcome in group)
        for start in range(0, len(signs), SIGNS_WIDTH):
            name = file if start == 0 else ""
            yield f"{name:<{NAMES_WIDTH}} {signs[start : start + SIGNS_WIDTH]}"


def failure_lines(outcome: Outcome, words: Words) -> Iterator[str]:
    """What is wrong with a test, cell by cell."""
    yield f"{words[f'test.{outcome.state}']} {plain(outcome.test.name)}"
    if outcome.test.about:
        yield f"  {plain(outcome.test.about)}"
    for problem in outcome.problems:
        yield from (f"  {line}" for line in described(problem).splitlines())
    several = len(outcome.test.runs) > 1
    for difference in outcome.differences:
        yield from _difference(difference, several, words)


def _difference(difference: Difference, several: bool, words: Words) -> Iterator[str]:
    parts = [difference.table, *(f"{name} {shown(value, words)}" for name, value in difference.which.items())]
    when = f" [{words['test.run of'].format(day=difference.as_of)}]" if several else ""
    yield f"  {difference.at}{when}"
    yield f"    {plain(', '.join(parts))}"
    if difference.kind in ("row", "unwanted"):
        yield f"      {words['test.no row' if difference.kind == 'row' else 'test.unwanted']}"
        return
    column = difference.column or words["test.count"]
    yield f"      {column}: {words['test.expected']} {plain(shown(difference.expected, words))}"
    yield f"      {' ' * width(column)}  {words['test.got']} {plain(shown(difference.got, words))}"
    if difference.rule is not None:
        yield f"      {words['test.decided'].format(rule=difference.rule)}"


def shown(value: Any, words: Words) -> str:
    """A value as a test writes it."""
    if value is None:
        return words["test.nothing"]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.9g}"
    if isinstance(value, dict):
        return ", ".join(f"{name} {shown(bound, words)}" for name, bound in value.items())
    if isinstance(value, list):
        return f"[{', '.join(shown(one, words) for one in value)}]"
    return str(value)


def sum_line(result: Result, seconds: float, words: Words) -> str:
    """The last line: how many tests, and how they went."""
    if not result.outcomes and not result.problems:
        return words["test.none"]
    counts = {state: len(result.of(state)) for state in SIGNS}
    counts["invalid"] += len({problem.at.file if problem.at else "" for problem in result.problems})
    line = words["test.sum" if counts["failed"] or counts["invalid"] else "test.all passed"]
    return line.format(**counts, seconds=f"{seconds:.1f}")


def coverage_lines(coverage: Coverage, words: Words) -> Iterator[str]:
    """How much of each kind of rule held in some test, and the places of those that never did."""
    rows = [
        [words[f"kind.{kind}"], f"{hit}/{total}", f"{100 * hit / total:.0f} %"]
        for kind, (hit, total) in coverage.by_kind().items()
    ]
    rows.append(["", f"{len(coverage.points) - len(coverage.missed)}/{len(coverage.points)}",
                 f"{coverage.percent:.1f} %"])
    yield as_table(rows, [words["test.coverage"], words["test.of rules"], ""])
    if coverage.missed:
        yield f"{words['test.not covered']}:"
        for point in coverage.missed[:SHOWN_POINTS]:
            yield f"  {point.at.file}:{point.at.line}  {words[f'kind.{point.kind}']}: {point.name}"


def result_data(result: Result, seconds: float) -> dict[str, Any]:
    """Everything as data."""
    data: dict[str, Any] = {
        "passed": len(result.of("passed")),
        "failed": len(result.of("failed")),
        "invalid": len(result.of("invalid")),
        "seconds": round(seconds, 3),
        "without_tests": result.empty,
        "problems": [as_data(problem) for problem in result.problems],
        "tests": [_outcome_data(outcome) for outcome in result.outcomes],
    }
    if result.coverage is not None:
        data["coverage"] = {
            "percent": round(result.coverage.percent, 2),
            "by_kind": {kind: {"hit": hit, "of": total} for kind, (hit, total) in result.coverage.by_kind().items()},
            "missed": [
                {"kind": point.kind, "name": point.name, "file": point.at.file, "line": point.at.line}
                for point in result.coverage.missed
            ],
        }
    return data


def _outcome_data(outcome: Outcome) -> Mapping[str, Any]:
    return {
        "name": outcome.test.name,
        "file": outcome.test.file,
        "line": outcome.test.at.line,
        "state": outcome.state,
        "seconds": round(outcome.seconds, 3),
        "problems": [as_data(problem) for problem in outcome.problems],
        "differences": [
            {
                "kind": one.kind, "file": one.at.file, "line": one.at.line, "col": one.at.col,
                "as_of": one.as_of.isoformat(), "table": one.table, "row": dict(one.which), "column": one.column,
                "expected": one.expected, "got": one.got, "rule": str(one.rule) if one.rule else None,
            }
            for one in outcome.differences
        ],
    }  # fmt: skip
