"""The tables of the store, and the number that says which form they have.

Days are DATE, moments are text in UTC (``2026-03-31T08:00:00Z``), lists are JSON with sorted keys, so that
SQLite and PostgreSQL hold the same values. ``as_of`` on a row says which day's run wrote it: a run for a day
sees only what runs for earlier days wrote, so that a second revision of a day starts where the first one did.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Float, ForeignKey, Index, Integer, MetaData, Table, Text

SCHEMA_VERSION = 4  # one more for each file of kaframe/store/migrations
APPLICATION_ID = 0x6B616672  # "kafr": what SQLite files of kaframe carry in their header
POSTGRES_SCHEMA = "kaframe"
PRUNED = "pruned"  # the state of a run whose snapshot is gone; its row stays, so that no other run gets its name

metadata = MetaData()

# PostgreSQL has no header field for a version; SQLite has, and leaves this table empty.
store_schema = Table(
    "store_schema",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
)

# One row on PostgreSQL: the number of the last run that took the lock, and who it was as long as it has not ended in
# order. None before the first publish, and never on SQLite, where the lock file says both.
run_epoch = Table(
    "run_epoch",
    metadata,
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("holder", Text),
)

runs = Table(
    "runs",
    metadata,
    Column("seq", Integer, primary_key=True),  # the order in which runs were published
    Column("run_id", Text, nullable=False, unique=True),
    Column("as_of", Date, nullable=False, index=True),
    Column("revision", Integer, nullable=False),
    Column("published_at", Text, nullable=False),
    Column("base_run", Text),
    Column("inputs_hash", Text, nullable=False),
    Column("manifest_sha256", Text, nullable=False),
    Column("backfill", Boolean, nullable=False),
    Column("state", Text, nullable=False),  # published | superseded (by a later revision of its day) | pruned
    Column("summary", Text, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("event_key", Text, primary_key=True),
    Column("as_of", Date, primary_key=True),
    Column("run_id", Text, ForeignKey("runs.run_id"), nullable=False),
    Column("account_id", Text, index=True),
    Column("kind", Text, nullable=False),
    Column("card", Text),
    Column("subject", Text),
    Column("old", Text),
    Column("new", Text),
    Column("value", Float),
    Column("sentence", Text),
)

# One row a task and day on which a run changed it: the latest day is how it stands.
tasks = Table(
    "tasks",
    metadata,
    Column("task_key", Text, primary_key=True),
    Column("as_of", Date, primary_key=True),
    Column("run_id", Text, ForeignKey("runs.run_id"), nullable=False),
    Column("account_id", Text, index=True),  # null: a task of a member, not of an account
    Column("kind", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("title", Text),
    Column("role", Text),
    Column("member", Text),
    Column("opened_on", Date),
    Column("due_on", Date),
    Column("state", Text, nullable=False),  # open | done (the data say so) | dropped (no longer asked for)
    Column("done_on", Date),
)

# What people did about tasks; it stands above what runs wrote.
task_acts = Table(
    "task_acts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("task_key", Text, nullable=False, index=True),
    Column("action", Text, nullable=False),  # done | snooze
    Column("acted_on", Date, nullable=False),
    Column("until", Date),
    Column("author", Text, nullable=False),
    Column("note", Text),
)

activities = Table(
    "activities",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("done_on", Date, nullable=False),
    Column("author", Text, nullable=False),
    Column("note", Text),
)

overrides = Table(
    "overrides",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", Text, nullable=False, index=True),
    Column("card", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("set_on", Date, nullable=False),
    Column("expires_on", Date, nullable=False),
    Column("cleared_on", Date),
    Column("cleared_by", Text),
    Column("clear_reason", Text),
)

moves = Table(
    "moves",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", Text, nullable=False, index=True),
    Column("action", Text, nullable=False),  # move | park | resume
    Column("stage", Text),
    Column("until", Date),
    Column("reason", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("made_on", Date, nullable=False),
    Column("used_by_run", Text, ForeignKey("runs.run_id")),
    Column("used_as_of", Date),
)

plans = Table(
    "plans",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("as_of", Date, nullable=False),
    Column("run_id", Text, ForeignKey("runs.run_id"), nullable=False),
    Column("made_on", Date, nullable=False),
    Column("title", Text),
    Column("strategies", Text, nullable=False),
    Column("markdown", Text),
    Column("content_hash", Text, nullable=False),
    Column("approval", Text),
    Column("state", Text, nullable=False),  # draft | waiting | approved: as the run left it
    Column("decision", Text),  # approved | rejected: what a person said
    Column("decided_by", Text),
    Column("decided_on", Date),
    Column("decision_reason", Text),
)

outbox = Table(
    "outbox",
    metadata,
    Column("notice_key", Text, primary_key=True),
    Column("run_id", Text, ForeignKey("runs.run_id"), nullable=False),
    Column("rule", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("address", Text),
    Column("subject", Text),
    Column("text", Text),
    Column("html", Text),
    Column("accounts", Text, nullable=False),
    Column("events", Text, nullable=False),
    Column("decided_on", Date, nullable=False),
    Column("state", Text, nullable=False),  # pending | sending | sent | dead | unknown | dropped
    Column("attempts", Integer, nullable=False),
    Column("next_at", Text),
    Column("last_error", Text),
    Column("created_at", Text, nullable=False),  # since when it waits: its age counts from there
    Column("settled_at", Text),  # when the last attempt ended
    Column("arrived", Integer),  # parts of a long one that the service has taken so far
)

Index("outbox_due", outbox.c.state, outbox.c.next_at)
