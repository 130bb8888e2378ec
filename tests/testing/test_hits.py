"""Coverage: which points of the rules the tests reach, and that the packs' own tests reach all of theirs."""

from __future__ import annotations

from datetime import date

import pytest
from ruletesting import run_text
from smallproject import write_project

from kaframe import bundled
from kaframe.loading import load_project
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
            "colour relationship.green"} <= hit
    assert not hit & {"band relationship.commercial.margin#1", "band relationship.commercial.margin#3"}
    assert "colour relationship.yellow" not in hit  # the exception has made it yellow, not its points
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


@pytest.mark.parametrize(
    ("given", "expect", "kinds"),
    [
        ("tiers: [{account_id: A, tier: key}]", "tiers: [{account_id: A}]", {"tier", "candidates"}),
        ("insights: [{account_id: A, insight: falling_orders}]", "insights: [{account_id: A}]", {"analysis"}),
        ("scores: [{account_id: A, points: 80}]", "scores: [{account_id: A}]", {"leaf", "band", "stretch"}),
        ("colours: [{account_id: A, status: red, calculated: red, exception: loss_making}]",
         "colours: [{account_id: A}]", {"colour", "exception"}),
        ("plans: [{account_id: A, strategies: [keep]}]", "plans: [{account_id: A}]", {"strategy"}),
        ("tasks: [{account_id: A, kind: cadence, rule: visit_key}]", "tasks: [{account_id: A}]", {"cadence"}),
        ("stages: [{account_id: A, stage: analysis, by: rule, from_stage: identification, entered_on: 2026-06-30}]",
         "stages: [{account_id: A}]", {"stage", "transition"}),
    ],
)
def test_what_a_test_gives_is_not_covered(small: Project, given: str, expect: str, kinds: set[str]) -> None:
    """Rows that the test has written itself prove nothing about the rules that make such rows."""
    if "falling_orders" in given:
        given = given.replace("falling_orders", small.rules.analyse.analyses[0].id)
    _, hit = covered(small, f"    given: {{{given}}}\n    expect: {{{expect}}}\n")
    assert not {one.split()[0] for one in hit} & kinds


def test_a_colour_set_by_hand_is_not_covered(small: Project) -> None:
    """Nor one that patience has kept: only what the points gave, and the patience itself."""
    _, hit = covered(small, """
    given:
      scores: [{account_id: A, points: 90}, {account_id: B, points: 76}]
      past_overrides: [{account_id: A, card: relationship, status: red, reason: x, author: kim, set_on: 2026-06-01,
                        expires_on: 2026-12-31}]
      past_colours: [{account_id: B, card: relationship, status: yellow, since: 2026-06-01}]
    expect: {colours: [{account_id: A, status: red}, {account_id: B, status: yellow, why: margin}]}
""")
    assert {"colour relationship.green", "patience relationship.margin"} <= hit
    assert not hit & {"colour relationship.red", "colour relationship.yellow", "patience relationship.hold"}


def test_a_measure_that_is_empty_is_not_covered(small: Project) -> None:
    """``empty: 0`` of an account without rows has not tried the measure."""
    text = """
    given: {orders: [{account_id: A, ordered_on: %s, amount: 5, profit: 1}]}
    expect: {measures: [{account_id: A}]}
"""
    assert "measure revenue_12m" in covered(small, text % "2026-06-01")[1]
    assert "measure revenue_12m" not in covered(small, text % "2020-06-01")[1]


CARDS = """\
version: 1
scorecards:
  large:
    family: size
    applies: revenue >= 100
    aggregate: sum
    clamp: [0, 50]
    children:
      terms:
        table:
          hit: first
          inputs: [revenue]
          rows:
            - {when: [">= 1000"], points: 40}
            - {when: [">= 100"], points: 30}
          else: 5
      region:
        value: region
        map: {north: 20, south: 10, else: 0}
        missing: worst
  small:
    family: size
    default: true
    children:
      volume: {value: revenue, curve: [[0, 0], [10, 50], [100, 100]]}
      visits:
        value: visits
        fresh: {on: visited_on, within: 90 days}
        bands: [{at_least: 2, points: 100}, {else: 0}]
"""
OWN = {
    "kaframe.yaml": """\
version: 1
project: own
language: en
packs: []
accounts: {source: {reader: csv, path: data/accounts.csv}, name: account, parent: parent}
""",
    "data/accounts.csv": "account_id,account,parent,region,revenue,visits,visited_on\nA,Alpha,,north,1,2,2026-01-01\n",
    "rules/identify.yaml": "version: 1\ntiers: [{id: key, key: true, when: true}]\n",
    "rules/score.yaml": CARDS,
    "rules/status.yaml": """\
version: 1
rgb:
  small: {green: {at_least: 40}, red: else}
  large:
    green: {at_least: 40}
    red: else
    roll_up:
      shares:
        - {status: red, of: [red], above: 0.5}
        - {else: green}
""",
}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project of its own rules with every kind of leaf, a family of cards, and groups of companies."""
    return load_project(write_project(tmp_path_factory.mktemp("own"), OWN), as_of=date(2026, 6, 30))


def leaf_lines(coverage: Coverage) -> dict[str, int]:
    """The line of each point."""
    return {f"{point.kind} {point.name}": point.at.line for point in coverage.points}


def test_rows_keys_stretches_cards_and_limits(own: Project) -> None:
    """Each with the line where it stands; only what decided is covered."""
    coverage, hit = covered(own, """
    given:
      accounts:
        - {account_id: A, revenue: 1500, region: south}
        - {account_id: B, revenue: 50, visits: 5, visited_on: 2020-01-01}
        - {account_id: C, revenue: 200}
    expect: {colours: [{account_id: A}]}
""")
    assert {"scorecard large", "scorecard small", "row large.terms#1", "row large.terms#2", "key large.region[south]",
            "leaf large.region", "stretch small.volume[10..100]", "limit large most", "leaf small.volume"} <= hit
    assert not hit & {"row large.terms[else]", "key large.region[else]", "key large.region[north]",
                      "stretch small.volume[0..10]", "leaf small.visits", "band small.visits#1"}
    lines = leaf_lines(coverage)
    source = ["", *CARDS.splitlines()]
    assert "100" in source[lines["row large.terms#2"]]
    assert "else: 5" in source[lines["row large.terms[else]"]]
    assert "map:" in source[lines["key large.region[north]"]]
    assert "curve:" in source[lines["stretch small.volume[0..10]"]]
    assert "large:" in source[lines["scorecard large"] - 1] + source[lines["scorecard large"]]


def test_groups_of_companies(own: Project) -> None:
    """The roll-up, and the share that gave the parent its colour; the thresholds have not given it."""
    coverage, hit = covered(own, """
    given:
      accounts:
        - {account_id: P, revenue: 5000, region: north}
        - {account_id: A, parent: P, revenue: 200}
        - {account_id: B, parent: P, revenue: 200}
    expect: {colours: [{account_id: P, card: large, calculated: red}]}
""")
    assert {"roll-up large", "share large#1", "colour large.red"} <= hit
    assert not hit & {"colour large.green", "share large#2"}
    assert {"roll-up large", "share large#2"} <= leaf_lines(coverage).keys()


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
