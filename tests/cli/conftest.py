"""Projects that the tests of the command line share; each is made once and copied where a test changes it."""

from __future__ import annotations

import shutil
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest

from kaframe.cli import run_command


@dataclass(frozen=True, slots=True)
class Told:
    """What a command ended with, and what it printed."""

    code: int
    out: str
    err: str


def call(*arguments: str | Path) -> Told:
    """Run a command in this process."""
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run_command([str(argument) for argument in arguments])
    return Told(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project as ``init`` makes it, in English."""
    folder = tmp_path_factory.mktemp("begun") / "my-accounts"
    assert call("init", folder).code == 0
    return folder


@pytest.fixture(scope="session")
def finished(begun: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That project after one run, without reports; not to be changed."""
    folder = tmp_path_factory.mktemp("finished") / "my-accounts"
    shutil.copytree(begun, folder)
    config = folder / "kaframe.yaml"
    config.write_text(config.read_text(encoding="utf-8") + "reports: []\n", encoding="utf-8")
    told = call("-C", folder, "run")
    assert told.code == 0, told.err
    return folder


@pytest.fixture
def own(finished: Path, tmp_path: Path) -> Path:
    """A copy of the finished project that the test may change."""
    return shutil.copytree(finished, tmp_path / "own")


@pytest.fixture(autouse=True)
def _at_a_terminal_of_80(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same width everywhere."""
    monkeypatch.setenv("COLUMNS", "80")
