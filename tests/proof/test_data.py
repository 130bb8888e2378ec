"""What the data show of the rules, on a project of some dozen accounts."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from kaframe.checks import check_data, check_rulebook
from kaframe.cli import run_command
from kaframe.database import Database
from kaframe.errors import Problem
from kaframe.flow import preview
from kaframe.loading import load_project
from kaframe.project import Project
from tests.badproject import DAY
from tests.proof.soundproject import write_project

MEASURES = """\
measures:
  revenue: {from: orders, value: sum(amount), empty: 0}
  last_order: {from: orders, value: max(ordered_on)}
  days_since_order: {value: days_since(last_order)}
  orders_a_year: {from: orders, value: count(), empty: 0}
  double: {value: 2 * revenue + 1}
"""
SCORE = """\
semantics:
  kaframe: {override: merge, minimum_coverage: 0.7}
scorecards:
  relationship:
    primary: true
    children:
      money: {value: revenue, bands: [{at_least: 100000, points: 100}, {at_least: 100, points: 50}, {else: 0}]}
      twice: {value: double, curve: [[0, 0], [9000, 100]]}
      habit: {value: orders_a_year, curve: [[0, 0], [3, 100]]}
      recency:
        cases:
          - {when: days_since_order > 4000, points: 0}
          - {when: days_since_order >= 0, points: 80}
"""
STATUS = """\
rgb:
  relationship:
    green: {at_least: 75}
    yellow: {at_least: 50}
    red: else
    exceptions:
      - {id: huge, when: revenue > 1000000, status: green}
      - {id: some, when: revenue > 3000, status: green}
