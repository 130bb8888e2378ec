"""A whole set of tests: found, chosen, run, and what came of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

from kaframe.additions import RulePack
from kaframe.errors import DataError, Problem, RuleError
from kaframe.loading import find_root, load_project
from kaframe.plugins.packs import find_packs
from kaframe.project import Project
from kaframe.testing.cases import CaseFile, RuleTest
from kaframe.testing.coverage import Coverage, Watcher
from kaframe.testing.finding import find_files, find_pack_files, misnamed, read_files
from kaframe.testing.packproject import pack_project
from kaframe.testing.running import Bench, Outcome, run_one

Told = Callable[[Outcome], None]
MOST_THREADS = 4  # the steps hold Python's lock most of the time; more only wait


@dataclass(frozen=True, slots=True)
class Selection:
    """Which tests: those of the named files, whose name has a part, or that are among ``names``; empty means all."""

    files: Sequence[Path] = ()
    pattern: str = ""
    names: frozenset[str] = frozenset()

    def takes(self, test: RuleTest) -> bool:
        """Whether the test is wanted."""
        return self.pattern.casefold() in test.name.casefold() and (not self.names or test.name in self.names)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of the tests. ``problems`` are those of files; each invalid test has its own."""

    outcomes: tuple[Outcome, ...]
    problems: tuple[Problem, ...] = ()
    coverage: Coverage | None = None
    files: tuple[CaseFile, ...] = field(default=())

    def of(self, state: str) -> list[Outcome]:
        """The outcomes that are passed, failed or invalid."""
        return [outcome for outcome in self.outcomes if outcome.state == state]

    @property
    def empty(self) -> list[str]:
        """The files that have no test at all."""
        return [file.shown for file in self.files if not file.tests]

    @property
    def all_problems(self) -> list[Problem]:
        """What makes files or tests invalid, each told once."""
        own = [problem for outcome in self.outcomes for problem in outcome.problems]
        return list(dict.fromkeys([*self.problems, *own]))

    @property
    def passed(self) -> bool:
        """Whether tests ran, of each file that was read, and all of them passed."""
        all_passed = len(self.of("passed")) == len(self.outcomes)
        return bool(self.outcomes) and not self.problems and not self.empty and all_passed

    @property
    def exit_code(self) -> int:
        """0 all passed, 3 a file or test is invalid, 4 one failed or none ran."""
        if self.all_problems:
            return RuleError.exit_code
        return 0 if self.passed else DataError.exit_code


def run_tests(path: str | Path = ".", pack: str = "", coverage: bool = False, pattern: str = "") -> Result:
    """Run the tests of the project at ``path``, or of a bundled pack alone.

    Raises: KaframeError when the project itself cannot be read; UsageError KF6033 for an unknown pack.
    """
    selection = Selection(pattern=pattern)
    if pack:
        return run_packs(find_packs([pack], ()), (), selection, coverage)
    return run_project(load_project(find_root(Path(path))), selection, coverage)


def run_project(
    project: Project, selection: Selection, coverage: bool = False, told: Told = lambda outcome: None
) -> Result:
    """Run the tests of a project; ``told`` hears of each as soon as it is done."""
    files = find_files(project.root, project.config.packs, selection.files)
    return _run(project, files, selection, coverage, told)


def run_packs(
    packs: Mapping[str, RulePack],
    plugins: Sequence[str],
    selection: Selection,
    coverage: bool = False,
    told: Told = lambda outcome: None,
) -> Result:
    """Run the tests that come with the last of the packs, against these packs alone; the first lies lowest."""
    files = find_pack_files(list(packs.values())[-1])
    with pack_project(packs, plugins) as project:
        return _run(project, files, selection, coverage, told)


def _run(
    project: Project, files: Sequence[tuple[Path, str]], selection: Selection, coverage: bool, told: Told
) -> Result:
    found = read_files(files)
    problems = [*misnamed(project.root), *found.problems]
    tests = [test for file in found.files for test in file.tests if selection.takes(test)]
    watcher = Watcher()
    outcomes = _run_all(project, tests, watcher if coverage else None, told)
    covered = watcher.coverage(project) if coverage else None
    return Result(tuple(outcomes), tuple(problems), covered, found.files)


def _run_all(project: Project, tests: Sequence[RuleTest], watcher: Watcher | None, told: Told) -> list[Outcome]:
    """All tests, on as many benches as there are processors to use; the outcomes in the order of the tests."""
    threads = max(1, min(MOST_THREADS, os.cpu_count() or 1, len(tests) // 4))
    benches: SimpleQueue[Bench] = SimpleQueue()
    look = watcher.look if watcher else None

    def run(test: RuleTest) -> Outcome:
        bench = benches.get()
        try:
            return run_one(bench, test, look)
        finally:
            benches.put(bench)

    with ExitStack() as stack, ThreadPoolExecutor(threads) as pool:
        for _ in range(threads):
            bench = Bench.of(project)
            stack.callback(bench.close)
            benches.put(bench)
        outcomes = []
        for outcome in pool.map(run, tests):
            told(outcome)
            outcomes.append(outcome)
    return outcomes
