"""What is held back, and what was told already."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.telling import (
    TODAY,
    Row,
    Tables,
    base_run,
    event,
    make_project,
    notices,
    rule,
)


def past_notice(day: date, key: str = "n1", events: Sequence[str] = (), **more: Any) -> Row:
    given = {"notice_key": key, "rule": "turned_red", "account_id": "A1", "recipient": "wang"}
    return {**given, "channel": "console", "decided_on": day, "events": json.dumps(list(events)), **more}


def past_event(day: date, key: str) -> Row:
    return {**event("A2", key), "as_of": day}


@pytest.mark.parametrize(
    ("group_by", "accounts"),
    [("owner", [["A1", "A2"]]), ("account", [["A1"], ["A2"]]), ("none", [["A1"], ["A1"], ["A2"]])],
)
def test_messages_are_grouped(tmp_path: Path, group_by: str, accounts: list[list[str]]) -> None:
    """One message for a recipient, an account or an event."""
    tables: Tables = {"events": [event(), event("A1", "e2"), event("A2", "e3")]}
    found = notices(make_project(tmp_path, rule(group_by=group_by)), tables)
    assert sorted(row["accounts"] for row in found) == accounts


def test_too_much_is_held_back_and_told_later(tmp_path: Path) -> None:
    """Within the limit nothing goes out; the next message has what was held back, with its day."""
    project = make_project(tmp_path, rule(at_most="1 per 7 days"))
    yesterday = TODAY - timedelta(days=1)
    told = past_notice(TODAY - timedelta(days=6), events=["e0"])
    (held,) = notices(project, {"events": [event()], "past_notices": [told]})
    assert (held["state"], held["reason"]) == ("throttled", "7天内最多1条")
    earlier: Tables = {
        "events": [event()],
        "past_events": [past_event(TODAY - timedelta(days=7), "e0"), past_event(yesterday, "e9")],
        "past_notices": [{**told, "decided_on": TODAY - timedelta(days=7)}],
    }
    (row,) = notices(project, earlier)
    assert (row["state"], row["events"]) == ("pending", ["e1", "e9"])
    assert "[2026-03-30] 客户关系：黄 → 红" in row["text"]


def test_what_was_held_back_is_told_without_new_events(tmp_path: Path) -> None:
    """A quiet day still brings what waited; a held-back quiet day says nothing."""
    project = make_project(tmp_path, rule(at_most="1 per 2 days"))
    tables: Tables = {
        "past_events": [past_event(TODAY - timedelta(days=1), "e9")],
        "past_notices": [past_notice(TODAY - timedelta(days=2), events=["e0"])],
    }
    assert [row["events"] for row in notices(project, tables)] == [["e9"]]
    tables["past_notices"] = [past_notice(TODAY - timedelta(days=1), events=["e0"])]
    assert notices(project, tables) == []


def test_a_new_rule_does_not_dig_up_the_past(tmp_path: Path) -> None:
    """Who was never told anything by a rule gets what is new only."""
    project = make_project(tmp_path, rule(at_most="1 per 7 days"))
    tables: Tables = {"events": [event()], "past_events": [past_event(TODAY - timedelta(days=1), "e9")]}
    assert [row["events"] for row in notices(project, tables)] == [["e1"]]


def test_the_limit_counts_within_a_run_too(tmp_path: Path) -> None:
    """One message an event, but at most one a day about the same account."""
    project = make_project(tmp_path, rule(group_by="none", at_most="1 per day"))
    found = notices(project, {"events": [event(), event("A1", "e2"), event("A2", "e3")]})
    states = sorted((row["accounts"][0], row["state"]) for row in found)
    assert states == [("A1", "pending"), ("A1", "throttled"), ("A2", "pending")]


@pytest.mark.parametrize(
    ("digest", "base", "state"),
    [
        ("weekly", date(2026, 3, 30), "throttled"),
        ("weekly", date(2026, 3, 29), "pending"),
        ("daily", date(2026, 3, 30), "pending"),
        ("{on: tuesday}", date(2026, 3, 30), "pending"),
        ("{on: wednesday}", date(2026, 3, 25), "throttled"),
    ],
    ids=["Monday was told", "first run of the week", "daily", "Tuesday", "since Wednesday"],
)
def test_a_digest_waits_for_the_first_run_of_its_period(
    tmp_path: Path, digest: str, base: date, state: str
) -> None:
    """31 March 2026 is a Tuesday."""
    tables: Tables = {"events": [event()], "past_run": base_run(base)}
    (row,) = notices(make_project(tmp_path, rule(digest=digest)), tables)
    assert row["state"] == state


def test_a_digest_has_everything_since_the_last(tmp_path: Path) -> None:
    """What earlier runs of the week held back, and not what the last digest told."""
    tables: Tables = {
        "events": [event()],
        "past_run": base_run(date(2026, 3, 27)),
        "past_events": [
            past_event(date(2026, 3, 20), "too old"),
            past_event(date(2026, 3, 23), "told"),
            past_event(date(2026, 3, 25), "held"),
        ],
        "past_notices": [past_notice(date(2026, 3, 23), events=["told"])],
    }
    (row,) = notices(make_project(tmp_path, rule(digest="weekly")), tables)
    assert row["events"] == ["e1", "held"]


def test_a_revision_of_the_day_tells_only_what_is_new(tmp_path: Path) -> None:
    """What the day's first run put into the outbox is not told again."""
    tables: Tables = {
        "events": [event(), event("A2", "e2")],
        "past_notices": [past_notice(TODAY, events=["e1"])],
    }
    (row,) = notices(make_project(tmp_path, rule()), tables)
    assert row["events"] == ["e2"]
    assert notices(make_project(tmp_path, rule()), {**tables, "events": [event()]}) == []
