"""Where a run writes, before it computes: as an ordinary user, whom rights can stop."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from badproject import DAY, listing, mend, put, run_day, swap, write_project

from kaframe.cli import run_command
from kaframe.errors import StoreError
from kaframe.outputs import refuse_folder

COMMAND = [sys.executable, "-c", "from kaframe.cli import main; main()"]
# Root may do everything: it gives up its privilege or, where that cannot be, becomes another user.
ORDINARY = (
    ["setpriv", "--bounding-set=-dac_override,-dac_read_search"],
    ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"],
)
Change = Callable[[Path], object]


def started(become: list[str], *words: str) -> subprocess.CompletedProcess[str]:
    """A command of that user."""
    surroundings = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([*become, *COMMAND, *words], capture_output=True, text=True, check=False, env=surroundings)


@pytest.fixture(scope="module")
def become() -> list[str]:
    """How to be an ordinary user, whom rights can stop; skips where root cannot become one."""
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        pytest.skip("root needs setpriv to become an ordinary user")
    found = [way for way in ORDINARY if started(way, "--version").returncode == 0]
    if not found:
        pytest.skip("nobody but root can run this Python")
    return found[0]


@pytest.fixture
def project(become: list[str]) -> Iterator[Path]:
    """A project of that user with one published run, in a folder that everybody may enter."""
    place = Path(tempfile.mkdtemp(prefix="kaframe-outputs-"))
    place.chmod(0o755)
    root = write_project(place / "project")
    assert run_day(root, "2026-06-29") == 0
    if become == ORDINARY[1]:
        for path in (root, *root.rglob("*")):
            os.chown(path, 65534, 65534)
    yield root
    shutil.rmtree(place)


def rights(name: str, mode: int) -> Change:
    """The rights of a file or folder changed."""
    return lambda root: (root / name).chmod(mode)


def replaced(name: str) -> Change:
    """A file in place of the folder."""
    return lambda root: (shutil.rmtree(root / name, ignore_errors=True), put(name, "x")(root))


NO_RIGHTS: list[tuple[str, Change, int, str]] = [
    ("kaframe.yaml", rights("kaframe.yaml", 0), 3, "kaframe.yaml: KF1018"),
    ("rule file", rights("rules/score.yaml", 0), 3, "rules/score.yaml: KF1018"),
    ("rules folder", rights("rules", 0), 3, "rules: KF1354"),
    ("team file", rights("team.yaml", 0), 3, "team.yaml: KF1018"),
    ("template", rights("templates/plan.md.j2", 0), 3, "KF4007"),
    ("templates folder", rights("templates", 0o100), 3, "templates: KF1354"),
    ("data file", rights("data/orders.csv", 0), 4, "kaframe.yaml:14:33: KF3004"),
    ("data folder", rights("data", 0), 4, "KF3004"),
    ("store file", rights(".kaframe/kaframe.db", 0), 7, "kaframe.yaml: KF7003"),
    ("store read-only", rights(".kaframe/kaframe.db", 0o400), 7, "kaframe.yaml: KF7003"),
    ("store folder", rights(".kaframe", 0o500), 7, "kaframe.yaml: KF7003"),
    ("store folder closed", rights(".kaframe", 0), 7, "kaframe.yaml: KF7003"),
    ("snapshots", rights(".kaframe/runs", 0o500), 7, "kaframe.yaml: KF7003"),
    ("report is a file", replaced("report"), 7, "cannot write report: 'report' is a file, not a folder"),
    ("report read-only", rights("report", 0o500), 7, "cannot write report: permission denied"),
]


RUN_TOO = ("kaframe.yaml:14:33: KF3004", "cannot write report: 'report' is a file, not a folder")


@pytest.mark.parametrize(("change", "code", "said"), [pytest.param(*row[1:], id=row[0]) for row in NO_RIGHTS])
def test_what_may_not_be_read_or_written_is_told_first(
    become: list[str], project: Path, change: Change, code: int, said: str
) -> None:
    """By check and by run alike: place, hint, the exit code of the design, nothing written, no traceback."""
    change(project)
    before = listing(project)
    for words in (["check"], ["run", "--as-of", DAY])[: 2 if said in RUN_TOO else 1]:
        ended = started(become, "-C", str(project), *words)
        assert (ended.returncode, ended.stdout) == (code, ""), ended.stderr
        assert said in ended.stderr
        assert "hint:" in ended.stderr
        assert "Traceback" not in ended.stderr
    assert listing(project) == before


@pytest.mark.parametrize(
    ("store", "said"),
    [
        ("sqlite:///data/orders.csv", "not a database"),
        ("${env:KAFRAME_STORE}", "does not answer"),
        ("mysql://u:geheim@h/x", "no kind of store"),
    ],
    ids=["text", "server", "kind"],
)
def test_a_store_that_does_not_answer_is_told_by_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, store: str, said: str
) -> None:
    """With the place of ``store:``, and without its password."""
    monkeypatch.setenv("KAFRAME_STORE", "postgresql://kaframe:geheim@127.0.0.1:1/none")
    root = write_project(tmp_path)
    put("kaframe.yaml", (root / "kaframe.yaml").read_text() + f"store: {{url: '{store}'}}\n")(root)
    before = listing(root)
    assert run_command(["-C", str(root), "check"]) == 7
    told = capsys.readouterr().err
    assert said in told
    assert re.search(r"kaframe\.yaml:22:15?: KF700", told)
    assert "geheim" not in told
    assert listing(root) == before


def test_check_makes_no_store(tmp_path: Path) -> None:
    """A project that never ran has none, and that is no problem."""
    root = write_project(tmp_path)
    before = listing(root)
    assert run_command(["-C", str(root), "check"]) == 0
    assert listing(root) == before


def test_the_store_is_told_beside_everything_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the user wrote goes first with its exit code."""
    root = write_project(tmp_path)
    swap("rules/score.yaml", "weight: 60", "weigt: 60")(root)
    put(".kaframe", "a file")(root)
    assert run_command(["-C", str(root), "check"]) == 3
    told = capsys.readouterr().err
    assert "KF1104" in told
    assert "KF7003" in told
    mend(root, ())
    assert run_command(["-C", str(root), "check"]) == 0


def test_a_store_that_cannot_be_read_from_the_file_is_not_looked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody knows where it is: nothing is said of the place where it would be without that key."""
    root = write_project(tmp_path)
    put("kaframe.yaml", (root / "kaframe.yaml").read_text() + "store: 5\n")(root)
    put(".kaframe", "a file")(root)
    assert run_command(["-C", str(root), "check"]) == 3
    assert "KF7003" not in capsys.readouterr().err


def test_a_folder_for_a_report_is_refused_before_it_is_written(tmp_path: Path) -> None:
    """One that is there, or can be made, passes; a file in its place does not."""
    refuse_folder(tmp_path)
    refuse_folder(tmp_path / "new" / "er")
    (tmp_path / "kept").write_text("a file")
    with pytest.raises(StoreError, match="KF7003 cannot write report: 'kept' is a file, not a folder") as error:
        refuse_folder(tmp_path / "kept" / "report")
    assert "name another folder" in str(error.value.problems[0].hint)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept"]
