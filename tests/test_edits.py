"""A person edits a plan, and run after run keeps it: on real runs, also those that are killed or edited into."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import kaframe
from kaframe import flow
from kaframe.api import Loaded
from kaframe.cli import run_command
from kaframe.edits import begin_edit, plan_name, read_plan_files, settle, settle_plans
from kaframe.published import load_run
from tests.smallproject import FILES as SMALL
from tests.smallproject import write_project

DAYS = ("2026-03-31", "2026-04-30", "2026-05-31")
PLAN = """\
# {{ title }}

{{ as_of }}

Revenue {{ measures.money | shown }}

{% for action in actions %}
- {{ action.title }}
{% endfor %}

End
"""
FILES = {
    "kaframe.yaml": SMALL["kaframe.yaml"].replace("[report_json]", "[report_json, report_html]"),
    "templates/plan.md.j2": PLAN,
    "rules/measure.yaml": "measures: {money: {label: Money, from: orders, value: sum(amount), empty: 0}}\n",
    "rules/strategy.yaml": """
strategies:
  - {id: keep, label: Keep, otherwise: true, override: replace, approval: lead,
     actions: [{id: call, role: lead, within: 7 days, title: Call}]}
""",
}
KILLED = """
import os, signal, sys
import kaframe
from kaframe import flow
flow.settle_plans = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
flow.run(kaframe.load(sys.argv[1]).project.on(__import__("datetime").date.fromisoformat(sys.argv[2])))
"""


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project after a first run, with the plan of A1 put out for editing."""
    root = write_project(tmp_path_factory.mktemp("edits") / "small", FILES)
    kaframe.load(root).run(DAYS[0])
    assert run_command(["--project", str(root), "plans", "edit", "A1"]) == 0
    return root


@pytest.fixture
def loaded(begun: Path, tmp_path: Path) -> Loaded:
    """A copy of it for one test."""
    root = tmp_path / "small"
    shutil.copytree(begun, root)
    return kaframe.load(root)


def plan_of(loaded: Loaded) -> dict[str, Any]:
    with load_run(loaded.project) as published:
        return published.rows("plans", "A1")[0]


def write(loaded: Loaded, old: str, new: str) -> None:
    file = loaded.project.root / "plans/A1.md"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def body(loaded: Loaded) -> str:
    return next(read_plan_files(loaded.project.root)).body


def test_an_edit_is_kept_and_the_data_go_on(loaded: Loaded) -> None:
    """A note is in the next plan, beside the figures of its day; the file says the same as what is published."""
    write(loaded, "End", "My note\n\nEnd")
    loaded.run(DAYS[1])
    plan = plan_of(loaded)
    assert "My note" in plan["markdown"]
    assert "30 April 2026" in plan["markdown"]
    assert "31 March 2026" not in plan["markdown"]
    assert body(loaded) == plan["markdown"]
    assert (plan["file"], plan["finding"]) == ("plans/A1.md", None)
    assert "My note" not in plan["generated"]


def test_the_same_day_again_does_nothing(loaded: Loaded) -> None:
    """Although the run has written the file: what a person has written is the same."""
    write(loaded, "End", "My note\n\nEnd")
    first = loaded.run(DAYS[1])
    again = loaded.run(DAYS[1])
    assert (first.committed.state, again.committed.state) == ("published", "unchanged")
    write(loaded, "My note", "My second note")
    assert loaded.run(DAYS[1]).committed.revision == 2
    assert "My second note" in plan_of(loaded)["markdown"]


def test_an_approval_covers_what_was_seen(loaded: Loaded, capsys: pytest.CaptureFixture[str]) -> None:
    """An approved plan that is edited is a new version; figures and days with the note beside them are none."""
    command = ["--project", str(loaded.project.root), "plans"]
    assert run_command([*command, "approve", "A1", "--author", "chen", "--on", DAYS[0]]) == 0
    write(loaded, "End", "My note\n\nEnd")
    loaded.run(DAYS[1])
    assert (plan_of(loaded)["version"], plan_of(loaded)["state"]) == (2, "waiting")
    assert run_command([*command, "approve", "A1", "--author", "chen", "--on", DAYS[1]]) == 0
    loaded.run(DAYS[2])
    assert (plan_of(loaded)["version"], plan_of(loaded)["state"]) == (2, "approved")
    capsys.readouterr()
    assert run_command([*command, "show", "A1"]) == 0
    assert "My note" in capsys.readouterr().out


