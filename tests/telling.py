"""A small project and the tables between the steps, for tests of what is told to people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from kaframe.bundled import folder
from kaframe.config import read_config
from kaframe.database import Database
from kaframe.expression import Type
from kaframe.notify import write_notices
from kaframe.pasttables import PAST_TABLES
from kaframe.plugins import Plugins, load_plugins
from kaframe.project import Catalog, Project
from kaframe.rules.layers import Layer
from kaframe.rules.load import load_rules
from kaframe.team import load_team

Tables = dict[str, Sequence[Mapping[str, Any]]]
Row = dict[str, Any]

TODAY = date(2026, 3, 31)  # a Tuesday
BASE = date(2026, 3, 24)

CONFIG = """\
version: 1
project: nordwind
language: {language}
packs: []
accounts: {{source: {{reader: csv, path: accounts.csv}}}}
{channels}
"""
TEAM = """\
members:
  - {id: wang, name: 王芳, roles: [account_manager], email: wang@example.com, addresses: {wecom: wf}}
  - {id: li, name: 李娜, roles: [account_manager], email: li@example.com}
  - {id: chen, name: 陈晨, roles: [lead], email: chen@example.com}
  - {id: zhao, name: 赵强, roles: [after_sales]}
assignments:
  - {role: account_manager, from: owner}
  - {role: after_sales, from: helper}
"""
RULES = {
    "identify": """\
tiers:
  - {id: strategic, key: true, when: revenue > 100, label: {en: Strategic, zh: 战略}}
  - {id: standard, when: true, label: {en: Standard, zh: 普通}}
""",
    "measure": """\
measures:
  revenue: {label: {en: Revenue, zh: 销售额}, value: amount}
""",
    "score": """\
scorecards:
  relationship:
    label: {en: Relationship, zh: 客户关系}
    primary: true
    children:
      delivery: {label: {en: Delivery on time, zh: 准时交付}, value: amount}
""",
    "status": """\
rgb:
  relationship:
    green: {at_least: 75}
    yellow: {at_least: 50}
    red: else
    exceptions:
      - id: notice_given
        when: amount < 0
        status: red
        reason: {en: Contract notice given, zh: 已发出解约通知}
""",
    "stage": """\
stages:
  - {id: analysis, owner: account_manager, label: {en: Analysis, zh: 分析}, to: [{stage: strategy}]}
  - {id: strategy, owner: account_manager, label: {en: Strategy, zh: 战略制定}}
