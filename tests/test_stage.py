"""The cycle of a key account: entering, moving on, waiting, parking, leaving."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from keyaccounts import DAY, make_project, make_tables

from kaframe.errors import RuleError
from kaframe.stage import check, move_stages

STAGES = """\
stages:
  - {id: look, label: {en: Look, zh: 识别}, owner: lead, within: 5 working days, start: true,
     to: [{stage: think, when: revenue > 100, label: {en: big enough, zh: 规模足够}}]}
  - id: think
    owner: market_analyst
    within: 10 working days
    tasks:
      - {id: interview, role: account_manager, title: {en: Interview, zh: 访谈}, within: 3 working days}
      - {id: reading, role: market_analyst, title: {en: Reading, zh: 阅读}}
    to:
      - {stage: care, when: region = 'south', requires: [interview]}
      - {stage: look, when: stage_days > 60 and open_tasks = 0}
  - {id: care, owner: account_manager,
     to: [{stage: look, when: plan_state = 'rejected' or insight_count >= 2}]}
"""
TEAM = """\
members: [{id: li, name: Li, roles: [lead]}, {id: chen, name: Chen, roles: [account_manager]}]
assignments: [{role: account_manager, from: owner}]
"""
OWNERS = [{"account_id": "a", "role": "account_manager", "member": "chen"}]


def past(stage: str, entered: date, **more: Any) -> dict[str, Any]:
    return {
        "account_id": "a",
        "stage": stage,
        "entered_on": entered,
        "counted_from": entered,
        "state": "on_track",
        "by": "rule",
        "reason": "before",
        **more,
    }


def done(task: str, entered: date) -> dict[str, Any]:
    return {
        "task_key": f"stage:think.{task}:a:{entered}",
        "rule": f"think.{task}",
        "account_id": "a",
        "kind": "stage",
        "state": "done",
        "done_on": DAY,
    }


def run(
    folder: Path, account: dict[str, Any], *, language: str = "en", calendar: str = "none", **tables: Any
) -> Any:
    """The account's row of ``stages`` (or None) and its tasks."""
    project = make_project(folder, TEAM, language, calendar, stage=STAGES)
    db = make_tables([{"account_id": "a", **account}], owners=OWNERS, **tables)
    move_stages(project, db)
    stages = db.rows("SELECT * FROM stages")
    tasks = db.rows("SELECT * FROM stage_tasks ORDER BY task")
    assert "stage_facts" not in db.tables()
    db.close()
    assert len(stages) <= 1
    return (stages[0] if stages else None), tasks


def test_a_new_key_account_enters_at_the_start(tmp_path: Path) -> None:
    """It enters on the day of the run and stays there for that run, whatever the conditions say."""
    row, tasks = run(tmp_path, {"revenue": 500}, language="zh")
    assert (row["stage"], row["entered_on"], row["due_on"]) == ("look", DAY, date(2026, 3, 9))
    assert (row["state"], row["by"], row["reason"], row["role"]) == (
        "on_track",
        "start",
        "新的重点客户",
        "lead",
    )
    assert row["member"] == "li"
    assert tasks == []


def test_a_candidate_does_not_enter(tmp_path: Path) -> None:
    """A near miss is managed but has no stage."""
    assert run(tmp_path, {"key_account": False, "candidate": True})[0] is None


@pytest.mark.parametrize(
    ("revenue", "stage", "waits"),
    [
        pytest.param(
            500,
            "think",
            "Interview; cannot be known: region = 'south'; not yet: stage_days > 60 and open_tasks = 0",
            id="holds",
        ),
        pytest.param(50, "look", "not yet: revenue > 100", id="does not hold"),
        pytest.param(None, "look", "cannot be known: revenue > 100", id="cannot be known"),
    ],
)
def test_a_condition_moves_the_account(tmp_path: Path, revenue: float | None, stage: str, waits: str) -> None:
    """Only a condition that is known to hold moves an account; what it waits for is told."""
    row, _ = run(tmp_path, {"revenue": revenue}, past_stages=[past("look", date(2026, 2, 26))])
    assert (row["stage"], row["waits_for"]) == (stage, waits)
    moved = (DAY, "look", "rule", "big enough")
    stayed = (date(2026, 2, 26), None, "rule", "before")
    found = (row["entered_on"], row["from_stage"], row["by"], row["reason"])
    assert found == (moved if stage == "think" else stayed)


