"""A small project and small runs of it, for the tests of the past and the publish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from kaframe.bind import bind
from kaframe.commit import Committed, commit_run
from kaframe.config import AccountsConfig, Config, StoreConfig
from kaframe.database import Database
from kaframe.errors import Location
from kaframe.plugins import load_plugins
from kaframe.project import Catalog, Project
from kaframe.recall import recall_past
from kaframe.rules.load import KINDS, Expected, Rules
from kaframe.rules.status import StatusRules
from kaframe.team import Team
from kaframe.yamlfile import read_yaml

Rows = Sequence[Mapping[str, Any]]
HERE = Location("kaframe.yaml")
STATUS = "rgb: {relationship: {green: {at_least: 75}, red: else%s}}\n"

TEXT, DAY = "VARCHAR", "DATE"
COLUMNS = {
    "sources": {"table_name": TEXT, "source": TEXT, "fingerprint": TEXT},
    "tiers": {"account_id": TEXT, "tier": TEXT, "key_account": "BOOLEAN", "since": DAY},
    "colours": {
        "account_id": TEXT,
        "card": TEXT,
        "status": TEXT,
        "calculated": TEXT,
        "points": "DOUBLE",
        "since": DAY,
        "last_colour": TEXT,
    },
    "score_relationship": {
        "account_id": TEXT,
        "points": "DOUBLE",
        "coverage": "DOUBLE",
        "low": "DOUBLE",
        "high": "DOUBLE",
    },
    "insights": {"account_id": TEXT, "insight": TEXT, "subject": TEXT, "value": "DOUBLE", "since": DAY},
    "tasks": {
        "task_key": TEXT,
        "account_id": TEXT,
        "kind": TEXT,
        "rule": TEXT,
        "title": TEXT,
        "role": TEXT,
        "member": TEXT,
        "opened_on": DAY,
        "due_on": DAY,
        "state": TEXT,
        "done_on": DAY,
    },
    "events": {
        "event_key": TEXT,
        "account_id": TEXT,
        "kind": TEXT,
        "card": TEXT,
        "subject": TEXT,
        "old": TEXT,
        "new": TEXT,
        "value": "DOUBLE",
        "sentence": TEXT,
    },
    "plans": {
        "account_id": TEXT,
        "version": "BIGINT",
        "strategies": TEXT,
        "title": TEXT,
        "markdown": TEXT,
        "content_hash": TEXT,
        "state": TEXT,
        "approval": TEXT,
        "made_on": DAY,
        "problem": TEXT,
    },
    "notices": {
        "notice_key": TEXT,
        "rule": TEXT,
        "channel": TEXT,
        "recipient": TEXT,
        "address": TEXT,
        "subject": TEXT,
        "text": TEXT,
        "html": TEXT,
        "accounts": TEXT,
        "events": TEXT,
        "state": TEXT,
        "decided_on": DAY,
    },
}
COLUMNS["managed.colours"] = COLUMNS["colours"]


def make_project(
    root: Path, as_of: str, url: str = "sqlite:///.kaframe/kaframe.db", patience: str = ""
) -> Project:
    """A project with a store; ``patience`` is written into its status rule, such as ``, hold: 14 days``."""
    file = root / "rules" / "status.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(STATUS % patience, encoding="utf-8")
    node = read_yaml(file, "rules/status.yaml")
    kinds: dict[str, Any] = {**dict.fromkeys(KINDS), "status": bind(node, StatusRules)}
    return Project(
        root=root,
        config=Config(
            at=HERE,
            places={"store": HERE},
            project="nordwind",
            language="en",
            accounts=AccountsConfig(HERE),
            tables={},
            store=StoreConfig(url=url),
        ),
        rules=Rules(**kinds, expected=Expected({}, {}), nodes={"status": node}),
        team=Team(),
        plugins=load_plugins(None),
        catalog=Catalog({}, {}),
        as_of=date.fromisoformat(as_of),
    )


def recalled(project: Project, tables: Mapping[str, Rows] | None = None) -> Database:
    """A run's database after ``recall``, with the tables that later steps would have made."""
    db = Database(threads=1)
    db.create("sources", [], COLUMNS["sources"])
    for name, rows in (tables or {}).items():
        db.create(name, rows, COLUMNS[name])
    recall_past(project, db)
    return db


def run(project: Project, tables: Mapping[str, Rows] | None = None, backfill: bool = False) -> Committed:
    """Recall, pretend that the steps made these tables, commit."""
    with recalled(project, tables) as db:
        return commit_run(project, db, {"note": "a test"}, backfill)


def task(key: str, **more: Any) -> dict[str, Any]:
    """A task of the account A1 as the step ``maintain`` would make it."""
    kind, rule, account, _ = key.split(":")
    return {
        "task_key": key,
        "kind": kind,
        "rule": rule,
        "account_id": account,
        "title": "Visit",
        "role": "account_manager",
        "member": "li",
        "opened_on": date(2026, 3, 1),
        "due_on": date(2026, 3, 20),
        "state": "due",
        "done_on": None,
        **more,
    }


def plan(account_id: str, version: int, state: str = "waiting", content: str = "") -> dict[str, Any]:
    """A version of an account's plan as the step ``strategy`` would make it."""
    return {
        "account_id": account_id,
        "version": version,
        "strategies": '["grow"]',
        "title": "Plan",
        "state": state,
        "markdown": f"# Plan {content}",
        "content_hash": content or str(version),
        "approval": "lead",
        "made_on": date(2026, 3, 31),
    }


def notice(key: str, on: str, events: str = '["e1"]') -> dict[str, Any]:
    """A pending notice to the lead by e-mail as the step ``notify`` would make it."""
    return {
        "notice_key": key,
        "rule": "turned_red",
        "channel": "email",
        "recipient": "lead",
        "address": "email",
        "subject": "A1 is red",
        "text": "A1",
        "html": "<p>A1</p>",
        "accounts": '["A1"]',
        "events": events,
        "state": "pending",
        "decided_on": date.fromisoformat(on),
    }


def colour(account_id: str, status: str, points: float, since: str) -> dict[str, Any]:
    """An account's colour on the card ``relationship``."""
    return {
        "account_id": account_id,
        "card": "relationship",
        "status": status,
        "calculated": status,
        "points": points,
        "since": date.fromisoformat(since),
        "last_colour": status,
    }
