"""The text of test files: what they say, and everything that is wrong with it, with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruletesting import run_text

from kaframe.errors import RuleError
from kaframe.project import Project
from kaframe.testing.cases import read_case_file

GIVEN = "given: {accounts: [{account_id: A}]}"


def read(folder: Path, text: str) -> list[str]:
    """Each problem of a file."""
    path = folder / "t.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RuleError) as error:
        read_case_file(path, "tests/t.yaml")
    return [str(problem) for problem in error.value.problems]


@pytest.mark.parametrize(
    ("tests", "problem"),
    [
        (f"[{{id: a, {GIVEN}}}]", "tests/t.yaml:3:9: KF2401 the test 'a' expects nothing"),
        ("[{id: a, as_of: 2026-02-30, expect_count: {tiers: 1}}]", "tests/t.yaml:3:24: KF11"),
        ("[{id: a, runs: [], expect_count: {tiers: 1}}]", "tests/t.yaml:3:23: KF11"),
        ("[{id: a, as_of: 2026-01-01, runs: [{as_of: 2026-01-01, expect_count: {tiers: 1}}]}]",
         "tests/t.yaml:3:17: KF2403 'as_of' stands beside 'runs'"),
        ("[{id: a, runs: [{as_of: 2026-01-02}, {as_of: 2026-01-02, expect_count: {tiers: 1}}]}]",
         "tests/t.yaml:3:45: KF2403 the run for 2026-01-02 does not come after"),
        ("[{id: a, expect_count: {tiers: 1}}, {id: a, expect_count: {tiers: 1}}]", "tests/t.yaml:3:44: KF2404"),
        ("[{id: a, cases: [{id: x, points: 1}], expect_count: {tiers: <pionts>}}]",
         "tests/t.yaml:3:68: KF2405 no value 'pionts' in this case (did you mean 'points'?)"),
        ("[{id: a, cases: [{id: x, points: 1}], expect_count: {tiers: 1}}]",
         "tests/t.yaml:3:33: KF2405 'points' of this case is used nowhere"),
        ("[{id: a, expct: {tiers: [{account_id: A}]}}]", "tests/t.yaml:3:17: KF1104 unknown key 'expct'"),
    ],
    ids=["expects nothing", "no day", "no runs", "beside runs", "order", "twice", "unknown value", "unused", "key"],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, tests: str, problem: str) -> None:
    """Each with a code of docs/errors.md."""
    found = read(tmp_path, f"version: 1\nas_of: 2026-06-30\ntests: {tests}\n")
    assert any(one.startswith(problem) for one in found), found


def test_without_a_day(tmp_path: Path) -> None:
    """Neither the file nor the test names one."""
    text = "version: 1\ntests:\n  - {id: a, expect_count: {tiers: 1}}\n"
    assert read(tmp_path, text) == [
        "tests/t.yaml:3:5: KF2402 no day is given for this test (add 'as_of: 2026-06-30', here or on top)"
    ]


def test_cases_keep_the_place_of_their_values(tmp_path: Path) -> None:
    """A test with cases is one test a case; a value leads to the line of its case, and may be any kind of value."""
    path = tmp_path / "t.yaml"
    path.write_text("""version: 1
tests:
  - id: bands
    as_of: <day>
    cases:
      - {id: low, day: 2026-01-01, points: 1, colour: red}
      - {id: 2, day: 2026-02-01, points: 90, colour: [green, red]}
    given: {scores: [{account_id: A, points: <points>}]}
    expect: {colours: [{account_id: A, status: <colour>}]}
""", encoding="utf-8")
    low, other = read_case_file(path, "tests/t.yaml").tests
    assert (low.name, other.id) == ("tests/t.yaml::bands[low]", "bands[2]")
    assert str(other.runs[0].as_of) == "2026-02-01"
    assert [test.runs[0].given["scores"][0].cells["points"].value for test in (low, other)] == [1, 90]
    status = low.runs[0].expect["colours"][0].cells["status"]
    assert (status.value, str(status.at)) == ("red", "tests/t.yaml:6:55")


def test_runs_inherit_what_was_given_before(tmp_path: Path) -> None:
    """A table given again takes the place of the earlier one, ``add`` comes on top; the file's given is the start."""
    path = tmp_path / "t.yaml"
    path.write_text("""version: 1
given: {accounts: [{account_id: A}], orders: [{account_id: A, amount: 1}]}
tests:
  - id: line
    given: {tickets: [{account_id: A}]}
    runs:
      - {as_of: 2026-01-01}
      - {as_of: 2026-01-02, add: {orders: [{account_id: A, amount: 2}]}, expect_count: {tiers: 1}}
      - {as_of: 2026-01-03, given: {orders: []}}
""", encoding="utf-8")
    (test,) = read_case_file(path, "t.yaml").tests
    assert [len(run.given["orders"]) for run in test.runs] == [1, 2, 0]
    assert all(set(run.given) == {"accounts", "orders", "tickets"} for run in test.runs)


