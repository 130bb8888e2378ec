"""Runs to make reports of: the example's, and a small one whose data are what a test wants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from kaframe.database import Database
from kaframe.flow import preview
from kaframe.loading import load_project
from kaframe.records import RunView
from kaframe.report import table_rows, view_run

EXAMPLE = Path(__file__).parents[2] / "examples" / "consumer-goods"
AS_OF = date(2026, 6, 30)
COLOURS = {"green": "#2e9e5b", "yellow": "#e0a100", "red": "#d43d3d", "no_data": "#8a8f98"}
TABLES = ("measures", "tiers", "colours", "score_health", "reasons", "owners", "insights", "stages", "tasks",
          "portfolio", "pareto", "tier_counts", "tier_totals", "colour_counts", "sources")  # fmt: skip
Row = dict[str, Any]


def example_view(db: Database) -> RunView:
    """The run of the example for the last day of its data, with its tables in ``db``; nothing is written."""
    project = load_project(EXAMPLE, as_of=AS_OF)
    preview(project, db)
    return view_run(project, table_rows(db), "2026-06-30.1", project.as_of)


def small_view(
    names: Sequence[str] = ("Alpha", "Beta", "Gamma"), language: str = "en", **tables: Sequence[Row]
) -> RunView:
    """A run of managed accounts A0, A1, ... with these names, the first red; ``tables`` replace its own."""
    ids = [f"A{place}" for place in range(len(names))]
    found = {**(_tables(ids, names) if ids else {}), **tables}

    def rows(table: str) -> Sequence[Mapping[str, Any]]:
        return found.get(table, found.get(table.removeprefix("managed."), ()))

    return RunView(
        project="small",
        language=language,
        currency="CNY",
        as_of=AS_OF,
        run_id="2026-06-30.1",
        rows=rows,
        labels={"measure.revenue": "Revenue", "tier.key": "Key", "status.red": "red", "status.green": "green",
                "node.health.sales": "Sales", "node.health.sales.growth": "Growth", "card.health": "Health",
                "role.manager": "Manager", "member.kim": "Kim", "stage.analysis": "Analysis",
                "insight.drop": "Buys less"},
        units={"revenue": "currency"},
        colours={"health": COLOURS},
        cards={"health": [{**_node("sales"), "children": [{**_node("sales.growth"), "measure": "growth"}]}]},
        scales={"health": (0.0, 100.0)},
        primary="health",
        display={"health": (1, "up")},
    )  # fmt: skip


def tiers(ids: Sequence[str], since: date) -> list[Row]:
    """Key accounts since a day."""
    return [{"account_id": key, "tier": "key", "calculated": "key", "key_account": True, "candidate": False,
             "since": since, "kept_by": None} for key in ids]  # fmt: skip


def insight(account_id: str, sentence: str, **fields: Any) -> Row:
    """A warning of the small run."""
    return {"account_id": account_id, "insight": "drop", "kind": "behaviour", "subject": None, "sentence": sentence,
            "value": 5000.0, "evidence": '{"revenue": 5000.0}', "good": False, "since": AS_OF, **fields}  # fmt: skip


def plan(account_id: str, markdown: str | None, **fields: Any) -> Row:
    """A plan of the small run."""
    return {"account_id": account_id, "version": 2, "strategies": '["grow"]', "title": "Plan", "markdown": markdown,
            "content_hash": "x", "state": "waiting", "approval": "manager", "made_on": AS_OF, "problem": None,
            "finding": None, **fields}  # fmt: skip


def event(
    account_id: str, kind: str, old: str | None = None, new: str | None = None, sentence: str = "It changed"
) -> Row:
    """A change of the small run."""
    return {"event_key": f"{account_id}{kind}{new}", "account_id": account_id, "kind": kind, "card": "health",
            "subject": None, "old": old, "new": new, "value": None, "sentence": sentence}  # fmt: skip


def task(account_id: str | None, title: str, days_late: int, member: str | None = "kim") -> Row:
    """A task of the small run, late or due."""
    late = {"state": "late" if days_late else "due", "days_late": days_late, "due_on": date(2026, 6, 30 - days_late)}
    return {"task_key": f"cadence:{title}:{account_id}", "account_id": account_id, "kind": "cadence", "rule": "visit",
            "title": title, "role": "manager", "member": member, "opened_on": AS_OF, "done_on": None, "last_on": None,
            **late}  # fmt: skip


def _node(path: str) -> Row:
    return {"path": path, "weight": 1.0, "aggregate": "", "measure": "", "rule": "score.yaml:3:1", "children": []}


def _tables(ids: Sequence[str], names: Sequence[str]) -> dict[str, list[Row]]:
    status = ["red", *["green"] * (len(ids) - 1)]
    points = [40.0, *[90.0] * (len(ids) - 1)]
    return {
        "measures": [{"account_id": key, "name": name, "parent": None, "revenue": 1000.0 * (place + 1), "growth": -0.25}
                     for place, (key, name) in enumerate(zip(ids, names, strict=True))],
        "tiers": tiers(ids, date(2026, 3, 31)),
        "colours": [{"account_id": key, "card": "health", "status": colour, "calculated": colour, "points": number,
                     "why": "score", "exception": None, "weakest": "sales", "since": AS_OF,
                     "calculated_points": number, "begun": None, "runs": None}
                    for key, colour, number in zip(ids, status, points, strict=True)],
        "score_health": [{"account_id": key, "sales": number, "sales.growth": number, "points": number, "coverage": 1.0,
                          "low": number, "high": number} for key, number in zip(ids, points, strict=True)],
        "reasons": [{"account_id": key, "card": "health", "rank": 1, "node": "sales.growth", "lost": 100 - number,
                     "points": number, "weight": 1.0, "value": "-0.25"}
                    for key, number in zip(ids, points, strict=True)],
        "owners": [{"account_id": key, "role": "manager", "member": "kim", "holder": "kim", "via": "rule"}
                   for key in ids],
        "insights": [insight(ids[0], "Buys less than before.")],
        "stages": [{"account_id": key, "stage": "analysis", "entered_on": AS_OF, "due_on": AS_OF, "state": "on_track",
                    "role": "manager", "member": "kim", "from_stage": None, "by": "start", "reason": None,
                    "counted_from": AS_OF, "parked_until": None, "waits_for": "an interview"} for key in ids],
        "tasks": [task(ids[0], "Visit", 3)],
        "portfolio": [{"measure": "revenue", "accounts": len(ids), "total": 6000.0, "top1": 0.5, "top5": 1.0,
                       "herfindahl": 0.38, "carry_80": 2}],
        "pareto": [{"measure": "revenue", "place": place + 1, "accounts": len(ids), "share": (place + 1) / len(ids)}
                   for place in range(len(ids))],
        "tier_counts": [{"tier": "key", "accounts": len(ids)}],
        "tier_totals": [{"tier": "key", "measure": "revenue", "total": 6000.0}],
        "colour_counts": [{"card": "health", "tier": "key", "status": "red", "managed": True, "accounts": 1}],
        "sources": [{"table_name": "accounts", "source": "accounts.csv", "rows_read": 4, "kept": 3, "quarantined": 1,
                     "left_out": 0, "after_as_of": 0, "orphans": 0, "quarantine_file": None, "fingerprint": "x"}],
    }  # fmt: skip
