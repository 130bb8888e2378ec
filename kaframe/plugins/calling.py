"""Calling what a plugin brings, while a run goes on: whatever it does, it is named, and the others get their turn.

Held off are exceptions of any kind, ``sys.exit``, a ``KeyboardInterrupt`` that nobody asked for, printing, endless work
and threads that are left behind. What ends the whole process (``os._exit``, a crash in C) leaves a note behind: the
next run says so and goes on without that call once. Bundled plugins are as good as kaframe itself and leave none: a
run that was killed within one of them says nothing of the plugin.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn, TypeVar

from kaframe.errors import KaframeError, Location, Problem
from kaframe.plugins.importing import describe_error, to_stderr
from kaframe.plugins.loaded import Loaded

Gives = TypeVar("Gives")
LONGEST = 300.0  # seconds for one call; a report of ten thousand accounts takes one of them
NOTES = ".kaframe"  # the folder of a project where a note survives a crash
NOTE = "plugin-call"  # the file that names the call that is going on
HINT = "the other results are complete; mend the plugin and run again, or leave it out of kaframe.yaml"
_left_behind: set[threading.Thread] = set()


class PluginFailureError(Exception):
    """What a plugin did instead of giving a result, in one line; its own exception is the cause."""


def guarded(function: Callable[[], Gives], seconds: float) -> Gives:
    """What the function of a plugin gives; what it prints goes to stderr, and after so many seconds it is ended.

    Raises: PluginFailureError for whatever else it does; a KaframeError as it is; KeyboardInterrupt only when somebody
    asked for it.
    """
    try:
        with to_stderr(), _alarm(seconds), _interrupt() as is_asked:
            return function()
    except KaframeError:
        raise
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt) and (is_asked() or type(error) is not KeyboardInterrupt):
            raise
        raise PluginFailureError(_describe(error)) from error


@dataclass(frozen=True, slots=True)
class Callee:
    """What is called: a thing of some kind and name, and the plugin that brought it."""

    kind: str
    name: str
    owner: Loaded | None

    def __str__(self) -> str:
        brought = f" of {self.owner.title}" if self.owner else ""
        return f"the {self.kind} '{self.name}'{brought}"


class PluginCalls:
    """The calls of one run, and the problems that came of them. ``folder`` is where a note survives a crash."""

    def __init__(self, folder: Path) -> None:
        self.problems: list[Problem] = []
        self._note = folder / NOTE
        self._crashed = self._read_note()

    def call(self, callee: Callee, function: Callable[[], Any], expects: type[Any] | tuple[type[Any], ...]) -> Any:
        """What the function gives; None, and a problem more, when it fails or gives something else.

        Raises: KeyboardInterrupt only when somebody asked for it.
        """
        if str(callee) == self._crashed:
            message = f"{callee} ended the whole process at its last call, so it is left out this time"
            self._tell(callee, "KF5042", message, "the next run calls it again")
            return None
        running = set(threading.enumerate())
        try:
            with self._noted(callee):
                found = guarded(function, LONGEST)
        except KaframeError as error:
            self.problems += error.problems
            return None
        except PluginFailureError as failure:
            self._tell(callee, "KF5032", f"{callee} fails: {failure}", HINT)
            return None
        self._look_for_threads(callee, running)
        if not isinstance(found, expects):
            names = " or ".join(_names(expects))
            self._tell(callee, "KF5032", f"{callee} gives {type(found).__name__}, not {names}", HINT)
            return None
        return found

    def _look_for_threads(self, callee: Callee, before: set[threading.Thread]) -> None:
        """Threads that are left would keep kaframe from ending; they are told and not waited for."""
        left = [one for one in set(threading.enumerate()) - before if not one.daemon and one.is_alive()]
        if left:
            _left_behind.update(left)
            self._tell(callee, "KF5032", f"{callee} leaves {len(left)} threads running", "end them before it returns")

    def _tell(self, callee: Callee, code: str, message: str, hint: str) -> None:
        at = Location(callee.owner.place) if callee.owner else None
        self.problems.append(Problem(at, code, message, hint, severity="warning"))

    @contextlib.contextmanager
    def _noted(self, callee: Callee) -> Iterator[None]:
        if callee.owner is not None and callee.owner.origin == "bundled":
            yield
            return
        with contextlib.suppress(OSError):
            self._note.parent.mkdir(parents=True, exist_ok=True)
            self._note.write_text(str(callee), encoding="utf-8")
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                self._note.unlink(missing_ok=True)

    def _read_note(self) -> str:
        """Which call did not come back last time; told once."""
        try:
            text = self._note.read_text("utf-8")
            self._note.unlink()
        except (OSError, UnicodeDecodeError):
            return ""
        return text


def threads_left() -> bool:
    """Whether plugins have left threads running that would keep the process from ending."""
    return any(thread.is_alive() for thread in _left_behind)


class _TooLongError(BaseException):
    """The time for a call is over; no ``except Exception`` of a plugin stops it."""


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """End the block when its time is over, where the system has alarms and this is the main thread."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def ring(_: int, frame: FrameType | None) -> NoReturn:
        where = f" at {Path(frame.f_code.co_filename).name}:{frame.f_lineno}" if frame else ""
        raise _TooLongError(f"it took longer than {seconds:g} seconds{where}")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def _interrupt() -> Iterator[Callable[[], bool]]:
    """Tells whether somebody has pressed Ctrl-C in the block."""
    asked: list[bool] = []
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:  # in the background, under nohup: nobody can
        yield lambda: False
        return
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield lambda: True
        return

    def note(number: int, frame: FrameType | None) -> None:
        asked.append(True)
        before(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, before)


def _describe(error: BaseException) -> str:
    return str(error) if isinstance(error, _TooLongError) else describe_error(error)


def _names(expects: type[Any] | tuple[type[Any], ...]) -> list[str]:
    return [kind.__name__ for kind in (expects if isinstance(expects, tuple) else (expects,))]
