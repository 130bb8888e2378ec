"""What a test file says, as frozen records: tests, each with its runs, what is given and what must come out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path

from kaframe.errors import Location, Problem, RuleError
from kaframe.schema import check_schema
from kaframe.testing.placeholders import expanded
from kaframe.yamlfile import Node, read_yaml

PARTS = ("expect", "expect_no", "expect_count")


@dataclass(frozen=True, slots=True)
class Row:
    """A row as a test writes it: some columns, each with its place."""

    at: Location
    cells: Mapping[str, Node]
    keys: Mapping[str, Location]

    @classmethod
    def from_node(cls, node: Node) -> Row:
        """The row of a mapping."""
        assert isinstance(node.value, dict)
        return cls(node.at, node.value, node.keys)


Tables = Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a test: its day, all that is given for it, what people do before it, what must come out.

    ``places`` are those of the tables' names, under ``given`` and the parts of the expectation. ``counts`` holds the
    node of each table's ``expect_count``.
    """

    at: Location
    as_of: date
    given: Tables
    acts: Sequence[Row]
    expect: Tables
    expect_no: Tables
    counts: Mapping[str, Node]
    places: Mapping[str, Location]

    def expected_tables(self) -> set[str]:
        """The tables that the run is asked about."""
        return {*self.expect, *self.expect_no, *self.counts}


@dataclass(frozen=True, slots=True)
class RuleTest:
    """A test, or one case of it. ``id`` is unique in its file."""

    at: Location
    id: str
    file: str
    runs: tuple[Run, ...]
    tolerance: float = 0.0
    about: str = ""

    @property
    def name(self) -> str:
        """What it is called in every output: ``tests/status.yaml::slow_decline[ten_percent]``."""
        return f"{self.file}::{self.id}"


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A file of tests."""

    shown: str
    path: Path
    tests: tuple[RuleTest, ...]


@dataclass(frozen=True, slots=True)
class _Defaults:
    """What a file says for all of its tests."""

    as_of: Node | None
    given: Tables
    places: Mapping[str, Location] = field(default_factory=dict)


def read_case_file(path: Path, shown: str) -> CaseFile:
    """Read a file of tests. Raises: RuleError with all that is wrong in its text and form."""
    node = read_yaml(path, shown)
    problems = check_schema(node, "test")
    if problems:
        raise RuleError(problems)
    given = node.get("given")
    defaults = _Defaults(node.get("as_of"), _tables(given), _places("given", given))
    tests: list[RuleTest] = []
    for item in _items(node.get("tests")):
        try:
            for name, body in expanded(item):
                tests.append(_test(name, body, shown, defaults))
        except RuleError as error:
            problems += error.problems
    problems += _repeated(tests)
    if problems:
        raise RuleError(problems)
    return CaseFile(shown, path, tuple(tests))


def _test(name: str, body: Node, shown: str, defaults: _Defaults) -> RuleTest:
    given: Tables = {**defaults.given, **_tables(body.get("given"))}
    places = {**defaults.places, **_places("given", body.get("given"))}
    timeline = body.get("runs")
    runs: list[Run] = []
    if timeline is None:
        runs = [_run(body, given, places, defaults.as_of)]
    else:
        _refuse_beside_runs(body)
        for item in _items(timeline):
            given = _grown({**given, **_tables(item.get("given"))}, _tables(item.get("add")))
            places = {**places, **_places("given", item.get("given")), **_places("given", item.get("add"))}
            runs.append(_run(item, given, places, None))
        _refuse_disorder(runs)
    if not any(run.expected_tables() for run in runs):
        raise _error(body.at, "KF2401", f"the test '{name}' expects nothing",
                     "say with 'expect', 'expect_no' or 'expect_count' what must come out")
    tolerance, about = body.get("tolerance"), body.get("about")
    return RuleTest(body.at, name, shown, tuple(runs), float(tolerance.plain()) if tolerance else 0.0,
                    str(about.value) if about else "")


def _run(node: Node, given: Tables, places: Mapping[str, Location], as_of: Node | None) -> Run:
    day = node.get("as_of") or as_of
    if day is None:
        raise _error(node.at, "KF2402", "no day is given for this test", "add 'as_of: 2026-06-30', here or on top")
    parts = {part: node.get(part) for part in PARTS}
    counts = parts["expect_count"]
    asked = {key: place for part, found in parts.items() for key, place in _places(part, found).items()}
    return Run(
        at=node.at,
        as_of=read_day(day),
        given=given,
        acts=[Row.from_node(item) for item in _items(node.get("acts"))],
        expect=_tables(parts["expect"]),
        expect_no=_tables(parts["expect_no"]),
        counts=counts.value if counts is not None and isinstance(counts.value, dict) else {},
        places={**places, **asked},
    )


def read_day(node: Node) -> date:
    """A day as tests write it. Raises: RuleError KF2402."""
    try:
        return date.fromisoformat(str(node.value))
    except ValueError:
        raise _error(node.at, "KF2402", f"'{node.value}' is not a day", "write it as 2026-03-31") from None


def _grown(given: Tables, added: Tables) -> Tables:
    return {**given, **{table: [*given.get(table, ()), *rows] for table, rows in added.items()}}


def _refuse_beside_runs(body: Node) -> None:
    problems = [
        Problem(body.keys[key], "KF2403", f"'{key}' stands beside 'runs'", "move it into the run that it belongs to")
        for key in ("as_of", "acts", *PARTS)
        if body.get(key) is not None
    ]
    if problems:
        raise RuleError(problems)


def _refuse_disorder(runs: Sequence[Run]) -> None:
    for before, after in pairwise(runs):
        if after.as_of <= before.as_of:
            raise _error(after.at, "KF2403", f"the run for {after.as_of} does not come after {before.as_of}",
                         "put the runs in the order of their days")


def _repeated(tests: Sequence[RuleTest]) -> Iterator[Problem]:
    first: dict[str, RuleTest] = {}
    for test in tests:
        if test.id in first:
            yield Problem(test.at, "KF2404", f"the test '{test.id}' stands twice", "give every test its own id",
                          also=first[test.id].at)
        first.setdefault(test.id, test)


def _tables(node: Node | None) -> Tables:
    if node is None or not isinstance(node.value, dict):
        return {}
    return {table: [Row.from_node(item) for item in _items(rows)] for table, rows in node.value.items()}


def _places(part: str, node: Node | None) -> dict[str, Location]:
    return {f"{part}.{table}": at for table, at in node.keys.items()} if node is not None else {}


def _items(node: Node | None) -> list[Node]:
    return node.value if node is not None and isinstance(node.value, list) else []


def _error(at: Location, code: str, message: str, hint: str) -> RuleError:
    return RuleError([Problem(at, code, message, hint)])