@pytest.mark.parametrize(
    ("given", "expect", "problem"),
    [
        ("ordrs: [{account_id: A}]", "tiers: [{account_id: A}]",
         "5:13: KF2406 no table 'ordrs' (did you mean 'orders'?)"),
        ("orders: [{account_id: A, amout: 1}]", "tiers: [{account_id: A}]",
         "5:38: KF2407 no column 'amout' in the table 'orders' (did you mean 'amount'?)"),
        ("measures: [{account_id: A, revenu_12m: 1}]", "tiers: [{account_id: A}]",
         "5:40: KF2407 no column 'revenu_12m' in the table 'measures' (did you mean 'revenue_12m'?)"),
        ("past_tiers: [{account_id: A, tiers: key}]", "tiers: [{account_id: A}]",
         "5:42: KF2407 no column 'tiers' in the table 'past_tiers' (did you mean 'tier'?)"),
        ("orders: [{account_id: A, ordered_on: June}]", "tiers: [{account_id: A}]",
         "5:50: KF2408 'June' is not a day such as 2026-03-31 (orders.ordered_on)"),
        ("orders: [{account_id: A, amount: many}]", "tiers: [{account_id: A}]",
         "5:46: KF2408 'many' is not a number (orders.amount)"),
        ("orders: [{account_id: A, amount: 5}]", "tiers: [{account_id: A}]",
         "5:22: KF2412 a run would not take this row of 'orders': column ordered_on: no day"),
        ("accounts: [{account_id: A}], orders: [{account_id: B, ordered_on: 2026-01-01}]", "tiers: [{account_id: A}]",
         "5:64: KF2411 the test has no account 'B'"),
        ("accounts: []", "tiers: [{account_id: A}]", "KF3"),
        ("tiers: [{account_id: A, teir: key}]", "tiers: [{account_id: A}]",
         "5:37: KF2407 no column 'teir' in the table 'tiers' (did you mean 'tier'?)"),
        ("tiers: [{account_id: A}]", "colors: [{account_id: A}]",
         "6:14: KF2406 no table 'colors' (did you mean 'colours'?)"),
        ("tiers: [{account_id: A}]", "colours: [{account_id: A, sttus: red}]",
         "6:40: KF2407 no column 'sttus' in the table 'colours' (did you mean 'status'?)"),
        ("tiers: [{tier: key}, {account_id: A, tier: key}]", "tiers: [{account_id: A}]",
         "5:21: KF2411 this row of 'tiers' names no account"),
        ("tiers: [{account_id: A, tier: strategc}]", "tiers: [{account_id: A}]",
         "5:43: KF2413 no tier 'strategc' in the rules (did you mean 'strategic'?)"),
        ("scores: [{account_id: A, card: relationshp, points: 1}]", "tiers: [{account_id: A}]",
         "5:44: KF2413 no card 'relationshp' in the rules (did you mean 'relationship'?)"),
        ("past_run: [{run_id: x, as_of: 2026-01-01}]", "tiers: [{account_id: A}]", "KF2411 no account is given"),
        ("managed: [{account_id: A}]", "tiers: [{account_id: A}]", "5:13: KF2406 no table 'managed'"),
    ],
)
def test_what_a_test_speaks_of_must_exist(small: Project, given: str, expect: str, problem: str) -> None:
    """Tables, columns, types, accounts, rows that a run would lose."""
    result = run_text(small, f"  - id: a\n    given: {{{given}}}\n    expect: {{{expect}}}\n")
    assert result.exit_code == 3
    place = "tests/rules.yaml:" if problem[0].isdigit() else ""
    assert any((place + problem) in str(found) for found in result.all_problems), result.all_problems


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ("expect_no: {colours: [{account_id: A, status: gren}]}",
         "KF2413 no status 'gren' in the rules (did you mean 'green'?)"),
        ("expect: {colours: [{account_id: A, status: {not: gren}}]}", "KF2413 no status 'gren' in the rules"),
        ("expect: {colours: [{account_id: A, calculated: [green, yelow]}]}",
         "KF2413 no calculated 'yelow' in the rules"),
        ("expect_count: {colours: [{status: gren, rows: 0}]}", "KF2413 no status 'gren' in the rules"),
        ("expect_no: {tiers: [{account_id: A, tier: strategc}]}", "KF2413 no tier 'strategc' in the rules"),
        ("expect_count: {stages: [{stage: analisys, rows: 0}]}", "KF2413 no stage 'analisys' in the rules"),
        ("expect: {measures: [{account_id: A, revenue_12m: {within: 3}}]}", "'within' needs 'about' beside it"),
        ("expect_no: {colours: [{account_id: A, exception: loss_makng}]}",
         "KF2413 no exception 'loss_makng' in the rules (did you mean 'loss_making'?)"),
        ("expect: {colours: [{account_id: A, why: {not: overide}}]}", "(did you mean 'override'?)"),
        ("expect_no: {tasks: [{account_id: A, rule: visit_kay}]}", "KF2413 no rule 'visit_kay' in the rules"),
        ("expect_no: {tasks: [{account_id: A, state: lat}]}", "KF2413 no state 'lat' in the rules"),
        ("expect_no: {notices: [{rule: turned_rd}]}", "(did you mean 'turned_red'?)"),
        ("expect_no: {plans: [{account_id: A, strategies: [kep]}]}", "KF2413 no strategies 'kep' in the rules"),
        ("expect_no: {actions: [{account_id: A, strategy: improv}]}", "(did you mean 'improve'?)"),
        ("expect_no: {owners: [{account_id: A, role: leed}]}", "(did you mean 'lead'?)"),
        ("expect_no: {reasons: [{account_id: A, node: service.complaint}]}", "(did you mean 'service.complaints'?)"),
        ("expect_no: {events: [{account_id: A, kind: colour_changed}]}", "KF2413 no kind 'colour_changed'"),
        ("expect_no: {colours: [{account_id: B}]}", "KF2411 the test has no account 'B' (it has A)"),
        ("expect: {colours: [{account_id: {not: B}}]}", "KF2411 the test has no account 'B'"),
        ("expect_count: {tasks: [{account_id: B, rows: 0}]}", "KF2411 the test has no account 'B'"),
        ("expect_no: {colours: [{account_id: A, points: high}]}", "KF2408 'high' is not a number (colours.points)"),
        ("expect: {colours: [{account_id: A, points: '88'}]}",
         "KF2408 '88' is not a number (colours.points) (write the number without quotes)"),
        ("expect: {colours: [{account_id: A, points: {not: '88'}}]}", "KF2408 '88' is not a number (colours.points)"),
        ("expect_no: {tiers: [{account_id: A, since: June}]}", "KF2408 'June' is not a day such as 2026-03-31"),
        ("expect_no: {tiers: [{account_id: A, key_account: 1}]}", "KF2408 '1' is not true or false"),
        ("expect_no: {tiers: [{account_id: A, tier: {at_least: 5}}]}", "KF2408 'at_least' cannot be asked of a text"),
        ("expect_no: {colours: [{account_id: A, points: {contains: '8'}}]}", "KF2408 'contains' cannot be asked of a"),
        ("expect_no: {measures: [{account_id: A, growth: {at_least: much}}]}", "KF2408 'much' is not a number"),
        ("expect_count: {colours: [{points: many, rows: 0}]}", "KF2408 'many' is not a number (colours.points)"),
    ],
)
def test_a_slip_of_the_pen_cannot_pass(small: Project, asked: str, problem: str) -> None:
    """What no row can have is never there: a test that asks for its absence would hold for ever."""
    result = run_text(small, f"  - id: a\n    given: {{tiers: [{{account_id: A, tier: key}}]}}\n    {asked}\n")
    assert result.exit_code == 3
    assert any(problem in str(found) for found in result.all_problems), result.all_problems


def test_a_time_is_expected_as_people_write_it(small: Project) -> None:
    """A day and no account of the past are no slips: accounts of the past may be gone, events tell of them."""
    assert run_text(small, """
  - id: gone
    given:
      tiers: [{account_id: A, tier: key}]
      past_run: [{run_id: x, as_of: 2026-06-01}]
      past_tiers: [{account_id: B, tier: key, key_account: true, since: 2026-01-01}]
    expect: {tiers: [{account_id: A, since: {at_most: 2026-06-30}}]}
    expect_no: {tiers: [{account_id: B}]}
""").passed


def test_no_account_at_all(small: Project) -> None:
    """A test without any account could only pass."""
    result = run_text(small, "  - {id: a, expect_count: {tiers: 0}}\n")
    assert [problem.code for problem in result.all_problems] == ["KF2411"]


def test_ids_like_numbers_are_texts(small: Project) -> None:
    """Account 1001 is the account '1001', as in a file of data."""
    result = run_text(small, "  - {id: a, given: {tiers: [{account_id: 1001, tier: key}]}, "
                             "expect: {tiers: [{account_id: 1001, tier: key}]}}\n")
    assert result.passed
