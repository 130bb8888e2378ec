"""The step strategy: plans, their versions and approval, and what is wrong before a run."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from plans import ACCOUNTS, CHEN, LOUD, RULES, next_run, planned, plans, project_of
from steps import make_project

from kaframe.strategy import check

CALM = """
strategies:
  - {id: calm, label: {en: Calm, zh: 安抚}, when: insight.loud, approval: lead, template: calm.md.j2,
     goals: [{id: quiet, measure: complaints, target: 2, by: 90 days}],
     offers: [{id: hotline, role: lead, label: Hotline}],
     actions: [{id: meet, role: lead, within: 5 days, title: Meet}]}
  - {id: keep, label: {en: Keep, zh: 维护}, otherwise: true}
"""
SECTION = "{{ account.name }} has {{ measures.complaints | shown }}"
PLAN = "# {{ title }}\n{% for strategy in strategies %}{{ strategy.section }} ({{ strategy.label }}){% endfor %}\n"


def test_every_key_account_gets_a_plan(tmp_path: Path) -> None:
    """The section of its strategy, in it the account's own figures."""
    project = project_of(tmp_path, CALM, PLAN, calm=SECTION)
    assert check(project) == []
    found = plans(planned(project, insights=[LOUD]))
    assert found["A"]["markdown"] == "# Account plan: Alpha\nAlpha has 8 (Calm)\n"
    assert found["B"]["markdown"] == "# Account plan: Beta\n (Keep)\n"
    assert (found["A"]["version"], found["A"]["state"], found["A"]["approval"]) == (1, "waiting", "lead")
    assert (found["B"]["version"], found["B"]["state"], found["B"]["approval"]) == (1, "approved", None)


def test_an_approved_plan_stays_approved_while_the_figures_change(tmp_path: Path) -> None:
    """Complaints fall and the goal comes nearer: that is what was agreed, not another plan."""
    project = project_of(tmp_path, CALM, PLAN, calm=SECTION)
    first = planned(project, insights=[LOUD])
    approved = [{**row, "state": "approved", "decided_by": "li"} for row in plans(first).values()]
    fewer = [{**ACCOUNTS[0], "trouble": 6.0}, *ACCOUNTS[1:]]
    later = plans(next_run(project, first, date(2026, 7, 7), fewer, past_plans=approved, insights=[LOUD]))["A"]
    assert (later["version"], later["state"], later["made_on"]) == (1, "approved", date(2026, 6, 30))
    assert "Alpha has 6" in later["markdown"]


def test_a_changed_plan_is_a_new_version_that_waits(tmp_path: Path) -> None:
    """Another action is another agreement."""
    first = planned(project_of(tmp_path, CALM, PLAN, calm=SECTION), insights=[LOUD])
    approved = [{**row, "state": "approved"} for row in plans(first).values()]
    project = project_of(tmp_path, CALM.replace("title: Meet", "title: Meet twice"), PLAN, calm=SECTION)
    later = plans(next_run(project, first, date(2026, 7, 7), past_plans=approved, insights=[LOUD]))
    assert (later["A"]["version"], later["A"]["state"], later["A"]["made_on"]) == (2, "waiting", date(2026, 7, 7))
    assert later["B"]["version"] == 1


def test_a_rejected_plan_stays_rejected_until_it_changes(tmp_path: Path) -> None:
    """Saying no to a plan does not make it wait again the day after."""
    project = project_of(tmp_path, CALM, PLAN, calm=SECTION)
    first = planned(project, insights=[LOUD])
    rejected = [{**row, "state": "rejected"} for row in plans(first).values()]
    later = plans(next_run(project, first, date(2026, 7, 7), past_plans=rejected, insights=[LOUD]))
    assert later["A"]["state"] == "rejected"


def test_a_template_that_fails_takes_no_other_plan_with_it(tmp_path: Path) -> None:
    """Only the account with complaints divides by zero; its row says where, and is no version."""
    project = project_of(tmp_path, CALM, PLAN, calm="\n{{ 1 / (measures.complaints.value - 8) }}")
    found = plans(planned(project, insights=[LOUD]))
    assert found["B"]["markdown"] is not None
    assert found["A"]["problem"].startswith("templates/calm.md.j2:2:1: KF4006 the template fails")
    assert (found["A"]["markdown"], found["A"]["version"], found["A"]["content_hash"]) == (None, 0, None)
    assert (found["A"]["state"], json.loads(found["A"]["strategies"])) == ("draft", ["calm"])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_hostile_data_stay_text_in_the_plans_of_the_pack(tmp_path: Path, language: str) -> None:
    """A customer's name may look like markup; the plan shows it as it is."""
    hostile = "<script>alert(1)</script> [x](javascript:alert(1)) | # **b**"
    accounts = [{**ACCOUNTS[0], "name": hostile}]
    bad = {**LOUD, "sentence": hostile, "subject": hostile}
    project = project_of(tmp_path, CALM, "", language, calm=SECTION)
    project = _with_pack_measures(project, tmp_path)
    found = plans(planned(project, accounts, insights=[bad], owners=[CHEN]))["A"]
    assert found["problem"] is None
    assert hostile in found["title"]
    assert "<script" not in found["markdown"]
    assert "](javascript" not in found["markdown"].replace("\\](", "")