def test_one_transition_a_run(tmp_path: Path) -> None:
    """Even when the next condition holds as well the account stops, with the new stage's tasks open."""
    row, tasks = run(
        tmp_path, {"revenue": 500, "region": "south"}, past_stages=[past("look", date(2026, 2, 26))]
    )
    assert row["stage"] == "think"
    assert [(task["task_key"], task["member"], task["due_on"]) for task in tasks] == [
        ("stage:think.interview:a:2026-03-02", "chen", date(2026, 3, 5)),
        ("stage:think.reading:a:2026-03-02", None, date(2026, 3, 16)),
    ]


def test_required_tasks(tmp_path: Path) -> None:
    """The way is open only when people have done what it requires, in this stay in the stage."""
    entered = date(2026, 2, 23)
    stages = [past("think", entered)]
    row, tasks = run(tmp_path, {"region": "south"}, past_stages=stages, past_tasks=[done("reading", entered)])
    assert (row["stage"], [task["task"] for task in tasks]) == ("think", ["interview"])
    assert row["waits_for"] == "Interview; not yet: stage_days > 60 and open_tasks = 0"
    row, _ = run(
        tmp_path, {"region": "south"}, past_stages=stages, past_tasks=[done("interview", date(2025, 1, 1))]
    )
    assert row["stage"] == "think"
    row, tasks = run(
        tmp_path, {"region": "south"}, past_stages=stages, past_tasks=[done("interview", entered)]
    )
    assert (row["stage"], row["reason"], row["due_on"], tasks) == (
        "care",
        "The conditions for 'care' hold",
        None,
        [],
    )


@pytest.mark.parametrize(
    ("entered", "state"),
    [
        pytest.param(date(2026, 2, 23), "on_track", id="due today"),
        pytest.param(date(2026, 2, 20), "behind", id="due on the last working day"),
        pytest.param(date(2026, 2, 16), "behind", id="twice the limit today"),
        pytest.param(date(2026, 2, 13), "stuck", id="beyond twice the limit"),
    ],
)
def test_on_track_behind_stuck(tmp_path: Path, entered: date, state: str) -> None:
    """Behind once the limit has passed, stuck once it has passed twice."""
    row, _ = run(tmp_path, {"revenue": 1}, past_stages=[past("look", entered)])
    assert row["state"] == state


def test_limits_know_the_holidays(tmp_path: Path) -> None:
    """Over the Spring Festival five working days take much longer."""
    row, _ = run(tmp_path, {"revenue": 1}, calendar="CN", past_stages=[past("look", date(2026, 2, 12))])
    assert (row["due_on"], row["state"]) == (date(2026, 2, 26), "behind")


@pytest.mark.parametrize(
    ("facts", "stage"),
    [
        pytest.param({"past_plans": [{"account_id": "a", "state": "rejected"}]}, "look", id="plan"),
        pytest.param({"insights": [{"account_id": "a"}, {"account_id": "a"}]}, "look", id="insights"),
        pytest.param({"past_plans": [{"account_id": "a", "state": "approved"}]}, "care", id="neither"),
    ],
)
def test_what_this_step_knows_beside_measures(tmp_path: Path, facts: dict[str, Any], stage: str) -> None:
    """Conditions may speak of the plan's state, of insights, of open tasks and days in the stage."""
    row, _ = run(tmp_path, {}, past_stages=[past("care", date(2026, 1, 5))], **facts)
    assert row["stage"] == stage


def test_days_and_tasks_in_conditions(tmp_path: Path) -> None:
    """An open task of any kind holds back what asks for none."""
    stages = [past("think", date(2025, 12, 1))]
    assert run(tmp_path, {}, past_stages=stages)[0]["stage"] == "look"
    open_task = {
        "task_key": "cadence:visit:a:2026-01-01",
        "account_id": "a",
        "kind": "cadence",
        "state": "open",
    }
    assert run(tmp_path, {}, past_stages=stages, past_tasks=[open_task])[0]["stage"] == "think"


def move(action: str, stage: str | None = None, until: date | None = None) -> dict[str, Any]:
    return {
        "account_id": "a",
        "action": action,
        "stage": stage,
        "until": until,
        "reason": "asked for",
        "author": "li",
        "made_on": date(2026, 2, 27),
        "move_id": 1,
    }


def test_moved_by_hand(tmp_path: Path) -> None:
    """What people do comes before what rules say, with who and why."""
    row, tasks = run(
        tmp_path,
        {"revenue": 500},
        past_stages=[past("look", date(2026, 2, 26))],
        past_moves=[move("move", "think")],
    )
    assert (row["stage"], row["entered_on"], row["by"], row["reason"]) == (
        "think",
        date(2026, 2, 27),
        "hand",
        "asked for (li)",
    )
    assert row["from_stage"] == "look"
    assert len(tasks) == 2
    candidate = {"key_account": False, "candidate": True}
    assert run(tmp_path, candidate, past_moves=[move("move", "care")])[0]["stage"] == "care"


