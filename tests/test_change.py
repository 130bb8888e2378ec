"""Which changes since the base run are told, and in which words."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kaframe.change import find_changes
from tests.telling import BASE, Tables, base_run, make_database, make_project

KNOWN: Tables = {
    "past_run": base_run(),
    "managed": [{"account_id": "A1"}],
    "tiers": [{"account_id": "A1", "tier": "strategic", "key_account": True}],
    "past_tiers": [{"account_id": "A1", "tier": "strategic", "key_account": True}],
    "past_stages": [{"account_id": "A1", "stage": "analysis", "state": "on_track"}],
}


def events(
    root: Path, tables: Tables, language: str = "zh", known: Tables | None = None
) -> list[dict[str, Any]]:
    project = make_project(root, language=language)
    with make_database(**{**(KNOWN if known is None else known), **tables}) as db:
        find_changes(project, db)
        return db.rows("SELECT * FROM events")


def colour(status: str, **more: Any) -> dict[str, Any]:
    return {
        "account_id": "A1",
        "card": "relationship",
        "status": status,
        "why": "score",
        "points": 42.0,
        **more,
    }


def task(state: str, **more: Any) -> dict[str, Any]:
    key = "cadence:visit:A1:2026-03-01"
    given = {
        "task_key": key,
        "account_id": "A1",
        "title": "客户回访",
        "member": "wang",
        "due_on": date(2026, 3, 28),
    }
    return {**given, "state": state, **more}


def insight(**more: Any) -> dict[str, Any]:
    given = {
        "account_id": "A1",
        "insight": "decline",
        "sentence": "采购额连续下降",
        "value": 1000.0,
        "good": False,
    }
    return {**given, **more}


def plan(**more: Any) -> dict[str, Any]:
    given = {"account_id": "A1", "title": "恢复信任", "version": 2, "content_hash": "b", "state": "waiting"}
    return {**given, "approval": "lead", **more}


CASES: dict[str, tuple[Tables, dict[str, Any], str, str]] = {
    "status worse": (
        {
            "colours": [colour("red")],
            "past_colours": [colour("yellow")],
            "reasons": [{**colour(""), "rank": 1, "node": "delivery", "lost": 12.34}],
        },
        {"kind": "status_changed", "card": "relationship", "old": "yellow", "new": "red", "value": 42.0},
        "客户关系：黄 → 红（准时交付失12.3分）",
        "Relationship: yellow → red (Delivery on time lost 12.3 points)",
    ),
    "status better": (
        {
            "colours": [colour("green")],
            "past_colours": [colour("red")],
            "reasons": [{**colour(""), "rank": 1, "node": "delivery", "lost": 1.0}],
        },
        {"kind": "status_changed", "old": "red", "new": "green"},
        "客户关系：红 → 绿",
        "Relationship: red → green",
    ),
    "status by exception": (
        {
            "colours": [colour("red", why="exception", exception="notice_given")],
            "past_colours": [colour("green")],
        },
        {"kind": "status_changed", "old": "green", "new": "red"},
        "客户关系：绿 → 红（已发出解约通知）",
        "Relationship: green → red (Contract notice given)",
    ),
    "status by hand": (
        {
            "colours": [colour("yellow", why="override")],
            "past_colours": [colour("red")],
            "past_overrides": [
                {"account_id": "A1", "card": "relationship", "status": "yellow", "reason": "新合同"}
            ],
        },
        {"kind": "status_changed", "old": "red", "new": "yellow"},
        "客户关系：红 → 黄（新合同）",
        "Relationship: red → yellow (新合同)",
    ),
    "status unknown": (
        {"colours": [colour("no_data", why="no_data")], "past_colours": [colour("green")]},
        {"kind": "status_changed", "old": "green", "new": "no_data"},
        "客户关系：绿 → 数据不足（已知数据过少）",
        "Relationship: green → too little data (too little is known)",
    ),
    "override expired": (
        {
            "colours": [colour("red")],
            "past_colours": [colour("red")],
            "past_expired": [{"account_id": "A1", "card": "relationship", "status": "yellow"}],
        },
        {"kind": "override_expired", "old": "yellow", "new": "red"},
        "客户关系：人工设定的黄已到期，现为红",
        "Relationship: yellow, set by hand, has expired; it is red now",
    ),
    "tier": (
        {"tiers": [{"account_id": "A1", "tier": "standard", "key_account": False}], "managed": []},
        {"kind": "tier_changed", "old": "strategic", "new": "standard"},
        "客户等级：战略 → 普通",
        "Tier: Strategic → Standard",
    ),
    "new account": (
        {"past_tiers": [], "past_stages": []},
        {"kind": "account_new", "old": None, "new": "strategic"},
        "新客户，等级：战略",
        "New account, tier Strategic",
    ),
    "gone account": (
        {"tiers": [], "managed": []},
        {"kind": "account_gone", "old": "strategic", "new": None},
        "数据中已没有该客户（原等级：战略）",
        "No longer in the data (tier was Strategic)",
    ),
    "stage by hand": (
        {
            "stages": [
                {
                    "account_id": "A1",
                    "stage": "strategy",
                    "state": "on_track",
                    "by": "hand",
                    "reason": "客户催办",
                }
            ]
        },
        {"kind": "stage_changed", "old": "analysis", "new": "strategy"},
        "阶段：分析 → 战略制定（客户催办）",
        "Stage: Analysis → Strategy (客户催办)",
    ),
    "stuck": (
        {
            "stages": [
                {"account_id": "A1", "stage": "analysis", "state": "stuck", "entered_on": date(2026, 3, 1)}
            ]
        },
        {"kind": "stage_stuck", "subject": "analysis", "old": "on_track", "new": "stuck", "value": 30.0},
        "在“分析”阶段停滞，已30天",
        "Stuck in stage Analysis for 30 days",
    ),
    "owner": (
        {
            "owners": [{"account_id": "A1", "role": "account_manager", "member": "li"}],
            "past_owners": [{"account_id": "A1", "role": "account_manager", "member": "wang"}],
        },
        {"kind": "owner_changed", "subject": "account_manager", "old": "wang", "new": "li"},
        "客户经理：王芳 → 李娜",
        "Account manager: 王芳 → 李娜",
    ),
    "owner lost": (
        {"past_owners": [{"account_id": "A1", "role": "account_manager", "member": "gone.person"}]},
        {"kind": "owner_changed", "old": "gone.person", "new": None},
        "客户经理：gone.person → 无人",
        "Account manager: gone.person → nobody",
    ),
    "task opened": (
        {"tasks": [task("due")]},
        {"kind": "task_opened", "subject": "cadence:visit:A1:2026-03-01", "new": "due"},
        "待办：客户回访（王芳，2026-03-28前）",
        "To do: 客户回访 (王芳, by 2026-03-28)",
    ),
    "task late": (
        {"tasks": [task("late", days_late=1)], "past_tasks": [task("open")]},
        {"kind": "task_late", "new": "late", "value": 1.0},
        "逾期1天：客户回访（王芳，应于2026-03-28完成）",
        "1 day late: 客户回访 (王芳, was due 2026-03-28)",
    ),
    "task done": (
        {"tasks": [task("done")], "past_tasks": [task("done", done_by="li")]},
        {"kind": "task_done", "new": "done"},
        "已完成：客户回访（李娜）",
        "Done: 客户回访 (李娜)",
    ),
    "insight": (
        {"insights": [insight()]},
        {"kind": "insight_new", "subject": "decline", "new": "bad", "value": 1000.0},
        "采购额连续下降",
        "采购额连续下降",
    ),
    "insights of one kind": (
        {
            "insights": [
                insight(subject="P1", sentence="P1", value=5.0),
                insight(subject="P2", sentence="P2", value=-9.0),
                insight(subject="P3", sentence="P3", value=None),
            ],
            "past_insights": [insight(subject="P3")],
        },
        {"kind": "insight_new", "subject": "decline", "value": -4.0},
        "P2（另有1项）",
        "P2 (and 1 more)",
    ),
    "insight gone": (
        {"past_insights": [insight()]},
        {"kind": "insight_gone", "subject": "decline", "new": None},
        "已消失：decline",
        "No longer so: decline",
    ),
    "plan": (
        {"plans": [plan(version=1)]},
        {"kind": "plan_new", "new": "waiting", "value": 1.0},
        "新计划：恢复信任，由团队负责人审批",
        "New plan: 恢复信任, Team lead approves",
    ),
    "plan changed": (
        {"plans": [plan()], "past_plans": [plan(version=1, content_hash="a", state="approved")]},
        {"kind": "plan_changed", "old": "approved", "new": "waiting", "value": 2.0},
        "计划已更新，第2版：恢复信任，由团队负责人审批",
        "Plan changed, version 2: 恢复信任, Team lead approves",
    ),
}


@pytest.mark.parametrize(("tables", "expected", "zh", "en"), CASES.values(), ids=CASES)
def test_each_change_is_one_event_with_a_sentence(
    tmp_path: Path, tables: Tables, expected: dict[str, Any], zh: str, en: str
) -> None:
    """One row with old and new as ids, and a sentence with labels in either language."""
    (event,) = events(tmp_path / "zh", tables)
    assert {name: event[name] for name in expected} == expected
    assert event["account_id"] == "A1"
    assert event["sentence"] == zh
    (english,) = events(tmp_path / "en", tables, "en")
    assert english["sentence"] == en
    assert english["event_key"] == event["event_key"]


QUIET: dict[str, Tables] = {
    "nothing new": {},
    "same colour": {"colours": [colour("red")], "past_colours": [colour("red")]},
    "first colour of a card": {"colours": [colour("red")]},
    "nobody's account": {
        "colours": [{**colour("red"), "account_id": "X"}],
        "past_colours": [{**colour("green"), "account_id": "X"}],
    },
    "planned task": {"tasks": [task("planned")]},
    "task told before": {
        "tasks": [task("due")],
        "past_events": [{"kind": "task_opened", "subject": task("due")["task_key"], "as_of": BASE}],
    },
    "late at the base run already": {
        "tasks": [task("late", due_on=date(2026, 3, 20))],
        "past_tasks": [task("open", due_on=date(2026, 3, 20))],
    },
    "stuck before": {
        "stages": [{"account_id": "A1", "stage": "analysis", "state": "stuck", "entered_on": BASE}],
        "past_stages": [{"account_id": "A1", "stage": "analysis", "state": "stuck"}],
    },
    "same plan": {"plans": [plan()], "past_plans": [plan()]},
    "plan that failed": {"plans": [plan(problem="no template")]},
}


@pytest.mark.parametrize("tables", QUIET.values(), ids=QUIET)
def test_what_is_no_news_is_not_told(tmp_path: Path, tables: Tables) -> None:
    """No event for what was so before, and for accounts that nobody looks after."""
    assert events(tmp_path, tables) == []


def test_a_snoozed_task_is_late_when_its_rest_is_over(tmp_path: Path) -> None:
    """It was not late at the base run, although its day had passed."""
    tables: Tables = {
        "tasks": [task("late", due_on=date(2026, 3, 20), days_late=11)],
        "past_tasks": [task("open", due_on=date(2026, 3, 20), snoozed_until=date(2026, 3, 29))],
    }
    assert [event["kind"] for event in events(tmp_path, tables)] == ["task_late"]


def test_a_first_run_tells_only_what_asks_for_something(tmp_path: Path) -> None:
    """No storm of new accounts, colours and good news, but warnings, tasks and plans."""
    known: Tables = {"managed": [{"account_id": "A1"}], "tiers": KNOWN["tiers"]}
    tables: Tables = {
        "colours": [colour("red")],
        "owners": [{"account_id": "A1", "role": "account_manager", "member": "li"}],
        "tasks": [task("due"), task("late", task_key="k2", days_late=3), task("done", task_key="k3")],
        "insights": [insight(), insight(insight="chance", good=True), insight(insight="neutral", good=None)],
        "plans": [plan()],
    }
    found = events(tmp_path, tables, known=known)
    assert [event["kind"] for event in found] == ["insight_new", "plan_new", "task_late", "task_opened"]
    assert found[0]["subject"] == "decline"


def test_the_key_tells_a_change_from_the_same_change_later(tmp_path: Path) -> None:
    """The same change since another base run is another event; the same run again gives the same key."""
    tables: Tables = {"tiers": [{"account_id": "A1", "tier": "standard", "key_account": False}]}
    (first,) = events(tmp_path, tables)
    (again,) = events(tmp_path, tables)
    (later,) = events(tmp_path, {**tables, "past_run": base_run(date(2026, 3, 30))})
    assert first["event_key"] == again["event_key"] != later["event_key"]
