"""Tasks on the command line."""

from __future__ import annotations

import json
from pathlib import Path

from cli.conftest import call


def tasks_of(folder: Path, *options: str) -> list[dict[str, str]]:
    """The listing as data."""
    found: list[dict[str, str]] = json.loads(call("-C", folder, "tasks", *options, "--format", "json").out)
    return found


def test_bare_name_lists(finished: Path) -> None:
    """``kaframe tasks`` is ``kaframe tasks list``: late ones first, planned ones not."""
    rows = tasks_of(finished)
    assert rows == tasks_of(finished, "--all")[:0] + json.loads(
        call("-C", finished, "tasks", "list", "--format", "json").out
    )
    assert {row["state"] for row in rows} == {"late", "due"}
    assert rows[0]["state"] == "late"
    assert len(tasks_of(finished, "--all")) > len(rows)


def test_done_is_done(own: Path) -> None:
    """A finished task leaves the list, and the history of its account says who did it."""
    first = tasks_of(own)[0]
    told = call("-C", own, "tasks", "done", first["handle"], "--author", "kim", "--note", "met the buyer")
    assert told.code == 0
    assert first["handle"] not in {row["handle"] for row in tasks_of(own)}
    lines = json.loads(call("-C", own, "history", first["account_id"], "--format", "json").out)
    done = [line for line in lines if line["what"] == "task_done"]
    assert [(line["who"], line["note"]) for line in done] == [("kim", "met the buyer")]


def test_snoozed_until_a_day(own: Path) -> None:
    """A task that is put off says so; a day in the past is refused and changes nothing."""
    first = tasks_of(own)[0]
    assert call("-C", own, "tasks", "snooze", first["handle"], "--until", "2020-01-01", "--author", "kim").code == 2
    assert tasks_of(own)[0]["state"] == "late"
    assert call("-C", own, "tasks", "snooze", first["task_key"], "--until", "2099-01-01", "--author", "kim").code == 0
    assert [row["state"] for row in tasks_of(own) if row["handle"] == first["handle"]] == ["snoozed"]


def test_unknown_task_and_command(finished: Path) -> None:
    """Misspelt keys and commands are answered."""
    told = call("-C", finished, "tasks", "done", "zzzzzzz", "--author", "kim")
    assert told.code == 2
    assert "KF6050" in told.err
    assert "did you mean 'list'?" in call("-C", finished, "tasks", "lst").err
