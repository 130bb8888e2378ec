"""Step ``strategy``: a personal plan for every key account."""

from __future__ import annotations

from kaframe.database import Database
from kaframe.errors import Problem
from kaframe.project import Project

PLANS = {
    "account_id": "VARCHAR", "version": "BIGINT",
    **dict.fromkeys(("strategies", "title", "markdown", "content_hash", "state", "approval"), "VARCHAR"),
    "made_on": "DATE", "problem": "VARCHAR",
}  # fmt: skip
ACTIONS = {
    **dict.fromkeys(("account_id", "strategy", "action", "task_key", "title", "role", "member"), "VARCHAR"),
    "due_on": "DATE", "because": "VARCHAR",
}  # fmt: skip
GOALS = {
    **dict.fromkeys(("account_id", "strategy", "goal", "measure", "label"), "VARCHAR"),
    **dict.fromkeys(("start_value", "value", "target", "progress"), "DOUBLE"),
    **dict.fromkeys(("set_on", "due_on"), "DATE"),
    "state": "VARCHAR",
}  # fmt: skip


def write_plans(project: Project, db: Database) -> None:
    """Write the plan of every key account."""
    db.create("plans", [], PLANS)
    db.create("actions", [], ACTIONS)
    db.create("goals", [], GOALS)


def check(project: Project) -> list[Problem]:
    """What is wrong with the strategies."""
    return []
