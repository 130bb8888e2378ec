"""Which row of a decision table, or which case, is behind the points of an account."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaframe.data.ledger import QUALITY
from kaframe.explain import Deciding, explain_account
from kaframe.identify import identify_accounts
from kaframe.measure import measure_accounts
from kaframe.score import score_accounts
from kaframe.status import colour_accounts
from tests.steps import make_database, make_project

CSV = "x,points,reason\n>= 5,100,large\n>= 3,60,medium\nelse,0,\n"


def decided(folder: Path, leaf: str, x: float | None) -> tuple[float | None, tuple[Deciding, ...]]:
    """The points of the leaf and what is behind them, for an account with this x."""
    accounts = [{"account_id": "A", "x": x, "y": 1.0}, {"account_id": "B", "x": 1.0, "y": 1.0}]
    rules = {
        "score": f"scorecards:\n  main: {{children: {{leaf: {leaf}, other: {{value: y}}}}}}\n",
        "status": "rgb: {main: {green: {at_least: 75}, red: else}}\n",
    }
    (folder / "rules").mkdir()
    (folder / "rules/t.csv").write_text(CSV, encoding="utf-8")
    project = make_project(folder, rules, {"accounts": accounts})
    with make_database({"accounts": accounts}) as db:
        db.create("quality", [], QUALITY)
        for name in ("sources", "orphans"):
            db.create(name, [], {"table_name": "VARCHAR", "source": "VARCHAR"})
        for step in (measure_accounts, identify_accounts, score_accounts, colour_accounts):
            step(project, db)
        (node, _) = explain_account(project, db, "A")[0].nodes
    return node.points, node.decided


@pytest.mark.parametrize(
    ("leaf", "x", "points", "behind"),
    [
        ("{table: {hit: first, file: t.csv}}", 7.0, 100, [("rules/t.csv:2", "large")]),
        ("{table: {hit: first, file: t.csv}}", 4.0, 60, [("rules/t.csv:3", "medium")]),
        ("{table: {hit: first, file: t.csv}}", 0.0, 0, [("rules/score.yaml:2", "")]),
        ("{table: {hit: first, file: t.csv}}", None, None, []),
        ("{table: {file: t.csv}}", 7.0, None, [("rules/t.csv:2", "large"), ("rules/t.csv:3", "medium")]),
        ("{table: {hit: collect, collect: min, file: t.csv}}", 7.0, 60, [("rules/t.csv:3", "medium")]),
        ("{table: {hit: collect, collect: count, file: t.csv}}", 7.0, 2,
         [("rules/t.csv:2", "large"), ("rules/t.csv:3", "medium")]),
        ("{cases: [{when: x > 5, points: 9, reason: big}, {else: 1}]}", 7.0, 9, [("rules/score.yaml:2", "big")]),
        ("{value: x}", 7.0, 7, []),
    ],
)  # fmt: skip
def test_what_decided(
    tmp_path: Path, leaf: str, x: float | None, points: float | None, behind: list[tuple[str, str]]
) -> None:
    """The row with its line and reason; all that hold where they are put together, or contradict each other."""
    found, rows = decided(tmp_path, leaf, x)
    assert (found, [(row.rule, row.reason) for row in rows]) == (points, behind)
