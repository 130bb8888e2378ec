"""Expectations: rows, values with tolerance and bounds, rows that must not be there, counts."""

from __future__ import annotations

from typing import Any

import pytest
from ruletesting import run_text

from kaframe.project import Project
from kaframe.testing.comparing import fits


@pytest.mark.parametrize(
    ("got", "wanted", "tolerance", "right"),
    [
        (0.1 + 0.2, 0.3, 0, True),
        (70.4, 70, 0, False),
        (70.4, 70, 0.5, True),
        (70.4, {"about": 70, "within": 0.5}, 0, True),
        (70.6, {"about": 70, "within": 0.5}, 0, False),
        ("2026-06-30", {"at_least": "2026-06-01", "at_most": "2026-06-30"}, 0, True),
        (3, {"at_least": 4}, 0, False),
        (None, {"at_least": 0}, 0, False),
        (None, None, 0, True),
        (0, None, 0, False),
        (None, {"not": 5}, 0, True),
        (5, {"not": 5}, 0, False),
        ("yellow", ["yellow", "red"], 0, True),
        ("green", ["yellow", "red"], 0, False),
        ('["win_back", "keep"]', ["win_back", "keep"], 0, True),
        ('["win_back", "keep"]', ["keep"], 0, False),
        ("Buys 30 % less", {"contains": "30 %"}, 0, True),
        (None, {"contains": "30 %"}, 0, False),
        (1, True, 0, False),
        (True, True, 0, True),
        ("1", 1, 0, True),
        ("true", True, 0, True),
        ("True", False, 0, False),
        ("x", {"at_least": 3}, 0, False),
    ],
)
def test_a_value_fits(got: Any, wanted: Any, tolerance: float, right: bool) -> None:
    """The value itself, null, one of a list, a list exactly, bounds, parts of a text."""
    assert fits(got, wanted, tolerance) is right


def test_what_differs_is_told_cell_by_cell(small: Project) -> None:
    """Account, table, column, expected, got, place in the test, and the rule that decided."""
    result = run_text(small, """  - id: colour
    given: {scores: [{account_id: A, points: 60}, {account_id: B, points: 80}]}
    expect:
      colours:
        - {account_id: B, status: green}
        - {account_id: A, status: green, points: 61}
    expect_no: {colours: [{account_id: B, points: {at_least: 70}}]}
    expect_count: {colours: [{status: yellow, rows: 2}]}
""")
    assert result.exit_code == 4
    cell, points, unwanted, count = result.outcomes[0].differences
    assert (cell.kind, cell.table, cell.column) == ("cell", "colours", "status")
    assert (cell.expected, cell.got) == ("green", "yellow")
    assert cell.which == {"account_id": "A", "card": "relationship"}
    assert str(cell.at) == "tests/rules.yaml:9:35"
    assert cell.rule is not None
    assert cell.rule.file == "default/status.yaml"
    assert cell.rule == small.rules.status.rgb["relationship"].colours[1].at
    assert (points.column, points.expected, points.got) == ("points", 61, 60)
    assert (unwanted.kind, unwanted.which["account_id"], unwanted.got["points"]) == ("unwanted", "B", 80)
    assert (count.kind, count.expected, count.got) == ("count", 2, 1)


def test_no_such_row(small: Project) -> None:
    """Nothing has the key: the row is missing as a whole; a row that names no key may be any."""
    result = run_text(small, """
  - id: missing
    given: {tiers: [{account_id: A, tier: key}]}
    expect:
      tasks: [{account_id: A, rule: visit_strategic}, {state: late}, {rule: visit_key, state: planned}]
""")
    first, second = result.outcomes[0].differences
    assert (first.kind, first.which) == ("row", {"account_id": "A", "rule": "visit_strategic"})
    assert (second.kind, second.which) == ("row", {"state": "late"})


def test_tolerance_of_a_test(small: Project) -> None:
    """It holds for every number of the test."""
    text = "  - {{id: near, tolerance: {0}, given: {{scores: [{{account_id: A, points: 60.4}}]}}, " \
           "expect: {{colours: [{{account_id: A, points: 60}}]}}}}\n"
    assert run_text(small, text.format(0.5)).passed
    assert not run_text(small, text.format(0.1)).passed
