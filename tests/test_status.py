"""Colours: thresholds, exceptions, patience, overrides and reasons."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from kaframe.identify import identify_accounts
from kaframe.measure import measure_accounts
from kaframe.score import score_accounts
from kaframe.status import check, colour_accounts
from tests.steps import AS_OF, Rows, make_database, make_project

SCORE = """
    semantics: {kaframe: {override: merge, minimum_coverage: 0}}
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


def past_colour(status: str, days: int = 30, last: str | None = None) -> Rows:
    return [
        {
            "account_id": "A",
            "card": "main",
            "status": status,
            "calculated": status,
            "last_colour": last or (status if status != "no_data" else None),
            "points": 0.0,
            "since": AS_OF - timedelta(days=days),
        }
    ]


def runs(*points: tuple[int, float | None]) -> Rows:
    """Published runs, so many days ago with so many points."""
    return [
        {"account_id": "A", "card": "main", "as_of": AS_OF - timedelta(days=days), "status": "x",
         "calculated": "no_data" if value is None else "x", "points": value}
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


@pytest.mark.parametrize(
    ("patience", "points", "history", "status", "waits"),
    [
        ("hold: 1 run", 78, (), "green", None),
        ("hold: 2 runs", 78, (), "yellow", ("hold", 0, 1)),
        ("hold: 2 runs", 78, ((7, 78),), "green", None),
        ("hold: 3 runs", 78, ((14, 60), (7, 78)), "yellow", ("hold", 7, 2)),
        ("hold: 3 runs", 78, ((14, 78), (7, None), (6, 80)), "green", None),
        ("hold: 3 runs", 78, ((14, 78), (7, None)), "yellow", ("hold", 14, 2)),
        ("hold: 0 days", 78, (), "green", None),
        ("hold: 5 working days", 78, ((6, 78),), "yellow", ("hold", 6, 2)),
        ("hold: 5 working days", 78, ((7, 78),), "green", None),
        ("hold: 99999 years", 78, ((700, 78),), "yellow", ("hold", 700, 2)),
        ("for: 2 runs", 40, (), "yellow", ("wait", 0, 1)),
        ("for: 2 runs", 40, ((7, 40),), "red", None),
        ("for: 2 runs", 40, ((7, 55),), "yellow", ("wait", 0, 1)),
    ],
)
def test_patience_counts_runs_or_days(
    tmp_path: Path, patience: str, points: float, history: Any, status: str, waits: tuple[str, int, int] | None
) -> None:
    """Runs without data neither confirm nor break; the run that began and how many have it stand beside the colour."""
    given = {"past_statuses": runs(*history), "past_colours": past_colour("yellow")}
    rules = f"{STATUS}        {patience}\n"
    row = coloured(tmp_path, [account(points)], rules, given).rows("SELECT * FROM colours")[0]
    assert row["status"] == status
    found = (row["why"], (AS_OF - row["begun"]).days, row["runs"]) if row["begun"] else None
    assert found == waits


def test_it_worsens_as_far_as_it_has_been_worse_all_the_time(tmp_path: Path) -> None:
    """Below green for long and below yellow since today is yellow, as it would be on the way up."""
    given = {"past_statuses": runs((10, 60), (3, 60)), "past_colours": past_colour("green")}
    row = coloured(tmp_path, [account(10)], STATUS + "        for: 7 days\n", given).rows("SELECT * FROM colours")[0]
    assert (row["status"], row["calculated"], row["why"]) == ("yellow", "red", "wait")


def test_the_last_colour_is_remembered_over_runs_without_data(tmp_path: Path) -> None:
    """One run without data is no way around a hold, nor is one that did not have the account."""
    rules = STATUS + "        hold: 14 days\n"
    given: dict[str, Rows] = {"past_colours": past_colour("no_data", last="red")}
    row = coloured(tmp_path, [account(90)], rules, given).rows("SELECT * FROM colours")[0]
    assert (row["status"], row["why"], row["last_colour"]) == ("red", "hold", "red")
    seen = {"account_id": "A", "card": "main", "as_of": AS_OF - timedelta(days=5), "status": "red",
            "calculated": "red", "points": 10.0}  # fmt: skip
    row = coloured(tmp_path, [account(90)], rules, {"past_statuses": [seen]}).rows("SELECT * FROM colours")[0]
    assert (row["status"], row["why"]) == ("red", "hold")
    row = coloured(tmp_path, [account(None)], rules, given).rows("SELECT * FROM colours")[0]
    assert (row["status"], row["last_colour"]) == ("no_data", "red")


GRADES = """
    rgb:
      main:
        A: {above: 90}
        B: {at_least: 90}
        C: {above: 75}
        F: {else: true, label: {en: Failing, zh: 不及格}}
        recover: 0.1
"""


def test_grades_with_edges_of_both_kinds(tmp_path: Path) -> None:
    """Any number of colours; ``above`` leaves its edge to the colour below, ``at_least`` takes it."""
    given = [account(points, str(place)) for place, points in enumerate((90.1, 90, 75.1, 75, 0))]
    rows = coloured(tmp_path, given, GRADES).rows("SELECT * FROM colours ORDER BY account_id")
    assert [row["status"] for row in rows] == ["A", "B", "C", "F", "F"]


@pytest.mark.parametrize(("points", "status"), [(75.1, "F"), (75.2, "C"), (90.1, "B")])
def test_recover_beyond_an_edge_that_is_left_out(tmp_path: Path, points: float, status: str) -> None:
    """75.1 is not above 75 by more than 0.1; the sum is made as people write it."""
    given: dict[str, Rows] = {"past_colours": past_colour("F")}
    assert coloured(tmp_path, [account(points)], GRADES, given).value("SELECT status FROM colours") == status


@pytest.mark.parametrize(("compare", "status", "held"), [("shown", "green", 75.0), ("calculated", "yellow", 74.96)])
def test_which_total_is_compared(tmp_path: Path, compare: str, status: str, held: float) -> None:
    """74.96 is shown as 75.0: a declared choice whether that is green."""
    rules = f"{STATUS}        compare: {compare}\n"
    row = coloured(tmp_path, [account(74.96)], rules).rows("SELECT * FROM colours")[0]
    assert (row["status"], row["points"], row["calculated_points"]) == (status, 75.0, held)


@pytest.mark.parametrize(
    ("says", "points", "before", "expected"),
    [
        ("points: 20", 90, "green", ("red", "green", 20, 90, "exception")),
        ("points: 80", 10, "red", ("green", "red", 80, 10, "exception")),
        ("points: 20", None, "green", ("red", "no_data", 20, None, "exception")),
        ("status: no_data", 90, "green", ("no_data", "green", 90, 90, "exception")),
        ("at_most: 60", 90, "green", ("yellow", "green", 60, 90, "exception")),
        ("at_most: 60", 90, "red", ("red", "green", 60, 90, "exception")),
        ("at_most: 60", 60, "yellow", ("yellow", "yellow", 60, 60, "score")),
        ("at_most: 60", None, "yellow", ("no_data", "no_data", None, None, "no_data")),
        ("at_least: 60", 10, "red", ("yellow", "red", 60, 10, "exception")),
        ("at_least: 60", 70, "yellow", ("yellow", "yellow", 70, 70, "score")),
        ("at_least: 60", None, "yellow", ("no_data", "no_data", None, None, "no_data")),
        ("at_least: yellow", 10, "red", ("yellow", "red", 10, 10, "exception")),
        ("at_least: yellow", 90, "green", ("green", "green", 90, 90, "score")),
        ("at_least: yellow", None, "green", ("no_data", "no_data", None, None, "no_data")),
        ("at_most: yellow", 90, "green", ("yellow", "green", 90, 90, "exception")),
    ],
)
def test_exceptions_decide_cap_and_lift_points_and_colours(
    tmp_path: Path, says: str, points: float | None, before: str, expected: tuple[Any, ...]
) -> None:
    """The calculated points and colour are kept beside the published ones; patience is not lifted by a cap."""
    rules = f"{STATUS}        hold: 14 days\n        exceptions: [{{id: e, when: notice, {says}}}]\n"
    past: dict[str, Rows] = {"past_colours": past_colour(before)}
    row = coloured(tmp_path, [account(points, notice=True)], rules, past).rows("SELECT * FROM colours")[0]
    shown = tuple(row[name] for name in ("status", "calculated", "points", "calculated_points", "why"))
    assert shown == expected
    assert row["exception"] == ("e" if row["why"] == "exception" else None)


def test_gainsight_first_match_forces_twenty(tmp_path: Path) -> None:
    """NPS <= 40 and UsageDrop <= 80 forces 20 (published by Gainsight); the first matching exception wins."""
    rules = """
    rgb:
      main:
        Green: {above: 75}
        Yellow: {above: 50}
        Red: else
        exceptions:
          - {id: unhappy, when: nps <= 40 and usage_drop <= 80, points: 20}
          - {id: champion, when: nps <= 40 or nps > 90, points: 95}
"""
    facts = [(40.0, 80.0), (41.0, 80.0), (40.0, 81.0), (95.0, 0.0), (None, 80.0)]
    given = [
        account(60, str(place), nps=nps, usage_drop=drop, notice=False) for place, (nps, drop) in enumerate(facts)
    ]
    rows = coloured(tmp_path, given, rules).rows("SELECT * FROM colours ORDER BY account_id")
    assert [(row["status"], row["points"], row["exception"]) for row in rows] == [
        ("Red", 20, "unhappy"), ("Yellow", 60, None), ("Green", 95, "champion"), ("Green", 95, "champion"),
        ("Yellow", 60, None),
    ]  # fmt: skip
    assert {row["calculated_points"] for row in rows} == {60.0}


def test_an_override_is_above_an_exception_and_both_are_kept(tmp_path: Path) -> None:
    """The colour is the person's, the points the exception's, the calculated ones stand beside."""
    rules = STATUS + "        exceptions: [{id: e, when: notice, points: 20}]\n"
    past: dict[str, Rows] = {"past_overrides": [{"account_id": "A", "card": "main", "status": "yellow", "reason": "r"}]}
    row = coloured(tmp_path, [account(90, notice=True)], rules, past).rows("SELECT * FROM colours")[0]
    assert (row["status"], row["why"], row["exception"]) == ("yellow", "override", "e")
    assert (row["points"], row["calculated"], row["calculated_points"]) == (20, "green", 90)


def test_no_override_is_lost_in_silence(tmp_path: Path) -> None:
    """What no longer speaks of anything has no effect, and is told with the way out."""
    given = [account(10), account(90, "B"), account(90, "C")]
    by_hand = {"reason": "agreed", "author": "li", "set_on": AS_OF, "expires_on": AS_OF}
    past: dict[str, Rows] = {
        "past_overrides": [
            {**by_hand, "account_id": "A", "card": "main", "status": "yellow"},
            {**by_hand, "account_id": "A", "card": "old", "status": "yellow"},
            {**by_hand, "account_id": "B", "card": "main", "status": "purple"},
            {**by_hand, "account_id": "X", "card": "main", "status": "yellow"},
        ],
        "past_expired": [{**by_hand, "account_id": "C", "card": "main", "status": "red"}],
    }
    db = coloured(tmp_path, given, past=past)
    found = {(row["account_id"], row["card"]): row["state"] for row in db.rows("SELECT * FROM overrides")}
    assert found == {
        ("A", "main"): "active", ("A", "old"): "card_gone", ("B", "main"): "colour_gone", ("X", "main"): "account_gone",
        ("C", "main"): "expired",
    }  # fmt: skip
    colours = {row["account_id"]: (row["status"], row["why"]) for row in db.rows("SELECT * FROM colours")}
    assert colours == {"A": ("yellow", "override"), "B": ("green", "score"), "C": ("green", "score")}
    told = db.value("SELECT sentence FROM overrides WHERE account_id = 'X'")
    assert told == (
        "X: 'yellow' on 'main', set by hand by li until 2026-06-30 (agreed), "
        "has no effect: the data no longer have this account; clear it or mend the data"
    )


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


def test_every_account_that_is_not_good_has_its_largest_reasons(tmp_path: Path) -> None:
    """They are the first three of ``reasons``, whatever is missing and however many are equal; a good one has none."""
    values = [None, -1e15, 0.0, 30.0, 30.0, 62.5, 99.9, 100.0]
    given = [
        {"account_id": f"{x}/{y}/{z}", "x": values[x], "y": values[y], "z": values[z]}
        for x, y, z in product(range(len(values)), repeat=3)
    ]
    db = coloured(tmp_path, given)
    ranked: dict[str, list[str]] = {}
    for row in db.rows("SELECT account_id, node FROM reasons WHERE rank <= 3 ORDER BY account_id, rank"):
        ranked.setdefault(row["account_id"], []).append(row["node"])
    found = db.rows("SELECT account_id, status, reason_1, reason_2, reason_3 FROM colours")
    assert {row["status"] for row in found} == {"green", "yellow", "red", "no_data"}
    for row in found:
        own = [] if row["status"] == "green" else ranked.get(row["account_id"], [])
        assert [row["reason_1"], row["reason_2"], row["reason_3"]] == (own + [None] * 3)[:3], row


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (STATUS.replace("main", "mian"), "KF2140"),
        (STATUS.replace("red: else", "red: {at_least: 0}"), "KF2143"),
        (STATUS.replace("at_least: 50", "at_least: 80"), "KF2144"),
        (STATUS + "        exceptions: [{id: a, when: notice, status: purple}]\n", "KF2145"),
        (STATUS + "        exceptions: [{id: a, when: notice}]\n", "KF2146"),
        (STATUS + "        exceptions: [{id: a, when: notice, status: red, points: 3}]\n", "KF2146"),
        (STATUS + "        exceptions: [{id: a, when: notice, at_least: no_data}]\n", "KF2145"),
        (STATUS + "        exceptions: [{id: a, when: notice, at_most: green}]\n", "KF2225"),
        (STATUS + "        exceptions: [{id: a, when: notice, at_least: red}]\n", "KF2225"),
        (STATUS + "        exceptions: [{id: a, when: notice, points: 101}]\n", "KF2224"),
        (STATUS + "        recover: 26\n", "KF2223"),
        (STATUS.replace("at_least: 75", "above: 100"), "KF2147"),
        (STATUS.replace("at_least: 75", "at_least: 75, above: 75"), "KF2220"),
        (STATUS.replace("at_least: 75", "label: g"), "KF2220"),
        (STATUS.replace("{at_least: 75}", "else"), "KF2144"),
        (STATUS.replace("yellow: {at_least: 50}", "no_data: {at_least: 50}"), "KF2221"),
        (STATUS.replace("at_least: 50", "at_least: 50, good: true"), "KF2222"),
        (STATUS.replace("red: else", "red: {else: true, good: true}"), "KF2222"),
    ],
    ids=[
        "no such card", "no rest", "unreachable", "no such colour", "neither", "both", "no floor of no data",
        "cap at the best", "floor at the worst", "beyond the scale", "no recovery", "above the top", "two edges",
        "no edge", "else above others", "a colour called no_data", "good below not good", "all good",
    ],
)
def test_mistakes_are_found_before_a_run(tmp_path: Path, status: str, code: str) -> None:
    """Thresholds that cannot work are told with their place."""
    project = make_project(tmp_path, {"score": SCORE, "status": status}, {"accounts": [account(1)]})
    assert code in {problem.code for problem in check(project)}
