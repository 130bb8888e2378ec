"""Scorecards: from values to points, groups and totals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kaframe.identify import identify_accounts
from kaframe.measure import measure_accounts
from kaframe.score import check, score_accounts
from tests.steps import Rows, make_database, make_project

SEMANTICS = "semantics: {kaframe: {override: merge, scale: [0, 100], minimum_coverage: 0}}\n"


def card(children: str, semantics: str = SEMANTICS, more: str = "") -> str:
    """A score.yaml with one card of these children (YAML flow)."""
    return f"{semantics}scorecards: {{main: {{children: {children}{more}}}}}\n"


def scored(tmp_path: Path, rules: str, accounts: Rows) -> list[dict[str, Any]]:
    """The rows of score_main."""
    tables: dict[str, Rows] = {"accounts": accounts}
    project = make_project(tmp_path, {"score": rules}, tables)
    assert check(project) == []
    with make_database(tables) as db:
        for step in (measure_accounts, identify_accounts, score_accounts):
            step(project, db)
        return db.rows("SELECT * FROM score_main ORDER BY account_id")


def values(*numbers: float | None) -> Rows:
    return [{"account_id": str(place), "x": number, "y": 1.0} for place, number in enumerate(numbers)]


@pytest.mark.parametrize(
    ("leaf", "points"),
    [
        (
            "{value: x, bands: [{at_least: 10, points: 100}, {at_least: 5, points: 50}, {else: 0}]}",
            [0, 50, 50, 100, None],
        ),
        ("{value: x, bands: [{above: 10, points: 100}, {above: 5, points: 50}, {else: 0}]}", [0, 0, 50, 50, None]),
        ("{value: x, curve: [[0, 0], [10, 100]]}", [0, 50, 75, 100, None]),
        ("{value: x, curve: [[5, 100], [7.5, 0]]}", [100, 100, 0, 0, None]),
        ("{cases: [{when: x >= 10, points: 90}, {when: x > 5, points: 60}, {else: 10}]}", [10, 10, 60, 90, None]),
        ("{value: x, missing: worst}", [0, 5, 7.5, 10, 0]),  # -1 is beyond the scale
        ("{value: x, missing: neutral, curve: [[0, 0], [10, 100]]}", [0, 50, 75, 100, 50]),
        ("{value: x, missing: 33, curve: [[0, 0], [10, 100]]}", [0, 50, 75, 100, 33]),
    ],
    ids=["bands at least", "bands above", "curve", "falling curve", "cases", "raw", "neutral", "a number"],
)
def test_leaves(tmp_path: Path, leaf: str, points: list[float | None]) -> None:
    """Each kind of leaf gives these points for the values -1, 5, 7.5, 10 and missing."""
    rows = scored(tmp_path, card(f"{{leaf: {leaf}}}"), values(-1, 5, 7.5, 10, None))
    assert [row["points"] for row in rows] == points


def test_map_of_texts(tmp_path: Path) -> None:
    """A text becomes points by name; ``else`` takes the rest, missing stays missing."""
    accounts = [{"account_id": str(place), "grade": grade} for place, grade in enumerate(["good", "poor", "odd", None])]
    rows = scored(tmp_path, card("{g: {value: grade, map: {good: 100, poor: 0, else: 40}}}"), accounts)
    assert [row["points"] for row in rows] == [100, 0, 40, None]


def test_weights_go_to_the_sisters_of_what_is_missing(tmp_path: Path) -> None:
    """Group A (60 %) has 20 and a missing leaf, group B (40 %) 90: within the group 48, across the card 60."""
    tree = (
        "{a: {weight: 60, children: {p: {weight: 50, value: p}, q: {weight: 50, value: q}}}, "
        "b: {weight: 40, children: {r: {value: r}}}}"
    )
    accounts = [
        {"account_id": "A", "p": 20.0, "q": None, "r": 90.0},
        {"account_id": "B", "p": 20.0, "q": 0.0, "r": 90.0},
    ]
    group = scored(tmp_path / "1", card(tree), accounts)[0]
    across = SEMANTICS.replace("scale:", "renormalise: scorecard, scale:")
    whole = scored(tmp_path / "2", card(tree, across), accounts)[0]
    assert (group["points"], whole["points"]) == (48, 60)
    assert (group["coverage"], group["low"], group["high"]) == (0.7, 42, 72)


@pytest.mark.parametrize(
    ("aggregate", "points"),
    [("weighted_mean", 8.3), ("mean", 8.7), ("min", 7.0), ("max", 9.8), ("sum", 10.0)],
)
def test_aggregates(tmp_path: Path, aggregate: str, points: float) -> None:
    """9.8, 9.4 and 7 on a scale to 10; a sum is clamped to the scale."""
    scale = SEMANTICS.replace("[0, 100]", "[0, 10]")
    tree = "{a: {value: a, weight: 1}, b: {value: b, weight: 1}, c: {value: c, weight: 2}}"
    rows = scored(
        tmp_path, card(tree, scale, f", aggregate: {aggregate}"), [{"account_id": "A", "a": 9.8, "b": 9.4, "c": 7.0}]
    )
    assert rows[0]["points"] == points


def test_rounding_is_half_up_in_decimal(tmp_path: Path) -> None:
    """10 at 50 %, 7.5 at 30 % and 6 at 20 % give 8.45, which is 8.5 and not the binary 8.4."""
    scale = SEMANTICS.replace("[0, 100]", "[1, 10]")
    tree = "{a: {value: a, weight: 50}, b: {value: b, weight: 30}, c: {value: c, weight: 20}}"
    rows = scored(tmp_path, card(tree, scale), [{"account_id": "A", "a": 10.0, "b": 7.5, "c": 6.0}])
    assert rows[0]["points"] == 8.5


def test_too_little_known_gives_no_points(tmp_path: Path) -> None:
    """Below the minimum coverage there is no score, but still the interval it lies in."""
    least = SEMANTICS.replace("minimum_coverage: 0", "minimum_coverage: 0.6")
    rows = scored(tmp_path, card("{x: {value: x}, y: {value: y}}", least), values(None))
    assert (rows[0]["points"], rows[0]["coverage"], rows[0]["low"], rows[0]["high"]) == (None, 0.5, 0.5, 50.5)


def test_no_data_leaf_silences_the_card(tmp_path: Path) -> None:
    """A leaf that must be known takes the score away when it is not."""
    rows = scored(tmp_path, card("{x: {value: x, missing: no_data}, y: {value: y}}"), values(5, None))
    assert [row["points"] for row in rows] == [3, None]


def test_a_card_has_only_the_accounts_it_applies_to(tmp_path: Path) -> None:
    """``applies`` leaves the others without a row."""
    rows = scored(tmp_path, card("{x: {value: x}}", more=", applies: x > 3"), values(1, 5, None))
    assert [row["account_id"] for row in rows] == ["1"]


def test_a_computed_value_is_kept(tmp_path: Path) -> None:
    """What is more than a measure is kept beside its points, for those who ask why."""
    row = scored(tmp_path, card("{twice: {value: x * 2, curve: [[0, 0], [10, 100]]}}"), values(4))[0]
    assert (row["value:twice"], row["twice"]) == (8, 80)


def test_hundreds_of_leaves(tmp_path: Path) -> None:
    """A card of 300 leaves is computed; its sums are balanced trees."""
    tree = ", ".join(f"n{place}: {{value: x}}" for place in range(300))
    assert scored(tmp_path, card(f"{{{tree}}}"), values(7))[0]["points"] == 7


@pytest.mark.parametrize(
    ("tree", "code"),
    [
        ("{a: {value: x, bands: [{at_least: 5, points: 1}]}}", "KF2135"),
        ("{a: {value: x, bands: [{at_least: 5, points: 1}, {at_least: 9, points: 2}, {else: 0}]}}", "KF2137"),
        ("{a: {value: x, bands: [{else: 0}, {at_least: 9, points: 2}]}}", "KF2136"),
        ("{a: {value: x, curve: [[5, 1], [4, 2]]}}", "KF2134"),
        ("{a: {value: x, curve: [[1, 1], [4, 2]], map: {a: 1}}}", "KF2132"),
        ("{a: {weight: 3}}", "KF2133"),
        ("{a: {value: x, weight: 0}}", "KF2131"),
    ],
)
def test_mistakes_are_found_before_a_run(tmp_path: Path, tree: str, code: str) -> None:
    """What leaves values without points, or can never be reached, is told with its place."""
    project = make_project(tmp_path, {"score": card(tree)}, {"accounts": values(1)})
    found = check(project)
    assert code in {problem.code for problem in found}
    assert all(problem.at is not None and problem.at.line for problem in found)
