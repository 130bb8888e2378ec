"""The product, read aloud: load the data, recall the past, and answer thirteen questions, one table a step.

Each step is ``(project, db) -> None``: it reads tables of earlier steps and makes exactly its own (docs/tables.md).
Nothing outside the run's database changes before ``publish``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kaframe.analyse import analyse_accounts
from kaframe.assign import assign_owners
from kaframe.change import find_changes
from kaframe.commit import Committed, commit_run
from kaframe.data import load_tables
from kaframe.database import Database
from kaframe.deliver import Delivered, deliver_outbox
from kaframe.identify import identify_accounts
from kaframe.maintain import plan_tasks
from kaframe.measure import measure_accounts
from kaframe.notify import write_notices
from kaframe.project import Project
from kaframe.recall import recall_past
from kaframe.report import write_reports
from kaframe.score import score_accounts
from kaframe.stage import move_stages
from kaframe.status import colour_accounts
from kaframe.strategy import write_plans

Step = Callable[[Project, Database], None]

STEPS: tuple[tuple[str, Step], ...] = (
    ("data", load_tables),
    ("recall", recall_past),
    ("measure", measure_accounts),
    ("identify", identify_accounts),
    ("assign", assign_owners),
    ("analyse", analyse_accounts),
    ("score", score_accounts),
    ("status", colour_accounts),
    ("stage", move_stages),
    ("strategy", write_plans),
    ("maintain", plan_tasks),
    ("change", find_changes),
    ("notify", write_notices),
)
