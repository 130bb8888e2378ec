"""Actions and improvements: who, until when, why, and that they stay the same task."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from plans import ACCOUNTS, CHEN, LOUD, next_run, planned, project_of
from plans import RULES as PLANS
from steps import AS_OF, make_project

from kaframe.database import Database
from kaframe.explain import explain_account
from kaframe.project import Project
from kaframe.strategy import check

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


SEGMENTS = """
scorecards:
  health:
    label: {en: Health, zh: 健康}
    family: fit
    default: true
    children:
      service: {children: {calm: {value: complaints, curve: [[0, 100], [10, 0]], label: {en: Calm, zh: 平静}}}}
      sales: {children: {size: {value: revenue, curve: [[0, 0], [100, 100]], label: {en: Size, zh: 规模}}}}
  small:
    family: fit
    applies: revenue < 90
    children:
      care: {children: {peace: {value: complaints, curve: [[0, 100], [9, 0]], label: {en: Peace, zh: 安稳}}}}
"""
OF_SEGMENTS = """
improve: {lost: 3, most: 3}
improvements:
  - {id: quiet, node: service, role: lead, within: 10 days, title: {en: Listen, zh: 倾听}}
  - {id: visit, node: care.peace, role: lead, within: 10 days, title: {en: Visit, zh: 拜访}}
strategies:
  - {id: keep, label: {en: Keep, zh: 维护}, otherwise: true,
     actions: [{id: meet, role: lead, within: 5 days, title: Meet, because: care.peace}]}
"""


@pytest.mark.parametrize(
    ("language", "because"),
    [("en", {"A": "Peace: 88.9 points lost", "B": "Calm: 40 points lost"}),
     ("zh", {"A": "安稳：失88.9分", "B": "平静：失40分"})],
)  # fmt: skip
def test_improvements_follow_the_card_of_the_account(tmp_path: Path, language: str, because: dict[str, str]) -> None:
    """Both have too many complaints; the small account by the card of its segment, the other by the default one."""
    project = of_segments(tmp_path, language)
    assert check(project) == []
    accounts = [ACCOUNTS[0], {**ACCOUNTS[1], "trouble": 8.0}, *ACCOUNTS[2:]]
    found = actions(planned(project, accounts, **TABLES))
    wanted = {"A": "visit", "B": "quiet"}
    assert {name for name in found if "improve" in name} == {f"{who}:improve.{what}" for who, what in wanted.items()}
    assert {who: found[f"{who}:improve.{what}"]["because"] for who, what in wanted.items()} == because


def test_a_node_of_no_card_of_the_family_is_told(tmp_path: Path) -> None:
    """With the nearest node of any of them, and the names of all."""
    rules = OF_SEGMENTS.replace("node: care.peace", "node: care.peece")
    (problem,) = check(of_segments(tmp_path, "en", rules))
    assert "KF2154 'care.peece' is no node of the primary scorecards 'health', 'small'" in str(problem)
    assert "did you mean 'care.peace'?" in problem.hint


def test_a_node_of_another_card_is_told_where_it_belongs(tmp_path: Path) -> None:
    """Improvements are about the primary card; what another card tells is a strategy's."""
    cards = SEGMENTS.replace("default: true", "default: true\n    primary: true")
    cards += "  desk: {children: {tickets: {value: complaints, curve: [[0, 100], [9, 0]]}}}\n"
    desk = "  - {id: desk, node: tickets, role: lead, within: 10 days, title: Desk}"
    rules = OF_SEGMENTS.replace("improvements:", f"improvements:\n{desk}", 1)
    (problem,) = check(of_segments(tmp_path, "en", rules, cards))
    assert problem.code == "KF2154"
    assert problem.hint == "it is one of 'desk': write a strategy with 'when: weakest.desk = ...'"


def of_segments(folder: Path, language: str, rules: str = OF_SEGMENTS, cards: str = SEGMENTS) -> Project:
    """A project whose small accounts have a card of their own."""
    project_of(folder, rules)
    colours = "{green: {at_least: 75}, yellow: {at_least: 50}, red: else}"
    status = f"rgb: {{health: {colours}, small: {colours}}}"
    texts = {**PLANS, "score": cards, "status": status, "strategy": rules}
    project = make_project(folder, texts, {"accounts": ACCOUNTS})
    return replace(project, config=replace(project.config, language=language))


def test_a_family_is_explained_by_the_card_of_the_account(tmp_path: Path) -> None:
    """Asked by the name of the family each account gets its own card; by that of a card only those that have it."""
    project = of_segments(tmp_path, "en")
    db = planned(project, **TABLES)
    db.create("sources", [], {"table_name": "VARCHAR", "source": "VARCHAR"})
    assert [one.card for one in explain_account(project, db, "A", ("fit",))] == ["small"]
    assert [one.card for one in explain_account(project, db, "B", ("fit",))] == ["health"]
    assert explain_account(project, db, "B", ("small",)) == []