def test_parked_until_a_day(tmp_path: Path) -> None:
    """A parked account is asked for nothing; when its day has come it goes on with a fresh limit."""
    look = past("look", date(2026, 1, 5))
    row, _ = run(
        tmp_path, {"revenue": 500}, past_stages=[look], past_moves=[move("park", until=date(2026, 4, 1))]
    )
    assert (row["state"], row["stage"]) == ("parked", "look")
    assert (row["parked_until"], row["due_on"]) == (date(2026, 4, 1), None)
    still = look | {"state": "parked", "parked_until": date(2026, 3, 3)}
    assert run(tmp_path, {"revenue": 500}, past_stages=[still])[0]["state"] == "parked"
    over = look | {"state": "parked", "parked_until": date(2026, 2, 27)}
    row, _ = run(tmp_path, {"revenue": 500}, past_stages=[over])
    assert (row["state"], row["stage"], row["counted_from"]) == ("on_track", "look", date(2026, 2, 27))
    assert (row["entered_on"], row["due_on"]) == (date(2026, 1, 5), date(2026, 3, 6))


def test_parked_without_end_and_resumed(tmp_path: Path) -> None:
    """Without a day it stays parked until somebody resumes it; the limit then counts from there."""
    parked = past("think", date(2026, 1, 5), state="parked")
    row, tasks = run(tmp_path, {"region": "south"}, past_stages=[parked])
    assert (row["state"], row["waits_for"], tasks) == ("parked", None, [])
    row, tasks = run(tmp_path, {"region": "south"}, past_stages=[parked], past_moves=[move("resume")])
    assert (row["state"], row["counted_from"], row["by"]) == ("on_track", date(2026, 2, 27), "hand")
    assert [task["due_on"] for task in tasks] == [date(2026, 3, 4), date(2026, 3, 13)]
    assert tasks[0]["task_key"] == "stage:think.interview:a:2026-01-05"


def test_leaving_the_cycle(tmp_path: Path) -> None:
    """What is neither key account nor near miss is shown once more as done, and then no more."""
    gone = {"key_account": False, "tier": "standard"}
    row, tasks = run(tmp_path, gone, past_stages=[past("think", date(2026, 2, 26))])
    assert (row["stage"], row["state"], row["reason"], tasks) == (
        "think",
        "done",
        "No longer a key account",
        [],
    )
    assert run(tmp_path, gone, past_stages=[past("think", date(2026, 2, 26), state="done")])[0] is None
    back, _ = run(tmp_path, {}, past_stages=[past("think", date(2026, 2, 26), state="done")])
    assert (back["stage"], back["by"]) == ("look", "start")


def test_a_stage_that_no_rule_knows(tmp_path: Path) -> None:
    """When the rules have lost a stage its accounts begin anew, and the reason says so."""
    row, _ = run(tmp_path, {}, past_stages=[past("old", date(2026, 2, 26))])
    assert (row["stage"], row["from_stage"], row["reason"]) == (
        "look",
        "old",
        "The stage 'old' no longer exists",
    )
    row, _ = run(
        tmp_path, {}, past_stages=[past("look", date(2026, 2, 26))], past_moves=[move("move", "older")]
    )
    assert (row["stage"], row["reason"]) == ("look", "The stage 'older' no longer exists")


def test_check(tmp_path: Path) -> None:
    """Every wrong name of the file is told at once."""
    wrong = """\
stages:
  - {id: a, owner: leed, start: true, within: 1 day, to: [{stage: b, requires: [x]}, {stage: c}, {stage: a}]}
  - {id: b, owner: lead, start: true, tasks: [{id: t, role: lead, title: T}, {id: t, role: lead, title: T}],
     to: [{stage: a, when: stage_day > 3}]}
"""
    problems = check(make_project(tmp_path, TEAM, stage=wrong))
    assert [problem.code for problem in problems][:9] == [
        "KF1320", "KF2175", "KF2170", "KF2174", "KF2173", "KF2172", "KF2173", "KF2172", "KF2171",
    ]  # fmt: skip
    assert "did you mean 'stage_days'?" in str(problems[9])
    assert check(make_project(tmp_path, TEAM, stage=STAGES)) == []


def test_a_wrong_condition_stops_the_run(tmp_path: Path) -> None:
    """A run does not go on with a condition that it cannot read."""
    project = make_project(tmp_path, TEAM, stage=STAGES.replace("revenue > 100", "revenu > 100"))
    with pytest.raises(RuleError, match="revenu"):
        move_stages(project, make_tables([{"account_id": "a"}]))
