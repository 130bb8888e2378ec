"""The lock file of one run at a time: held by the system for a process, so that it is free when the process is gone."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import platform
import stat
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

from kaframe.store.errors import unwritable
from kaframe.temporary import is_gone

_PLACE = 1 << 30  # the byte that Windows locks: beyond the text, which others have to read
LONGEST = 4096  # bytes of the text
_GUARD = threading.Lock()


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the lock: what for (a run's day, or another command), its process and computer, since when (UTC)."""

    work: str
    pid: int
    host: str
    since: str

    @property
    def is_run(self) -> bool:
        """Whether it is a run for a day, or another command of the store."""
        return self.work[:1].isdigit()

    @property
    def is_gone(self) -> bool:
        """Whether its process, which held the lock before us, is known to be no more; elsewhere it may be at work.

        In a container every run may have the same number: one of ours was before us.
        """
        is_before_us = (self.host, self.pid) == (platform.node(), os.getpid())
        return is_before_us or is_gone(f"{self.host}@{self.pid}")

    def as_text(self) -> str:
        """As the lock keeps it."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: bytes | str) -> Holder:
        """Read what the lock keeps; ``NAMELESS`` for anything else."""
        try:
            return cls(**json.loads(text))
        except (ValueError, TypeError):
            return NAMELESS


NAMELESS = Holder("", 0, "", "")  # who has taken the lock and not said yet who it is

# What this process holds. The system keeps a process out of what others hold, never of what it holds itself; and
# closing any handle of a file lets go of all its locks, so a file held here is not opened again.
_HELD: dict[Path, Holder] = {}


class FileLock:
    """A lock on a file of its own, whose text says who holds it. A file that nobody holds is what a kill has left.

    ``left_by`` is who was killed while holding it, known once it is taken.
    """

    def __init__(self, path: Path) -> None:
        self.left_by: Holder | None = None
        self._path = Path(os.path.realpath(path.parent), path.name)
        self._handle: int | None = None
        self._made_folder = False

    def take(self, holder: Holder) -> bool:
        """Take the lock, or say that somebody has it. Raises: StoreError KF7003 where no file can be made."""
        with _GUARD:
            if self._path in _HELD:
                return False
            try:
                self._handle = self._locked()
                if self._handle is None:
                    return False
                before = Holder.from_text(os.read(self._handle, LONGEST))  # another handle, closed, would end the lock
                self.left_by = before if before.pid else None
                os.lseek(self._handle, 0, os.SEEK_SET)
                os.ftruncate(self._handle, os.write(self._handle, holder.as_text().encode()))
            except OSError as error:
                self._leave(is_kept=self.left_by is not None)  # who was killed is still to be told
                raise unwritable(self._path.name, error) from error
            _HELD[self._path] = holder
            return True

    def release(self) -> None:
        """Let go, and leave nothing behind."""
        with _GUARD:
            if self._handle is None:
                return
            self._leave()
            del _HELD[self._path]

    def holder(self) -> Holder | None:
        """Who holds the lock, or nobody. A file that was left behind stays as it is."""
        with _GUARD:
            if self._path in _HELD:
                return _HELD[self._path]
            try:
                handle = _open(self._path)
            except OSError:
                return None
            try:
                return None if _lock(handle) else _read(self._path)
            finally:
                os.close(handle)

    def is_left_behind(self) -> bool:
        """Whether a killed run has left the file; nobody has to do anything about it."""
        return self._path.exists() and self.holder() is None

    def obstacle(self) -> str:
        """Why no run can take what has the name of the file; nothing when one can, or when nothing has it."""
        with _GUARD:
            if self._path in _HELD or not os.path.lexists(self._path):
                return ""
            try:
                handle = _open(self._path)
            except OSError as error:
                return (error.strerror or str(error)).lower()
            os.close(handle)
            return ""

    def _locked(self) -> int | None:
        """A handle that holds the lock on the file that has the name now; nothing when another process holds it."""
        while True:
            if not self._path.parent.exists():
                self._made_folder = True
            try:
                self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                handle = _open(self._path, os.O_CREAT)
            except (FileNotFoundError, FileExistsError):  # the one before has just removed its folder
                if os.path.lexists(self._path.parent) and not self._path.parent.is_dir():
                    raise
                continue
            if not _lock(handle):
                os.close(handle)
                return None
            if _is_at(handle, self._path):
                return handle
            os.close(handle)

    def _leave(self, is_kept: bool = False) -> None:
        """Let go of the file, and remove it (unless it has to be kept) and the folder that was made for it."""
        if self._handle is not None:
            if is_kept:
                os.close(self._handle)
            else:
                _remove(self._path, self._handle)
            self._handle = None
        if self._made_folder:
            with contextlib.suppress(OSError):
                self._path.parent.rmdir()


def _open(path: Path, flags: int = 0) -> int:
    """A handle of the lock file. Raises: OSError for a link, which may lead anywhere, a folder, a device, a pipe."""
    handle = os.open(path, flags | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0), 0o600)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "it is a device or a pipe, no file")
    return handle


def _is_at(handle: int, path: Path) -> bool:
    """Whether the file that is open is the one that has the name; others make and remove files of that name."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _read(path: Path) -> Holder:
    """What the file says; the one who holds it may be about to write it."""
    try:
        return Holder.from_text(path.read_bytes())
    except OSError:
        return NAMELESS


if sys.platform == "win32":  # pragma: no cover  (Windows alone has this kind of lock)
    import msvcrt

    def _lock(handle: int) -> bool:
        os.lseek(handle, _PLACE, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        os.lseek(handle, 0, os.SEEK_SET)
        return True

    def _remove(path: Path, handle: int) -> None:
        with contextlib.suppress(OSError):  # a full disk
            os.ftruncate(handle, 0)  # whoever is quicker than the removal sees that nobody was killed
        os.close(handle)
        with contextlib.suppress(OSError):  # somebody has opened it already
            path.unlink(missing_ok=True)
else:
    import fcntl

    def _lock(handle: int) -> bool:
        # A POSIX lock, not flock: a forked child does not inherit it, so that it ends with the run itself.
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            return False
        return True

    def _remove(path: Path, handle: int) -> None:
        path.unlink(missing_ok=True)  # while it is held: whoever waits sees another file in its place
        os.close(handle)
