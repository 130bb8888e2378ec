"""Who is told what: recipients, channels, messages, and what is held back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from kaframe.errors import Location
from kaframe.notify import check, write_notices
from kaframe.project import Project
from kaframe.rules.layers import Layer
from kaframe.rules.load import load_rules
from tests.telling import TODAY, base_run, make_database, make_project

Tables = dict[str, Sequence[Mapping[str, Any]]]
Row = dict[str, Any]

EMAIL = "  email: {type: email, host: localhost, from: kam@example.com}\n"
RED = """\
notices:
  - {id: turned_red, on: status_changed, when: new = 'red', to: [account_manager, lead], title: 客户转红}
"""


def rule(**more: str) -> str:
    """A notice about red accounts for the account manager, with more keys."""
    keys = {
        "id": "turned_red",
        "on": "status_changed",
        "when": "new = 'red'",
        "to": "[account_manager]",
        **more,
    }
    return "notices:\n  - " + "\n    ".join(f"{key}: {value}" for key, value in keys.items()) + "\n"


def event(account: str | None = "A1", key: str = "e1", **more: Any) -> Row:
    given = {"event_key": key, "account_id": account, "kind": "status_changed", "card": "relationship"}
    return {**given, "old": "yellow", "new": "red", "value": 42.0, "sentence": "客户关系：黄 → 红", **more}


ACCOUNTS: Tables = {
    "past_run": base_run(),
    "accounts": [{"account_id": "A1", "name": "长城"}, {"account_id": "A2", "name": "黄河"}],
    "measures": [{"account_id": "A1", "revenue": 500.0}, {"account_id": "A2", "revenue": 50.0}],
    "tiers": [{"account_id": "A1", "tier": "strategic"}, {"account_id": "A2", "tier": "standard"}],
    "colours": [
        {"account_id": "A1", "card": "relationship", "status": "red"},
        {"account_id": "A2", "card": "relationship", "status": "yellow"},
    ],
    "owners": [
        {"account_id": "A1", "role": "account_manager", "member": "wang"},
        {"account_id": "A2", "role": "account_manager", "member": "wang"},
    ],
}


def notices(project: Project, tables: Tables | None = None) -> list[Row]:
    with make_database(**{**ACCOUNTS, **(tables or {})}) as db:
        write_notices(project, db)
        rows = db.rows("SELECT * FROM notices")
    return [
        {**row, "events": json.loads(row["events"]), "accounts": json.loads(row["accounts"])} for row in rows
    ]


def test_a_notice_reaches_every_role_on_every_channel(tmp_path: Path) -> None:
    """The account's own manager and the lead, by the declared channel, each with an own key."""
    found = notices(make_project(tmp_path, RED, EMAIL), {"events": [event()]})
    assert [(row["recipient"], row["channel"], row["address"]) for row in found] == [
        ("chen", "email", "chen@example.com"),
        ("wang", "email", "wang@example.com"),
    ]
    assert {row["state"] for row in found} == {"pending"}
    assert len({row["notice_key"] for row in found}) == 2
    assert found[0]["events"] == ["e1"]
    assert found[0]["accounts"] == ["A1"]
    assert found[0]["decided_on"] == TODAY


def test_the_message_reads_well(tmp_path: Path) -> None:
    """Worst account first, a line an event, the next open task, who sends it and when."""
    tables: Tables = {
        "events": [event("A2", "e2"), event(), event("A1", "e3", kind="stage_stuck", sentence="停滞30天")],
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
        "🔴 长城（红, 战略）\n  客户关系：黄 → 红\n  停滞30天\n  下一步：高层会面（陈晨，2026-04-03前）\n\n"
        "🟡 黄河（黄, 普通）\n  客户关系：黄 → 红\n\n"
        "nordwind · 2026-03-31\n"
    )
    assert "<b>🔴 长城（红, 战略）</b>" in row["html"]
    assert "<li>客户关系：黄 → 红</li>" in row["html"]


def test_the_message_reads_well_in_english(tmp_path: Path) -> None:
    """The same words in the other language; one account stands in the subject."""
    project = make_project(tmp_path, RED.replace("客户转红", "Turned red"), language="en")
    found = notices(project, {"events": [event(sentence="Relationship: yellow → red")]})
    assert found[0]["subject"] == "Turned red: 长城"
    assert found[0]["text"].startswith("🔴 长城 (red, Strategic)\n  Relationship: yellow → red\n")


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


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("revenue > 100", ["A1"]),
        ("tier = 'standard'", ["A2"]),
        ("value >= 42 and card = 'relationship'", ["A1", "A2"]),
        ("old = 'green'", []),
        ("kind = 'status_changed' and subject is null", ["A1", "A2"]),
        ("amount > 0", []),
    ],
    ids=["measure", "tier", "event", "nothing", "kind", "unknown is not true"],
)
def test_conditions_see_the_event_and_the_account(tmp_path: Path, when: str, told: list[str]) -> None:
    """Names of the event and names of its account may stand in one condition."""
    project = make_project(tmp_path, rule(when=when))
    found = notices(project, {"events": [event(), event("A2", "e2")]})
    assert [account for row in found for account in row["accounts"]] == told