def test_a_conflict_is_marked_told_and_not_approved(loaded: Loaded, capsys: pytest.CaptureFixture[str]) -> None:
    """The line of the day, rewritten by a person: both stay, the run names the place, nobody can approve it."""
    command = ["--project", str(loaded.project.root)]
    write(loaded, "31 March 2026", "end of March, roughly")
    assert run_command([*command, "run", "--as-of", DAYS[1]]) == 0
    told = capsys.readouterr().out
    assert "plans/A1.md:3: you and the data have changed the same place" in told
    text = plan_of(loaded)["markdown"]
    assert "end of March, roughly" in text
    assert "30 April 2026" in text
    assert plan_of(loaded)["finding"].startswith("plans/A1.md:3:")
    [page] = (loaded.project.root / "report" / "accounts").glob("a1-*.html")
    assert "plans/A1.md:3: you and the data" in page.read_text("utf-8")
    assert run_command([*command, "plans", "approve", "A1", "--author", "chen"]) == 2
    assert "KF6069" in capsys.readouterr().err
    loaded.run(DAYS[2])
    assert plan_of(loaded)["version"] == 2  # the day in the lower half is another one; nothing has been agreed anew
    assert "31 May 2026" in plan_of(loaded)["markdown"]
    decided = "\n".join(line for line in body(loaded).split("\n") if "⚠" not in line and "31 May" not in line)
    write(loaded, body(loaded), decided)
    assert loaded.run(DAYS[2]).committed.state == "published"  # the words are those of the first day, over another base
    assert (plan_of(loaded)["finding"], plan_of(loaded)["state"]) == (None, "waiting")
    assert "end of March, roughly" in plan_of(loaded)["markdown"]


def test_a_deletion_stays(loaded: Loaded) -> None:
    """What a person has taken out does not come back, as long as the data say the same of it."""
    write(loaded, "- Call\n", "")
    for day in DAYS[1:]:
        loaded.run(day)
        assert "- Call" not in plan_of(loaded)["markdown"]
        assert "- Call" in plan_of(loaded)["generated"]


def test_a_plan_that_nobody_has_edited_follows_the_data(loaded: Loaded) -> None:
    """Its file is renewed; it is no edit and changes no version."""
    loaded.run(DAYS[1])
    plan = plan_of(loaded)
    assert (plan["generated"], plan["edit"], plan["version"]) == (None, None, 1)
    assert body(loaded) == plan["markdown"]
    assert "30 April 2026" in body(loaded)
    assert loaded.run(DAYS[1]).committed.state == "unchanged"


def test_an_edit_while_a_run_goes_on_is_left_alone(loaded: Loaded) -> None:
    """The run says so, is not degraded by it, and the next one merges it with what it was made from."""
    write(loaded, "End", "Early note\n\nEnd")

    def watch(step: str) -> None:
        if step == "commit":
            write(loaded, "Early note", "Early note\nLate note")

    finished = flow.run(loaded.project.on(date.fromisoformat(DAYS[1])), watch=watch)
    assert [problem.code for problem in finished.problems] == ["KF6078"]
    assert not finished.degraded
    assert "Late note" in body(loaded)
    loaded.run(DAYS[1])
    assert "Late note" in plan_of(loaded)["markdown"]
    assert body(loaded) == plan_of(loaded)["markdown"]


def test_a_killed_run_writes_the_plan_when_it_is_called_again(loaded: Loaded) -> None:
    """Killed between the publish and the file: the same day again has nothing to compute and writes it."""
    write(loaded, "End", "My note\n\nEnd")
    ended = subprocess.run([sys.executable, "-c", KILLED, str(loaded.project.root), DAYS[1]], check=False)
    assert ended.returncode == -9
    assert "31 March 2026" in body(loaded)
    assert loaded.run(DAYS[1]).committed.state == "unchanged"
    assert body(loaded) == plan_of(loaded)["markdown"]
    assert "My note" in body(loaded)


def test_an_old_copy_is_merged_with_what_it_was_made_from(loaded: Loaded) -> None:
    """An editor that was open for a month saves over what runs have written since."""
    file = loaded.project.root / "plans/A1.md"
    opened = file.read_text("utf-8")
    write(loaded, "End", "Of a colleague\n\nEnd")
    loaded.run(DAYS[1])
    file.write_text(opened.replace("- Call", "- Call\n- And visit"), "utf-8")
    loaded.run(DAYS[2])
    text = plan_of(loaded)["markdown"]
    assert "- And visit" in text
    assert "31 May 2026" in text
    assert "⚠" not in text


def test_without_its_last_line_a_plan_is_kept_all_the_same(loaded: Loaded) -> None:
    """Nobody knows what it was made from; all lines of the person are there."""
    file = loaded.project.root / "plans/A1.md"
    file.write_bytes(b"\xef\xbb\xbf" + body(loaded).replace("End", "My note\r\n\r\nEnd").encode())
    loaded.run(DAYS[1])
    assert "My note" in plan_of(loaded)["markdown"]
    assert body(loaded) == plan_of(loaded)["markdown"]


TROUBLES = {
    "encoding": ("我的".encode("gb18030"), "is not UTF-8"),
    "large": (b"x" * 1_000_001, "is larger than 1 MB"),
    "control": (b"a\0b", "control character U+0000"),
}


@pytest.mark.parametrize(("data", "why"), TROUBLES.values(), ids=TROUBLES.keys())
def test_what_cannot_be_read_stays_as_it_is(loaded: Loaded, data: bytes, why: str) -> None:
    """The plan is published without it, and says so; no byte of the file changes."""
    file = loaded.project.root / "plans/A1.md"
    file.write_bytes(data)
    loaded.run(DAYS[1])
    assert why in plan_of(loaded)["finding"]
    assert "30 April 2026" in plan_of(loaded)["markdown"]
    assert file.read_bytes() == data