def _with_pack_measures(project: Any, folder: Path) -> Any:
    """The measures that the pack's plan speaks of, all of them unknown."""
    names = ("revenue_12m", "growth", "margin_12m", "target_attainment", "wallet_share", "satisfaction", "open_tickets",
             "days_since_contact")  # fmt: skip
    more = "".join(f"          {name}: {{value: money}}\n" for name in names)
    rules = {**RULES, "measure": RULES["measure"].rstrip(" ") + more, "strategy": CALM}
    loaded = make_project(folder, rules, {"accounts": ACCOUNTS})
    return replace(loaded, config=project.config)


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (("when: insight.loud", "when: insight.laud"), "KF2010", "did you mean 'insight.loud'?"),
        (("when: insight.loud", "when: complaints"), "KF2011", "boolean"),
        (("approval: lead", "approval: led"), "KF1320", "did you mean 'lead'?"),
        (("role: lead, within", "role: leed, within"), "KF1320", "did you mean 'lead'?"),
        (("measure: complaints", "measure: complants"), "KF2153", "did you mean 'complaints'?"),
        (("calm.md.j2", "clam.md.j2"), "KF4001", "did you mean 'calm.md.j2'?"),
        (("title: Meet", "title: Meet, because: laud"), "KF2155", "did you mean 'loud'?"),
        (("id: keep", "id: improve"), "KF2151", "choose another id"),
        (("otherwise: true", "otherwise: true, when: true"), "KF2152", "'otherwise'"),
        (("id: keep", "id: calm"), "KF2150", "stands twice"),
        (("id: hotline", "id: meet"), "KF2150", "stands twice"),
    ],
    ids=[
        "name",
        "type",
        "approval",
        "role",
        "measure",
        "template",
        "because",
        "reserved",
        "both",
        "twice",
        "part twice",
    ],
)
def test_problems_are_told_before_a_run(tmp_path: Path, change: tuple[str, str], code: str, words: str) -> None:
    """Each at the line of the rule, with the nearest name."""
    project = project_of(tmp_path, CALM.replace(*change), PLAN, calm=SECTION)
    problems = check(project)
    assert [problem.code for problem in problems] == [code]
    assert words in str(problems[0])
    assert problems[0].at is not None


def test_an_improvement_names_a_node_of_the_score(tmp_path: Path) -> None:
    """A leaf or a group of the primary card."""
    rules = "improvements: [{id: x, node: service.clam, role: lead, within: 5 days, title: X}]"
    [problem] = check(project_of(tmp_path, rules))
    assert str(problem).startswith("rules/strategy.yaml:1:30: KF2154 'service.clam' is no node")
    assert "did you mean 'service.calm'?" in problem.hint


def test_unknown_names_of_a_template_are_found_before_a_run(tmp_path: Path) -> None:
    """Also where the sample account does not come by."""
    section = "{% if account.name == 'never' %}\n{{ mesures.complaints }}{% endif %}\n{{ measures.complants | shown }}"
    problems = check(project_of(tmp_path, CALM, PLAN, calm=section))
    assert [str(problem) for problem in problems] == [
        "templates/calm.md.j2:2:1: KF4003 unknown name 'mesures' (did you mean 'measures'?)"
    ]
    problems = check(project_of(tmp_path, CALM, PLAN, calm=section.replace("mesures", "measures")))
    assert [str(problem) for problem in problems] == [
        "templates/calm.md.j2:3:1: KF4003 unknown name 'complants' (did you mean 'complaints'?)"
    ]


def test_without_strategies_there_are_no_plans(tmp_path: Path) -> None:
    """Nothing is asked for, so nothing is checked and nothing is written."""
    project = project_of(tmp_path, "strategies: []", "{{ broken", calm=SECTION)
    assert check(project) == []
    assert plans(planned(project)) == {}


def test_a_plan_template_that_is_not_there_is_told_at_the_first_strategy(tmp_path: Path) -> None:
    """The rule says which template it wants."""
    [problem] = check(project_of(tmp_path, f"plan: mine.md.j2\n{CALM}", PLAN, calm=SECTION))
    assert str(problem).startswith("rules/strategy.yaml:4:5: KF4001 no template 'mine.md.j2'")
