"""What a process writes for itself alone, and telling whether that process is gone: what it left can go then."""

from __future__ import annotations

import os
import platform
import re
import shutil
import tempfile
from pathlib import Path

from kaframe.errors import Problem, StoreError

PREFIX = "kaframe-"
_NAME = re.compile(rf"{PREFIX}(.+@\d+)-\w+")
_OURS: set[str] = set()  # the names that this process has given


def own_mark() -> str:
    """This process as ``host@number``, as it stands in the names of what it writes."""
    return f"{platform.node()}@{os.getpid()}"


def is_gone(mark: str) -> bool:
    """Whether the process of a mark ran on this computer and is no more; of another computer nobody here can know."""
    host, _, number = mark.rpartition("@")
    if host != platform.node() or not number.isdigit() or int(number) == os.getpid():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):  # it is there and belongs to somebody else
        return False
    return False


def give_name(name: str) -> str:
    """Note that this process writes what has this name."""
    _OURS.add(name)
    return name


def is_left(name: str, mark: str) -> bool:
    """Whether a killed process has left what has this name and mark.

    In a container every run may have the same number: what bears ours and was not named by us is of one before us.
    """
    return is_gone(mark) or (mark == own_mark() and name not in _OURS)


def private_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder outside the project that goes with its holder. Raises: StoreError KF7003."""
    try:
        made = tempfile.TemporaryDirectory(prefix=f"{PREFIX}{own_mark()}-")
    except OSError as error:
        message = f"cannot write temporary files: {error.strerror or error}"
        hint = "nothing was changed; free some space, or name another folder: export TMPDIR=..."
        raise StoreError([Problem(None, "KF7003", message, hint)]) from error
    give_name(Path(made.name).name)
    return made


def sweep_private() -> None:
    """Remove the private folders of killed processes; only what is a folder and belongs to this user."""
    for entry in os.scandir(tempfile.gettempdir()):
        found = _NAME.fullmatch(entry.name)
        if not found or not entry.is_dir(follow_symlinks=False) or not _is_own(Path(entry.path)):
            continue
        if is_left(entry.name, found[1]):
            shutil.rmtree(entry.path, ignore_errors=True)


def _is_own(path: Path) -> bool:
    try:
        return not hasattr(os, "getuid") or path.lstat().st_uid == os.getuid()
    except OSError:  # gone meanwhile
        return False
