"""Groups of companies: what a parent has from its children, level by level."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kaframe.database import Database
from kaframe.groups import find_families
from kaframe.identify import identify_accounts
from kaframe.measure import measure_accounts
from kaframe.score import score_accounts
from kaframe.status import check, colour_accounts
from tests.steps import Rows, make_database, make_project

SCORE = """
    semantics: {kaframe: {override: merge, minimum_coverage: 0.5}}
    scorecards:
      main: {primary: true, children: {x: {value: x}, y: {value: y}}}
"""
STATUS = """
    rgb:
      main:
        Good: {at_least: 75}
        Average: {at_least: 50}
        Poor: else
        roll_up: {%s}
"""


def told(
    tmp_path: Path, roll_up: str, accounts: Rows, past: dict[str, Rows] | None = None, extra: str = ""
) -> Database:
    """The database after the steps up to status; every account is managed."""
    rules = {
        "score": SCORE, "status": STATUS % roll_up + extra, "identify": "tiers: [{id: key, key: true, when: true}]\n",
    }  # fmt: skip
    tables: dict[str, Rows] = {"accounts": accounts}
    project = make_project(tmp_path, rules, tables)
    assert check(project) == []
    db = make_database(tables, past)
    for step in (measure_accounts, identify_accounts, score_accounts, colour_accounts):
        step(project, db)
    return db


def company(name: str, points: float | None, parent: str | None = "P", value: float | None = 1.0, **more: Any) -> Any:
    return {"account_id": name, "parent": parent, "x": points, "y": more.pop("y", points), "value": value, **more}


PARENT = company("P", 90.0, None)


def score(db: Database, account: str = "P") -> tuple[Any, ...]:
    row = db.rows("SELECT * FROM score_main WHERE account_id = ?", [account])[0]
    return tuple(row[name] for name in ("points", "coverage", "low", "high", "own_points"))


def colour(db: Database, account: str = "P") -> str:
    return str(db.rows("SELECT status FROM colours WHERE account_id = ?", [account])[0]["status"])


FAMILY = (PARENT, company("A", 20.0, value=3.0), company("B", 60.0, value=1.0), company("C", 41.0, value=0.0))


@pytest.mark.parametrize(
    ("roll_up", "expected"),
    [
        ("points: mean", (40.3, 1, 40.3, 40.3, 90)),
        ("points: mean, parent: counted", (52.8, 1, 52.8, 52.8, 90)),
        ("points: weighted_mean, by: value", (30.0, 1, 0, 100, 90)),
        ("points: weighted_mean, by: value, where: value > 0", (30.0, 1, 30, 30, 90)),
        ("points: worst", (20, 1, 20, 20, 90)),
        ("points: worst, where: x > 50", (60, 1, 60, 60, 90)),
        ("points: mean, where: x > 99", (90, 1, 90, 90, 90)),
        ("points: mean, where: x > 99, none: no_data", (None, 0, 0, 100, 90)),
    ],
)
def test_points_of_a_parent(tmp_path: Path, roll_up: str, expected: tuple[Any, ...]) -> None:
    """Points, coverage, low, high and what its own data say; a child that nothing weighs makes the whole unsure."""
    db = told(tmp_path, roll_up, FAMILY)
    assert score(db) == expected
    assert score(db, "A")[0] == 20


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        ("skip", (40, 0.6667, 26.7, 60, 90)),
        ("no_data", (None, 0.6667, 26.7, 60, 90)),
        ("worst", (26.7, 1, 26.7, 60, 90)),
        ("best", (60, 1, 26.7, 60, 90)),
        ("neutral", (43.3, 1, 26.7, 60, 90)),
        ("10", (30, 1, 26.7, 60, 90)),
    ],
)
def test_children_without_points(tmp_path: Path, missing: str, expected: tuple[Any, ...]) -> None:
    """A declared choice; low and high stay those of what is really known."""
    family = (PARENT, company("A", 20.0), company("B", 60.0), company("C", None))
    found = score(told(tmp_path, f"points: mean, missing: {missing}", family))
    assert (found[0], *found[2:]) == (expected[0], *expected[2:])


def test_too_little_known_of_the_children_is_no_data(tmp_path: Path) -> None:
    """The card's least coverage holds for a parent as well."""
    family = (PARENT, company("A", 20.0), company("B", None), company("C", None))
    db = told(tmp_path, "points: mean", family)
    assert score(db) == (None, 0.3333, 6.7, 73.3, 90)
    assert colour(db) == "no_data"


