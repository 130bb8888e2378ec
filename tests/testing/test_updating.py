"""``--update``: only the values that differ are rewritten, at their places."""

from __future__ import annotations

from ruletesting import run_text

from kaframe.project import Project
from kaframe.testing.updating import update_files

BEFORE = """version: 1
as_of: 2026-06-30      # the day
tests:
  - id: colours        # 说明
    given: {scores: [{account_id: A, points: 60}, {account_id: B, points: 80.5}]}
    expect:
      colours:
        - {account_id: A, status: green, points: 61}   # wrong twice
        - account_id: B
          status: 'red'    # quoted
          points: {at_least: 90}
          why: "score"
    expect_count: {colours: 3}
  - id: cases
    cases:
      - {id: a, points: 10, colour: red}
      - {id: b, points: 90, colour: red}
    given: {scores: [{account_id: A, points: <points>}]}
    expect: {colours: [{account_id: A, status: <colour>}]}
"""


def test_values_are_rewritten_and_nothing_else(small: Project) -> None:
    """Comments, quotes and layout stay but for the values; a bound is left to people; then all but that passes."""
    result = run_text(small, BEFORE)
    updated = update_files(result.files, result.outcomes)
    after = (small.root / "tests" / "rules.yaml").read_text("utf-8")
    expected = (
        BEFORE.replace("status: green, points: 61", "status: yellow, points: 60")
        .replace("status: 'red' ", "status: green ")
        .replace("expect_count: {colours: 3}", "expect_count: {colours: 2}")
        .replace("points: 90, colour: red", "points: 90, colour: green")
    )
    assert after == expected
    assert [str(one.at) for one in updated.left] == ["tests/rules.yaml:11:19"]
    assert [(change.old, change.new) for change in updated.changes][:2] == [("green", "yellow"), ("61", "60")]
    (left,) = run_text(small, after).of("failed")
    assert [one.column for one in left.differences] == ["points"]


def test_cases_that_disagree_are_left_alone(small: Project) -> None:
    """A value of the body belongs to all cases: when they would make it different things, nobody guesses."""
    text = """  - id: body
    cases: [{id: a, points: 10}, {id: b, points: 60}]
    given: {scores: [{account_id: A, points: <points>}]}
    expect: {colours: [{account_id: A, status: green}]}
"""
    result = run_text(small, text)
    updated = update_files(result.files, result.outcomes)
    assert updated.changes == ()
    assert len(updated.left) == 2
    assert "status: green" in (small.root / "tests" / "rules.yaml").read_text("utf-8")


def test_text_that_needs_quotes_gets_them(small: Project) -> None:
    """What came out may hold commas, brackets and colons."""
    text = """  - id: reason
    given: {tiers: [{account_id: A, tier: key}]}
    acts: [{account_id: A, stage: analysis, reason: "known: {us}, [long]"}]
    expect: {stages: [{account_id: A, reason: old}]}
"""
    result = run_text(small, text)
    update_files(result.files, result.outcomes)
    after = (small.root / "tests" / "rules.yaml").read_text("utf-8")
    assert 'reason: "known: {us}, [long] (somebody)"}]}' in after.splitlines()[-1]
    assert run_text(small, after).passed
