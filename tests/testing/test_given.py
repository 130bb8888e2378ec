"""What a test gives: rows of sources, measures, the past, and tables in place of what a step makes."""

from __future__ import annotations

from ruletesting import run_text

from kaframe.project import Project


def passes(project: Project, text: str) -> None:
    """All tests of the text pass."""
    result = run_text(project, text)
    assert result.passed, [*result.all_problems, *(one for outcome in result.outcomes for one in outcome.differences)]


def test_rows_of_a_source_are_cut_at_the_day(small: Project) -> None:
    """Orders after the day are not seen, columns left out are missing, a table without rows is empty."""
    passes(small, """
  - id: revenue
    given:
      orders:
        - {account_id: A, ordered_on: 2026-06-30, amount: 40}
        - {account_id: A, ordered_on: 2026-07-01, amount: 900}
        - {account_id: B, ordered_on: 2025-01-01, amount: 7}
    expect:
      measures:
        - {account_id: A, revenue_12m: 40, revenue_prev_12m: 0, profit_12m: null}
        - {account_id: B, revenue_12m: 0, revenue_prev_12m: 7, growth: -1}
    expect_count: {accounts: 2, orders: 2}
""")


def test_given_measures_stand_and_others_follow(small: Project) -> None:
    """A measure made of others is worked out from the given ones; what is not given is missing, also a count."""
    passes(small, """
  - id: growth
    given:
      measures: [{account_id: A, revenue_12m: 70, revenue_prev_12m: 100}]
    expect:
      measures: [{account_id: A, growth: -0.3, revenue_3m: null, orders_12m: null, complaints_90d: null}]
  - id: growth_itself
    given:
      measures: [{account_id: A, growth: 0.15}]
    expect:
      score_relationship: [{account_id: A, commercial.growth: 100}]
""")


def test_measures_and_rows_together(small: Project) -> None:
    """Measures of a given table are computed from its rows, beside those that are given."""
    passes(small, """
  - id: both
    given:
      orders: [{account_id: A, ordered_on: 2026-06-01, amount: 50}]
      measures: [{account_id: A, revenue_prev_12m: 100, complaints_90d: 2}]
    expect:
      measures: [{account_id: A, revenue_12m: 50, growth: -0.5, complaints_90d: 2}]
""")


def test_a_table_takes_the_place_of_what_a_step_makes(small: Project) -> None:
    """Tiers are given: the account is a key account, whatever pareto would say; its plan and tasks follow."""
    passes(small, """
  - id: standard
    given:
      tiers: [{account_id: A, tier: standard}, {account_id: B, tier: strategic}]
    expect:
      managed: [{account_id: B}]
      tasks: [{account_id: B, rule: visit_strategic}]
    expect_no:
      managed: [{account_id: A}]
      tasks: [{account_id: A}]
  - id: no_data
    given:
      scores: [{account_id: A, points: null}]
    expect:
      colours: [{account_id: A, status: no_data}]
""")


def test_the_past_can_be_given(small: Project) -> None:
    """Base colours, activities and overrides are what ``recall`` would have brought."""
    passes(small, """
  - id: override_holds
    given:
      scores: [{account_id: A, points: 90}]
      past_overrides:
        - {account_id: A, card: relationship, status: red, reason: r, set_on: 2026-06-01, expires_on: 2026-07-01}
    expect:
      colours: [{account_id: A, status: red, calculated: green, why: override}]
  - id: recovery_margin
    given:
      scores: [{account_id: A, points: 76}]
      past_colours: [{account_id: A, card: relationship, status: yellow, calculated: yellow, points: 70}]
    expect:
      colours: [{account_id: A, status: yellow, why: margin}]
  - id: logged
    given:
      tiers: [{account_id: A, tier: strategic}]
      past_activities: [{account_id: A, kind: visit, done_on: 2026-06-20, author: kim}]
    expect:
      tasks: [{account_id: A, rule: visit_strategic, last_on: 2026-06-20}]
""")


def test_the_project_and_its_store_stay_untouched(small: Project) -> None:
    """A timeline publishes its runs somewhere else, and sends nothing."""
    before = {path for path in small.root.rglob("*") if "tests" not in path.parts}
    passes(small, """
  - id: line
    given: {tiers: [{account_id: A, tier: strategic}]}
    runs:
      - {as_of: 2026-01-01}
      - {as_of: 2026-02-01, expect_count: {notices: {at_least: 1}}}
""")
    assert {path for path in small.root.rglob("*") if "tests" not in path.parts} == before