"""


def look(root: Path, count: int) -> tuple[list[Problem], dict[str, float]]:
    """What is found with so many accounts; every account but the first has one order, the larger the later."""
    write_project(root)
    (root / "rules/measure.yaml").write_text(MEASURES, "utf-8")
    (root / "rules/score.yaml").write_text(SCORE, "utf-8")
    (root / "rules/status.yaml").write_text(STATUS, "utf-8")
    accounts = "".join(f"A{number},Name {number},kim\n" for number in range(count))
    orders = "".join(f"A{number},2026-{1 + number % 6:02}-11,{number * 100},EUR\n" for number in range(1, count))
    (root / "data/accounts.csv").write_text(f"account_id,account,owner\n{accounts}", "utf-8")
    (root / "data/orders.csv").write_text(f"account_id,ordered_on,amount,currency\n{orders}", "utf-8")
    (root / "data/renamed.csv").write_text("old_id,new_id\n", "utf-8")
    return shown(load_project(root, as_of=date.fromisoformat(DAY)))


def shown(project: Project) -> tuple[list[Problem], dict[str, float]]:
    """What the data of a project show, after nothing was found in its rules."""
    assert check_rulebook(project) == []
    with Database() as db:
        preview(project, db, until="change")
        return check_data(project, db)


def test_the_data_show_what_no_rule_says(tmp_path: Path) -> None:
    """Each with its place and its count; nothing of rules that some account meets."""
    found, missing = look(tmp_path, 40)
    told = [(problem.code, problem.message, problem.example) for problem in found]
    assert told == [
        ("KF2383", "'revenue' and 'double' rank the accounts alike and both count in scorecards",
         "rank correlation 1.000 over 40 accounts"),
        ("KF2381", "none of 40 accounts is in this band of 'money'", "0 of 40 accounts"),
        ("KF2381", "none of 40 accounts is in this case of 'recency'", "0 of 40 accounts"),
        ("KF2380", "the condition of exception 'huge' is true for none of 40 accounts", "0 of 40 accounts"),
    ]  # fmt: skip
    assert missing == {"last_order": 1 / 40, "days_since_order": 1 / 40}
    places = {problem.code: str(problem.at) for problem in found if problem.at}
    assert places["KF2380"] == "rules/status.yaml:7:26"
    assert places["KF2383"] == "rules/measure.yaml:6:3"


def test_key_accounts_without_a_card_are_counted(tmp_path: Path) -> None:
    """Which no rule can tell, since the tier rests on the same revenue; of those on a card nothing is said."""
    look(tmp_path, 40)
    (tmp_path / "rules/identify.yaml").write_text("tiers: [{id: key, key: true, when: revenue >= 0}]\n", "utf-8")
    change(tmp_path, "score", "primary: true", "primary: true\n    applies: revenue < 3000")
    found, _ = shown(load_project(tmp_path, as_of=date.fromisoformat(DAY)))
    told = [(problem.message, str(problem.at)) for problem in found if problem.code == "KF2331"]
    assert told == [("10 of 40 key accounts are without any scorecard", "rules/score.yaml:4:3")]
    change(tmp_path, "score", "applies: revenue < 3000", "applies: key_account")
    found, _ = shown(load_project(tmp_path, as_of=date.fromisoformat(DAY)))
    assert "KF2331" not in {problem.code for problem in found}


def test_few_accounts_prove_nothing(tmp_path: Path) -> None:
    """Below thirty it would be chance; the shares are told all the same."""
    found, missing = look(tmp_path, 29)
    assert found == []
    assert missing["last_order"] == pytest.approx(1 / 29)


def test_a_measure_that_never_differs_is_told(tmp_path: Path) -> None:
    """On a day before the first order nothing differs yet."""
    look(tmp_path, 40)
    found, _ = shown(load_project(tmp_path, as_of=date(2020, 1, 1)))
    constant = [problem.message for problem in found if problem.code == "KF2382"]
    assert "the measure 'revenue' is the same for every account that has it" in constant
    assert "the measure 'last_order' is missing for every account" in constant


def test_rows_keys_and_conditions_that_no_account_meets_are_told(tmp_path: Path) -> None:
    """Rows of decision tables, keys of maps, values that no key takes; strategies, ways and cadences."""
    look(tmp_path, 40)
    rows = '[{when: ["< 1"], points: 0}, {when: [">= 90"], points: 100}, {when: ["[1..90)"], points: 50}]'
    (tmp_path / "rules/score.yaml").write_text(
        SCORE + f"      often: {{table: {{inputs: [orders_a_year], rows: {rows}}}}}\n"
        "      who: {value: owner, map: {kim: 100, pat: 0}}\n"
        "      name: {value: account, map: {Name 1: 100}}\n", "utf-8")  # fmt: skip
    (tmp_path / "rules/identify.yaml").write_text("tiers: [{id: key, key: true, when: true}]\n", "utf-8")
    for file, old, new in (
        ("strategy", "when: status = 'green' or status = 'red'", "when: revenue > 70000 or status = 'red'"),
        ("stage", "requires: [call]}", "requires: [call], when: revenue > 80000}"),
        ("maintain", "applies: key_account", "applies: revenue > 90000"),
    ):
        path = tmp_path / f"rules/{file}.yaml"
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    found, _ = shown(load_project(tmp_path, as_of=date.fromisoformat(DAY)))
    told = [(problem.code, problem.message) for problem in found]
    for expected in (
        ("KF2381", "none of 40 accounts is in this row of 'often'"),
        ("KF2381", "none of 40 accounts has the key 'pat' in the map of 'who'"),
        ("KF2384", "39 of 40 accounts have a value that the map of 'name' does not list"),
        ("KF2380", "the condition of the way from 'start' to 'care' is true for none of 40 managed accounts"),
        ("KF2380", "the condition of cadence 'visit' is true for none of 40 managed accounts"),
    ):
        assert told.count(expected) == 1, told
    assert not any("'kim'" in message or "strategy 'grow'" in message for _, message in told)
    assert next(problem.example for problem in found if problem.code == "KF2384") == (
        "'Name 0' (1), 'Name 10' (1), 'Name 11' (1) and 36 more"
    )


def change(root: Path, file: str, old: str, new: str) -> None:
    """Write a rule file anew with one thing changed."""
    path = root / f"rules/{file}.yaml"
    assert old in path.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def test_notices_and_insights_that_never_come_are_told(tmp_path: Path) -> None:
    """A notice that no event of its kinds meets; a strategy for an insight that nobody has, and not the other way."""
    look(tmp_path, 40)
    (tmp_path / "rules/identify.yaml").write_text("tiers: [{id: key, key: true, when: true}]\n", "utf-8")
    change(tmp_path, "analyse", "days_since_order > 60,", "days_since_order > 60000,")
    change(tmp_path, "strategy", "when: status = 'green' or status = 'red'", "when: not insight.quiet")
    (tmp_path / "rules/strategy.yaml").write_text(
        (tmp_path / "rules/strategy.yaml").read_text("utf-8")
        + "  - {id: seen, label: Seen, when: insight.quiet, template: grow.md.j2}\n", "utf-8")  # fmt: skip
    (tmp_path / "rules/notify.yaml").write_text("""\
