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


def private_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder outside the project that goes with its holder. Raises: StoreError KF7003."""
    try:
        return tempfile.TemporaryDirectory(prefix=f"{PREFIX}{own_mark()}-")
    except OSError as error:
        message = f"cannot write temporary files: {error.strerror or error}"
        hint = "nothing was changed; free some space, or name another folder: export TMPDIR=..."
        raise StoreError([Problem(None, "KF7003", message, hint)]) from error


def sweep_private() -> None:
    """Remove the private folders of killed processes; only what is a folder and belongs to this user."""
    for entry in os.scandir(tempfile.gettempdir()):
        found = _NAME.fullmatch(entry.name)
        if found and entry.is_dir(follow_symlinks=False) and _is_own(Path(entry.path)) and is_gone(found[1]):
            shutil.rmtree(entry.path, ignore_errors=True)


def _is_own(path: Path) -> bool:
    try:
        return not hasattr(os, "getuid") or path.lstat().st_uid == os.getuid()
    except OSError:  # gone meanwhile
        return False
