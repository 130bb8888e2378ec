"""Colours: thresholds, exceptions, patience, overrides and reasons."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kaframe.identify import identify_accounts
from kaframe.measure import measure_accounts
from kaframe.score import score_accounts
from kaframe.status import check, colour_accounts
from tests.steps import AS_OF, Rows, make_database, make_project

SCORE = """
    semantics: {kaframe: {minimum_coverage: 0}}
    scorecards:
      main:
        primary: true
        children:
          x: {weight: 3, value: x}
          deep: {weight: 1, children: {y: {value: y}, z: {value: z}}}
"""
STATUS = """
    rgb:
      main:
        green: {at_least: 75}
        yellow: {at_least: 50}
        red: else
"""


def coloured(tmp_path: Path, accounts: Rows, status: str = STATUS, past: dict[str, Rows] | None = None) -> Any:
    """The database after the step; every account is managed."""
    rules = {"score": SCORE, "status": status, "identify": "tiers: [{id: key, key: true, when: true}]\n"}
    tables: dict[str, Rows] = {"accounts": accounts}
    project = make_project(tmp_path, rules, tables)
    assert check(project) == []
    db = make_database(tables, past)
    for step in (measure_accounts, identify_accounts, score_accounts, colour_accounts):
        step(project, db)
    return db


def account(points: float | None, name: str = "A", **more: object) -> dict[str, object]:
    return {"account_id": name, "x": points, "y": points, "z": points, "notice": False, **more}


def past_colour(status: str, days: int = 30) -> Rows:
    return [
        {
            "account_id": "A",
            "card": "main",
            "status": status,
            "calculated": status,
            "points": 0.0,
            "since": AS_OF - timedelta(days=days),
        }
    ]


def runs(*points: tuple[int, float | None]) -> Rows:
    """Published runs, so many days ago with so many points."""
    return [
        {"account_id": "A", "card": "main", "as_of": AS_OF - timedelta(days=days), "calculated": "x", "points": value}
        for days, value in points
    ]


def test_thresholds(tmp_path: Path) -> None:
    """An edge belongs to the better colour; nothing known is no colour, never green."""
    given = [account(points, str(place)) for place, points in enumerate((100, 75, 74.9, 50, 49.9, None))]
    rows = coloured(tmp_path, given).rows("SELECT * FROM colours ORDER BY account_id")
    assert [row["status"] for row in rows] == ["green", "green", "yellow", "yellow", "red", "no_data"]
    assert [row["why"] for row in rows] == ["score"] * 5 + ["no_data"]
    assert {row["since"] for row in rows} == {AS_OF}


@pytest.mark.parametrize(
    ("points", "past", "history", "status", "why"),
    [
        (77.9, "yellow", (), "yellow", "margin"),
        (78, "yellow", (), "yellow", "hold"),
        (78, "yellow", ((20, 78), (7, 80)), "green", "score"),
        (78, "yellow", ((20, 78), (7, 77)), "yellow", "hold"),
        (78, "yellow", ((20, 78), (7, None)), "green", "score"),
        (78, "yellow", ((13, 78),), "yellow", "hold"),
        (78, "yellow", ((14, 78),), "green", "score"),
        (78, "red", ((20, 60), (5, 90)), "yellow", "hold"),
        (78, "red", (), "red", "hold"),
        (52, "red", ((20, 60),), "red", "margin"),
        (74, "green", (), "yellow", "score"),
        (90, None, (), "green", "score"),
        (90, "no_data", (), "green", "score"),
    ],
    ids=[
        "no margin",
        "margin but no hold",
        "held",
        "broken",
        "no data breaks nothing",
        "a day short",
        "just long enough",
        "only the nearer colour",
        "new and better",
        "short of the nearer",
        "worse at once",
        "first run",
        "after no data",
    ],
)
def test_improving_needs_margin_and_time(
    tmp_path: Path, points: float, past: str | None, history: Any, status: str, why: str
) -> None:
    """It improves only with points beyond the edge, on every published run over the hold."""
    rules = STATUS + "        recover: 3\n        hold: 14 days\n"
    given = {"past_statuses": runs(*history), "past_colours": past_colour(past) if past else []}
    row = coloured(tmp_path, [account(points)], rules, given).rows("SELECT * FROM colours")[0]
    assert (row["status"], row["why"]) == (status, why)


@pytest.mark.parametrize(
    ("history", "status", "why"),
    [((), "green", "wait"), (((10, 60), (3, 70)), "yellow", "score"), (((10, 60), (3, 80)), "green", "wait")],
    ids=["just now", "long enough", "broken"],
)
def test_worsening_may_wait(tmp_path: Path, history: Any, status: str, why: str) -> None:
    """With ``for:`` a colour worsens only when it has been worse on every run of that time."""
    rules = STATUS + "        for: 7 days\n"
    given = {"past_statuses": runs(*history), "past_colours": past_colour("green")}
    row = coloured(tmp_path, [account(70)], rules, given).rows("SELECT * FROM colours")[0]
    assert (row["status"], row["why"]) == (status, why)


def test_first_exception_wins_and_what_is_unknown_does_not(tmp_path: Path) -> None:
    """An exception decides past points and patience; the calculated colour is kept beside it."""
    rules = (
        STATUS
        + """        exceptions:
          - {id: unknown, when: odd > 1, status: yellow}
          - {id: notice, when: notice, status: red, reason: {en: Notice, zh: 解约}}
          - {id: rich, when: x > 90, status: yellow}
