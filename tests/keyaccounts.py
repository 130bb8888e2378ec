"""A small project and the tables of earlier steps, for the tests of what works on managed accounts.

The columns are those of docs/tables.md; rows name only what matters to the test.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from kaframe.bind import bind
from kaframe.config import bind_config
from kaframe.database import Database
from kaframe.expression import Type
from kaframe.pasttables import PAST_TABLES
from kaframe.plugins import load_plugins
from kaframe.project import Catalog, Project
from kaframe.rules.identify import IdentifyRules
from kaframe.rules.load import Expected, Rules
from kaframe.rules.maintain import MaintainRules
from kaframe.rules.measure import MeasureRules
from kaframe.rules.score import ScoreRules
from kaframe.rules.stage import StageRules
from kaframe.schema import check_schema
from kaframe.team import Team, load_team
from kaframe.yamlfile import parse_yaml

DAY = date(2026, 3, 2)  # a Monday
CONFIG = """\
project: test
language: {language}
calendar: {calendar}
accounts: {{source: {{reader: csv, path: accounts.csv}}}}
"""
COLUMNS = {
    "region": Type.TEXT, "owner": Type.TEXT, "revenue": Type.NUMBER, "last_visit_on": Type.DATE,
    "flag": Type.BOOLEAN,
}  # fmt: skip
SQL_TYPES = {Type.TEXT: "VARCHAR", Type.NUMBER: "DOUBLE", Type.DATE: "DATE", Type.BOOLEAN: "BOOLEAN"}
TIERS = "tiers: [{id: strategic, key: true, when: true}, {id: standard, when: true}]"
RECORDS = {"stage": StageRules, "maintain": MaintainRules, "identify": IdentifyRules}
OTHER_TABLES = {
    "findings": dict.fromkeys(("account_id", "kind", "role", "member", "sentence"), "VARCHAR"),
    "insights": {"account_id": "VARCHAR", "insight": "VARCHAR"},
    "owners": dict.fromkeys(("account_id", "role", "member", "holder", "via"), "VARCHAR"),
    "stage_tasks": {
        **dict.fromkeys(("task_key", "account_id", "stage", "task", "title", "role", "member"), "VARCHAR"),
        "due_on": "DATE",
    },
    "actions": {
        **dict.fromkeys(
            ("account_id", "strategy", "action", "task_key", "title", "role", "member"), "VARCHAR"
        ),
        "due_on": "DATE",
    },
    "stages": {"account_id": "VARCHAR", "stage": "VARCHAR", "state": "VARCHAR"},
}


def make_project(
    folder: Path, team: str = "", language: str = "en", calendar: str = "none", **rules: str
) -> Project:
    """A project of this team and these rule files; accounts have the columns of ``COLUMNS``."""
    bound: dict[str, Any] = {"identify": _bind("identify", TIERS)}
    bound |= {kind: _bind(kind, text) for kind, text in rules.items()}
    (folder / "team.yaml").write_text(team, "utf-8")
    empty: dict[str, Any] = dict.fromkeys(("analyse", "status", "strategy", "notify"))
    filled = Rules(
        measure=MeasureRules(),
        identify=bound["identify"],
        score=ScoreRules(),
        stage=bound.get("stage", StageRules()),
        maintain=bound.get("maintain", MaintainRules()),
        expected=Expected({}, {}),
        nodes={},
        **empty,
    )
    config = bind_config(parse_yaml(CONFIG.format(language=language, calendar=calendar), "kaframe.yaml"))
    members = load_team(folder / "team.yaml", "team.yaml") if team else Team()
    return Project(folder, config, filled, members, load_plugins(None), Catalog(COLUMNS, {}), DAY)


def make_tables(accounts: Iterable[Mapping[str, Any]], **tables: Iterable[Mapping[str, Any]]) -> Database:
    """The tables that a step finds; an account is managed and key unless it says otherwise."""
    db, listed = Database(threads=1), list(accounts)
    columns = {name: SQL_TYPES[kind] for name, kind in COLUMNS.items()}
    db.create("measures", listed, {"account_id": "VARCHAR", **columns})
    db.create("accounts", listed, {"account_id": "VARCHAR", "name": "VARCHAR", "parent": "VARCHAR"})
    tiers = [{"tier": "strategic", "key_account": True, "candidate": False, **row} for row in listed]
    db.create(
        "tiers",
        tiers,
        {"account_id": "VARCHAR", "tier": "VARCHAR", "key_account": "BOOLEAN", "candidate": "BOOLEAN"},
    )
    db.create("managed", (row for row in listed if row.get("managed", True)), {"account_id": "VARCHAR"})
    for name, past in PAST_TABLES.items():
        db.create(name, tables.get(name, ()), past.columns)
    for name, other in OTHER_TABLES.items():
        db.create(name, tables.get(name, ()), other)
    return db


def _bind(kind: str, text: str) -> Any:
    node = parse_yaml(text, f"rules/{kind}.yaml")
    problems = check_schema(node, kind)
    assert problems == [], problems
    return bind(node, RECORDS[kind])