def test_several_levels_are_told_from_the_bottom_up(tmp_path: Path) -> None:
    """A child's points are those that it has from its own children."""
    family = (
        company("T", 0.0, None), company("P", 0.0, "T"), company("Q", 80.0, "T"), company("A", 20.0),
        company("B", 60.0),
    )  # fmt: skip
    db = told(tmp_path, "points: mean", family)
    assert (score(db)[0], score(db, "T")[0]) == (40, 60)
    levels = {row["account_id"]: (row["level"], row["state"]) for row in db.rows("SELECT * FROM families")}
    assert levels == {
        "T": (2, "alone"), "P": (1, "child"), "Q": (0, "child"), "A": (0, "child"), "B": (0, "child")
    }  # fmt: skip
    members = db.rows("SELECT member, points, share FROM roll_ups WHERE account_id = 'T' ORDER BY member")
    assert [tuple(row.values()) for row in members] == [("P", 40, 0.5), ("Q", 80, 0.5)]


def test_circles_and_unknown_parents_are_told_and_end(tmp_path: Path) -> None:
    """A circle of parents belongs to nobody; what hangs below it still counts."""
    family = (
        company("A", 20.0, "B"), company("B", 60.0, "C"), company("C", 80.0, "A"), company("D", 10.0, "A"),
        company("E", 50.0, "nobody"), company("F", 50.0, "F"), company("G", 50.0, None),
    )  # fmt: skip
    db = told(tmp_path, "points: mean", family)
    states = {row["account_id"]: row["state"] for row in db.rows("SELECT * FROM families")}
    assert states == {"A": "circle", "B": "circle", "C": "circle", "D": "child", "E": "unknown_parent"}
    assert {name: score(db, name)[0] for name in "ABCDEFG"} == {
        "A": 10, "B": 60, "C": 80, "D": 10, "E": 50, "F": 50, "G": 50
    }  # fmt: skip


def test_a_chain_without_end_ends(tmp_path: Path) -> None:
    """Deeper than any group of companies is as good as a circle."""
    with Database() as db:
        rows = [{"account_id": str(place), "parent": str(place + 1)} for place in range(300)]
        db.create("accounts", rows, {"account_id": "VARCHAR", "parent": "VARCHAR"})
        assert find_families(db) == 100
        assert db.value("SELECT count(*) FROM families WHERE state = 'circle'") == 199


TOTANGO = "shares: [{status: Poor, above: 0.5}, {status: Good, above: 0.5}, {else: Average}]"
POOR_OR_GOOD = "shares: [{status: Poor, above: 0.5}, {else: Good}]"


@pytest.mark.parametrize(
    ("roll_up", "children", "expected"),
    [
        (TOTANGO, ((10, 1), (10, 1), (90, 1), (90, 1)), "Average"),
        (TOTANGO, ((10, 1), (10, 1), (10, 1), (90, 1)), "Poor"),
        (TOTANGO, ((10, 1), (90, 1), (90, 1)), "Good"),
        (f"by: value, {TOTANGO}", ((10, 5), (90, 2), (90, 2)), "Poor"),
        (f"by: value, {TOTANGO}", ((10, 5), (90, 2), (90, 3)), "Average"),
        (f"by: value, {TOTANGO}", ((10, 0.1), (10, 0.2), (90, 0.3)), "Average"),
        (f"{TOTANGO}, parent: counted", ((10, 1), (90, 1)), "Good"),
        (f"{TOTANGO}, where: value > 1", ((10, 1), (10, 1), (90, 2)), "Good"),
        (TOTANGO, ((10, 1), (None, 1)), "Poor"),
        (f"{TOTANGO}, missing: count", ((10, 1), (None, 1)), "Average"),
        (f"{TOTANGO}, missing: no_data", ((10, 1), (None, 1)), "no_data"),
        (TOTANGO, ((None, 1), (None, 1)), "no_data"),
        (f"{TOTANGO}, missing: count", ((None, 1), (None, 1)), "no_data"),
        (f"{POOR_OR_GOOD}, missing: count", ((None, 1), (None, 1)), "no_data"),
        (f"{POOR_OR_GOOD}, missing: count", ((None, 1), (90, 1)), "Good"),
        (f"by: value, {POOR_OR_GOOD}, missing: count", ((None, 5), (90, 0)), "no_data"),
        (f"by: value, {TOTANGO}", ((10, 0), (10, -1)), "no_data"),
        (f"{TOTANGO}, where: value > 9", ((10, 1),), "Good"),
        (f"{TOTANGO}, where: value > 9, none: no_data", ((10, 1),), "no_data"),
        ("shares: [{status: Poor, of: [Poor, Average], at_least: 0.5}]", ((60, 1), (90, 1)), "Poor"),
        ("shares: [{status: Poor, of: [Poor, Average], at_least: 0.5}]", ((90, 1), (90, 1)), "Good"),
    ],
)
def test_colour_of_a_parent_by_shares(tmp_path: Path, roll_up: str, children: Any, expected: str) -> None:
    """Totango: a parent is poor when strictly more than half of its children, by count or by value, are."""
    family = [
        company(str(place), points and float(points), value=float(value))
        for place, (points, value) in enumerate(children)
    ]
    db = told(tmp_path, roll_up, [PARENT, *family])
    assert colour(db) == expected
    assert db.value("SELECT calculated_points FROM colours WHERE account_id = '0'") == children[0][0]


