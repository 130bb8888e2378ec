"""Timelines: several runs with what people do in between, by the real steps over a real store."""

from __future__ import annotations

import pytest
from ruletesting import run_text

from kaframe.project import Project
from kaframe.testing.running import Bench
from kaframe.testing.suite import Selection, run_project


def test_a_colour_must_hold(small: Project) -> None:
    """It worsens at once and improves after two weeks; a wrong expectation is found in its run."""
    result = run_text(small, """
  - id: hold
    given: {accounts: [{account_id: A}]}
    runs:
      - {as_of: 2026-01-01, given: {scores: [{account_id: A, points: 60}]}}
      - as_of: 2026-01-08
        given: {scores: [{account_id: A, points: 90}]}
        expect: {colours: [{account_id: A, status: green}]}
      - {as_of: 2026-01-23, expect: {colours: [{account_id: A, status: green}]}}
""")
    (outcome,) = result.outcomes
    (difference,) = outcome.differences
    assert (str(difference.as_of), difference.expected, difference.got) == ("2026-01-08", "green", "yellow")


def test_people_act_between_runs(small: Project) -> None:
    """From the first stage to the plan's approval, an override, and a visit, each as the command line would do it."""
    result = run_text(small, """
  - id: cycle
    given:
      tiers: [{account_id: A, tier: strategic}]
      scores: [{account_id: A, points: 60}]
    runs:
      - as_of: 2026-01-05
        expect: {stages: [{account_id: A, stage: identification}], tasks: [{account_id: A, rule: visit_strategic}]}
      - as_of: 2026-01-06
        acts:
          - {account_id: A, stage: analysis, reason: known for years}
          - {account_id: A, log: visit, by: kim}
          - {account_id: A, override: green, until: 2026-01-31, reason: they told us}
        expect:
          stages: [{account_id: A, stage: analysis, by: hand, reason: {contains: known for years}}]
          tasks: [{account_id: A, rule: visit_strategic, last_on: 2026-01-06}]
          colours: [{account_id: A, status: green, why: override, calculated: yellow}]
          stage_tasks: [{account_id: A, task: needs_interview}]
      - as_of: 2026-01-08
        acts:
          - {account_id: A, done: needs_interview, by: kim, on: 2026-01-07}
          - {account_id: A, done: analysis.market_review}
          - {account_id: A, clear_override: true}
        expect:
          stages: [{account_id: A, stage: strategy, by: rule}]
          colours: [{account_id: A, status: yellow}]
      - as_of: 2026-01-09
        acts: [{account_id: A, park: true, until: 2026-03-01}]
        expect: {stages: [{account_id: A, state: parked, parked_until: 2026-03-01}]}
      - as_of: 2026-01-10
        acts: [{account_id: A, resume: true}]
        expect: {stages: [{account_id: A, stage: strategy, state: on_track}]}
""")
    assert result.passed, [*result.all_problems, *result.outcomes[0].differences]


@pytest.mark.parametrize(
    ("act", "place", "words"),
    [
        ("{account_id: A, done: needs_interviw}", "6:55", "no open task"),
        ("{account_id: A, plan: approved}", "6:33", "no plan"),
        ("{account_id: A, override: red}", "6:33", "until which day"),
        ("{account_id: A, log: visit, on: 2026-07-05}", "6:33", "lies after the run"),
    ],
    ids=["unknown task", "no plan", "no day", "too late"],
)
def test_an_act_that_fails_names_its_place(small: Project, act: str, place: str, words: str) -> None:
    """The act is refused with the words of the command line, at its place in the file."""
    result = run_text(small, f"""  - id: act
    given: {{tiers: [{{account_id: A, tier: key}}]}}
    acts:                      [{act}]
    expect_count: {{accounts: 1}}
""")
    (problem,) = result.all_problems
    assert (problem.code, str(problem.at)) == ("KF2410", f"tests/rules.yaml:{place}")
    assert words in problem.message


@pytest.mark.parametrize(
    ("act", "words"),
    [
        ("{account_id: A, by: kim}", "one thing"),
        ("{account_id: A, log: visit, done: x}", "one thing"),
        ("{account_id: A, log: visit, until: 2026-07-01}", "does not belong"),
        ("{account_id: A, stage: analisis}", "no stage 'analisis'"),
        ("{account_id: A, override: gren, until: 2026-07-01}", "no colour 'gren'"),
        ("{account_id: A, override: green, card: nothing, until: 2026-07-01}", "no card 'nothing'"),
    ],
)
def test_an_act_that_nobody_can_do(small: Project, act: str, words: str) -> None:
    """It is found before anything runs."""
    result = run_text(small, f"""
  - id: act
    given: {{accounts: [{{account_id: A}}]}}
    acts: [{act}]
    expect_count: {{accounts: 1}}
""")
    assert result.exit_code == 3
    assert {problem.code for problem in result.all_problems} == {"KF2409"}
    assert any(words in problem.message for problem in result.all_problems)


def test_only_the_steps_that_are_asked_for(small: Project) -> None:
    """A colour needs neither owners nor analyses nor stages; a notice needs everything."""
    result = run_text(small, """
  - {id: colour, given: {accounts: [{account_id: A}]}, expect: {colours: [{account_id: A}]}}
  - {id: notice, given: {accounts: [{account_id: A}]}, expect_count: {notices: {at_least: 0}}}
""")
    seen: list[frozenset[str]] = []
    bench = Bench.of(small)
    for test in result.files[0].tests:
        bench.run(test, lambda project, db, run, steps: seen.append(steps))
    bench.close()
    assert seen[0] == {"data", "recall", "measure", "identify", "score", "status"}
    assert "notify" in seen[1]


def test_tests_do_not_see_each_other(small: Project) -> None:
    """Each starts with an empty store and its own rows, in whatever order they run."""
    timeline = """
  - id: first_{0}
    given: {{accounts: [{{account_id: A{0}}}]}}
    runs:
      - as_of: 2026-01-01
        given: {{scores: [{{account_id: A{0}, points: {1}}}]}}
        expect_count: {{past_run: 0, accounts: 1}}
      - as_of: 2026-02-01
        expect_count: {{past_colours: 1}}
        expect: {{past_colours: [{{account_id: A{0}, points: {1}}}]}}
"""
    result = run_text(small, "".join(timeline.format(number, 10 * number) for number in range(1, 9)))
    assert result.passed, [*result.all_problems, *(outcome.differences for outcome in result.outcomes)]
    again = run_project(small, Selection(files=(small.root / "tests" / "rules.yaml",), pattern="FIRST_3"))
    assert [outcome.test.id for outcome in again.outcomes] == ["first_3"]
    assert again.passed
