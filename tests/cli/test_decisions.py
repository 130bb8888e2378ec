"""What people decide between runs: logs, stages, overrides, plans."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from cli.conftest import call


def test_logged_visit(own: Path) -> None:
    """A visit is kept, and it is said what it counts for; a misspelt kind is refused."""
    told = call("-C", own, "log", "visit", "Harbour", "--author", "sam", "--note", "new price list")
    assert told.code == 0
    assert "A002 (Harbour Retail)" in told.out
    assert "Visit the account" in told.err
    lines = json.loads(call("-C", own, "history", "A002", "--format", "json").out)
    assert [(line["subject"], line["who"]) for line in lines if line["what"] == "activity"] == [("visit", "sam")]
    wrong = call("-C", own, "log", "visitt", "A002", "--author", "sam")
    assert (wrong.code, "did you mean 'visit'?" in wrong.err) == (2, True)


def test_stage_by_hand(own: Path) -> None:
    """A move by hand waits for the next run, which uses it."""
    assert call("-C", own, "stage", "move", "A002", "strategi", "--reason", "r", "--author", "sam").code == 2
    assert call("-C", own, "stage", "move", "A002", "strategy", "--reason", "tender", "--author", "sam").code == 0
    assert "waits for the next run: A002 goes to the stage Strategy, by" in call("-C", own, "stage", "show", "A002").err
    assert call("-C", own, "run").code == 0
    (row,) = json.loads(call("-C", own, "stage", "show", "A002", "--format", "json").out)
    assert (row["stage"], row["by"]) == ("strategy", "hand")


def test_only_accounts_in_the_cycle_are_moved(own: Path) -> None:
    """A move that no run could use is refused at once."""
    commands = [call("-C", own, "accounts", which, "--format", "json") for which in ("--all", "--managed")]
    listed = [json.loads(told.out) for told in commands]
    everybody, managed = ({row["account_id"] for row in rows} for rows in listed)
    other = min(everybody - managed)
    for said in (("move", other, "strategy"), ("park", other), ("resume", other)):
        refused = call("-C", own, "stage", *said, "--reason", "r", "--author", "sam")
        assert (refused.code, "KF6070" in refused.err, refused.out) == (2, True, "")


def test_a_plan_that_could_not_be_written(own: Path) -> None:
    """Whoever asks for it is told why."""
    template = own / "templates" / "plan.en.md.j2"
    template.parent.mkdir()
    template.write_text("{{ 1 / 0 if account.name == 'Harbour Retail' else title }}", encoding="utf-8")
    shutil.rmtree(own / ".kaframe")
    assert call("-C", own, "run").code == 5
    refused = call("-C", own, "plans", "show", "A002")
    assert (refused.code, "the latest run could not write it" in refused.err) == (2, True)
    assert "plan.en.md.j2:1" in refused.err


def test_parked_until_somebody_resumes_it(own: Path) -> None:
    """Without a last day that is what is said, also while it waits for the next run."""
    told = call("-C", own, "stage", "park", "A002", "--reason", "x", "--author", "sam")
    assert told.out == "A002 is parked from the next run on, until somebody resumes it\n"
    waits = call("-C", own, "stage", "show", "A002").err
    assert waits == "waits for the next run: A002 is parked until somebody resumes it, by sam: x\n"


def test_override_needs_reason_and_expiry(own: Path) -> None:
    """A colour by hand holds from the next run on, beside the calculated one; clearing it ends it."""
    assert call("-C", own, "override", "set", "A002", "green", "--author", "sam").code == 2
    done = ("--until", "2099-01-01", "--reason", "agreed", "--author", "sam")
    assert call("-C", own, "override", "set", "A002", "gren", *done).code == 2
    assert call("-C", own, "override", "set", "A002", "green", *done).code == 0
    assert call("-C", own, "run").code == 0
    assert "set by sam until 2099-01-01: agreed; calculated: yellow" in call("-C", own, "explain", "A002").out
    assert call("-C", own, "override", "clear", "A002", "--author", "sam").code == 0
    assert json.loads(call("-C", own, "override", "list", "--format", "json").out) == []
    assert len(json.loads(call("-C", own, "override", "list", "--all", "--format", "json").out)) == 1


def test_an_override_of_the_past_is_not_silent(own: Path) -> None:
    """Set for days that are over it holds no more; the list says where it is, instead of nothing."""
    done = ("--until", "2020-02-20", "--on", "2020-02-01", "--reason", "agreed", "--author", "sam")
    assert call("-C", own, "override", "set", "A002", "green", *done).code == 0
    listed = call("-C", own, "override", "list")
    assert "run out before" in listed.err
    assert "1; 'kaframe override list --all' lists them" in listed.err
    assert "A002" in call("-C", own, "override", "list", "--all").out


def test_colours_cards_and_stages_are_said_and_understood_in_the_language(own: Path) -> None:
    """Whose project is Chinese types and reads the words of the report; data keep the ids."""
    config = own / "kaframe.yaml"
    config.write_text(config.read_text("utf-8").replace("language: en", "language: zh"), "utf-8")
    done = ("--until", "2099-01-01", "--reason", "已商定", "--author", "sam")
    told = call("-C", own, "override", "set", "A002", "绿", "--card", "关系健康度", *done)
    assert told.out == "自下次运行起，客户 A002 的关系健康度设定为 ● 绿，至 2099-01-01\n"
    listed = call("-C", own, "override", "list").out
    assert "关系健康度" in listed
    assert "● 绿" in listed
    assert "Sam Ortiz" in listed
    (row,) = json.loads(call("-C", own, "override", "list", "--format", "json").out)
    assert (row["card"], row["status"], row["author"]) == ("relationship", "green", "sam")
    assert call("-C", own, "override", "set", "A002", "蓝", *done).code == 2
    told = call("-C", own, "stage", "move", "A002", "战略制定", "--reason", "r", "--author", "sam")
    assert told.out == "客户 A002 将在下次运行时进入阶段 战略制定\n"


def test_plan_is_approved_by_its_role(own: Path) -> None:
    """Only who has the role that the plan asks for may approve it."""
    rows = json.loads(call("-C", own, "plans", "list", "--state", "waiting", "--format", "json").out)
    assert {row["approval"] for row in rows} == {"lead"}
    account = rows[0]["account_id"]
    assert call("-C", own, "plans", "show", account).out.startswith("# ")
    refused = call("-C", own, "plans", "approve", account, "--author", "kim")
    assert (refused.code, "KF6065" in refused.err) == (2, True)
    assert call("-C", own, "plans", "approve", account, "--author", "lead").code == 0
    (row,) = json.loads(call("-C", own, "plans", "list", "--account", account, "--format", "json").out)
    assert (row["state"], row["decided_by"]) == ("approved", "lead")


def test_a_plan_that_needs_no_approval(own: Path) -> None:
    """It is listed as such, and nobody can approve it."""
    rows = json.loads(call("-C", own, "plans", "list", "--format", "json").out)
    free = next(row["account_id"] for row in rows if row["approval"] is None)
    listed = call("-C", own, "plans", "list", "--account", free).out
    assert "needs no approval" in listed
    refused = call("-C", own, "plans", "approve", free, "--author", "lead")
    assert (refused.code, "KF6052" in refused.err) == (2, True)


def test_rejection_needs_a_reason(own: Path) -> None:
    """Without a reason nothing is rejected."""
    rows = json.loads(call("-C", own, "plans", "list", "--state", "waiting", "--format", "json").out)
    assert call("-C", own, "plans", "reject", rows[0]["account_id"], "--author", "lead").code == 2
    assert call("-C", own, "plans", "reject", rows[0]["account_id"], "--author", "lead", "--reason", "tame").code == 0


def test_history_by_run(finished: Path) -> None:
    """One line a published day, with colour, points, tier and stage."""
    (line,) = json.loads(call("-C", finished, "history", "A004", "--runs", "--format", "json").out)
    assert line["new"] == "red"
    assert line["note"].endswith("key, identification")
