"""The store is gone, an older one, or behind a link: nothing that was published is taken for a leftover."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from badproject import DAY, run_day, write_project

from kaframe.cli import run_command

NEXT = "2026-07-01"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project after a run."""
    write_project(tmp_path)
    assert run_day(tmp_path) == 0
    return tmp_path


def snapshots(root: Path) -> list[str]:
    return sorted(path.name for path in (root / ".kaframe/runs").iterdir())


def tell(root: Path, *words: str | Path) -> int:
    return run_command(["-C", str(root), *map(str, words)])


@pytest.mark.parametrize("day", [NEXT, DAY], ids=["later-day", "same-day"])
def test_snapshots_outlive_their_store(root: Path, day: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The run begins anew and says so once; the snapshot of the lost run stays as it was, whatever the new run's."""
    manifest = (root / f".kaframe/runs/{DAY}.1/manifest.json").read_bytes()
    (root / ".kaframe/kaframe.db").unlink()
    capsys.readouterr()
    assert tell(root, "doctor") == 0
    assert "the store was removed" in " ".join(capsys.readouterr().out.split())
    assert run_day(root, day) == 5
    assert "KF7019 the store knows no run, while .kaframe/runs has 1 published ones" in capsys.readouterr().err
    (lost,) = [name for name in snapshots(root) if name != f"{day}.1"]
    assert re.fullmatch(rf"(lost-)?{DAY}\.1(-\w+)?", lost)
    assert (root / f".kaframe/runs/{lost}/manifest.json").read_bytes() == manifest
    assert run_day(root, "2026-07-02") == 0
    assert lost in snapshots(root)


def test_older_backup_and_the_newer_one_again(root: Path) -> None:
    """A run after an older backup was put back keeps the snapshot that the newer backup needs."""
    assert tell(root, "store", "backup", root / "older.db") == 0
    assert run_day(root, NEXT) == 0
    assert tell(root, "store", "backup", root / "newer.db") == 0
    assert tell(root, "store", "restore", root / "older.db", "--force") == 0
    assert run_day(root, "2026-07-02") == 0
    assert tell(root, "store", "restore", root / "newer.db", "--force") == 0
    assert tell(root, "store", "check") == 0
    assert run_day(root, "2026-07-02") == 0


def test_leftover_of_a_killed_run_is_still_swept(root: Path) -> None:
    """A snapshot that no store has published goes with the next publish."""
    shutil.copytree(root / f".kaframe/runs/{DAY}.1", root / ".kaframe/runs/2026-06-29.1")
    (root / ".kaframe/runs/2026-06-29.1/published").unlink()
    assert run_day(root, NEXT) == 0
    assert snapshots(root) == [f"{DAY}.1", f"{NEXT}.1"]


def test_store_behind_a_link(root: Path) -> None:
    """The lock lies beside the real file, so that all who come by whatever link meet there; runs publish."""
    store = root / ".kaframe/kaframe.db"
    store.rename(root / "shared.db")
    store.symlink_to(root / "shared.db")
    assert run_day(root, NEXT) == 0
    (root / "shared.db.lock").mkdir()
    assert run_day(root, "2026-07-02") == 7
    assert store.is_symlink()


def test_lock_file_in_the_way(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``doctor`` says that no run can begin, and ends with 7."""
    (root / ".kaframe/kaframe.db.lock").mkdir()
    assert tell(root, "doctor", "--format", "csv") == 7
    assert "bad,lock,its file cannot be used: is a directory,KF7018" in capsys.readouterr().out
