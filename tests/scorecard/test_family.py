"""Cards by segment: every account gets exactly one, ties are broken as the semantics say, unknown means the default."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaframe.identify import identify_accounts
from kaframe.measure import measure_accounts
from kaframe.names import account_relation
from kaframe.score import check, score_accounts
from kaframe.status import colour_accounts
from tests.steps import Rows, make_database, make_project

CARDS = """
    semantics: {kaframe: {override: merge, tie: %s}}
    scorecards:
      big: {family: health, primary: true, applies: size > 100, children: {x: {value: x}}}
      new: {family: health, applies: months < 6, children: {x: {value: x / 2}}}
      rest: {family: health, default: true, children: {x: {value: x / 4}}}
      service: {children: {x: {value: 7}}}
"""
STATUS = """
    rgb:
      big: {good: {at_least: 50}, bad: else}
      new: {good: {at_least: 50}, bad: else}
      rest: {good: {at_least: 50}, bad: else}
      service: {good: {at_least: 50}, bad: else}
"""
ACCOUNTS: Rows = [
    {"account_id": "big", "size": 500.0, "months": 20.0, "x": 80.0},
    {"account_id": "both", "size": 500.0, "months": 2.0, "x": 80.0},
    {"account_id": "new", "size": 5.0, "months": 2.0, "x": 80.0},
    {"account_id": "neither", "size": 5.0, "months": 20.0, "x": 80.0},
    {"account_id": "unknown", "size": None, "months": None, "x": 80.0},
    {"account_id": "half", "size": None, "months": 3.0, "x": 80.0},
]


@pytest.mark.parametrize(("tie", "both"), [("first", "big"), ("last", "new")])
def test_everybody_gets_one_card(tmp_path: Path, tie: str, both: str) -> None:
    """One row an account in the family, and the bare words are of that card."""
    rules = {"score": CARDS % tie, "status": STATUS, "identify": "tiers: [{id: key, key: true, when: true}]\n"}
    tables: dict[str, Rows] = {"accounts": ACCOUNTS}
    project = make_project(tmp_path, rules, tables)
    assert check(project) == []
    with make_database(tables) as db:
        for step in (measure_accounts, identify_accounts, score_accounts, colour_accounts):
            step(project, db)
        rows = db.rows("SELECT account_id, card FROM scores WHERE card <> 'service' ORDER BY account_id, card")
        relation = account_relation(project, "stage", {"score", "status", "coverage", "weakest", "score.service"})
        words = {row["account_id"]: row for row in db.rows(f"SELECT * FROM {relation}")}
    assert [(row["account_id"], row["card"]) for row in rows] == [
        ("big", "big"), ("both", both), ("half", "new"), ("neither", "rest"), ("new", "new"), ("unknown", "rest"),
    ]  # fmt: skip
    points = {"big": 80, "new": 40, "rest": 20}
    for row in rows:
        word = words[row["account_id"]]
        assert (word["score"], word["score.service"]) == (points[row["card"]], 7)
        assert word["status"] == ("good" if points[row["card"]] >= 50 else "bad")


@pytest.mark.parametrize(
    ("cards", "code"),
    [
        ("{a: {family: f, applies: x > 1, children: {x: {value: x}}}}", "KF2218"),
        ("{a: {family: f, default: true, children: {x: {value: x}}}, "
         "b: {family: f, default: true, children: {x: {value: x}}}}", "KF2218"),
        ("{a: {family: f, semantics: late, applies: x > 1, children: {x: {value: x}}}, "
         "b: {family: f, default: true, children: {x: {value: x}}}}", "KF2218"),
        ("{a: {family: f, children: {x: {value: x}}}, b: {family: f, default: true, children: {x: {value: x}}}}",
         "KF2219"),
        ("{a: {default: true, children: {x: {value: x}}}}", "KF2219"),
    ],
    ids=["no default", "two defaults", "two ties", "takes all", "no family"],
)
def test_mistakes_of_families(tmp_path: Path, cards: str, code: str) -> None:
    """A family is told whole."""
    rules = {"score": f"semantics: {{late: {{tie: last}}}}\nscorecards: {cards}\n"}
    found = check(make_project(tmp_path, rules, {"accounts": ACCOUNTS}))
    assert [problem.code for problem in found] == [code]