@pytest.mark.parametrize(
    ("group_by", "accounts"),
    [("owner", [["A1", "A2"]]), ("account", [["A1"], ["A2"]]), ("none", [["A1"], ["A1"], ["A2"]])],
)
def test_messages_are_grouped(tmp_path: Path, group_by: str, accounts: list[list[str]]) -> None:
    """One message for a recipient, an account or an event."""
    tables: Tables = {"events": [event(), event("A1", "e2"), event("A2", "e3")]}
    found = notices(make_project(tmp_path, rule(group_by=group_by)), tables)
    assert sorted(row["accounts"] for row in found) == accounts


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


def test_an_address_of_the_channel_comes_before_the_plugins(tmp_path: Path) -> None:
    """``addresses`` of a member names channels of the project."""
    channels = EMAIL + "  wecom: {type: webhook, url: 'https://example.com'}\n"
    found = notices(make_project(tmp_path, rule(), channels), {"events": [event()]})
    assert {row["channel"]: row["address"] for row in found} == {"email": "wang@example.com", "wecom": "wf"}


def test_without_channels_the_console_tells(tmp_path: Path) -> None:
    """It is always there."""
    (row,) = notices(make_project(tmp_path, rule()), {"events": [event()]})
    assert (row["channel"], row["state"], row["address"]) == ("console", "pending", "")


def past_notice(day: date, key: str = "n1", events: Sequence[str] = (), **more: Any) -> Row:
    given = {"notice_key": key, "rule": "turned_red", "account_id": "A1", "recipient": "wang"}
    return {**given, "channel": "console", "decided_on": day, "events": json.dumps(list(events)), **more}


def past_event(day: date, key: str) -> Row:
    return {**event("A2", key), "as_of": day}


def test_too_much_is_held_back_and_told_later(tmp_path: Path) -> None:
    """Within the limit nothing goes out; the next message has what was held back, with its day."""
    project = make_project(tmp_path, rule(at_most="1 per 7 days"))
    yesterday = TODAY - timedelta(days=1)
    told = past_notice(TODAY - timedelta(days=6), events=["e0"])
    (held,) = notices(project, {"events": [event()], "past_notices": [told]})
    assert (held["state"], held["reason"]) == ("throttled", "7天内最多1条")
    earlier: Tables = {
        "events": [event()],
        "past_events": [past_event(TODAY - timedelta(days=7), "e0"), past_event(yesterday, "e9")],
        "past_notices": [{**told, "decided_on": TODAY - timedelta(days=7)}],
    }
    (row,) = notices(project, earlier)
    assert (row["state"], row["events"]) == ("pending", ["e1", "e9"])
    assert "[2026-03-30] 客户关系：黄 → 红" in row["text"]


def test_what_was_held_back_is_told_without_new_events(tmp_path: Path) -> None:
    """A quiet day still brings what waited; a held-back quiet day says nothing."""
    project = make_project(tmp_path, rule(at_most="1 per 2 days"))
    tables: Tables = {
        "past_events": [past_event(TODAY - timedelta(days=1), "e9")],
        "past_notices": [past_notice(TODAY - timedelta(days=2), events=["e0"])],
    }
    assert [row["events"] for row in notices(project, tables)] == [["e9"]]
    tables["past_notices"] = [past_notice(TODAY - timedelta(days=1), events=["e0"])]
    assert notices(project, tables) == []


def test_a_new_rule_does_not_dig_up_the_past(tmp_path: Path) -> None:
    """Who was never told anything by a rule gets what is new only."""
    project = make_project(tmp_path, rule(at_most="1 per 7 days"))
    tables: Tables = {"events": [event()], "past_events": [past_event(TODAY - timedelta(days=1), "e9")]}
    assert [row["events"] for row in notices(project, tables)] == [["e1"]]


def test_the_limit_counts_within_a_run_too(tmp_path: Path) -> None:
    """One message an event, but at most one a day about the same account."""
    project = make_project(tmp_path, rule(group_by="none", at_most="1 per day"))
    found = notices(project, {"events": [event(), event("A1", "e2"), event("A2", "e3")]})
    states = sorted((row["accounts"][0], row["state"]) for row in found)
    assert states == [("A1", "pending"), ("A1", "throttled"), ("A2", "pending")]


