"""The catalogue of bad input: each row has its case, and each case keeps the promises made for all bad input.

``KAFRAME_WRITE_CASES=1`` writes the texts beside the cases anew; read the difference before you commit it.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from badcases import KEYS, Case, break_project, covering, is_test, read_cases, read_rows
from badproject import DAY, listing, run_day, swap, write_project

from kaframe.cli import run_command
from kaframe.cli.tables import plain

RUN = ["run", "--as-of", DAY]
WENT_ON = (0, 5)
SECRET = "geheim-4711"
HOOK = '  hook: {type: webhook, url: "${env:KAFRAME_CASE_HOOK}"}\n'
GATES = "gates: {volume: off}\n"  # three accounts more or less are not what most cases are about
CASES = [case for case in read_cases() if case.runs]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sound project, with a secret, that was run the day before."""
    root = write_project(tmp_path_factory.mktemp("sound"))
    swap("kaframe.yaml", "channels:\n", f"channels:\n{HOOK}")(root)
    with (root / "kaframe.yaml").open("a", encoding="utf-8") as config:
        config.write(GATES)
    with pytest.MonkeyPatch.context() as changed:
        changed.setenv("KAFRAME_CASE_HOOK", f"https://hooks.invalid/{SECRET}")
        assert run_day(root, "2026-06-29") == 0
    return root


@pytest.fixture
def broken(published: Path, tmp_path: Path, case: Case, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, broken as the case says."""
    root = Path(shutil.copytree(published, tmp_path / "project"))
    if case.get("new"):
        shutil.rmtree(root / ".kaframe")
        shutil.rmtree(root / "notices")
    break_project(root, case)
    monkeypatch.setenv("KAFRAME_CASE_HOOK", f"https://hooks.invalid/{SECRET}")
    for name, value in case.get("environment", {}).items():
        monkeypatch.setenv(name, value)
    return root


def contents(root: Path) -> dict[str, str]:
    """Every file with its hash, but for the two that SQLite lays beside a database that it cannot read."""
    return {name: digest for name, digest in listing(root).items() if not name.endswith(("-wal", "-shm"))}


def told(root: Path, command: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """The exit code of a command, what it says, and what it gives."""
    capsys.readouterr()
    code = run_command(["-C", str(root), *command])
    said = capsys.readouterr()
    texts = [text.replace(str(root), "PROJECT") for text in (said.err, said.out)]
    return code, texts[0], texts[1]


def golden(command: list[str], code: int, err: str, out: str) -> str:
    """What stands beside a case: the result of a run is long and tested elsewhere."""
    given = "" if command[0] == "run" or not out else f"--- result\n{out}"
    return f"exit {code}\n{err}{given}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_said(broken: Path, case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    """The exact text and exit code; no traceback, no secret, in time; what is refused has written nothing."""
    command = case.get("command", RUN)
    before, begun = contents(broken), time.monotonic()
    code, err, out = told(broken, command, capsys)
    taken = time.monotonic() - begun
    if os.environ.get("KAFRAME_WRITE_CASES"):
        case.expected.write_text(golden(command, code, err, out), "utf-8")
    assert golden(command, code, err, out) == case.expected.read_text("utf-8")
    assert "Traceback" not in err + out
    assert "a bug in kaframe" not in err
    assert SECRET not in err + out
    assert taken < case.get("seconds", 30)
    if (command[0] != "run" or code not in WENT_ON) and not case.get("writes"):
        assert contents(broken) == before, "something was written"
    if command[0] == "run" and code not in WENT_ON:
        assert out == "", "stdout is for data"
    for text in case.get("shows", ()):
        assert text in out


@pytest.mark.parametrize("case", [case for case in CASES if "command" not in case.said], ids=lambda case: case.name)
def test_the_same_as_data(broken: Path, case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    """``--format json`` has the same problems; each has a place and says how to mend it; ``check`` says no less."""
    expected = case.expected.read_text("utf-8")
    code, err, out = told(broken, [*RUN, "--format", "json"], capsys)
    assert expected.startswith(f"exit {code}\n")
    given = json.loads(out)
    assert SECRET not in err + out
    if code in WENT_ON:
        return
    assert err == ""
    problems = given["problems"]
    text, said = "".join(map(as_text, problems)), without_excerpts(expected)
    assert said == text or (case.get("writes") and said.startswith(text))
    for problem in problems:
        assert problem["file"] or case.get("placeless"), problem
        assert problem["hint"] or problem["severity"] != "error", problem
    if code == 3:
        assert told(broken, ["check", "--as-of", DAY, "--format", "json"], capsys)[::2] == (3, out)


def as_text(problem: dict[str, Any]) -> str:
    """A problem as the table form has it, without the line of the file."""
    place = f"{problem['file']}:{problem['line']}:{problem['col']}" if problem["line"] else problem["file"]
    lines = [f"{place}: " if place else ""]
    lines[0] += ("warning: " if problem["severity"] == "warning" else "") + f"{problem['code']} {problem['message']}"
    lines += [f"  {key}: {problem[key]}" for key in ("also", "example", "hint") if problem[key]]
    return "\n".join(map(plain, lines)) + "\n"  # a terminal gets no sign that nobody sees


def without_excerpts(text: str) -> str:
    """The text beside a case without its exit code, the lines shown with a caret and the command that explains it."""
    beside = ("  | ", "explained: ")
    return "".join(line for line in text.splitlines(keepends=True)[1:] if not line.startswith(beside))


def test_every_row_has_a_case() -> None:
    """Nothing of the catalogue is left out, and no case stands for a row that is not there."""
    assert [row for row, _, found in covering() if not found] == []
    assert {row for case in read_cases() for row in case.said["rows"]} <= set(read_rows())


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: case.name)
def test_cases_are_whole(case: Case) -> None:
    """A case says what it is about, has its text, and the tests that it names exist."""
    assert set(case.said) <= KEYS
    assert case.said["what"]
    assert case.expected.is_file() == (case in CASES)
    assert [name for name in case.get("tests", ()) if not is_test(name)] == []


def test_no_text_without_a_case() -> None:
    """A case that went took its text along."""
    texts = {path.stem for path in read_cases()[0].path.parent.glob("*.txt")}
    assert texts == {case.name for case in CASES}
