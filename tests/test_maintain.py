"""What is to be done: cadences, tasks of stages, actions of plans, and what people have done about them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from keyaccounts import DAY, make_project, make_tables

from kaframe.errors import RuleError
from kaframe.maintain import check, plan_tasks

VISIT = """\
cadences:
  - {id: visit, applies: revenue > 100, every: 14 days, last: last_visit_on, role: account_manager,
     title: {en: Visit, zh: 拜访}, lead: 3 days, first: 5 working days}
"""
TEAM = """\
members:
  - {id: li, name: Li, roles: [lead], training: {talk: 2026-02-16}}
  - {id: chen, name: Chen, roles: [account_manager]}
  - {id: gone, name: Gone, roles: [lead], leaves: 2026-01-31}
assignments: [{role: account_manager, from: owner}]
training: [{id: talk, label: Talk}]
"""
OWNERS = [{"account_id": "a", "role": "account_manager", "member": "chen"}]
BASE = [{"run_id": "r1", "as_of": date(2026, 2, 23)}]


def run(
    folder: Path, account: dict[str, Any], rules: str = VISIT, language: str = "en", **tables: Any
) -> Any:
    """The rows of ``tasks`` for one account."""
    project = make_project(folder, TEAM, language, maintain=rules)
    db = make_tables([{"account_id": "a", "revenue": 500, **account}], owners=OWNERS, **tables)
    plan_tasks(project, db)
    rows = db.rows("SELECT * FROM tasks ORDER BY task_key")
    db.close()
    return rows


def past(key: str, state: str = "open", **more: Any) -> dict[str, Any]:
    kind, rule, account, _ = key.split(":")
    return {
        "task_key": key,
        "account_id": account,
        "kind": kind,
        "rule": rule,
        "title": "Visit",
        "role": "account_manager",
        "member": "chen",
        "opened_on": date(2026, 2, 2),
        "due_on": date(2026, 2, 27),
        "state": state,
        **more,
    }


@pytest.mark.parametrize(
    ("last", "due", "state", "late"),
    [
        pytest.param(date(2026, 2, 9), date(2026, 2, 23), "late", 7, id="a week late"),
        pytest.param(date(2026, 2, 16), date(2026, 3, 2), "due", 0, id="due today"),
        pytest.param(date(2026, 2, 19), date(2026, 3, 5), "due", 0, id="within its lead"),
        pytest.param(date(2026, 2, 20), date(2026, 3, 6), "planned", 0, id="before its lead"),
        pytest.param(date(2026, 2, 21), date(2026, 3, 9), "planned", 0, id="Saturday becomes Monday"),
    ],
)
def test_due_after_the_last_time(tmp_path: Path, last: date, due: date, state: str, late: int) -> None:
    """It is due so long after the last time, on the next working day."""
    (row,) = run(tmp_path, {"last_visit_on": last}, language="zh")
    assert (row["due_on"], row["state"], row["days_late"], row["last_on"]) == (due, state, late, last)
    assert (row["title"], row["member"], row["kind"], row["rule"]) == ("拜访", "chen", "cadence", "visit")
    assert row["task_key"] == f"cadence:visit:a:{date.fromordinal(last.toordinal() + 1)}"


@pytest.mark.parametrize("revenue", [50, None], ids=["not for it", "cannot be known"])
def test_a_cadence_applies_where_its_condition_holds(tmp_path: Path, revenue: float | None) -> None:
    """Where the condition does not hold, or cannot be known, nothing is asked for."""
    assert run(tmp_path, {"revenue": revenue, "last_visit_on": date(2026, 1, 1)}) == []


def test_the_later_of_data_and_log_counts(tmp_path: Path) -> None:
    """What people log counts as well as what the data say; another kind of activity does not."""
    logged = [
        {"account_id": "a", "kind": "visit", "done_on": date(2026, 2, 26)},
        {"account_id": "a", "kind": "call", "done_on": date(2026, 3, 1)},
    ]
    (row,) = run(tmp_path, {"last_visit_on": date(2026, 2, 9)}, past_activities=logged)
    assert (row["last_on"], row["due_on"]) == (date(2026, 2, 26), date(2026, 3, 12))
    (row,) = run(tmp_path, {"last_visit_on": date(2026, 2, 27)}, past_activities=logged)
    assert row["last_on"] == date(2026, 2, 27)


def test_several_kinds_of_activities_may_count(tmp_path: Path) -> None:
    """Whoever visits has also been in contact."""
    logged = [{"account_id": "a", "kind": "call", "done_on": date(2026, 2, 26)}]
    rules = VISIT.replace("lead: 3 days", "activity: [visit, call]")
    (row,) = run(tmp_path, {"last_visit_on": date(2026, 2, 9)}, rules, past_activities=logged)
    assert row["last_on"] == date(2026, 2, 26)


def test_a_planned_visit_is_no_visit(tmp_path: Path) -> None:
    """A day of the data that lies ahead does not count as done."""
    (row,) = run(tmp_path, {"last_visit_on": date(2026, 3, 20)})
    assert row["last_on"] is None


def test_nothing_known_of_a_last_time(tmp_path: Path) -> None:
    """The obligation begins on the run that first asks; later runs see the same task with the same day."""
    (row,) = run(tmp_path, {})
    assert (row["task_key"], row["opened_on"], row["due_on"]) == (
        "cadence:visit:a:2026-03-02",
        DAY,
        date(2026, 3, 9),
    )
    (row,) = run(
        tmp_path,
        {},
        past_tasks=[past("cadence:visit:a:2026-02-20", opened_on=date(2026, 2, 20))],
        past_run=BASE,
    )
    assert (row["task_key"], row["opened_on"]) == ("cadence:visit:a:2026-02-20", date(2026, 2, 20))
    assert (row["due_on"], row["state"], row["days_late"]) == (date(2026, 2, 27), "late", 3)


def test_new_under_a_cadence_after_a_long_time(tmp_path: Path) -> None:
    """Who comes under a cadence only now has its grace; on the first run what is late is late."""
    long_ago = {"last_visit_on": date(2025, 6, 1)}
    (row,) = run(tmp_path, long_ago)
    assert (row["state"], row["due_on"], row["opened_on"]) == ("late", date(2025, 6, 16), date(2025, 6, 15))
    (row,) = run(tmp_path, long_ago, past_run=BASE)
    assert (row["state"], row["due_on"], row["opened_on"]) == ("planned", date(2026, 3, 9), DAY)
    opened = past(row["task_key"], opened_on=date(2026, 2, 23), due_on=date(2026, 3, 2))
    (row,) = run(tmp_path, long_ago, past_run=BASE, past_tasks=[opened])
    assert (row["state"], row["due_on"]) == ("due", date(2026, 3, 2))


def test_done_by_the_data(tmp_path: Path) -> None:
    """A visit that the data show closes the task, and the next one is planned."""
    rows = run(
        tmp_path,
        {"last_visit_on": date(2026, 3, 1)},
        past_run=BASE,
        past_tasks=[past("cadence:visit:a:2026-02-14")],
    )
    assert [(row["task_key"], row["state"], row["done_on"], row["days_late"]) for row in rows] == [
        ("cadence:visit:a:2026-02-14", "done", date(2026, 3, 1), 2),
        ("cadence:visit:a:2026-03-02", "planned", None, 0),
    ]


def test_done_by_people(tmp_path: Path) -> None:
    """A task marked as done counts as the last time, and is shown once; older ones are history."""
    tasks = [
        past("cadence:visit:a:2026-02-14", "done", done_on=date(2026, 2, 25)),
        past("cadence:visit:a:2026-01-10", "done", done_on=date(2026, 2, 13)),
    ]
    rows = run(tmp_path, {"last_visit_on": date(2026, 2, 10)}, past_run=BASE, past_tasks=tasks)
    assert [(row["task_key"], row["state"]) for row in rows] == [
        ("cadence:visit:a:2026-02-14", "done"), ("cadence:visit:a:2026-02-26", "planned"),
    ]  # fmt: skip
    assert rows[1]["due_on"] == date(2026, 3, 11)


def test_done_on_the_day_it_was_opened(tmp_path: Path) -> None:
    """A first task that is done on its first day does not stand in the way of the next one."""
    key = f"cadence:visit:a:{DAY}"
    rows = run(tmp_path, {}, past_tasks=[past(key, "done", done_on=DAY)])
    assert [row["task_key"] for row in rows] == [key, "cadence:visit:a:2026-03-03"]
    early = past("cadence:visit:a:2026-03-03", "done", done_on=DAY)
    rows = run(tmp_path, {}, past_tasks=[past(key, "done", done_on=DAY), early])
    assert rows[-1]["task_key"] == "cadence:visit:a:2026-03-04"


def test_snoozed(tmp_path: Path) -> None:
    """What people have put off is snoozed until its day has come."""
    account = {"last_visit_on": date(2026, 2, 9)}
    for until, state in ((date(2026, 3, 3), "snoozed"), (DAY, "late")):
        (row,) = run(tmp_path, account, past_tasks=[past("cadence:visit:a:2026-02-10", snoozed_until=until)])
        assert row["state"] == state


def test_what_nothing_asks_for_any_more_is_gone(tmp_path: Path) -> None:
    """Open tasks of the past whose rule, stage or account is gone are not carried on."""
    tasks = [
        past("cadence:call:a:2026-02-14"),
        past("stage:think.read:a:2026-02-14"),
        past("cadence:visit:z:2026-02-14"),
    ]
    assert run(tmp_path, {"revenue": 1}, past_tasks=tasks) == []


def test_tasks_of_stages_and_actions(tmp_path: Path) -> None:
    """They stand in the same list under the key they have, and leave it when they are done."""
    stage = {
        "task_key": "stage:think.read:a:2026-02-20",
        "account_id": "a",
        "stage": "think",
        "task": "read",
        "title": "Read",
        "role": "lead",
        "member": "li",
        "due_on": date(2026, 2, 27),
    }
    action = {
        "task_key": "action:save.call:a:2026-02-20",
        "account_id": "a",
        "strategy": "save",
        "action": "call",
        "title": "Call",
        "role": "lead",
        "member": "li",
        "due_on": date(2026, 4, 1),
    }
    done = {**past("action:save.call:a:2026-02-20", "done"), "done_on": date(2026, 2, 28)}
    rows = run(tmp_path, {"revenue": 1}, stage_tasks=[stage], actions=[action])
    assert [(row["rule"], row["state"], row["days_late"]) for row in rows] == [
        ("save.call", "planned", 0), ("think.read", "late", 3),
    ]  # fmt: skip
    rows = run(tmp_path, {"revenue": 1}, stage_tasks=[stage], actions=[action], past_tasks=[done])
    assert [(row["rule"], row["state"], row["done_on"]) for row in rows] == [
        ("save.call", "done", date(2026, 2, 28)), ("think.read", "late", None),
    ]  # fmt: skip
    old = done | {"done_on": date(2026, 2, 1)}
    rows = run(
        tmp_path, {"revenue": 1}, stage_tasks=[stage], actions=[action], past_tasks=[old], past_run=BASE
    )
    assert [row["rule"] for row in rows] == ["think.read"]


def test_cadences_for_members(tmp_path: Path) -> None:
    """Each present member of the role has a task of their own; a training day of the team counts."""
    rules = (
        "cadences: [{id: learn, for: members, every: 1 month, activity: training, role: lead, title: Learn}]"
    )
    (row,) = run(tmp_path, {}, rules)
    assert (row["task_key"], row["account_id"], row["member"]) == ("cadence:learn:@li:2026-02-17", None, "li")
    assert (row["due_on"], row["last_on"]) == (date(2026, 3, 16), date(2026, 2, 16))


def test_dates_beyond_the_calendar(tmp_path: Path) -> None:
    """A cadence of a thousand years is planned for the end of the calendar."""
    (row,) = run(tmp_path, {"last_visit_on": date(2026, 2, 9)}, VISIT.replace("14 days", "99999 years"))
    assert (row["due_on"], row["state"]) == (date.max, "planned")


def test_check(tmp_path: Path) -> None:
    """Roles, ids, conditions and dates are looked at before anything runs."""
    rules = """\
