"""The shape of the tables that ``recall`` makes (docs/tables.md), and where each comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

TEXT, NUMBER, FLAG, DAY, COUNT = "VARCHAR", "DOUBLE", "BOOLEAN", "DATE", "BIGINT"


@dataclass(frozen=True, slots=True)
class PastTable:
    """A table of the past: its columns, and its key, by which rows of merged accounts become one.

    ``snapshot`` names the table of the base run that it is copied from; empty: it comes from the store. ``renamed`` are
    columns that have another name there.
    """

    columns: Mapping[str, str]
    key: tuple[str, ...] = ()
    snapshot: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict)


def _days(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, DAY)


def _texts(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, TEXT)


PAST_TABLES: Mapping[str, PastTable] = {
    "past_run": PastTable({"run_id": TEXT, "as_of": DAY, "revision": COUNT}),
    "past_sources": PastTable(
        {**_texts("table_name", "source"), "kept": COUNT, "after_as_of": COUNT}, snapshot="sources"
    ),
    "past_tiers": PastTable(
        {"account_id": TEXT, "tier": TEXT, "key_account": FLAG, "since": DAY}, ("account_id",), "tiers"
    ),
    "past_colours": PastTable(
        {
            **_texts("account_id", "card", "status", "calculated"),
            "points": NUMBER,
            "since": DAY,
            "last_colour": TEXT,
        },
        ("account_id", "card"),
        "colours",
    ),
    "past_owners": PastTable(
        _texts("account_id", "role", "member"), ("account_id", "role", "member"), "owners"
    ),
    "past_stages": PastTable(
        {
            **_texts("account_id", "stage"),
            "entered_on": DAY,
            "state": TEXT,
            **_days("counted_from", "parked_until"),
            **_texts("from_stage", "by", "reason"),
        },
        ("account_id",),
        "stages",
    ),
    "past_insights": PastTable(
        {**_texts("account_id", "insight", "subject"), "value": NUMBER, "since": DAY},
        ("account_id", "insight", "subject"),
        "insights",
    ),
    "past_goals": PastTable(
        {
            **_texts("account_id", "goal", "measure"),
            "start_value": NUMBER,
            "target": NUMBER,
            **_days("set_on", "due_on"),
        },
        ("account_id", "goal"),
        "goals",
    ),
    "past_tasks": PastTable(
        {
            **_texts("task_key", "account_id", "kind", "rule", "title", "role", "member"),
            **_days("opened_on", "due_on"),
            "state": TEXT,
            "done_on": DAY,
            "done_by": TEXT,
            "snoozed_until": DAY,
        },
        ("task_key",),
    ),
    "past_activities": PastTable(
        {**_texts("account_id", "kind"), "done_on": DAY, **_texts("author", "note")}
    ),
    "past_overrides": PastTable(
        {**_texts("account_id", "card", "status", "reason", "author"), **_days("set_on", "expires_on")},
        ("account_id", "card"),
    ),
    "past_expired": PastTable(
        {**_texts("account_id", "card", "status", "reason", "author"), **_days("set_on", "expires_on")},
        ("account_id", "card"),
    ),
    "past_moves": PastTable(
        {
            "move_id": COUNT,
            **_texts("account_id", "action", "stage"),
            "until": DAY,
            **_texts("reason", "author"),
            "made_on": DAY,
        }
    ),
    "past_plans": PastTable(
        {
            "account_id": TEXT,
            "version": COUNT,
            **_texts("strategies", "state", "content_hash"),
            "made_on": DAY,
            "decided_by": TEXT,
            "decided_on": DAY,
        },
        ("account_id",),
    ),
    "past_edits": PastTable(_texts("file", "body", "base", "edit", "trouble"), ("file",)),
    "past_notices": PastTable(
        {
            **_texts("notice_key", "rule", "account_id", "recipient", "channel"),
            "decided_on": DAY,
            "events": TEXT,
        },
        ("notice_key", "account_id"),
    ),
    "past_events": PastTable(
        {
            **_texts("event_key", "account_id", "kind", "card", "subject", "old", "new"),
            "value": NUMBER,
            "sentence": TEXT,
            "as_of": DAY,
        },
    ),
}

# Those that look at several files: colours of earlier runs, published points of managed accounts, points of every card.
PAST_STATUSES = PastTable(
    {**_texts("account_id", "card", "status"), "as_of": DAY, "calculated": TEXT, "points": NUMBER},
    ("account_id", "card", "as_of"),
    "colours",
    {"points": "calculated_points"},
)
PAST_POINTS = PastTable(
    {**_texts("account_id", "card", "status"), "as_of": DAY, "points": NUMBER},
    ("account_id", "card", "as_of"),
    "managed.colours",
)
PAST_SOURCES = PAST_TABLES["past_sources"]
PAST_SCORES = PastTable({"account_id": TEXT, "card": TEXT, "points": NUMBER}, ("account_id", "card"))
EVERY_PAST: Mapping[str, PastTable] = {
    **PAST_TABLES,
    "past_statuses": PAST_STATUSES,
    "past_points": PAST_POINTS,
    "past_scores": PAST_SCORES,
}

# What was seen of the store: the day, the latest publish and move by hand; and the files that were read.
PIN_COLUMNS = {"as_of": DAY, "published": COUNT, "last_move": COUNT}
FILE_COLUMNS = {"past_table": TEXT, "as_of": DAY, "sha256": TEXT}
