"""The command as a process: exit codes, pipes, signals, terminals that know no Chinese, how quick it is."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

BEGIN = "from kaframe.cli import main; import sys; "
READY = "print('ready', flush=True) if 'run' in sys.argv else None; "
KAFRAME = [sys.executable, "-c", f"{BEGIN}{READY}main()"]
ROOT = Path(__file__).parents[2]


def started(*arguments: str | Path, **more: str) -> subprocess.Popen[str]:
    """The command as a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **more}
    return subprocess.Popen(
        [*KAFRAME, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        encoding="utf-8",
        errors="replace",
    )


def ended(*arguments: str | Path, **more: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr."""
    process = started(*arguments, **more)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--version"], 0, ""),
        (["accouts"], 2, "did you mean 'accounts'?"),
        (["-C", "nowhere", "check"], 2, "KF6001"),
        (["preview", "--as-of", "31.3.2026"], 2, "KF6002"),
        (["preview", "--as-of", "2999-01-01"], 2, "KF6003"),
        (["preview", "--until", "scoring"], 2, "KF6004"),
    ],
    ids=["version", "command", "folder", "day", "future", "step"],
)
def test_exit_codes(begun: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, told: str) -> None:
    """What is wrong on the command line ends with 2, one line and a hint; nothing goes to stdout."""
    monkeypatch.chdir(begun)
    found, out, err = ended(*arguments)
    assert (found, told in err) == (code, True)
    assert "Traceback" not in err
    assert bool(out) == (code == 0)


def test_outside_of_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no project is, it says how to begin one."""
    monkeypatch.chdir(tmp_path)
    code, _, err = ended("run")
    assert code == 3
    assert "kaframe init" in err


def test_reader_of_the_pipe_goes_away(finished: Path) -> None:
    """``kaframe ... | head -1`` ends quietly."""
    process = started("-C", finished, "show", "rules", "--origin")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=60), err) == (0, "")


@pytest.mark.parametrize("command", ["check", "run"])
def test_reader_of_problems_goes_away(begun: Path, tmp_path: Path, command: str) -> None:
    """``kaframe check 2>&1 | head -1``: the exit code is still that of the problems, neither 0 nor that of a bug."""
    own = shutil.copytree(begun, tmp_path / "own")
    (own / "rules" / "identify.yaml").write_text("tiers:\n  - {id: a, when: nope > 1}\n", "utf-8")
    process = started("-C", own, command)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stderr.close()
    process.stdout.read()
    process.stdout.close()
    assert process.wait(timeout=60) == 3


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
def test_terminal_without_all_characters(begun: Path, encoding: str) -> None:
    """A terminal that cannot show a character gets a question mark, no traceback."""
    code, _, err = ended("-C", begun, "show", "rules", "--kind", "identify", PYTHONIOENCODING=encoding)
    assert (code, "Traceback" in err) == (0, False)


@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "SIGTERM"])
def test_stopped(own: Path, signum: int, code: int) -> None:
    """A run that is stopped says so and leaves no snapshot behind that counts."""
    before = sorted(path.name for path in (own / ".kaframe" / "runs").iterdir())
    process = started("-C", own, "run")
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(0.8)
    process.send_signal(signum)
    _, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    if process.returncode != 0:  # a very quick computer is done before
        assert process.returncode == code
        assert "nothing half-done is left" in err
        assert sorted(path.name for path in (own / ".kaframe" / "runs").iterdir()) == before


def test_no_colour_where_nobody_asked(finished: Path) -> None:
    """Output that is no terminal has no escape sequences."""
    code, out, err = ended("-C", finished, "preview")
    assert code == 0
    assert "\x1b" not in out + err


def test_help_is_light() -> None:
    """``kaframe --help`` imports nothing heavy: no YAML, database, SQL, schema or template library."""
    heavy = "yaml|duckdb|sqlglot|sqlalchemy|pyarrow|jsonschema|jinja2|httpx|holidays|babel|pluggy"
    code = "import sys; from kaframe.cli import run_command; run_command(['--help']); print(sorted(sys.modules))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    modules = done.stdout.splitlines()[-1]
    assert re.findall(rf"'(?:{heavy})'", modules) == []


def test_completion_works() -> None:
    """What the script of the shell asks for is answered."""
    _, out, _ = ended(_KAFRAME_COMPLETE="bash_complete", COMP_WORDS="kaframe acc", COMP_CWORD="1")
    assert "plain,accounts" in out
