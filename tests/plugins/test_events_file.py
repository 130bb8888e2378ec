"""The listener events_file: the events of a run as lines, the same file however often it is told."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import kaframe
from tests.plugins.loading import load_plugin

PLUGIN = load_plugin("events_file")
EVENTS = [{"event_key": "a", "kind": "status_changed", "new": "红", "on": date(2026, 6, 30)}]


def news(events: list[dict[str, Any]]) -> kaframe.News:
    view = kaframe.RunView("p", "en", "EUR", date(2026, 6, 30), "2026-06-30.1", lambda table: [], {}, {})
    return kaframe.News(view, events)


def test_each_event_is_a_line(tmp_path: Path) -> None:
    """UTF-8, keys sorted, days as text; told twice, the file is the same and nothing else lies there."""
    for _ in range(2):
        PLUGIN.hear({"folder": "feed"}, news(EVENTS), tmp_path)
    (file,) = (tmp_path / "feed").iterdir()
    assert file.name == "2026-06-30.1.ndjson"
    assert file.read_text("utf-8").startswith('{"event_key": "a", "kind"')
    assert [json.loads(line) for line in file.read_text("utf-8").splitlines()] == [{**EVENTS[0], "on": "2026-06-30"}]


def test_a_run_without_events_leaves_an_empty_file(tmp_path: Path) -> None:
    """So that whoever waits for the run's file sees that there is nothing."""
    PLUGIN.hear({}, news([]), tmp_path)
    assert (tmp_path / "events/2026-06-30.1.ndjson").read_bytes() == b""


def test_it_stays_inside_the_project(tmp_path: Path) -> None:
    """Also through a link."""
    (tmp_path / "project").mkdir()
    (tmp_path / "project/out").symlink_to(tmp_path)
    with pytest.raises(ValueError, match="outside the project"):
        PLUGIN.hear({"folder": "out"}, news(EVENTS), tmp_path / "project")
