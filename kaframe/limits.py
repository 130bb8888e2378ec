"""What a step of a run may take, of time and of memory: past that it is stopped, and nothing has happened."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kaframe.database import Database
from kaframe.errors import DataError, KaframeError, Problem

MINUTES = 15.0  # ten million accounts take less than a tenth of it: docs/benchmarks.md
GIGABYTE = 1 << 30
SHARE = 0.8  # of the memory that the engine's buffers may fill: what it takes itself when nobody says so
MORE = "leave out columns and rows with 'where', or allow more: 'limits: {gigabytes: 16}'"
AGAIN = 0.5  # seconds between two attempts to stop a step: it may go on with its next statement


@dataclass(frozen=True, slots=True)
class Limits:
    """How many minutes a step may take, and how many gigabytes of memory it may ask for (0: as many as there are)."""

    minutes: float = MINUTES
    gigabytes: float = 0

    @property
    def buffers(self) -> str | None:
        """What of it the engine may use before it spills to disk; None leaves it to the engine."""
        return f"{int(self.gigabytes * GIGABYTE * SHARE)}B" if self.gigabytes else None

    @property
    def bytes(self) -> int:
        """What a step may ask for."""
        return int(self.gigabytes * GIGABYTE) or os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


@contextmanager
def limited(db: Database, limits: Limits, step: str) -> Iterator[None]:
    """Stop what the block does in the database once it takes too long, and refuse it memory that is not there.

    The engine bounds its own buffers, not lists and long texts: for those the system refuses the process more.
    Raises: DataError KF3094 for too long, KF3090 for too much.
    """
    ended, stopped = threading.Event(), threading.Event()
    watch = threading.Thread(target=_interrupt, args=(db, limits.minutes * 60, ended, stopped), daemon=True)
    watch.start()
    try:
        with _bounded(limits.bytes):
            yield
    except KaframeError as error:  # a step may have words of its own for a statement that failed
        if not stopped.is_set():
            raise
        raise _too_long(limits, step) from error
    except MemoryError as error:
        raise DataError([Problem(None, "KF3090", f"the step '{step}' does not fit into memory", MORE)]) from error
    finally:
        ended.set()
        watch.join()
    if stopped.is_set():  # what it was told while it was being stopped may have been wrong
        raise _too_long(limits, step)


def _too_long(limits: Limits, step: str) -> DataError:
    message = f"the step '{step}' took longer than {limits.minutes:g} minutes and was stopped"
    hint = "nothing was published; look for a rule that multiplies rows, or allow more: 'limits: {minutes: 60}'"
    return DataError([Problem(None, "KF3094", message, hint)])


def _interrupt(db: Database, seconds: float, ended: threading.Event, stopped: threading.Event) -> None:
    if ended.wait(seconds):
        return
    stopped.set()
    db.interrupt()
    while not ended.wait(AGAIN):
        db.interrupt()


@contextmanager
def _bounded(more: int) -> Iterator[None]:
    """Let the process ask for so many bytes more than it has; not on Windows, which knows no such limit."""
    if sys.platform == "win32" or sys.platform == "darwin":  # nor does the kernel of macOS keep it
        yield
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    asked = _address_space() + more
    least = [limit for limit in (*before, asked) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(least), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def _address_space() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
