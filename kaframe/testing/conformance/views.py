"""Runs to show: one of a small project with everything in it and hostile names, and one without anything."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from kaframe.database import Database
from kaframe.flow import preview
from kaframe.loading import load_project
from kaframe.records import RunView
from kaframe.report import table_rows, view_run
from kaframe.testing.packproject import write_pack_project

DAY = date(2026, 6, 30)
ACCOUNTS = """\
account_id,name,owner,revenue_hint
A1,长城贸易,manager,1
A2,<script>alert(1)</script>,manager,2
A3,"=cmd|' /C calc'!A0",second,3
A4,../../etc/passwd,second,4
"""
ORDERS = """\
account_id,ordered_on,amount,cost,product
A1,2026-06-01,900,500,Milk
A1,2026-03-01,800,500,Milk
A2,2026-05-01,500,400,Butter
A2,2025-05-01,900,400,Butter
A3,2026-01-15,200,100,Cheese
A4,2025-11-15,90,80,Cheese
"""
TABLES = "tables: {orders: {source: {reader: csv, path: orders.csv}, account: account_id, time: ordered_on}}\n"


@lru_cache(maxsize=2)
def sample_view(language: str) -> RunView:
    """The preview of a small project with the default rules, in a language."""
    with TemporaryDirectory(prefix="kaframe-sample-") as folder:
        root = write_pack_project(Path(folder), ["default"], language)
        (root / "accounts.csv").write_text(ACCOUNTS, encoding="utf-8")
        (root / "orders.csv").write_text(ORDERS, encoding="utf-8")
        config = root / "kaframe.yaml"
        config.write_text(config.read_text("utf-8") + TABLES, encoding="utf-8")
        project = load_project(root, as_of=DAY, use_plugins=False)
        db = Database()  # stays open as long as the view is kept
        preview(project, db)
        return view_run(project, table_rows(db), "2026-06-30.1", DAY)


def empty_view() -> RunView:
    """A run without any table."""
    return RunView("empty", "en", "EUR", DAY, "2026-06-30.1", lambda table: [], {}, {})
