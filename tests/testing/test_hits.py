"""Coverage: which points of the rules the tests reach, and that the packs' own tests reach all of theirs."""

from __future__ import annotations

import pytest
from ruletesting import run_text

from kaframe import bundled
from kaframe.project import Project
from kaframe.testing import Coverage, run_tests

PACKS = sorted(path.parent.name for path in bundled.folder("rules").glob("*/pack.yaml"))


def covered(project: Project, text: str) -> tuple[Coverage, set[str]]:
    """The coverage of one test, and the points that it reached."""
    result = run_text(project, f"  - id: one\n{text}", coverage=True)
    assert result.coverage is not None
    assert not result.all_problems
    return result.coverage, {f"{kind} {name}" for kind, name in result.coverage.hit}


@pytest.mark.parametrize("pack", PACKS)
def test_a_pack_covers_all_of_its_rules(pack: str) -> None:
    """Its own tests pass on the pack alone, and every rule held in one of them."""
    result = run_tests(pack=pack, coverage=True)
    assert result.coverage is not None
    differences = [(outcome.test.name, outcome.differences) for outcome in result.of("failed")]
    assert (differences, result.all_problems) == ([], [])
    assert [str(point.at) + " " + point.name for point in result.coverage.missed] == []
    assert result.coverage.percent == 100


def test_bands_and_exceptions_by_what_held(small: Project) -> None:
    """The band that the value falls into, not the ones before or after; the exception that decided."""
    coverage, hit = covered(small, """
    given:
      measures: [{account_id: A, margin_12m: 0.16, profit_12m: -1, growth: 0.2, days_since_order: 1, satisfaction: 9,
                  complaints_90d: 0}]
    expect: {colours: [{account_id: A}]}
""")
    assert {"band relationship.commercial.margin#2", "exception relationship.loss_making",
            "colour relationship.yellow"} <= hit
    assert not hit & {"band relationship.commercial.margin#1", "band relationship.commercial.margin#3"}
    assert "leaf relationship.commercial.margin" in hit
    assert 0 < coverage.percent < 50


def test_a_given_measure_is_not_covered(small: Project) -> None:
    """A measure is covered when it is worked out: from rows, or from other measures."""
    _, hit = covered(small, """
    given: {measures: [{account_id: A, revenue_12m: 10, revenue_prev_12m: 10}]}
    expect: {measures: [{account_id: A, growth: 0}]}
""")
    assert "measure growth" in hit
    assert "measure revenue_12m" not in hit


def test_only_what_was_computed(small: Project) -> None:
    """A test about tiers says nothing about colours, stages or notices."""
    _, hit = covered(small, """
    given: {orders: [{account_id: A, ordered_on: 2026-06-01, amount: 5, profit: 1}]}
    expect: {tiers: [{account_id: A, tier: strategic}]}
""")
    assert {one.split()[0] for one in hit} == {"measure", "tier"}


def test_the_two_ways_to_one_stage(small: Project) -> None:
    """Both lead from maintenance to evaluation; the reason tells which one it was."""
    text = """
    given:
      tiers: [{account_id: A, tier: key}]
      scores: [{account_id: A, points: 20}]
      past_stages: [{account_id: A, stage: maintenance, entered_on: 2026-06-01}]
    expect: {stages: [{account_id: A, stage: evaluation}]}
"""
    _, hit = covered(small, text)
    assert "transition maintenance -> evaluation (1)" in hit
    assert "transition maintenance -> evaluation (2)" not in hit
    _, hit = covered(small, text.replace("points: 20", "points: 80").replace("2026-06-01", "2026-03-01"))
    assert "transition maintenance -> evaluation (2)" in hit
    assert "transition maintenance -> evaluation (1)" not in hit


def test_the_places_of_what_is_missed(small: Project) -> None:
    """File and line of each, in the order of the files."""
    coverage, _ = covered(small, """
    given: {scores: [{account_id: A, points: 90}]}
    expect: {colours: [{account_id: A, status: green}]}
""")
    missed = {point.name: point.at for point in coverage.missed}
    assert missed["turned_red"].file == "default/notify.yaml"
    assert missed["turned_red"].line > 0
    assert coverage.by_kind()["colour"] == (1, 3)
