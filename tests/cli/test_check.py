"""``kaframe check``: what it prints, for people and as data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli.conftest import call

SHAPE = {"file", "line", "col", "code", "message", "hint", "severity", "example", "also", "title"}


@pytest.mark.parametrize(
    ("file", "text", "code"),
    [
        ("kaframe.yaml", "version: [", 3),
        ("kaframe.yaml", "version: 1\n", 3),
        ("team.yaml", "membres: []\n", 3),
        ("rules/identify.yaml", "tiers: [{id: key, when: revenu > 1}]\n", 3),
        ("data/orders.csv", "", 4),
    ],
)
def test_one_shape_whatever_is_wrong(own: Path, file: str, text: str, code: int) -> None:
    """A scheduler reads ``problems`` of an object, whether the project can be loaded or not."""
    (own / file).write_text(text, encoding="utf-8")
    told = call("-C", own, "check", "--format", "json")
    data = json.loads(told.out)
    assert told.code == code
    assert set(data) == {"problems"}
    assert data["problems"]
    assert all(set(problem) == SHAPE for problem in data["problems"])


def test_an_unknown_calendar_is_told_once_where_it_stands(own: Path) -> None:
    """Many steps count working days; the one line that names the calendar is to be mended."""
    config = own / "kaframe.yaml"
    text = config.read_text(encoding="utf-8")
    line = next(number for number, one in enumerate(text.splitlines(), 1) if one.startswith("calendar:"))
    config.write_text(text.replace("calendar: ", "calendar: XX # "), encoding="utf-8")
    (problem,) = json.loads(call("-C", own, "check", "--format", "json").out)["problems"]
    assert (problem["code"], problem["line"]) == ("KF1310", line)


def test_a_sound_project_also_tells_what_it_lacks(own: Path) -> None:
    """Nothing wrong is an empty list in the same place."""
    told = call("-C", own, "check", "--format", "json")
    data = json.loads(told.out)
    assert (told.code, data["problems"], set(data)) == (0, [], {"problems", "absent"})
