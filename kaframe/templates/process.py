"""The other process: started when a template is first needed, replaced when one has stalled or broken it."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kaframe.errors import Location, Problem
from kaframe.templates.folder import DEADLINE, LONGEST, find_template
from kaframe.templates.frames import read_frame, write_frame

GRACE = 0.5  # seconds beyond the deadline: one long step of C hears no alarm, so the process is ended
FIRST_DEADLINE = 30.0  # for the first answer, which waits for the process to start on a busy machine
LONGEST_ANSWER = 64 * LONGEST  # bytes: some of the longest texts at once, every character escaped
START_HINT = "check that this user may start the Python that kaframe runs in"
MODULE = "kaframe.templates.worker"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the worker says of templates: their texts, or what is wrong with the first that fails."""

    texts: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def ask_worker(kind: str, desk: tuple[Any, ...], wanted: Sequence[tuple[str, Any]]) -> Answer:
    """Render or check templates, each with its data, in the other process.

    One that takes longer than ``DEADLINE`` (KF4008) or more memory than there is for it (KF4009) is
    answered as a problem. The worker says so itself, with the line; or it is ended, and the next template
    gets a new one.
    """
    with _TURN:
        try:
            found = _the_worker().ask((kind, desk, wanted), len(wanted))
        except TimeoutError:
            return _failed(desk, wanted, "KF4008", f"takes longer than {DEADLINE:g} seconds")
        except NotStartedError as error:
            return Answer(problems=(Problem(None, "KF4010", f"nothing can render templates: {error}", START_HINT),))
        except EOFError:
            return _failed(desk, wanted, "KF4009", "takes more memory than a text can need")
    return Answer(tuple(found.get("texts", ())), tuple(_problem(one) for one in found.get("problems", ())))


class NotStartedError(Exception):
    """The other process could not be started, or ended before its first answer; the message says why."""


class Worker:
    """One process that renders templates, with a thread that listens to it."""

    def __init__(self) -> None:
        try:
            self._process = subprocess.Popen(  # noqa: S603  our own module, by our own interpreter
                [sys.executable, "-m", MODULE],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_environment(),
                start_new_session=True,  # an interrupt is for the run; this process ends with its input
            )
        except OSError as error:
            raise NotStartedError(f"{error.strerror} ({Path(sys.executable).name})") from error
        self._answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._deadline = FIRST_DEADLINE
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, request: Any, count: int = 1) -> Mapping[str, Any]:
        """The answer to a request for so many texts.

        Raises: TimeoutError, EOFError, NotStartedError; the process is gone after each.
        """
        assert self._process.stdin is not None
        try:
            write_frame(self._process.stdin, pickle.dumps(request))
            answer = self._answers.get(timeout=self._deadline * count)
        except queue.Empty:
            self.end()
            raise TimeoutError from None
        except OSError:
            answer = None
        if answer is None:
            self._process.kill()
            reason = self._last_words()
            self.end()
            raise NotStartedError(reason) if self._deadline == FIRST_DEADLINE else EOFError(reason)
        self._deadline = DEADLINE + GRACE
        found: Mapping[str, Any] = json.loads(answer)
        return found

    @property
    def process_id(self) -> int:
        """The number of the process."""
        return self._process.pid

    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def end(self) -> None:
        """Kill the process, whatever it does."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _last_words(self) -> str:
        """What the process complained of last; it has ended, so there is no more to come."""
        assert self._process.stderr is not None
        said = self._process.stderr.read().decode("utf-8", "replace").strip().splitlines()
        return said[-1] if said else "its process ended at once"

    def _listen(self) -> None:
        assert self._process.stdout is not None
        answer: bytes | None = b""
        while answer is not None:
            try:
                answer = read_frame(self._process.stdout, LONGEST_ANSWER)
            except (OSError, ValueError):
                answer = None
            self._answers.put(answer)


_TURN = threading.Lock()
_WORKERS: dict[int, Worker] = {}  # by the process that asks: one that has forked gets its own


def _the_worker() -> Worker:
    worker = _WORKERS.get(os.getpid())
    if worker is None or not worker.is_alive():
        _WORKERS.clear()
        worker = _WORKERS[os.getpid()] = Worker()
    return worker


def _environment() -> dict[str, str]:
    """Nothing of ours, secrets least of all, but what Python needs to start and to find its modules."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "PYTHONUTF8": "1"}


def _problem(found: Mapping[str, Any]) -> Problem:
    at = Location(*found["at"]) if found["at"] else None
    return Problem(at, str(found["code"]), str(found["message"]), str(found["hint"]))


def _failed(desk: tuple[Any, ...], wanted: Sequence[tuple[str, Any]], code: str, what: str) -> Answer:
    """Which of several templates it was, nobody is left to say; the first is where to look."""
    _, folders, wording, _ = desk
    name = wanted[0][0]
    found = find_template(folders, wording.language, name)
    at = Location(found[0], path=str(found[1])) if found else None
    hint = "look for a loop inside a loop, or for a text that doubles"
    return Answer(problems=(Problem(at, code, f"'{name}' {what}", hint),))
