"""docs/plugins/tutorial.md, followed to the letter in an empty folder; the examples of the how-to pages load too."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import pytest

from kaframe.cli import run_command
from kaframe.plugins import load_plugins
from kaframe.plugins.kinds import KINDS

PAGES = Path(__file__).parents[1] / "docs" / "plugins"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# (append to )?([\w./-]+)\n")


def put(text: str) -> None:
    """Write a block into the file that its first line names, or to its end."""
    named = FILE.match(text)
    assert named, f"the block does not say where it belongs: {text[:60]!r}"
    path = Path(named[2])
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text("utf-8") if named[1] else ""
    path.write_text(before + text[named.end() :], "utf-8")


def call(line: str) -> None:
    """Run a command of a block; it must end well."""
    command = shlex.split(line)
    if command[0] == "kaframe":
        assert run_command(command[1:]) == 0, line
        return
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-m", *command, "-p", "no:cacheprovider", "--rootdir", "."],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert " passed" in done.stdout


def test_the_tutorial_works_block_by_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every block is a file, an addition to one, or commands that end well."""
    monkeypatch.setenv("PIGEON_URL", "https://pigeon.example.com/t0ken")
    monkeypatch.setenv("PIGEON_TOKEN", "t0ken-of-pigeon")
    kinds = []
    with chdir(tmp_path):
        for kind, text in BLOCK.findall((PAGES / "tutorial.md").read_text("utf-8")):
            kinds.append(kind)
            if kind == "sh":
                for line in text.splitlines():
                    call(line.removeprefix("$ "))
            else:
                put(text)
    assert kinds == ["sh", "python", "sh", "yaml", "sh", "python", "sh", "sh"]
    assert (tmp_path / "kaframe-pigeon/pyproject.toml").is_file()


@pytest.mark.parametrize("kind", [kind.word for kind in KINDS])
def test_the_example_of_every_page_loads(kind: str, tmp_path: Path) -> None:
    """It brings a thing of its kind."""
    blocks = [text for name, text in BLOCK.findall((PAGES / f"{kind}.md").read_text("utf-8")) if name == "python"]
    with chdir(tmp_path):
        for text in blocks:
            put(text)
        for folder in Path("plugins").glob("*/") if Path("plugins").is_dir() else ():
            (folder / "templates").mkdir()
            (folder / "pack").mkdir()
            (folder / "pack/pack.yaml").write_text("version: 1\n", "utf-8")
    plugins = load_plugins(tmp_path)
    own = [one.kind for plugin in plugins.loaded if plugin.origin == "project" for one in plugin.brings]
    assert own == [kind]
