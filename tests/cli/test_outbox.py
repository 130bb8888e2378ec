"""``kaframe outbox``: finding notices, reading one, letting it be tried again, dropping it."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from badproject import DAY, swap, write_project
from cli.conftest import Told, call

from kaframe.cli.lookup import handle_of
from kaframe.store import Settlement, Store, claim_notice, list_outbox, settle_notice

ROOT = Path(__file__).parents[2]
KILLED = """
import os, signal, sys
from datetime import date
import kaframe
from kaframe import flow
stop = lambda step: os.kill(os.getpid(), signal.SIGKILL) if step == "deliver" else None
flow.run(kaframe.load(sys.argv[1]).project.on(date.fromisoformat(sys.argv[2])), watch=stop)
"""


def project_at(root: Path, language: str = "en") -> tuple[Path, Store]:
    """The project of three accounts after a run that was killed before it sent anything: its notices wait."""
    folder = write_project(root / "mini")
    swap("kaframe.yaml", "language: en", f"language: {language}")(folder)
    done = subprocess.run([sys.executable, "-c", KILLED, folder, DAY], cwd=ROOT, check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    return folder, Store("sqlite:///.kaframe/kaframe.db", folder)


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Such a project, not to be changed."""
    return project_at(tmp_path_factory.mktemp("waiting"))[0]


@pytest.fixture
def own(waiting: Path, tmp_path: Path) -> tuple[Path, Store]:
    """A copy whose first notice was given up."""
    folder = shutil.copytree(waiting, tmp_path / "own")
    store = Store("sqlite:///.kaframe/kaframe.db", folder)
    now, key = datetime.now(UTC), list_outbox(store)[0]["notice_key"]
    claim_notice(store, key, now, 1)
    settle_notice(store, key, Settlement("dead", "HTTP 410 from crm.example.com", arrived=2), now)
    return folder, store