""",
}


def texts(*names: str) -> dict[str, str]:
    """Columns of text."""
    return dict.fromkeys(names, "VARCHAR")


TABLES: Mapping[str, Mapping[str, str]] = {
    "accounts": {"account_id": "VARCHAR", "name": "VARCHAR"},
    "measures": {"account_id": "VARCHAR", "amount": "DOUBLE", "revenue": "DOUBLE"},
    "managed": {"account_id": "VARCHAR"},
    "tiers": {"account_id": "VARCHAR", "tier": "VARCHAR", "key_account": "BOOLEAN", "candidate": "BOOLEAN"},
    "owners": {"account_id": "VARCHAR", "role": "VARCHAR", "member": "VARCHAR"},
    "insights": {
        **texts("account_id", "insight", "subject", "sentence"),
        "value": "DOUBLE",
        "good": "BOOLEAN",
    },
    "score_relationship": {"account_id": "VARCHAR", "points": "DOUBLE", "coverage": "DOUBLE"},
    "colours": {
        **texts("account_id", "card", "status", "why", "exception", "weakest"),
        "points": "DOUBLE",
    },
    "reasons": {
        **texts("account_id", "card", "node"),
        "rank": "BIGINT",
        "lost": "DOUBLE",
    },
    "stages": {
        **texts("account_id", "stage", "state", "member", "by", "reason"),
        "entered_on": "DATE",
    },
    "plans": {
        **texts("account_id", "title", "content_hash", "state", "approval", "problem"),
        "version": "BIGINT",
    },
    "tasks": {
        **texts("task_key", "account_id", "kind", "rule", "title", "role", "member", "state"),
        "due_on": "DATE",
        "days_late": "BIGINT",
    },
    "events": {
        **texts("event_key", "account_id", "kind", "card", "subject", "old", "new", "sentence"),
        "value": "DOUBLE",
    },
}


def make_project(root: Path, notify: str = "", channels: str = "", language: str = "zh") -> Project:
    """A project with ``RULES`` and the given notices; ``channels`` is YAML of that key."""
    (root / "rules").mkdir(parents=True, exist_ok=True)
    for kind, text in {**RULES, "notify": notify}.items():
        if text:
            (root / "rules" / f"{kind}.yaml").write_text(text, "utf-8")
    block = f"channels:\n{channels}" if channels else ""
    (root / "kaframe.yaml").write_text(CONFIG.format(language=language, channels=block), "utf-8")
    (root / "team.yaml").write_text(TEAM, "utf-8")
    rules = load_rules([Layer(root / "rules", "rules")])
    columns = {"amount": Type.NUMBER, "owner": Type.TEXT, "helper": Type.TEXT}
    catalog = Catalog(columns, {})
    team = load_team(root / "team.yaml", "team.yaml")
    return Project(root, read_config(root), rules, team, bundled_plugins(), catalog, TODAY)


@cache
def bundled_plugins() -> Plugins:
    """The plugins that come with kaframe, loaded once."""
    return load_plugins(None)


def pack_layers() -> list[Layer]:
    """The default pack alone."""
    return [Layer(folder("rules") / "default", "default")]


def make_database(**tables: Sequence[Mapping[str, Any]]) -> Database:
    """Every table that the steps change and notify read: the given rows, the others empty."""
    db = Database()
    for name, columns in TABLES.items():
        db.create(name, tables.get(name, ()), columns)
    for name, table in PAST_TABLES.items():
        db.create(name, tables.get(name, ()), table.columns)
    return db


def base_run(day: date = BASE) -> list[dict[str, Any]]:
    """The row of ``past_run``."""
    return [{"run_id": f"{day}.1", "as_of": day, "revision": 1}]


EMAIL = "  email: {type: email, host: localhost, from: kam@example.com}\n"


def rule(**more: str) -> str:
    """A notice about red accounts for the account manager, with more keys."""
    keys = {
        "id": "turned_red",
        "on": "status_changed",
        "when": "new = 'red'",
        "to": "[account_manager]",
        **more,
    }
    return "notices:\n  - " + "\n    ".join(f"{key}: {value}" for key, value in keys.items()) + "\n"


def event(account: str | None = "A1", key: str = "e1", **more: Any) -> Row:
    given = {"event_key": key, "account_id": account, "kind": "status_changed", "card": "relationship"}
    return {**given, "old": "yellow", "new": "red", "value": 42.0, "sentence": "客户关系：黄 → 红", **more}


ACCOUNTS: Tables = {
    "past_run": base_run(),
    "accounts": [{"account_id": "A1", "name": "长城"}, {"account_id": "A2", "name": "黄河"}],
    "measures": [{"account_id": "A1", "revenue": 500.0}, {"account_id": "A2", "revenue": 50.0}],
    "tiers": [{"account_id": "A1", "tier": "strategic"}, {"account_id": "A2", "tier": "standard"}],
    "colours": [
        {"account_id": "A1", "card": "relationship", "status": "red"},
        {"account_id": "A2", "card": "relationship", "status": "yellow"},
    ],
    "owners": [
        {"account_id": "A1", "role": "account_manager", "member": "wang"},
        {"account_id": "A2", "role": "account_manager", "member": "wang"},
    ],
}


def notices(project: Project, tables: Tables | None = None) -> list[Row]:
    with make_database(**{**ACCOUNTS, **(tables or {})}) as db:
        write_notices(project, db)
        rows = db.rows("SELECT * FROM notices")
    return [
        {**row, "events": json.loads(row["events"]), "accounts": json.loads(row["accounts"])} for row in rows
    ]