notices:
  - {id: opened, on: task_opened, when: "rule = 'start.call'", to: [assignee], channels: [file]}
  - {id: never, on: task_opened, when: "rule = 'start.cal'", to: [lead], channels: [file]}
  - {id: rare, on: owner_changed, when: value > 1000000, to: [lead], channels: [file]}
""", "utf-8")
    found, _ = shown(load_project(tmp_path, as_of=date.fromisoformat(DAY)))
    told = [(problem.message, str(problem.at)) for problem in found if problem.code == "KF2380"]
    assert ("the condition of notice 'never' is true for none of 40 events", "rules/notify.yaml:3:41") in told
    assert ("the condition of strategy 'seen' is true for none of 40 managed accounts",) in [one[:1] for one in told]
    assert not [message for message, _ in told if "'opened'" in message or "'rare'" in message or "'grow'" in message]


def test_days_in_a_stage_are_asked_of_those_in_it(tmp_path: Path) -> None:
    """Of a first run nothing is said; later only of a stage with enough accounts, and not where some have been long."""
    look(tmp_path, 40)
    (tmp_path / "rules/identify.yaml").write_text("tiers: [{id: key, key: true, when: true}]\n", "utf-8")
    change(tmp_path, "stage", "to: [{stage: care, requires: [call]}]",
           "to: [{stage: care, when: stage_days > 400}, {stage: care, when: stage_days > 10}]")  # fmt: skip
    change(tmp_path, "stage", "{id: care, final: true, owner: account_manager}",
           "{id: care, owner: account_manager, to: [{stage: start, when: stage_days > 900}]}")  # fmt: skip

    def told() -> list[str]:
        project = load_project(tmp_path, as_of=date(2026, 6, 11))
        with Database() as db:
            preview(project, db, until="change")
            return [one.message for one in check_data(project, db)[0] if one.code == "KF2380" and "way" in one.message]

    assert told() == []
    assert run_command(["-C", str(tmp_path), "run", "--as-of", "2026-05-20"]) == 0
    assert told() == ["the condition of the way from 'start' to 'care' is true for none of 40 managed accounts"]


def test_long_after_the_data_there_is_one_finding(tmp_path: Path) -> None:
    """A quarter after the last order that is said and nothing else; a day before the quarter is over not yet."""
    look(tmp_path, 40)
    (late,), _ = shown(load_project(tmp_path, as_of=date(2026, 9, 12)))
    assert (late.code, late.example) == ("KF2385", "the last row of 'orders' is of 2026-06-11")
    assert late.hint == "look at a day of the data: --as-of 2026-06-11"
    found, _ = shown(load_project(tmp_path, as_of=date(2026, 9, 11)))
    assert "KF2385" not in {problem.code for problem in found}


def test_findings_are_rows_of_a_csv_as_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without the data the findings, with them the shares of missing."""
    look(tmp_path, 40)
    capsys.readouterr()
    assert run_command(["-C", str(tmp_path), "check", "--format", "csv"]) == 0
    assert capsys.readouterr().out.strip() == "file,line,col,severity,code,message,example,hint,also"
    assert run_command(["-C", str(tmp_path), "check", "--data", "--as-of", DAY, "--format", "csv"]) == 0
    told = capsys.readouterr()
    assert told.out.splitlines()[:2] == ["measure,missing", "last_order,0.025"]
    assert "KF2380" in told.err


def test_looking_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is published; as data the shares stand beside the problems; --strict counts what was found."""
    look(tmp_path, 40)
    capsys.readouterr()
    before = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    command = ["-C", str(tmp_path), "check", "--data", "--as-of", DAY]
    assert run_command([*command, "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["missing"] == {"last_order": 0.025, "days_since_order": 0.025}
    assert {problem["code"] for problem in told["problems"]} == {"KF2380", "KF2381", "KF2383"}
    assert run_command([*command, "--strict"]) == 4
    assert "days_since_order  2.5%" in capsys.readouterr().out
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == before
