"""Plans from rows: a project with strategies, the earlier steps run, and the step after them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from steps import AS_OF, Rows, make_database, make_project

from kaframe.database import Database
from kaframe.identify import identify_accounts
from kaframe.measure import measure_accounts
from kaframe.pasttables import PAST_TABLES
from kaframe.project import Project
from kaframe.score import score_accounts
from kaframe.status import colour_accounts
from kaframe.strategy import write_plans

RULES = {
    "identify": "tiers: [{id: key, key: true, when: is_key, label: {en: Key, zh: 重点}}, {id: standard, when: true}]",
    "measure": """
        measures:
          revenue: {label: {en: Revenue, zh: 销售额}, unit: currency, good: high, value: money}
          complaints: {label: {en: Complaints, zh: 投诉}, unit: count, good: low, value: trouble}
        """,
    "score": """
        scorecards:
          health:
            children:
              service: {children: {calm: {value: complaints, curve: [[0, 100], [10, 0]], label: {en: Calm, zh: 平静}}}}
              sales: {children: {size: {value: revenue, curve: [[0, 0], [100, 100]], label: {en: Size, zh: 规模}}}}
        """,
    "status": "rgb: {health: {green: {at_least: 75}, yellow: {at_least: 50}, red: else}}",
    "analyse": """
        analyses:
          - {id: loud, kind: condition, when: complaints > 5, sentence: Loud., label: {en: Loud, zh: 投诉多}}
          - {id: lost, kind: condition, when: complaints > 5, sentence: Lost.}
        """,
}
TEAM = """
members:
  - {id: li, name: Li, roles: [lead]}
  - {id: chen, name: Chen, roles: [account_manager]}
assignments: [{role: account_manager, from: owner}]
"""
ACCOUNTS: Rows = [
    {"account_id": "A", "name": "Alpha", "parent": None, "is_key": True, "money": 80.0, "trouble": 8.0},
    {"account_id": "B", "name": "Beta", "parent": None, "is_key": True, "money": 100.0, "trouble": 0.0},
    {"account_id": "c", "name": "Gamma", "parent": None, "is_key": False, "money": 5.0, "trouble": 0.0},
]
OTHERS = {
    "insights": {
        **dict.fromkeys(("account_id", "insight", "kind", "subject", "sentence"), "VARCHAR"),
        "value": "DOUBLE", "good": "BOOLEAN", "since": "DATE",
    },
    "owners": dict.fromkeys(("account_id", "role", "member", "holder", "via"), "VARCHAR"),
    "stages": dict.fromkeys(("account_id", "stage", "state"), "VARCHAR"),
}  # fmt: skip
LOUD = {"account_id": "A", "insight": "loud", "kind": "condition", "sentence": "Loud.", "good": False, "since": AS_OF}
CHEN = {"account_id": "A", "role": "account_manager", "member": "chen"}
PLAN = "{{ title }}: {% for strategy in strategies %}{{ strategy.label }};{% endfor %}\n"


def project_of(folder: Path, strategy: str, plan: str = PLAN, language: str = "en", **templates: str) -> Project:
    """A project with these strategies; ``plan`` is its template (the default pack's when empty)."""
    (folder / "templates").mkdir(parents=True, exist_ok=True)
    (folder / "team.yaml").write_text(TEAM, "utf-8")
    if plan:
        (folder / "templates" / "plan.md.j2").write_text(plan, "utf-8")
    for name, text in templates.items():
        (folder / "templates" / f"{name}.md.j2").write_text(text, "utf-8")
    project = make_project(folder, {**RULES, "strategy": strategy}, {"accounts": ACCOUNTS})
    return replace(project, config=replace(project.config, language=language))


def planned(project: Project, accounts: Rows = ACCOUNTS, **tables: Sequence[Mapping[str, Any]]) -> Database:
    """The database after the step; ``tables`` are those of other steps and of the past."""
    db = make_database({"accounts": accounts})
    for name, columns in OTHERS.items():
        db.create(name, tables.get(name, ()), columns)
    for name, past in PAST_TABLES.items():
        db.create(name, tables.get(name, ()), past.columns)
    for step in (measure_accounts, identify_accounts, score_accounts, colour_accounts, write_plans):
        step(project, db)
    return db


def plans(db: Database) -> dict[str, dict[str, Any]]:
    return {row["account_id"]: row for row in db.rows("SELECT * FROM plans ORDER BY account_id")}


def next_run(project: Project, db: Database, day: date, accounts: Rows = ACCOUNTS, **tables: Any) -> Database:
    """A later run over what this one has left."""
    made = db.rows("SELECT *, NULL AS decided_by, NULL AS decided_on FROM plans WHERE content_hash IS NOT NULL")
    tasks = [
        {"task_key": row["task_key"], "account_id": row["account_id"], "kind": "action", "state": "open",
         "rule": f"{row['strategy']}.{row['action']}", "opened_on": project.as_of}
        for row in db.rows("SELECT * FROM actions")
    ]  # fmt: skip
    past = {
        "past_run": [{"run_id": "1", "as_of": project.as_of, "revision": 1}],
        "past_plans": made, "past_goals": db.rows("SELECT * FROM goals"), "past_tasks": tasks,
    }  # fmt: skip
    return planned(project.on(day), accounts, **{**past, **tables})
