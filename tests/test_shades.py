"""How colours are shown and which are good: by their place, never by their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaframe.project import Project
from kaframe.shades import find_mark, find_shade, is_good, worst_first
from tests.steps import make_project

SCORE = "scorecards: {main: {children: {x: {value: x}}}}\n"


def shaded(folder: Path, colours: str) -> Project:
    rules = {"score": SCORE, "status": f"rgb:\n  main: {{{colours}}}\n"}
    return make_project(folder, rules, {"accounts": [{"account_id": "A", "x": 1.0}]})


@pytest.mark.parametrize(
    ("colours", "dots"),
    [
        ("green: {at_least: 75}, yellow: {at_least: 50}, red: else", "🟢🟡🔴"),
        ("Good: {above: 75}, Average: {above: 50}, Poor: else", "🟢🟡🔴"),
        ("on: {at_least: 1}, off: else", "🟢🔴"),
        ("A: {at_least: 9}, B: {at_least: 8}, C: {at_least: 7}, D: {at_least: 6}, F: else", "🟢🟢🟡🟠🔴"),
        ("red: {at_least: 50}, green: else", "🔴🟢"),
        ("up: {at_least: 50, shade: red}, down: {else: true, shade: green}", "🔴🟢"),
    ],
    ids=["default", "own names", "two", "grades", "called after a shade", "as in China's markets"],
)
def test_a_colour_shows_the_shade_of_its_place_its_name_or_its_rule(tmp_path: Path, colours: str, dots: str) -> None:
    """The best is green and the worst red, unless the rule or the name itself says otherwise."""
    project = shaded(tmp_path, colours)
    names = project.rules.status.rgb["main"].names
    assert "".join(find_shade(project, "main", name).dot for name in names) == dots
    assert find_shade(project, "main", "no_data").dot == find_shade(project, "none", "green").dot == "⚪"


def test_what_is_good_follows_from_place_or_mark(tmp_path: Path) -> None:
    """Only the best colour is good, unless more are marked."""
    project = shaded(tmp_path, "F: {at_least: 9}, E: {at_least: 5}, A: else")
    assert [is_good(project, "main", name) for name in ("F", "E", "A", "no_data", None)] == [True, *[False] * 4]
    project = shaded(tmp_path, "F: {at_least: 9, good: true}, E: {at_least: 5, good: true}, A: else")
    assert [is_good(project, "main", name) for name in ("F", "E", "A")] == [True, True, False]


def test_the_worst_come_first_and_unknown_ones_before_the_good(tmp_path: Path) -> None:
    """Whoever has little time begins with the worst; the shape tells colours apart as well."""
    project = shaded(tmp_path, "A: {at_least: 9}, B: {at_least: 5}, C: else")
    names = ["A", "no_data", "B", "C", "gone"]
    assert sorted(names, key=lambda name: worst_first(project, "main", name)) == ["C", "B", "no_data", "A", "gone"]
    assert [find_mark(project, "main", name) for name in names] == ["●", "○", "▲", "■", "○"]