def listed(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(call("-C", folder, "outbox", "list", "--format", "json", *arguments).out)
    return rows


def test_listing_is_narrowed_down(own: tuple[Path, Store]) -> None:
    """By state, channel, recipient, notice and day; a name that nobody knows is answered with the nearest."""
    folder, store = own
    everything = listed(folder)
    assert len(everything) == len(list_outbox(store)) > 1
    assert [row["state"] for row in listed(folder, "--state", "dead")] == ["dead"]
    assert {row["recipient"] for row in listed(folder, "--to", "kim")} == {"kim"}
    of_rules = [listed(folder, "--rule", rule) for rule in ("tasks", "news")]
    assert all(of_rules)
    assert sum(map(len, of_rules)) == len(listed(folder, "--channel", "file", "--since", DAY)) == len(everything)
    assert listed(folder, "--since", "2026-07-01") == []
    wrong = call("-C", folder, "outbox", "list", "--channel", "fiel")
    assert (wrong.code, "did you mean 'file'?" in wrong.err) == (2, True)


def test_table_fits_and_tells_what_to_do(own: tuple[Path, Store]) -> None:
    """80 columns, people by their names, and the commands for what was given up."""
    told = call("-C", own[0], "outbox")
    assert max(map(len, told.out.splitlines())) <= 80
    assert "Kim" in told.out
    assert told.err.startswith("given up: 1; 'kaframe outbox show NOTICE' says why")


def test_one_is_shown_with_its_text(own: tuple[Path, Store]) -> None:
    """By the beginning of its short key; for programs with every field."""
    folder, store = own
    row = list_outbox(store)[0]
    told = call("-C", folder, "outbox", "show", handle_of(row["notice_key"])[:5])
    assert f"key: {row['notice_key']}" in told.out
    assert "last error: HTTP 410 from crm.example.com" in told.out
    assert "parts that arrived: 2" in told.out
    assert row["text"].splitlines()[0] in told.out
    (data,) = json.loads(call("-C", folder, "outbox", "show", row["notice_key"], "--format", "json").out)
    assert (data["text"], data["state"], data["attempts"], data["arrived"]) == (row["text"], "dead", 1, 2)
    wrong = call("-C", folder, "outbox", "show", "zzzzzzz")
    assert (wrong.code, wrong.err.split()[0]) == (2, "KF6046")


def test_given_up_is_tried_again_with_its_key(own: tuple[Path, Store]) -> None:
    """The next run sends it; naming one that was sent is refused."""
    folder, store = own
    key = list_outbox(store)[0]["notice_key"]
    assert "with the next run: 1" in call("-C", folder, "outbox", "retry").out
    done = call("-C", folder, "run", "--as-of", DAY)
    assert (done.code, listed(folder)) == (0, [])
    assert {row["state"] for row in list_outbox(store)} == {"sent"}
    for command in ("retry", "drop"):
        again = call("-C", folder, "outbox", command, key)
        assert (again.code, again.err.split()[0]) == (2, "KF6076")


def test_dropped_is_never_sent_and_stays_told(own: tuple[Path, Store]) -> None:
    """Who and why is kept; a run makes it no second time."""
    folder, store = own
    count = len(list_outbox(store))
    refused = call("-C", folder, "outbox", "drop")
    assert (refused.code, refused.err.split()[0]) == (2, "KF6026")
    both = call("-C", folder, "outbox", "drop", "abc", "--state", "dead")
    assert (both.code, both.err.split()[0]) == (2, "KF6068")
    note = ("--note", "told by phone", "--author", "li")
    assert "never sent: 1" in call("-C", folder, "outbox", "drop", "--state", "dead", *note).out
    assert call("-C", folder, "run", "--as-of", DAY).code == 0
    (dropped,) = [row for row in list_outbox(store) if row["state"] != "sent"]
    assert (dropped["state"], dropped["last_error"]) == ("dropped", "dropped by li: told by phone")
    assert len(list_outbox(store)) == count
    assert listed(folder) == []
    assert len(listed(folder, "--all")) == count


def test_in_chinese(tmp_path: Path) -> None:
    """The same in the project's language; the run after the killed one says so once, and heals it."""
    folder, store = project_at(tmp_path, "zh")
    assert "待发送" in call("-C", folder, "outbox").out
    key = list_outbox(store)[0]["notice_key"]
    assert "不再发送" in call("-C", folder, "outbox", "drop", key, "--note", "已电话告知").out
    assert "状况: 已撤销" in call("-C", folder, "outbox", "show", key).out
    assert (_run(folder).err.count("未完成"), _run(folder).err.count("未完成")) == (1, 0)


def test_killed_run_is_told_once(waiting: Path, tmp_path: Path) -> None:
    """By the run that goes on from there: exit 0, as nothing is wrong any more."""
    folder = shutil.copytree(waiting, tmp_path / "own")
    first, second = _run(folder), _run(folder)
    assert (first.code, second.code) == (0, 0)
    assert first.err.count("did not finish; this one goes on from there") == 1
    assert "did not finish" not in second.err
    told = json.loads(_run(folder, "--format", "json").out)
    assert (told["unfinished"], told["delivered"]["sent"]) == (None, 0)


def _run(folder: Path, *more: str) -> Told:
    return call("-C", folder, "run", "--as-of", DAY, *more)


def test_what_was_given_up_is_shown(tmp_path: Path) -> None:
    """The report of the very run that gives a notice up shows it, in words and as data, until somebody decides."""
    folder = write_project(tmp_path / "mini")
    swap("kaframe.yaml", "file: {type: file, folder: notices}", "file: {type: file, folder: out}")(folder)
    config = folder / "kaframe.yaml"
    config.write_text(config.read_text("utf-8").replace("reports: []", "reports: [report_html, report_json]"), "utf-8")
    (folder / "out").symlink_to(tmp_path)  # outside the project: never written
    assert call("-C", folder, "run", "--as-of", DAY).code == 5
    shown = json.loads((folder / "report/report.json").read_text("utf-8"))["tables"]["undelivered"]
    assert {row["state"] for row in shown} == {"dead"}
    page = (folder / "report/index.html").read_text("utf-8")
    assert "Notices that could not be sent" in page
    assert "outside the project" in page
    assert call("-C", folder, "outbox", "drop", "--state", "dead", "--author", "kim").code == 0
    assert call("-C", folder, "report").code == 0
    assert "Notices that could not be sent" not in (folder / "report/index.html").read_text("utf-8")


def test_disk_that_takes_no_report_keeps_no_notice_back(tmp_path: Path) -> None:
    """The run is published, people are told, it ends with 5; the next one writes what is missing."""
    folder = write_project(tmp_path / "mini")
    config = folder / "kaframe.yaml"
    config.write_text(config.read_text("utf-8").replace("reports: []", "reports: [report_json]"), "utf-8")
    (folder / "report" / ".run.new").mkdir(parents=True)  # in the way
    told = call("-C", folder, "run", "--as-of", DAY)
    assert (told.code, "KF7026 cannot write the report: is a directory" in told.err) == (5, True)
    assert list((folder / "notices").iterdir())
    (folder / "report" / ".run.new").rmdir()
    assert call("-C", folder, "run", "--as-of", DAY).code == 0
    assert (folder / "report" / "report.json").is_file()
