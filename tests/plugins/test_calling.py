"""Whatever a plugin does while a run goes on: it is named, the other results are the same bytes, the exit code is 5."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kaframe.cli import run_command
from kaframe.plugins import calling
from kaframe.plugins.calling import Callee, PluginCalls
from kaframe.plugins.importing import to_stderr
from kaframe.plugins.loaded import Loaded
from tests.badproject import DAY
from tests.brokenplugins import ACTS, write_broken

OWNER = Loaded("mine", "installed", "kaframe-mine 1.2", "1.2", ())
KAFRAME = (sys.executable, "-c", "from kaframe.cli import main; main()")
PANEL = Callee("panel", "late", OWNER)


def run(root: Path) -> int:
    return run_command(["-C", str(root), "run", "--as-of", DAY])


@pytest.fixture(scope="module")
def good_report(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What the report of the project without the plugin is."""
    root = write_broken(tmp_path_factory.mktemp("good"), "")
    assert run(root) == 0
    return (root / "report/report.json").read_bytes()


@pytest.mark.parametrize("name", ACTS)
def test_a_plugin_that_misbehaves_is_named_and_harms_nobody(
    tmp_path: Path, name: str, good_report: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The run is published, the notices are told, the other report has the same bytes."""
    monkeypatch.setattr(calling, "LONGEST", 3 if "hangs" in name else calling.LONGEST)
    act, says = ACTS[name]
    root = write_broken(tmp_path, act)
    assert run(root) == 5
    told = capsys.readouterr().err
    assert "plugins/broken.py: warning: KF5032 the report format 'broken' of plugin 'broken'" in told
    assert says in told
    assert (root / "report/report.json").read_bytes() == good_report
    assert list((root / "notices").iterdir())


def test_what_a_plugin_prints_does_not_spoil_the_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``--format json`` stays JSON; nothing failed, so the exit code is 0."""
    root = write_broken(tmp_path, "print('hello'); return folder")
    assert run_command(["-C", str(root), "run", "--as-of", DAY, "--format", "json"]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["problems"] == []
    assert "hello" in shown.err


@pytest.mark.parametrize(
    "act",
    [
        "import os; os.write(1, b'past Python'); return folder",
        "import subprocess; subprocess.run(['echo', 'past Python'], check=True); return folder",
        "import os; os.close(1); print('past Python'); return folder",
    ],
    ids=["system", "child", "closed"],
)
def test_what_a_plugin_prints_past_python_does_not_spoil_the_data(tmp_path: Path, act: str) -> None:
    """In a process of its own: what goes to the system's stdout comes out on stderr."""
    root = write_broken(tmp_path, act)
    command = [*KAFRAME, "-C", str(root), "run", "--as-of", DAY, "--format", "json"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["problems"] == []
    assert "past Python" in ended.stderr


def test_blocks_that_overlap_give_stdout_back(capfd: pytest.CaptureFixture[str]) -> None:
    """Sources are read beside each other: whichever block ends last, stdout is stdout again."""
    first, second = to_stderr(), to_stderr()
    for step in (first.__enter__, second.__enter__):
        step()
    first.__exit__(None, None, None)
    print("aside")
    second.__exit__(None, None, None)
    print("data", flush=True)
    os.write(1, b"more")
    told = capfd.readouterr()
    assert (told.out, told.err) == ("data\nmore", "aside\n")


def test_problems_of_plugins_are_data_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For a scheduler that reads the JSON of a run."""
    root = write_broken(tmp_path, "raise ValueError('x')")
    assert run_command(["-C", str(root), "run", "--as-of", DAY, "--format", "json"]) == 5
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert (problem["code"], problem["severity"], problem["file"]) == ("KF5032", "warning", "plugins/broken.py")


def test_a_plugin_that_ends_the_process_is_told_by_the_next_run(
    tmp_path: Path, good_report: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is lost: the run was published, the next one tells its notices and writes the other report."""
    root = write_broken(tmp_path, "os._exit(9)")
    command = [*KAFRAME, "-C", str(root), "run", "--as-of", DAY]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 9
    assert run(root) == 5
    told = capsys.readouterr().err
    assert "KF5042 the report format 'broken' of plugin 'broken' ended the whole process" in told
    assert (root / "report/report.json").read_bytes() == good_report
    assert list((root / "notices").iterdir())


def test_a_run_killed_within_a_bundled_plugin_is_not_held_against_it(tmp_path: Path) -> None:
    """Power may fail at any moment; the next run writes the report."""
    killed = (
        "import os; from pathlib import Path; from kaframe.plugins.calling import Callee, PluginCalls;"
        "from kaframe.plugins.loaded import Loaded;"
        "one = Callee('report format', 'report_html', Loaded('report_html', {origin!r}, '', '', ()));"
        "PluginCalls(Path({folder!r})).call(one, lambda: os._exit(9), Path)"
    )
    for origin, is_left_out in (("bundled", False), ("installed", True)):
        folder = str(tmp_path / origin)
        ended = subprocess.run([sys.executable, "-c", killed.format(origin=origin, folder=folder)], check=False)
        assert ended.returncode == 9
        calls = PluginCalls(Path(folder))
        callee = Callee("report format", "report_html", Loaded("report_html", origin, "", "", ()))
        given = calls.call(callee, lambda: tmp_path, Path)
        assert (given is None, [problem.code for problem in calls.problems]) == (is_left_out, ["KF5042"] * is_left_out)


def test_a_thread_that_is_left_does_not_keep_kaframe_from_ending(tmp_path: Path) -> None:
    """The command ends at once, with its exit code."""
    root = write_broken(tmp_path, ACTS["leaves a thread"][0].replace("(20,)", "(300,)"))
    command = [*KAFRAME, "-C", str(root), "run", "--as-of", DAY]
    assert subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 5


def test_an_interrupt_that_somebody_asked_for_ends_the_run(tmp_path: Path) -> None:
    """Ctrl-C while a plugin works is no failure of the plugin."""
    import os
    import signal

    calls = PluginCalls(tmp_path)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # these tests may run in the background
    try:
        with pytest.raises(KeyboardInterrupt):
            calls.call(PANEL, lambda: os.kill(os.getpid(), signal.SIGINT), type(None))
    finally:
        signal.signal(signal.SIGINT, before)
    assert calls.problems == []
    assert not (tmp_path / calling.NOTE).exists()


def test_an_interrupt_in_the_background_is_the_plugins_own(tmp_path: Path) -> None:
    """Under ``nohup``, or as a job that a shell put aside, Ctrl-C is ignored: nobody can have asked for it."""
    import signal

    def interrupt() -> None:
        raise KeyboardInterrupt

    calls = PluginCalls(tmp_path)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert calls.call(PANEL, interrupt, type(None)) is None
    finally:
        signal.signal(signal.SIGINT, before)
    assert [problem.message.partition("fails: ")[2] for problem in calls.problems] == ["KeyboardInterrupt"]


def test_the_version_of_an_installed_plugin_is_told(tmp_path: Path) -> None:
    """And the place is its package."""
    calls = PluginCalls(tmp_path)
    assert calls.call(PANEL, lambda: 1 / 0, int) is None
    (problem,) = calls.problems
    assert problem.message == "the panel 'late' of plugin 'mine' 1.2 fails: ZeroDivisionError: division by zero"
    assert str(problem.at) == "kaframe-mine 1.2"


def test_calls_work_in_a_thread_too(tmp_path: Path) -> None:
    """There are no alarms there; results and failures are the same."""
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(PluginCalls(tmp_path).call(PANEL, lambda: 7, int)))
    thread.start()
    thread.join()
    assert found == [7]
