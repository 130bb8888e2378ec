"""The process that renders templates, forked instead of started: starting it is not under test."""

from __future__ import annotations

import os
import signal
import subprocess
from types import SimpleNamespace
from typing import Any


class Forked:
    """What kaframe uses of a ``Popen``, for a process that has been forked before the run began."""

    def __init__(self) -> None:
        asked, answered = os.pipe(), os.pipe()
        self.pid = os.fork()
        if not self.pid:
            _serve(asked[0], answered[1])
        os.close(asked[0])
        os.close(answered[1])
        self.stdin, self.stdout, self.stderr = os.fdopen(asked[1], "wb"), os.fdopen(answered[0], "rb"), None
        self._code: int | None = None

    def poll(self) -> int | None:
        """How it has ended, or None."""
        if self._code is None and os.waitpid(self.pid, os.WNOHANG)[0]:
            self._code = 0
        return self._code

    def kill(self) -> None:
        """End it at once."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        """Wait for its end."""
        if self._code is None:
            os.waitpid(self.pid, 0)
            self._code = 0
        return self._code


def fork_worker() -> None:
    """Fork it now, before the run has threads, locks and connections; kaframe gets it for the first that it starts."""
    from kaframe.templates import process

    ready = [Forked()]

    def start(*args: Any, **more: Any) -> Any:
        return ready.pop() if ready else subprocess.Popen(*args, **more)

    process.subprocess = SimpleNamespace(Popen=start, PIPE=subprocess.PIPE)  # type: ignore[attr-defined]


def _serve(asked: int, answered: int) -> None:
    from kaframe.templates import worker

    try:
        os.setsid()
        os.dup2(asked, 0)
        os.dup2(answered, 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        os.closerange(3, 256)
        os.environ.clear()
        worker._limit_memory()
        worker.serve(os.fdopen(0, "rb"), os.fdopen(1, "wb"))
    finally:
        os._exit(0)