@pytest.mark.parametrize("how", ["points: mean", f"{TOTANGO}"])
@pytest.mark.parametrize(
    ("more", "child", "expected"),
    [
        ("", company("A", None), "no_data"),
        (", parent: counted", company("A", None), "Good"),
        (", where: value > 9", company("A", None), "Good"),
        (", where: value > 9, none: no_data", company("A", None), "no_data"),
    ],
    ids=["nothing known", "the parent is counted", "nobody qualifies", "nobody qualifies, strictly"],
)
def test_points_and_shares_mean_the_same_by_nothing(
    tmp_path: Path, how: str, more: str, child: Any, expected: str
) -> None:
    """A parent falls back on its own points where no child qualifies, never where nobody knows how its children are."""
    assert colour(told(tmp_path, how + more, [PARENT, child])) == expected


def test_a_child_counts_by_its_calculated_or_its_published_colour(tmp_path: Path) -> None:
    """What people set by hand stays out of the parent's calculated colour, unless the rule asks for it."""
    by_hand = {"account_id": "A", "card": "main", "status": "Poor", "reason": "r", "author": "li"}
    family = (PARENT, company("A", 90.0))
    for counts, expected in (("calculated", "Good"), ("published", "Poor")):
        db = told(tmp_path / counts, f"counts: {counts}, {TOTANGO}", family, {"past_overrides": [by_hand]})
        assert (colour(db), colour(db, "A")) == (expected, "Poor")


def test_patience_holds_for_colours_from_shares(tmp_path: Path) -> None:
    """Without points the colours of earlier runs are the evidence."""
    from tests.test_status import AS_OF, timedelta

    past = {"account_id": "P", "card": "main", "status": "Poor", "calculated": "Poor", "points": None,
            "since": AS_OF, "last_colour": "Poor"}  # fmt: skip
    seen = {"account_id": "P", "card": "main", "status": "Poor", "points": None}
    family = (PARENT, company("A", 90.0))
    for calculated, expected in (("Good", "Good"), ("Average", "Average"), ("Poor", "Poor")):
        runs = [{**seen, "as_of": AS_OF - timedelta(days=7), "calculated": calculated}]
        db = told(tmp_path / calculated, TOTANGO, family, {"past_colours": [past], "past_statuses": runs},
                  "        hold: 2 runs\n        recover: 3\n")  # fmt: skip
        assert colour(db) == expected


def test_leaves_give_no_reasons_for_points_of_the_children(tmp_path: Path) -> None:
    """A parent's own leaves do not explain what it has from its children."""
    db = told(tmp_path, "points: mean", (company("P", 30.0, None), company("A", 20.0)))
    assert {row["account_id"] for row in db.rows("SELECT * FROM reasons")} == {"A"}
    weakest = {row["account_id"]: row["weakest"] for row in db.rows("SELECT * FROM colours")}
    assert weakest == {"P": None, "A": "x"}


@pytest.mark.parametrize(
    ("roll_up", "code"),
    [
        ("where: x > 1", "KF2226"),
        ("points: mean, shares: [{else: Poor}]", "KF2226"),
        ("points: weighted_mean", "KF2227"),
        ("points: weighted_mean, by: vlaue", "KF2227"),
        ("points: weighted_mean, by: parent", "KF2227"),
        ("points: mean, by: value", "KF2228"),
        ("points: mean, counts: published", "KF2228"),
        ("points: mean, missing: count", "KF2228"),
        ("shares: [{else: Poor}], missing: worst", "KF2228"),
        ("shares: [{else: Pour}]", "KF2229"),
        ("shares: [{status: Poor, of: Pour, above: 0.5}]", "KF2229"),
        ("shares: [{status: Poor, above: 50}]", "KF2230"),
        ("shares: [{status: Poor, above: 1}]", "KF2230"),
        ("shares: [{status: Poor, at_least: 0}]", "KF2230"),
        ("shares: [{status: Poor}]", "KF2230"),
        ("shares: [{status: Poor, above: 0.5, at_least: 0.5}]", "KF2230"),
        ("shares: [{else: Poor}, {status: Good, above: 0.5}]", "KF2230"),
        ("points: mean, where: nobody > 1", "KF2010"),
    ],
)
def test_mistakes_are_found_before_a_run(tmp_path: Path, roll_up: str, code: str) -> None:
    """Each wrong combination with its place."""
    project = make_project(tmp_path, {"score": SCORE, "status": STATUS % roll_up}, {"accounts": FAMILY})
    assert [problem.code for problem in check(project)] == [code]
