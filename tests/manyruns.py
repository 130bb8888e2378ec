"""Whole runs in processes of their own, started together: forked from one that has imported everything."""

from __future__ import annotations

import importlib
import multiprocessing
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import kaframe
from kaframe import flow
from kaframe.errors import KaframeError

for name in ("duckdb", "pyarrow.parquet", "pandas", "psycopg", "kaframe.store", "babel.numbers", "holidays"):
    importlib.import_module(name)


class Running:
    """A run in another process, whose first step waits for a word; it says what became of it."""

    def __init__(self, process: ForkServerProcess, line: Connection) -> None:
        self.process, self._line = process, line

    @property
    def pid(self) -> int:
        """Its process."""
        assert self.process.pid is not None
        return self.process.pid

    def say(self, word: str = "go") -> None:
        """Let it go on."""
        self._line.send(word)

    def hear(self) -> str:
        """What it says next."""
        return str(self._line.recv())

    def wait(self, seconds: float) -> int | None:
        """Its exit code; negative for the signal that killed it, None when it goes on."""
        self.process.join(seconds)
        return self.process.exitcode


@contextmanager
def many(root: Path, day: str, count: int) -> Iterator[list[Running]]:
    """So many processes that are about to run, and gone in the end."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    runs = []
    for _ in range(count):
        ours, theirs = context.Pipe()
        process = context.Process(target=_run, args=(root, day, theirs))
        process.start()
        theirs.close()
        runs.append(Running(process, ours))
    try:
        assert [run.hear() for run in runs] == ["ready"] * count
        yield runs
    finally:
        for run in runs:
            run.process.kill()
            run.process.join()


def _run(root: Path, day: str, line: Connection) -> None:
    project = kaframe.load(root).project.on(date.fromisoformat(day))
    line.send("ready")
    line.recv()

    def watch(step: str) -> None:
        if step == "data":
            line.send("acts")
            line.recv()

    try:
        flow.run(project, watch=watch)
    except KaframeError as error:
        line.send(str(error.problems[0]))
        sys.exit(error.exit_code)
