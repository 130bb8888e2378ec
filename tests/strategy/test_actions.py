"""Actions and improvements: who, until when, why, and that they stay the same task."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from plans import ACCOUNTS, CHEN, LOUD, next_run, planned, project_of
from steps import AS_OF

from kaframe.database import Database

RULES = """
improve: {lost: 3, most: 1}
strategies:
  - id: calm
    label: Calm
    when: complaints > 5
    actions:
      - {id: meet, role: lead, within: 5 working days, title: {en: Meet, zh: 会面}, because: loud}
      - {id: call, role: account_manager, within: 3 days, title: Call, because: service.calm}
      - {id: never, role: lead, within: 3 days, title: Never, when: complaints > 100}
improvements:
  - {id: quiet, node: service, role: account_manager, within: 10 days, title: Listen}
  - {id: grow, node: sales.size, role: lead, within: 10 days, title: Grow}
"""
TABLES: dict[str, Any] = {"insights": [LOUD], "owners": [CHEN]}


def actions(db: Database) -> dict[str, dict[str, Any]]:
    return {f"{row['account_id']}:{row['strategy']}.{row['action']}": row for row in db.rows("SELECT * FROM actions")}


def test_an_action_has_a_person_a_day_and_a_reason(tmp_path: Path) -> None:
    """The lead is for all accounts, the account manager the account's own; working days are counted."""
    found = actions(planned(project_of(tmp_path, RULES), **TABLES))
    meet, call = found["A:calm.meet"], found["A:calm.call"]
    assert meet["task_key"] == "action:calm.meet:A:2026-06-30"
    assert (meet["member"], meet["due_on"], meet["because"]) == ("li", date(2026, 7, 7), "Loud")
    assert (call["member"], call["due_on"], call["because"]) == ("chen", date(2026, 7, 3), "Calm")
    assert "A:calm.never" not in found


def test_the_improvement_answers_the_largest_loss(tmp_path: Path) -> None:
    """A is red for its complaints; B is green, so nothing is to be improved there."""
    found = actions(planned(project_of(tmp_path, RULES), **TABLES))
    assert [name for name in found if "improve" in name] == ["A:improve.quiet"]
    assert found["A:improve.quiet"]["because"] == "Calm: 40 points lost"


def test_the_same_action_keeps_its_key_and_day(tmp_path: Path) -> None:
    """A week later it is the same task, due on the same day."""
    project = project_of(tmp_path, RULES)
    first = planned(project, **TABLES)
    later = next_run(project, first, date(2026, 7, 7), **TABLES)
    assert actions(later) == actions(first)


def test_a_done_action_stays_done_while_the_strategy_goes_on(tmp_path: Path) -> None:
    """It keeps its key, so that the task is not opened again; the plan shows it as done."""
    plan = "{% for action in actions %}{{ action.title }} {{ action.is_done }};{% endfor %}"
    project = project_of(tmp_path, RULES, plan)
    first = planned(project, **TABLES)
    done = [{"task_key": "action:calm.meet:A:2026-06-30", "account_id": "A", "kind": "action", "rule": "calm.meet",
             "state": "done", "done_on": date(2026, 7, 2), "opened_on": AS_OF}]  # fmt: skip
    later = next_run(project, first, date(2026, 7, 7), past_tasks=done, **TABLES)
    assert actions(later)["A:calm.meet"]["task_key"] == "action:calm.meet:A:2026-06-30"
    assert "Meet yes;Call no;" in later.value("SELECT markdown FROM plans WHERE account_id = 'A'")


def test_a_strategy_that_comes_back_begins_anew(tmp_path: Path) -> None:
    """The last plan did not have it, so its actions are new tasks."""
    project = project_of(tmp_path, RULES)
    old = [{"task_key": "action:calm.meet:A:2025-01-15", "account_id": "A", "kind": "action", "rule": "calm.meet",
            "state": "done", "done_on": date(2025, 1, 20), "opened_on": date(2025, 1, 15)}]  # fmt: skip
    found = actions(planned(project, past_tasks=old, **TABLES))
    assert found["A:calm.meet"]["task_key"] == "action:calm.meet:A:2026-06-30"


def test_an_improvement_goes_on_until_it_is_done(tmp_path: Path) -> None:
    """Sales lose more now, but listening was begun and still answers lost points."""
    project = project_of(tmp_path, RULES)
    worse = [{**ACCOUNTS[0], "money": 0.0, "trouble": 6.0}, *ACCOUNTS[1:]]
    later = next_run(project, planned(project, **TABLES), date(2026, 7, 7), worse, **TABLES)
    found = actions(later)
    assert {name for name in found if "A:improve" in name} == {"A:improve.quiet", "A:improve.grow"}
    assert found["A:improve.quiet"]["task_key"] == "action:improve.quiet:A:2026-06-30"
