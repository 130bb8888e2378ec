"""How messages read, in both languages and with hostile data."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.telling import (
    Tables,
    event,
    make_project,
    notices,
    rule,
)


def test_the_message_reads_well(tmp_path: Path) -> None:
    """Worst account first, a line an event, the next open task, who sends it and when."""
    tables: Tables = {
        "events": [
            event("A2", "e2"),
            event(),
            event("A1", "e3", kind="stage_stuck", sentence="停滞30天", value=30.0),
        ],
        "tasks": [
            {"task_key": "k2", "account_id": "A1", "title": "高层会面", "member": "chen", "state": "due",
             "due_on": date(2026, 4, 3)},
            {"task_key": "k1", "account_id": "A1", "title": "季度回顾", "member": None, "state": "planned",
             "due_on": date(2026, 5, 3)},
        ],
    }  # fmt: skip
    project = make_project(tmp_path, rule(on="[status_changed, stage_stuck]", title="客户转红"))
    (row,) = notices(project, tables)
    assert row["subject"] == "客户转红（2个客户）"
    assert row["text"] == (
        "🔴 长城（红、战略）\n  客户关系：黄 → 红\n  停滞30天\n  下一步：高层会面（陈晨，2026-04-03前）\n\n"
        "🟡 黄河（黄、普通）\n  客户关系：黄 → 红\n\n"
        "nordwind · 2026-03-31\n"
    )
    assert "<b>🔴 长城（红、战略）</b>" in row["html"]
    assert "<li>客户关系：黄 → 红</li>" in row["html"]


def test_the_message_reads_well_in_english(tmp_path: Path) -> None:
    """The same words in the other language; one account stands in the subject."""
    project = make_project(tmp_path, rule(title="Turned red"), language="en")
    found = notices(project, {"events": [event(sentence="Relationship: yellow → red")]})
    assert found[0]["subject"] == "Turned red: 长城"
    assert found[0]["text"].startswith("🔴 长城 (red, Strategic)\n  Relationship: yellow → red\n")


def test_one_account_beside_the_team(tmp_path: Path) -> None:
    """The subject names the account; a task of the team's own is in the text."""
    keys = {"e1": "cadence:visit:A1:2026-03-01", "e2": "cadence:training:@wang:2026-03-01"}
    tables: Tables = {
        "events": [
            event("A1", "e1", kind="task_late", subject=keys["e1"], sentence="2 days late"),
            event(None, "e2", kind="task_late", subject=keys["e2"], sentence="Training"),
        ],
        "tasks": [
            {"task_key": keys["e1"], "account_id": "A1", "member": "wang"},
            {"task_key": keys["e2"], "account_id": None, "member": "wang"},
        ],
    }
    wanted = rule(on="task_late", to="[assignee]", when="rule in ('visit', 'training')", title="Your tasks")
    (row,) = notices(make_project(tmp_path, wanted, language="en"), tables)
    assert row["subject"] == "Your tasks: 长城"
    assert "The team\n  Training" in row["text"]


def test_long_messages_are_cut_and_counted(tmp_path: Path) -> None:
    """At most so many accounts, then the number of the others; all their events count as told."""
    tables: Tables = {
        "events": [event(f"B{number:02}", f"e{number}") for number in range(15)],
        "owners": [
            {"account_id": f"B{number:02}", "role": "account_manager", "member": "wang"}
            for number in range(15)
        ],
    }
    (row,) = notices(make_project(tmp_path, rule(accounts="3")), tables)
    assert "……以及另外12个客户" in row["text"]
    assert row["text"].count("⚪") == 3
    assert len(row["events"]) == 15


def test_an_overdue_next_step_says_so(tmp_path: Path) -> None:
    """A day that has passed is no day by which something will be done."""
    late = {
        "task_key": "k1",
        "account_id": "A1",
        "title": "回访",
        "state": "late",
        "due_on": date(2026, 3, 1),
    }
    (row,) = notices(make_project(tmp_path, rule()), {"events": [event()], "tasks": [late]})
    assert "下一步（已逾期）：回访（无人，应于2026-03-01完成）" in row["text"]


@pytest.mark.parametrize(
    ("name", "absent"),
    [
        ("<script>alert(1)</script>", "<script"),
        ("x\r\nBcc: thief@example.com", "\nBcc"),
        ("\x1b[2Jred\u202e", "\x1b"),
        ("@all <!channel> <at user_id='all'>", "@all"),
        ("<!channel>", "<!channel"),
        ("<at id=all></at>", "<at"),
        ("@所有人", "@所有人"),
        ("长" * 500, "长" * 301),
    ],
    ids=["script", "header", "escape", "at all", "channel", "at tag", "at all zh", "long"],
)
def test_names_of_the_data_do_no_harm(tmp_path: Path, name: str, absent: str) -> None:
    """Neither in the subject nor in the text (mentions, control characters) nor in the HTML (tags)."""
    tables: Tables = {"events": [event(sentence=name)], "accounts": [{"account_id": "A1", "name": name}]}
    (row,) = notices(make_project(tmp_path, rule()), tables)
    parts = [row["html"]] if absent == "<script" else [row["subject"], row["text"], row["html"]]
    assert all(absent not in part for part in parts)
