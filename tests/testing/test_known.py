"""The tables that tests may speak of are those of docs/tables.md."""

from __future__ import annotations

import re
from pathlib import Path

from kaframe.flow import STEPS
from kaframe.pasttables import PAST_TABLES
from kaframe.testing.known import MADE

PAGE = Path(__file__).parents[2] / "docs" / "tables.md"
# What tells how a run was made rather than what it says of accounts, or has a name of its own in each project.
APART = {
    "accounts", "sources", "loads", "quarantined", "renamed", "past_statuses", "past_points", "past_scores", "past_pin",
    "past_files", "past_renamed", "score_<card>",
}  # fmt: skip


def test_every_table_of_a_run_is_known() -> None:
    """A step that makes another table makes it known to tests too, and none is known that no step makes."""
    step, there = "", {}
    for line in PAGE.read_text("utf-8").splitlines():
        if line.startswith("## "):
            step = line[3:].strip()
        if step in STEPS and (found := re.match(r"\| `([a-z_<>]+)`", line)):
            there[found[1]] = step
    known = {table: step for table, (step, _) in MADE.items()} | dict.fromkeys(PAST_TABLES, "recall")
    del known["managed"]  # a view, told of in a sentence
    assert {table: step for table, step in there.items() if table not in APART} == known
