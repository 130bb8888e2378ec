"""Tests of rules, written into a file and run on a small project that is loaded once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from smallproject import write_project

from kaframe.loading import load_project
from kaframe.project import Project
from kaframe.testing import Result, Selection
from kaframe.testing.suite import run_project

CONFIG = """\
version: 1
project: small
language: en
currency: EUR
accounts: {source: {reader: csv, path: data/accounts.csv}, name: account}
tables:
  orders: {source: {reader: csv, path: data/orders.csv}, time: ordered_on, unique: [order_id]}
"""
RULES = {
    "rules/status.yaml": """\
version: 1
rgb:
  relationship:
    override: merge
    hold: 14 days
""",
}


def small_project(folder: Path) -> Project:
    """The project; its own data play no part in tests of rules."""
    root = write_project(folder, {"kaframe.yaml": CONFIG, **RULES})
    return load_project(root, as_of=date(2026, 6, 30))


def run_text(project: Project, text: str, name: str = "rules.yaml", coverage: bool = False) -> Result:
    """Run the tests of a text as if it stood in the project's ``tests/``."""
    path = project.root / "tests" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text if text.startswith("version") else f"version: 1\nas_of: 2026-06-30\ntests:\n{text}", "utf-8")
    return run_project(project, Selection(files=(path,)), coverage)
