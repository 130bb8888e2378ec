"""Listeners: told of the events that they ask for, after every published run; a broken one harms nobody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kaframe.cli import run_command
from tests.badproject import DAY, swap, write_project

FEED = "listeners:\n  feed: {type: events_file%s}\nreports: []\n"


def listening(root: Path, more: str = "") -> Path:
    write_project(root)
    swap("kaframe.yaml", "reports: []\n", FEED % more)(root)
    return root


def run(root: Path) -> int:
    return run_command(["-C", str(root), "run", "--as-of", DAY])


def kinds(root: Path) -> set[str]:
    (file,) = (root / "events").iterdir()
    return {json.loads(line)["kind"] for line in file.read_text("utf-8").splitlines()}


def test_a_listener_hears_of_all_events(tmp_path: Path) -> None:
    """When it asks for none in particular."""
    root = listening(tmp_path)
    assert run(root) == 0
    assert {"plan_new", "task_opened"} <= kinds(root)


def test_a_listener_may_ask_for_some_events(tmp_path: Path) -> None:
    """``on: [plan_new]``."""
    root = listening(tmp_path, ", on: [plan_new]")
    assert run(root) == 0
    assert kinds(root) == {"plan_new"}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (", on: [plan_old]", "KF1107"),
        (", folder: /etc", "KF1108"),
        (", folders: x", "KF1104"),
    ],
    ids=["event", "outside", "option"],
)
def test_wrong_options_are_told_before_anything_runs(
    tmp_path: Path, more: str, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With their place in kaframe.yaml."""
    assert run(listening(tmp_path, more)) == 3
    told = capsys.readouterr().err
    assert code in told
    assert "kaframe.yaml:" in told


def test_an_unknown_type_is_answered_with_the_nearest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """KF5052."""
    root = listening(tmp_path)
    config = root / "kaframe.yaml"
    config.write_text(config.read_text("utf-8").replace("events_file", "event_file"), "utf-8")
    assert run(root) == 3
    told = capsys.readouterr().err
    assert "KF5052 listener 'feed': no type 'event_file'" in told
    assert "did you mean 'events_file'?" in told


def test_a_listener_that_fails_is_told_and_tried_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Something else lies where it wants to write; once that is mended, the next run tells it the same events."""
    root = listening(tmp_path)
    (root / "events").write_text("in the way", "utf-8")
    assert run(root) == 5
    assert "KF5032 the listener 'feed' of plugin 'events_file' fails: FileExistsError" in capsys.readouterr().err
    (root / "events").unlink()
    assert run(root) == 0
    assert "plan_new" in kinds(root)
