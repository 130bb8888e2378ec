"""The process that renders templates: it reads requests, answers each as JSON, and ends with its input.

It is started by ``process.py`` with nothing of the environment but where Python finds its modules. Requests are
pickled by the parent, which is trusted; answers are JSON, as nothing that templates touch may be unpickled.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import pickle
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO, NoReturn

from kaframe.errors import Problem, RuleError
from kaframe.templates.folder import DEADLINE
from kaframe.templates.frames import read_frame, write_frame
from kaframe.templates.sandbox import Sandbox, TooSlowError

MEMORY = 1 << 29  # bytes beyond what the process has when it starts
KEPT = 32  # projects whose compiled templates are kept


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer every request until there are no more."""
    sandbox = functools.lru_cache(KEPT)(lambda _, *desk: Sandbox(*desk))
    while (frame := read_frame(requests)) is not None:
        kind, desk, wanted = pickle.loads(frame)  # noqa: S301  written by the parent
        write_frame(answers, json.dumps(_answer(kind, sandbox(*desk), wanted)).encode())


def _answer(kind: str, sandbox: Sandbox, wanted: Sequence[tuple[str, Any]]) -> Mapping[str, Any]:
    texts: list[str] = []
    problems: list[Problem] = []
    for name, data in wanted:
        try:
            with _alarm():
                if kind == "render":
                    texts.append(sandbox.render(name, data))
                else:
                    problems += sandbox.check(name, data)
        except RuleError as error:
            problems += error.problems
        if problems:
            return {"problems": [_plain(problem) for problem in problems]}
    return {"texts": texts}


@contextlib.contextmanager
def _alarm() -> Iterator[None]:
    """Raise TooSlowError in the block when the time is over, where the system has alarms."""
    if not hasattr(signal, "setitimer"):
        yield
        return
    signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, DEADLINE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _ring(*_: object) -> NoReturn:
    raise TooSlowError


def _plain(problem: Problem) -> dict[str, Any]:
    at = problem.at
    place = [at.file, at.line, at.col, at.path] if at else None
    return {"at": place, "code": problem.code, "message": problem.message, "hint": problem.hint}


def _limit_memory() -> None:
    """Bound the memory where the system can: a template that wants more fails, and nothing else does."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource
        from pathlib import Path

        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        limit = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _own_output() -> BinaryIO:
    """The way back to kaframe, for answers alone: what a plugin's filter prints goes nowhere."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return answers


if __name__ == "__main__":
    _limit_memory()
    serve(sys.stdin.buffer, _own_output())