@pytest.mark.parametrize(
    ("digest", "base", "state"),
    [
        ("weekly", date(2026, 3, 30), "throttled"),
        ("weekly", date(2026, 3, 29), "pending"),
        ("daily", date(2026, 3, 30), "pending"),
        ("{on: tuesday}", date(2026, 3, 30), "pending"),
        ("{on: wednesday}", date(2026, 3, 25), "throttled"),
    ],
    ids=["Monday was told", "first run of the week", "daily", "Tuesday", "since Wednesday"],
)
def test_a_digest_waits_for_the_first_run_of_its_period(
    tmp_path: Path, digest: str, base: date, state: str
) -> None:
    """31 March 2026 is a Tuesday."""
    tables: Tables = {"events": [event()], "past_run": base_run(base)}
    (row,) = notices(make_project(tmp_path, rule(digest=digest)), tables)
    assert row["state"] == state


def test_a_digest_has_everything_since_the_last(tmp_path: Path) -> None:
    """What earlier runs of the week held back, and not what the last digest told."""
    tables: Tables = {
        "events": [event()],
        "past_run": base_run(date(2026, 3, 27)),
        "past_events": [
            past_event(date(2026, 3, 20), "too old"),
            past_event(date(2026, 3, 23), "told"),
            past_event(date(2026, 3, 25), "held"),
        ],
        "past_notices": [past_notice(date(2026, 3, 23), events=["told"])],
    }
    (row,) = notices(make_project(tmp_path, rule(digest="weekly")), tables)
    assert row["events"] == ["e1", "held"]


def test_a_revision_of_the_day_tells_only_what_is_new(tmp_path: Path) -> None:
    """What the day's first run put into the outbox is not told again."""
    tables: Tables = {
        "events": [event(), event("A2", "e2")],
        "past_notices": [past_notice(TODAY, events=["e1"])],
    }
    (row,) = notices(make_project(tmp_path, rule()), tables)
    assert row["events"] == ["e2"]
    assert notices(make_project(tmp_path, rule()), {**tables, "events": [event()]}) == []


def test_keys_are_the_same_for_the_same_run(tmp_path: Path) -> None:
    """And differ with the events."""
    project = make_project(tmp_path, rule())
    (first,), (again,), (other,) = (
        notices(project, {"events": [found]}) for found in (event(), event(), event(key="e2"))
    )
    assert first == again
    assert first["notice_key"] != other["notice_key"]


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


@pytest.mark.parametrize(
    ("text", "channels", "code", "hint"),
    [
        (rule(to="[acount_manager]"), "", "KF8002", "did you mean 'account_manager'?"),
        (rule(to="[assignee]"), "", "KF8003", "account_manager"),
        (rule(channels="[emial]"), EMAIL, "KF8004", "did you mean 'email'?"),
        (rule(when="revenu > 5"), "", "KF2010", "did you mean 'revenue'?"),
        (rule(), "  mail: {type: emial}\n", "KF8010", "did you mean 'email'?"),
        (rule(), "  mail: {type: file, form: pdf}\n", "KF1105", ""),
        (rule(), "  mail: {type: file, max_age: soon}\n", "KF1106", ""),
    ],
    ids=["role", "assignee", "channel", "condition", "type", "option", "common option"],
)
def test_check_finds_what_is_wrong(tmp_path: Path, text: str, channels: str, code: str, hint: str) -> None:
    """Each mistake is one problem with the nearest name."""
    (problem,) = check(make_project(tmp_path, text, channels))
    assert problem.at is not None
    assert hint in problem.hint
    assert problem.code == code or not hint


def test_a_pack_may_name_channels_that_are_not_there(tmp_path: Path) -> None:
    """They are left out; the project's own channels are used instead."""
    pack = Layer(tmp_path / "pack", "pack")
    pack.folder.mkdir()
    (pack.folder / "notify.yaml").write_text(rule(channels="[wecom, email]"), "utf-8")
    project = make_project(tmp_path / "project", channels=EMAIL)
    own = project.root / "rules"
    rules = load_rules([pack, Layer(own, "rules")])
    object.__setattr__(project, "rules", rules)
    assert check(project) == []
    assert [row["channel"] for row in notices(project, {"events": [event()]})] == ["email"]


def test_the_default_pack_is_right(tmp_path: Path) -> None:
    """Its notices compile against a project that has nothing but accounts."""
    from kaframe.bundled import folder

    text = (folder("rules") / "default" / "notify.yaml").read_text("utf-8")
    project = make_project(tmp_path, text)
    assert check(project) == []
    assert project.rules.notify.notices[0].at == Location("rules/notify.yaml", 6, 5)
