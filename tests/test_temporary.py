"""What killed processes leave outside the project goes; what living ones and others write stays."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from kaframe.snapshot import staging_name, sweep_folders
from kaframe.temporary import is_gone, own_mark, private_folder, sweep_private

LEFT = "import os\nfrom kaframe.temporary import private_folder\nkept = private_folder()\nos.kill(os.getpid(), 9)"


def test_folders_of_killed_processes_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is killed leaves its folder; our own, those of other computers and links stay."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    subprocess.run([sys.executable, "-c", LEFT], env={**os.environ, "TMPDIR": str(tmp_path)}, check=False)
    (left,) = tmp_path.iterdir()
    link = left.with_name(left.name.rpartition("-")[0] + "-link")
    link.symlink_to(Path(__file__).parent)
    others = {"kaframe-elsewhere@1-abcdefgh", "kaframe-demo", f"kaframe-{platform.node()}@x-abcdefgh"}
    for name in others:
        (tmp_path / name).mkdir()
    with private_folder() as own:
        sweep_private()
        assert {path.name for path in tmp_path.iterdir()} == others | {link.name, Path(own).name}


def test_folder_of_an_earlier_process_of_our_number_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container every run may be process 1: what bears our number and is not ours was left."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / f"kaframe-{own_mark()}-abcdefgh").mkdir()
    staged = tmp_path / f".tmp-2026-03-31.1-0123abcd@{own_mark()}"
    staged.mkdir()
    ours = tmp_path / staging_name("2026-03-31.1")
    ours.mkdir()
    with private_folder() as own:
        sweep_private()
        assert sweep_folders(tmp_path, []) == [staged.name]
        assert {path.name for path in tmp_path.iterdir()} == {Path(own).name, ours.name}


@pytest.mark.parametrize(
    ("mark", "gone"),
    [(own_mark(), False), (f"{platform.node()}@1", False), ("elsewhere@4194303", False), ("nonsense", False),
     (f"{platform.node()}@4194303999", False)],
    ids=["oneself", "the first process", "another computer", "no mark", "no number of a process"],
)  # fmt: skip
def test_only_what_is_known_to_be_gone_is_gone(mark: str, gone: bool) -> None:
    """Of another computer, of oneself and of what no process can be called nobody can say it."""
    assert is_gone(mark) == gone


def test_process_that_has_ended_is_gone() -> None:
    """By its number on this computer."""
    with subprocess.Popen(["true"]) as process:
        process.wait()
    assert is_gone(f"{platform.node()}@{process.pid}")
