"""Would the tests notice a wrong line? ``make mutate`` breaks what guards data and secrets, one small thing at a time.

The files are changed in a copy of the tree, never here. Of every part a sample is drawn, always the same one, and the
tests that take the changed line are run until one fails: then the change was noticed. One with which nothing can be
imported is not counted. Those that no test saw are printed: each is a missing test, a needless line, or says the same.
"""

from __future__ import annotations

import importlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import coverage
import pytest
import servers
from coveragegate import PARTS
from mutants import Mutant, mutants

# The tests in which the parts are meant.
NEAR: Mapping[str, tuple[str, ...]] = {
    "guard": ("tests/yamlfile",),
    "firewall": ("tests/expression",),
    "store": ("tests/store", "tests/test_store.py", "tests/test_backup.py", "tests/test_migrating.py",
              "tests/test_retention.py", "tests/test_commit.py", "tests/test_soundness.py", "tests/test_runlock.py",
              "tests/cli/test_store.py"),
    "outbox": ("tests/test_deliver.py", "tests/deliver", "tests/cli/test_outbox.py", "tests/gate",
               "tests/test_store.py"),
    "lock": ("tests/store/test_filelock.py", "tests/test_runlock.py"),
    "secrets": ("tests/test_secrets.py",),
    "paths": ("tests/test_files.py", "tests/test_outputs.py", "tests/test_taskkey.py"),
    "exports": ("tests/test_spreadsheet.py", "tests/test_markdown.py", "tests/plugins/test_report_json.py",
                "tests/plugins/test_report_xlsx.py", "tests/data/test_quarantinefile.py", "tests/test_document.py"),
}  # fmt: skip
LOADED = ("duckdb", "hypothesis", "jsonschema", "openpyxl", "psycopg", "sqlalchemy", "sqlglot", "yaml")
SEED = 4
AFFORDED = 30.0  # seconds of tests for one change
GRACE = 30.0  # seconds beyond twice what they took before
PASSED, FAILED, BROKEN, STOPPED = 0, 1, 2, 3
WORDS = ("SURVIVED", "noticed", "no program", "stopped")