def test_a_link_out_of_the_folder_is_not_followed(loaded: Loaded, tmp_path: Path) -> None:
    """Neither read into a plan nor written through."""
    file, outside = loaded.project.root / "plans/A1.md", tmp_path / "secret.md"
    outside.write_text("secret\n")
    file.unlink()
    file.symlink_to(outside)
    loaded.run(DAYS[1])
    assert "secret" not in plan_of(loaded)["markdown"]
    assert outside.read_text() == "secret\n"


def test_a_deleted_file_gives_the_changes_up(loaded: Loaded) -> None:
    """And ``plans edit`` begins anew with what is generated."""
    write(loaded, "End", "My note\n\nEnd")
    loaded.run(DAYS[1])
    (loaded.project.root / "plans/A1.md").unlink()
    loaded.run(DAYS[2])
    assert "My note" not in plan_of(loaded)["markdown"]
    assert plan_of(loaded)["file"] is None


def test_a_plan_is_put_out_once(loaded: Loaded, capsys: pytest.CaptureFixture[str]) -> None:
    """The second time the file is left alone; an account without a plan is told why."""
    write(loaded, "End", "My note\n\nEnd")
    command = ["--project", str(loaded.project.root), "plans", "edit"]
    assert run_command([*command, "Alpha"]) == 0
    assert "is there already" in capsys.readouterr().out
    assert "My note" in body(loaded)
    assert run_command([*command, "A4"]) == 2
    assert "KF6051" in capsys.readouterr().err


NAMES = ["A1", "a1", "中文", "../../etc/passwd", "CON", "A" * 300, "", ".x", "A1.md", "A/1", "A 1"]


def test_every_account_has_a_file_of_its_own_inside_the_folder() -> None:
    """Also on systems that do not tell capitals from small letters."""
    names = [plan_name(name) for name in NAMES]
    assert len({name.casefold() for name in names}) == len(NAMES)
    assert names[0] == "plans/A1.md"
    assert all(name.count("/") == 1 and len(name) < 80 and not name.startswith("plans/.") for name in names)


ROW = {"account_id": "A1", "file": "plans/A1.md", "markdown": "new\n", "generated": None, "edit": None}


def test_files_of_no_plan_are_told(tmp_path: Path) -> None:
    """By name, and not those of an account whose plan could not be written, nor what is no plan."""
    for name in ("A1", "A2", "a2", "Kunde", "B1", "B2", "B3", "B4"):
        assert begin_edit(tmp_path, f"plans/{name}.md", "text\n", "en")
    (tmp_path / "plans" / "notes.txt").write_text("mine", "utf-8")
    failed = {"account_id": "A2", "file": None, "markdown": None, "generated": None, "edit": None}
    told = settle_plans(tmp_path, [ROW, failed], "en")
    assert [(problem.code, problem.severity) for problem in told] == [("KF6077", "warning")]
    shown = ", ".join(f"plans/{name}.md" for name in ("B1", "B2", "B3", "B4", "Kunde"))
    assert told[0].message.endswith(f"kept in: {shown}, 1 more")
    for name in ("a2", "Kunde", "B1", "B2", "B3", "B4"):
        (tmp_path / "plans" / f"{name}.md").unlink()
    assert settle_plans(tmp_path, [ROW, failed], "en") == []


def test_a_disk_that_takes_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is as the person left it; later it is written all the same."""
    assert begin_edit(tmp_path, "plans/A1.md", "old\n", "en")

    def refuse(*_: object) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(settle, "_written", refuse)
        assert [problem.code for problem in settle_plans(tmp_path, [ROW], "en")] == ["KF6079"]
    assert next(read_plan_files(tmp_path)).body == "old\n"
    assert settle_plans(tmp_path, [ROW], "en") == []
    assert next(read_plan_files(tmp_path)).body == "new\n"


def test_what_an_editor_saves_in_the_last_moment_lies_beside_the_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It writes into the very file that is being replaced, after the last look at it."""
    begin_edit(tmp_path, "plans/A1.md", "old\n", "en")
    file, looked, real = tmp_path / "plans/A1.md", list[str](), settle._body

    def look(path: Path) -> str:
        found = real(path)
        if not looked:
            looked.append(found)
            file.write_text("mine\n")
        return found

    monkeypatch.setattr(settle, "_body", look)
    assert settle_plans(tmp_path, [ROW], "en") == []
    assert real(file) == "new\n"
    assert (tmp_path / "plans/A1.yours-1.txt").read_text() == "mine\n"


def test_what_a_killed_run_leaves_is_swept(tmp_path: Path) -> None:
    """Its own half-written text goes; a text that no run has merged comes to light."""
    begin_edit(tmp_path, "plans/A1.md", "old\n", "en")
    (tmp_path / "plans/.new-1234-A1.md").write_text("half")
    (tmp_path / "plans/.before-1234-A1.md").write_text("mine\n")
    settle_plans(tmp_path, [ROW], "en")
    left = sorted(path.name for path in (tmp_path / "plans").iterdir())
    assert left == [".base", "A1.md", "A1.yours-1.txt"]
