"""``kaframe plugin new``: a complete package for every kind, whose own tests pass at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kaframe.cli import run_command
from kaframe.plugins.kinds import KINDS


@pytest.mark.parametrize("kind", [kind.word for kind in KINDS])
def test_its_own_tests_pass_at_once(tmp_path: Path, kind: str) -> None:
    """In a process of its own, with nothing on its path but kaframe and the package."""
    folder = tmp_path / "package"
    assert run_command(["plugin", "new", "pigeon", "--kind", kind, "--output", str(folder)]) == 0
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), str(folder)]
    done = subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": str(folder), "PATH": "", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert " passed" in done.stdout


def test_a_plugin_that_calls_people_fails_its_tests_with_the_reason(tmp_path: Path) -> None:
    """What calls people in this service is really sent, and the failure shows what was found."""
    folder = tmp_path / "package"
    assert run_command(["plugin", "new", "pigeon", "--kind", "channel", "--output", str(folder)]) == 0
    tests = folder / "tests" / "test_pigeon.py"
    text = tests.read_text("utf-8")
    assert '"@everyone", "<!channel>"' in text
    tests.write_text(text.replace('"<!channel>"', '"!flock"'), "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "nobody_is_called", str(folder)]
    done = subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": str(folder), "PATH": "", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout[-3000:] + done.stderr[-2000:]
    assert "['!flock']" in done.stdout


def test_nothing_is_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder with something in it is refused, and stays as it is."""
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    assert run_command(["plugin", "new", "pigeon", "--kind", "filter", "--output", str(tmp_path)]) == 2
    assert "KF5062" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("name", ["Pigeon", "my-channel", "1st", "../x", ""])
def test_odd_names_are_refused(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A package must be importable."""
    assert run_command(["plugin", "new", name, "--kind", "filter", "--output", str(tmp_path / "x")]) == 2
    told = capsys.readouterr().err
    assert "is no name for a plugin" in told
    assert ("my_channel would do" in told) is (name == "my-channel")
    assert not (tmp_path / "x").exists()


def test_no_mark_of_the_templates_is_left(tmp_path: Path) -> None:
    """Neither ``@name@`` nor ``NAME`` nor a file with the ending of a template."""
    for kind in KINDS:
        folder = tmp_path / kind.word
        assert run_command(["plugin", "new", "pigeon", "--kind", kind.word, "--output", str(folder)]) == 0
        files = [path for path in folder.rglob("*") if path.is_file()]
        assert {"pyproject.toml", "README.md", ".gitignore", "__init__.py", "test_pigeon.py"} <= {p.name for p in files}
        assert [path.name for path in files if "NAME" in path.name or path.suffix == ".txt"] == []
        assert [path.name for path in files if "@name@" in path.read_text("utf-8")] == []