"""
    )
    given = [account(95, "A", notice=True, odd=None), account(95, "B", odd=None), account(60, "C", odd=None)]
    rows = coloured(tmp_path, given, rules).rows("SELECT * FROM colours ORDER BY account_id")
    assert [(row["status"], row["calculated"], row["why"], row["exception"]) for row in rows] == [
        ("red", "green", "exception", "notice"),
        ("yellow", "green", "exception", "rich"),
        ("yellow", "yellow", "score", None),
    ]


def test_a_cap_lowers_and_never_lifts(tmp_path: Path) -> None:
    """``at_most`` holds back a green account and leaves a red one as it is."""
    rules = STATUS + "        exceptions: [{id: loss, when: notice, at_most: yellow}]\n"
    given = [account(95, "A", notice=True), account(10, "B", notice=True), account(95, "C")]
    rows = coloured(tmp_path, given, rules).rows("SELECT * FROM colours ORDER BY account_id")
    assert [(row["status"], row["why"]) for row in rows] == [
        ("yellow", "exception"),
        ("red", "score"),
        ("green", "score"),
    ]


def test_a_person_overrides_last(tmp_path: Path) -> None:
    """What a person set stands above everything; the calculated colour is kept."""
    past: dict[str, Rows] = {"past_overrides": [{"account_id": "A", "card": "main", "status": "green", "reason": "r"}]}
    row = coloured(tmp_path, [account(10)], past=past).rows("SELECT * FROM colours")[0]
    assert (row["status"], row["calculated"], row["why"]) == ("green", "red", "override")


def test_since_is_kept_while_the_colour_is(tmp_path: Path) -> None:
    """The same colour keeps its first day."""
    past: dict[str, Rows] = {"past_colours": past_colour("red", 30)}
    row = coloured(tmp_path, [account(10)], past=past).rows("SELECT * FROM colours")[0]
    assert row["since"] == AS_OF - timedelta(days=30)


def test_reasons_are_points_lost_largest_first_and_add_up(tmp_path: Path) -> None:
    """The losses of all leaves add up to what the score lacks; the weights of what is missing went to the sisters."""
    given = [
        {"account_id": "A", "x": 80.0, "y": 0.0, "z": None},
        {"account_id": "B", "x": 100.0, "y": 100.0, "z": 40.0},
    ]
    db = coloured(tmp_path, given)
    rows = db.rows("SELECT * FROM reasons ORDER BY account_id, rank")
    assert [(row["account_id"], row["node"], row["lost"], row["value"]) for row in rows] == [
        ("A", "deep.y", 25.0, "0.0"),
        ("A", "x", 15.0, "80.0"),
        ("B", "deep.z", 7.5, "40.0"),
    ]
    lost = {
        row["account_id"]: row["lost"]
        for row in db.rows("SELECT account_id, sum(lost) AS lost FROM reasons GROUP BY ALL")
    }
    points = {row["account_id"]: row["points"] for row in db.rows("SELECT * FROM scores")}
    assert {name: 100 - lost[name] for name in lost} == points
    weakest = {row["account_id"]: row["weakest"] for row in db.rows("SELECT * FROM colours")}
    assert weakest == {"A": "deep", "B": "deep"}


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (STATUS.replace("main", "mian"), "KF2140"),
        (STATUS.replace("red: else", "red: {at_least: 0}"), "KF2143"),
        (STATUS.replace("at_least: 50", "at_least: 80"), "KF2144"),
        (STATUS + "        exceptions: [{id: a, when: notice, status: purple}]\n", "KF2145"),
        (STATUS + "        exceptions: [{id: a, when: notice}]\n", "KF2146"),
    ],
    ids=["no such card", "no rest", "unreachable", "no such colour", "neither"],
)
def test_mistakes_are_found_before_a_run(tmp_path: Path, status: str, code: str) -> None:
    """Thresholds that cannot work are told with their place."""
    project = make_project(tmp_path, {"score": SCORE, "status": status}, {"accounts": [account(1)]})
    assert code in {problem.code for problem in check(project)}
