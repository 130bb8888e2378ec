"""Goals: set, kept, judged, renewed, carried on."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from plans import ACCOUNTS, next_run, planned, project_of
from steps import AS_OF

from kaframe.database import Database

FALL = """strategies:
  - id: calm
    label: Calm
    when: complaints > {edge}
    goals: [{{id: quiet, measure: complaints, target: {target}, by: 100 days}}]
"""
DUE = AS_OF + timedelta(days=100)


def goals(db: Database) -> list[dict[str, Any]]:
    return db.rows("SELECT * FROM goals ORDER BY account_id, goal")


def with_trouble(trouble: float | None) -> list[dict[str, Any]]:
    """Account A with so many complaints."""
    return [{**ACCOUNTS[0], "trouble": trouble}, *ACCOUNTS[1:]]


def test_a_goal_is_set_with_its_start(tmp_path: Path) -> None:
    """From eight complaints to two; B has none and needs no such goal."""
    [row] = goals(planned(project_of(tmp_path, FALL.format(edge=-1, target=2))))
    assert row == {
        "account_id": "A", "strategy": "calm", "goal": "calm.quiet", "measure": "complaints", "label": "Complaints",
        "start_value": 8.0, "value": 8.0, "target": 2.0, "progress": 0.0, "set_on": AS_OF, "due_on": DUE,
        "state": "new",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("days", "trouble", "progress", "state"),
    [
        pytest.param(50, 5.0, 0.5, "on_track", id="half way in half the time"),
        pytest.param(50, 7.0, 0.1667, "behind", id="too slow"),
        pytest.param(50, 2.0, 1.0, "reached", id="reached"),
        pytest.param(50, 0.0, 1.0, "reached", id="more than reached"),
        pytest.param(50, 12.0, 0.0, "behind", id="worse than at the start"),
        pytest.param(50, None, None, "on_track", id="not known today"),
        pytest.param(101, 3.0, 0.8333, "missed", id="the day has passed"),
    ],
)
def test_progress_is_reported(
    tmp_path: Path, days: int, trouble: float | None, progress: float | None, state: str
) -> None:
    """Every later plan says how far the goal has come since it was set."""
    project = project_of(tmp_path, FALL.format(edge=-1, target=2))
    later = next_run(project, planned(project), AS_OF + timedelta(days=days), with_trouble(trouble))
    [row] = [row for row in goals(later) if row["account_id"] == "A"]
    assert (row["start_value"], row["progress"], row["state"], row["set_on"]) == (8.0, progress, state, AS_OF)


def test_a_goal_that_was_judged_is_set_anew(tmp_path: Path) -> None:
    """One run after the due day tells that it was missed; the next one begins again from today's value."""
    project = project_of(tmp_path, FALL.format(edge=-1, target=2))
    first = DUE + timedelta(days=1)
    missed = next_run(project, planned(project), first, with_trouble(6.0))
    again = next_run(project.on(first), missed, first + timedelta(days=7), with_trouble(6.0))
    [row] = goals(again)
    assert (row["state"], row["start_value"], row["set_on"]) == ("new", 6.0, first + timedelta(days=7))


def test_a_computed_target_is_kept(tmp_path: Path) -> None:
    """Half of the complaints of the day it was set, not of today's."""
    project = project_of(tmp_path, FALL.format(edge=-1, target="complaints / 2"))
    [row] = goals(next_run(project, planned(project), date(2026, 7, 31), with_trouble(6.0)))
    assert (row["target"], row["progress"]) == (4.0, 0.5)


def test_a_target_that_the_rule_changes_is_set_anew(tmp_path: Path) -> None:
    """The rule says three now, so the old goal is no measure any more."""
    before = planned(project_of(tmp_path, FALL.format(edge=-1, target=2)))
    project = project_of(tmp_path, FALL.format(edge=-1, target=3))
    [row] = goals(next_run(project, before, date(2026, 7, 31), with_trouble(6.0)))
    assert (row["target"], row["start_value"], row["state"]) == (3.0, 6.0, "new")


def test_the_goals_of_a_strategy_that_is_over_are_still_judged(tmp_path: Path) -> None:
    """The complaints are gone and with them the strategy: the last plan has worked, and the next one says so."""
    plan = "{% for goal in last_goals %}{{ goal.label }} {{ goal.state_label }}{% endfor %}"
    project = project_of(tmp_path, FALL.format(edge=5, target=2), plan)
    later = next_run(project, planned(project), date(2026, 7, 31), with_trouble(1.0))
    assert [(row["goal"], row["state"]) for row in goals(later)] == [("calm.quiet", "reached")]
    assert later.value("SELECT markdown FROM plans WHERE account_id = 'A'") == "Complaints reached\n"
