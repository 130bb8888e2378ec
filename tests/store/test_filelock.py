"""The lock file between processes: what happens in the moments between two calls of the system."""

from __future__ import annotations

import fcntl
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kaframe.errors import StoreError
from kaframe.store import filelock
from kaframe.store.filelock import NAMELESS, FileLock, Holder

OTHER = """
import fcntl, sys
file = open(sys.argv[1], "r+")
try:
    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
except OSError:
    sys.exit(1)
"""


def me(work: str = "2026-03-31") -> Holder:
    return Holder(work, os.getpid(), "here", "2026-03-31T00:00:00Z")


def is_locked(path: Path) -> bool:
    """Whether another process is kept out of the file that has this name now."""
    return subprocess.run([sys.executable, "-c", OTHER, path], check=False).returncode == 1


def once(before: Callable[[], object], then: Callable[..., Any]) -> Callable[..., Any]:
    """The call, with something that happens just before it for the first time."""
    waiting = [before]

    def call(*arguments: Any) -> Any:
        if waiting:
            waiting.pop()()
        return then(*arguments)

    return call


def test_file_removed_before_it_is_locked_is_no_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one before lets go between our opening and our locking: the file that has the name now is locked."""
    path = tmp_path / "kaframe.db.lock"
    monkeypatch.setattr(filelock, "_lock", once(path.unlink, filelock._lock))
    lock = FileLock(path)
    assert lock.take(me())
    assert is_locked(path)
    lock.release()
    assert not path.exists()


def test_file_removed_before_it_is_compared_is_no_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A third one takes it and lets go while ours is compared with what has the name: ours is made anew."""
    path = tmp_path / "kaframe.db.lock"
    monkeypatch.setattr(filelock.os, "fstat", once(path.unlink, os.fstat))
    lock = FileLock(path)
    assert lock.take(me())
    assert is_locked(path)
    lock.release()


def test_folder_removed_while_it_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``mkdir`` finds it there, and then it is gone: it is made anew."""
    path = tmp_path / ".kaframe" / "kaframe.db.lock"
    path.parent.mkdir()
    make = os.mkdir

    def too_late(folder: Any, mode: int = 0o777) -> None:
        if path.parent.exists():
            path.parent.rmdir()
            raise FileExistsError(17, "File exists")
        make(folder, mode)

    monkeypatch.setattr(os, "mkdir", too_late)
    lock = FileLock(path)
    assert lock.take(me())
    lock.release()
    assert list(tmp_path.iterdir()) == []


def test_folder_removed_before_the_file_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one before takes its empty folder with it: it is made anew, and goes again with us."""
    path = tmp_path / ".kaframe" / "kaframe.db.lock"
    path.parent.mkdir()
    monkeypatch.setattr(filelock.os, "open", once(path.parent.rmdir, os.open))
    lock = FileLock(path)
    assert lock.take(me())
    assert is_locked(path)
    lock.release()
    assert list(tmp_path.iterdir()) == []


def test_holder_that_lets_go_while_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its file is gone before it can be read: somebody had it, nobody knows who."""
    path = tmp_path / "kaframe.db.lock"
    path.write_text(me().as_text())
    with path.open("r+") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        monkeypatch.setattr(filelock, "_lock", lambda handle: path.unlink())
        assert FileLock(path).holder() == NAMELESS
    assert FileLock(path).holder() is None


def test_disk_that_takes_no_text_lets_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No room for the holder's name: exit 7, and the lock is free for whoever comes when there is room again."""
    path = tmp_path / "kaframe.db.lock"

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(filelock.os, "write", full)
        lock = FileLock(path)
        with pytest.raises(StoreError, match=r"KF7003 .*no space left") as error:
            lock.take(me())
    assert error.value.exit_code == 7
    assert list(tmp_path.iterdir()) == []
    lock.release()  # as the one who could not take it does in the end: nothing of others is removed
    other = FileLock(path)
    assert other.take(me("backup"))
    lock.release()
    assert is_locked(path)
    assert FileLock(path).holder() == me("backup")
    other.release()


