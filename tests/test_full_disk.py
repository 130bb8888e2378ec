"""A disk that is really full: a small one of memory, on which a project lives."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli.conftest import call

from tests.gateproject import BEFORE, DAY, gated, kept

SIZE = 12_000_000


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 12 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    made = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)], capture_output=True, check=False
    )
    if not made or made.returncode:
        pytest.skip("nothing may be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path, leave: int) -> Path:
    """A file that takes all room but so many bytes."""
    file = place / "filler"
    free = os.statvfs(place).f_bavail * os.statvfs(place).f_frsize
    file.write_bytes(b"\0" * max(free - leave, 0))
    return file


@pytest.mark.parametrize("left", [0, 100_000, 300_000])
def test_a_run_on_a_full_disk(disk: Path, left: int) -> None:
    """It ends with 7 and says so, nothing of it is left; once there is room again the same run is done."""
    own = gated(disk / "project")
    assert call("-C", own, "run", "--as-of", BEFORE).code == 0
    before = kept(own)
    filler = fill(disk, left)
    told = call("-C", own, "run", "--as-of", DAY)
    assert (told.code, "KF7003" in told.err, "Traceback" in told.err) == (7, True, False), told.err
    filler.unlink()
    assert kept(own) == before
    told = call("-C", own, "run", "--as-of", DAY)
    assert told.code == 0, told.err
    assert not list((own / ".kaframe" / "runs").glob(".tmp-*"))


def test_doctor_sees_that_the_disk_is_full(disk: Path) -> None:
    """With how much is left and what to do, before a run finds out."""
    own = gated(disk / "project")
    assert call("-C", own, "run", "--as-of", BEFORE).code == 0
    fill(disk, 200_000)
    told = call("-C", own, "doctor")
    assert told.code == 7
    assert "KF7017" in told.out
    assert "kaframe store prune" in told.out
