"""From roles to people and their addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.telling import (
    EMAIL,
    Tables,
    event,
    make_project,
    notices,
    rule,
)


def test_tasks_go_to_who_has_them(tmp_path: Path) -> None:
    """``assignee`` is the member of the task; tasks of the team have no account."""
    tables: Tables = {
        "events": [
            event(
                key="e1", kind="task_late", subject="cadence:visit:A1:2026-03-01", sentence="逾期1天：回访"
            ),
            event(
                None,
                key="e2",
                kind="task_late",
                subject="cadence:training:li:2026-03-01",
                sentence="逾期：培训",
            ),
        ],
        "tasks": [
            {"task_key": "cadence:visit:A1:2026-03-01", "account_id": "A1", "member": "wang"},
            {"task_key": "cadence:training:li:2026-03-01", "account_id": None, "member": "li"},
        ],
    }
    project = make_project(
        tmp_path, rule(on="task_late", to="[assignee]", when="rule in ('visit', 'training')")
    )
    found = notices(project, tables)
    assert [(row["recipient"], row["accounts"]) for row in found] == [("li", []), ("wang", ["A1"])]
    assert found[0]["text"].startswith("⚪ 团队\n  逾期：培训\n")


def test_a_task_that_is_over_is_told_to_who_acts_now(tmp_path: Path) -> None:
    """A digest tells of a task that was done since; the member who had it may have left, and hears nothing of it."""
    key = "cadence:visit:A1:2026-03-01"
    tables: Tables = {
        "events": [event(key="e1", kind="task_late", subject=key, sentence="逾期1天：回访")],
        "past_tasks": [{"task_key": key, "account_id": "A1", "role": "account_manager", "member": "li"}],
        "owners": [{"account_id": "A1", "role": "account_manager", "member": "wang"}],
    }
    project = make_project(tmp_path, rule(on="task_late", to="[assignee]", when="rule = 'visit'"))
    assert [row["recipient"] for row in notices(project, tables)] == ["wang"]
    found = notices(project, {**tables, "owners": []})
    assert [row["recipient"] for row in found] == ["li"]


def test_a_lost_account_is_told_to_who_had_it(tmp_path: Path) -> None:
    """Where nobody acts any more, whoever acted at the base run hears it."""
    tables: Tables = {
        "events": [event("A9", kind="account_gone", sentence="数据中已没有该客户")],
        "past_owners": [{"account_id": "A9", "role": "account_manager", "member": "li"}],
    }
    project = make_project(tmp_path, rule(on="account_gone", when="true", to="[owner]"))
    assert [row["recipient"] for row in notices(project, tables)] == ["li"]


@pytest.mark.parametrize(
    ("to", "tables", "recipient", "reason"),
    [
        ("[after_sales]", {}, "", "这些客户没有售后服务专员"),
        ("[zhao]", {}, "zhao", "赵强没有渠道email的地址"),
        (
            "[owner]",
            {"owners": [{"account_id": "A1", "role": "account_manager", "member": "ghost"}]},
            "ghost",
            "team.yaml中没有“ghost”",
        ),
    ],
    ids=["nobody has the role", "no address", "unknown member"],
)
def test_what_reaches_nobody_is_kept_and_says_why(
    tmp_path: Path, to: str, tables: Tables, recipient: str, reason: str
) -> None:
    """Undeliverable notices are rows like the others."""
    project = make_project(tmp_path, rule(to=to), EMAIL)
    (row,) = notices(project, {"events": [event()], **tables})
    assert (row["state"], row["recipient"], row["reason"]) == ("undeliverable", recipient, reason)
    assert row["events"] == ["e1"]


def test_a_role_without_anybody_is_said_once(tmp_path: Path) -> None:
    """Not once a channel."""
    project = make_project(tmp_path, rule(to="[after_sales]"), EMAIL + "  letters: {type: file}\n")
    assert [row["state"] for row in notices(project, {"events": [event()]})] == ["undeliverable"]


def test_an_address_of_the_channel_comes_before_the_plugins(tmp_path: Path) -> None:
    """``addresses`` of a member names channels of the project."""
    channels = EMAIL + "  wecom: {type: webhook, url: 'https://example.com'}\n"
    found = notices(make_project(tmp_path, rule(), channels), {"events": [event()]})
    assert {row["channel"]: row["address"] for row in found} == {"email": "wang@example.com", "wecom": "wf"}