def test_no_folder_where_a_file_stands(tmp_path: Path) -> None:
    """Nothing can be opened: exit 7, nothing is held."""
    (tmp_path / "kept").write_text("a file")
    lock = FileLock(tmp_path / "kept" / "kaframe.db.lock")
    with pytest.raises(StoreError, match="KF7003"):
        lock.take(me())
    assert lock.holder() is None


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", "no json", '{"work": 1}', "\udcff"], ids=ascii
)
def test_text_of_another_program(tmp_path: Path, text: str) -> None:
    """What is not ours names nobody and was left by nobody."""
    path = tmp_path / "kaframe.db.lock"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    lock = FileLock(path)
    assert lock.is_left_behind()
    assert lock.take(me())
    assert lock.left_by is None
    lock.release()


def test_who_left_it_may_have_had_our_number(tmp_path: Path) -> None:
    """In a container every run may be process 1: whoever held the lock before us is gone."""
    path = tmp_path / "kaframe.db.lock"
    path.write_text(Holder("2026-03-30", os.getpid(), platform.node(), "x").as_text())
    lock = FileLock(path)
    assert lock.take(me())
    assert lock.left_by is not None
    assert lock.left_by.is_gone
    lock.release()


def test_who_left_it_is_known(tmp_path: Path) -> None:
    """The text of the one that was killed is read before ours takes its place."""
    path = tmp_path / "kaframe.db.lock"
    path.write_text(Holder("2026-03-30", 4711, "there", "x" * 200).as_text())
    lock = FileLock(path)
    assert lock.take(me())
    assert lock.left_by is not None
    assert (lock.left_by.work, lock.left_by.pid, lock.left_by.is_run) == ("2026-03-30", 4711, True)
    assert Holder.from_text(path.read_bytes()) == me()
    assert FileLock(path).take(me()) is False
    lock.release()


def test_full_disk_keeps_who_was_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run that cannot write its name leaves that of the killed one, for the run that can: it is told once."""
    path = tmp_path / "kaframe.db.lock"
    killed = Holder("2026-03-30", 4711, "there", "2026-03-30T00:00:00Z")
    path.write_text(killed.as_text())

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(filelock.os, "write", full)
        with pytest.raises(StoreError, match="KF7003"):
            FileLock(path).take(me())
    assert Holder.from_text(path.read_bytes()) == killed
    lock = FileLock(path)
    assert lock.take(me())
    assert lock.left_by == killed
    lock.release()
    assert not path.exists()


@pytest.mark.parametrize("kind", ["folder", "pipe", "link", "link-to-itself"])
def test_what_is_no_file_is_no_lock(tmp_path: Path, kind: str) -> None:
    """Nothing is waited for, written through a link, or removed; who looks is told what is in the way."""
    precious = tmp_path / "precious"
    precious.write_text("as it was", "utf-8")
    path = tmp_path / "kaframe.db.lock"
    made = {"folder": path.mkdir, "pipe": lambda: os.mkfifo(path), "link": lambda: path.symlink_to(precious)}
    made.get(kind, lambda: path.symlink_to(path))()
    lock = FileLock(path)
    assert lock.obstacle()
    with pytest.raises(StoreError) as error:
        lock.take(me())
    assert error.value.problems[0].code == "KF7003"
    assert precious.read_text("utf-8") == "as it was"
    assert os.path.lexists(path)


def test_lock_that_can_be_taken_has_nothing_in_its_way(tmp_path: Path) -> None:
    """Neither before it is taken, nor while it is held, which looking does not end, nor where a kill has left it."""
    path = tmp_path / "kaframe.db.lock"
    lock = FileLock(path)
    assert not lock.obstacle()
    assert lock.take(me())
    assert not FileLock(path).obstacle()
    assert is_locked(path)
    lock.release()
    path.write_text("left behind", "utf-8")
    assert not lock.obstacle()