@dataclass(frozen=True, slots=True)
class Bench:
    """Where changes are tried: a copy of the tree, and a PostgreSQL that all of them share."""

    tree: Path
    server: str

    def pytest(self, arguments: list[str], plugin: object, wait: float) -> int:
        """Run tests in a child that has the libraries loaded already, and nothing of kaframe."""
        child = os.fork()
        if not child:
            os.setsid()
            with suppress(BaseException):
                os._exit(self._in_child(arguments, plugin))
            os._exit(BROKEN)
        until = time.monotonic() + wait
        while time.monotonic() < until:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                _end_all_of(child)
                code = os.waitstatus_to_exitcode(status)
                return code if code in (PASSED, FAILED) else BROKEN
            time.sleep(0.05)
        _end_all_of(child)
        os.waitpid(child, 0)
        return STOPPED

    def _in_child(self, arguments: list[str], plugin: object) -> int:
        said = os.open(self.tree / "said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(said, 1)
        os.dup2(said, 2)
        os.chdir(self.tree)
        os.environ |= {"PYTHONPATH": str(self.tree), "PYTHONDONTWRITEBYTECODE": "1"}
        sys.dont_write_bytecode = True
        sys.path[:0] = [str(self.tree), str(self.tree / "tests")]
        random.seed()
        servers.running_postgres = self._running  # type: ignore[assignment]
        servers._numbers = iter(range(os.getpid() * 1000, 10**12))  # type: ignore[assignment]
        return int(pytest.main(["-q", "--no-header", *arguments], plugins=[plugin]))

    @contextmanager
    def _running(self) -> Iterator[str]:
        yield self.server


def _end_all_of(child: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)


@contextmanager
def copied_tree() -> Iterator[Path]:
    """A copy, compiled, of what is under version control."""
    names = subprocess.run(["git", "ls-files"], check=True, capture_output=True, text=True).stdout.splitlines()
    with tempfile.TemporaryDirectory(prefix="kf-mut-") as folder:
        for name in filter(os.path.isfile, names):
            (Path(folder) / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(name, Path(folder) / name)
        compiling = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
        subprocess.run([*compiling, "kaframe", "plugins"], cwd=folder, check=True)
        yield Path(folder)


class Recording:
    """Which tests take which line, and how long each takes; what a fixture does counts for all tests of its file."""

    def __init__(self, files: tuple[str, ...], note: Path) -> None:
        self.note, self.seconds = note, dict[str, float]()
        self.measured = coverage.Coverage(data_file=None, include=list(files), config_file=False)

    def pytest_sessionstart(self) -> None:
        self.measured.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        begun = time.monotonic()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = time.monotonic() - begun

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self.measured.switch_context(f"{item.nodeid.partition('::')[0]}::")

    def pytest_runtest_call(self, item: pytest.Item) -> None:
        self.measured.switch_context(item.nodeid)

    def pytest_sessionfinish(self) -> None:
        self.measured.stop()
        data = self.measured.get_data()
        lines = {os.path.relpath(name): data.contexts_by_lineno(name) for name in data.measured_files()}
        self.note.write_text(json.dumps({"lines": lines, "seconds": self.seconds}), "utf-8")


class Watching:
    """Notes the first test that fails."""

    def __init__(self, note: Path) -> None:
        self.note = note

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.note.exists():
            self.note.write_text(report.nodeid, "utf-8")


@dataclass(frozen=True, slots=True)
class Near:
    """The near tests of a part: who takes which line of a file, and the seconds of each."""

    lines: Mapping[str, Mapping[str, list[str]]]
    seconds: Mapping[str, float]

    def tests_of(self, name: str, mutant: Mutant) -> list[str]:
        """Those that take a changed line, or its file, or all; as many as can be afforded."""
        lines = self.lines.get(name, {})
        height = mutant.before.count("\n") + 1
        takers = {each for line in range(height) for each in lines.get(str(mutant.line + line), ()) if each}
        takers = takers or {each for tests in lines.values() for each in tests if each}
        files = tuple(each for each in takers if each.endswith("::"))
        fit = [test for test in self.seconds if not takers or test in takers or test.startswith(files)]
        chosen, spent = list[str](), 0.0
        for test in self._varied(fit):
            chosen.append(test)
            spent += self.seconds[test]
            if spent > AFFORDED:
                break
        return chosen

    def _varied(self, tests: list[str]) -> list[str]:
        """Quick tests first, but of the many cases of one test not all before the others."""
        seen, costs = Counter[str](), dict[str, float]()
        for test in sorted(tests, key=self.seconds.__getitem__):
            seen[name := test.partition("[")[0]] += 1
            costs[test] = self.seconds[test] * seen[name]
        return sorted(costs, key=costs.__getitem__)


def read_near(bench: Bench, part: str) -> Near:
    """Run the near tests of a part, as they are; they must pass."""
    note = bench.tree / "lines.json"
    ended = bench.pytest([*NEAR[part]], Recording(PARTS[part], note), wait=1800)
    if ended != PASSED:
        sys.exit(f"the tests of {part} fail without any change:\n{(bench.tree / 'said').read_text('utf-8')[-3000:]}")
    return Near(**json.loads(note.read_text("utf-8")))


def judge(bench: Bench, name: str, mutant: Mutant, near: Near) -> tuple[int, str]:
    """What the tests say of a change: how it ended, and the test that failed or how many passed."""
    file, note, tests = bench.tree / name, bench.tree / "failed", near.tests_of(name, mutant)
    right = file.read_bytes()
    note.unlink(missing_ok=True)
    for compiled in (file.parent / "__pycache__").glob(f"{file.stem}.*.pyc"):
        compiled.unlink()
    try:
        file.write_bytes(mutant.source)
        wait = GRACE + 2 * sum(near.seconds[test] for test in tests)
        ended = bench.pytest(["-x", "--tb=no", *tests], Watching(note), wait)
    finally:
        file.write_bytes(right)
    if ended != FAILED:
        return ended, f"{len(tests)} tests"
    return (FAILED, note.read_text("utf-8")) if note.exists() else (BROKEN, "")


def mutate(bench: Bench, part: str, wanted: int) -> None:
    """Try the sample of a part; print what became of each change, and the score."""
    names = sorted({str(file) for pattern in PARTS[part] for file in Path().glob(pattern) if file.suffix == ".py"})
    changes = [(name, mutant) for name in names for mutant in mutants((bench.tree / name).read_bytes())]
    random.Random(SEED).shuffle(changes)
    near, counts = read_near(bench, part), [0, 0, 0, 0]
    for name, mutant in changes:
        ended, told = judge(bench, name, mutant, near)
        counts[ended] += 1
        change = f"{mutant.before!r:.100} -> {mutant.after!r:.100}"
        print(f"{WORDS[ended]:<10} {name}:{mutant.line} {change} ({told})", flush=True)
        tried = sum(counts) - counts[BROKEN]
        if tried == wanted:
            break
    print(f"{part:<10} {len(changes)} changes, {tried} tried, {counts[PASSED]} survived: "
          f"{100 * (tried - counts[PASSED]) / tried:.0f} % noticed", flush=True)  # fmt: skip


def main() -> None:
    """``python -m tests.mutating 40 lock paths``: how many changes of each part, and which parts."""
    wanted, *parts = sys.argv[1:]
    for name in LOADED:
        importlib.import_module(name)
    with copied_tree() as tree, servers.running_postgres() as server:
        for part in parts or PARTS:
            mutate(Bench(tree, server), part, int(wanted))


if __name__ == "__main__":
    main()