cadences:
  - {id: visit, every: 0 days, role: account_manger, title: V, applies: revenu > 1, last: revenue}
  - {id: visit, every: 1 day, role: lead, for: members, title: V, applies: flag}
"""
    project = make_project(tmp_path, TEAM, maintain=rules)
    problems = check(project)
    assert [problem.code for problem in problems[:5]] == ["KF2180", "KF2180", "KF1320", "KF2181", "KF2182"]
    assert "did you mean 'revenue'?" in str(problems[5])
    assert problems[-1].code == "KF2183"
    assert check(make_project(tmp_path, TEAM, maintain=VISIT)) == []
    with pytest.raises(RuleError, match="revenu"):
        plan_tasks(project, make_tables([{"account_id": "a"}]))


def test_the_next_run_knows_its_tasks_again(tmp_path: Path) -> None:
    """What one run leaves open the next one finds under the same key, with the same days."""
    accounts = [{}, {"last_visit_on": date(2025, 6, 1)}, {"last_visit_on": date(2026, 2, 20)}]
    for account in accounts:
        for base in ([], BASE):
            (first,) = run(tmp_path, account, past_run=base)
            stored = {**first, "state": "open"}
            (second,) = run(tmp_path, account, past_run=[{"run_id": "r2", "as_of": DAY}], past_tasks=[stored])
            assert second == first


def test_history_is_not_carried_along(tmp_path: Path) -> None:
    """Ten years of visits that are done cost nothing but their last days; what was dropped begins anew."""
    tasks = [
        past(f"cadence:visit:a:{2016 + year}-01-01", "done", done_on=date(2016 + year, 1, 9))
        for year in range(10)
    ]
    rows = run(tmp_path, {}, past_run=BASE, past_tasks=tasks)
    assert [(row["task_key"], row["last_on"]) for row in rows] == [
        ("cadence:visit:a:2025-01-10", date(2025, 1, 9))
    ]
    dropped = past("cadence:visit:a:2026-02-10", "dropped", opened_on=date(2026, 2, 10))
    (row,) = run(tmp_path, {"last_visit_on": date(2026, 2, 9)}, past_run=BASE, past_tasks=[dropped])
    assert (row["opened_on"], row["due_on"], row["state"]) == (DAY, date(2026, 3, 9), "planned")
