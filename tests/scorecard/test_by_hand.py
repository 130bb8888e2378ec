"""A project written from the documentation alone, computed by hand: ageing, roll-ups, patience, colours by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from smallproject import write_project

from kaframe import flow
from kaframe.loading import load_project
from kaframe.published import load_run
from kaframe.store import Act, Override, open_store, set_override

ACCOUNTS = """\
id,name,group,segment,usage,nps,paid,seen,value
P,Parent,,big,50,40,80,2026-05-30,10
C1,One,P,big,90,70,80,2026-06-10,3
C2,Two,P,big,20,,10,2026-01-10,1
S1,Shop,,small,60,30,90,2026-06-29,1
S2,Fan,,small,{fan},90,90,2026-06-29,1
"""
FILES = {
    "kaframe.yaml": """\
version: 1
project: small
language: en
packs: []
accounts: {source: {reader: csv, path: data/accounts.csv}, key: id, name: name, parent: group}
reports: []
""",
    "team.yaml": "version: 1\nroles: []\nmembers: []\n",
    "data/accounts.csv": ACCOUNTS.format(fan=40),
    "rules/measure.yaml": "version: 1\nmeasures: {}\n",
    "rules/identify.yaml": "version: 1\ntiers: [{id: key, key: true, when: true}]\n",
    "rules/score.yaml": """\
version: 1
semantics: {thirds: {like: kaframe, categories: {good: 100, fair: 60, poor: 0}}}
scorecards:
  big:
    family: health
    primary: true
    applies: segment = 'big'
    children:
      fit:
        weight: 2
        table:
          hit: first
          inputs: {usage: usage, nps: nps}
          rows: [{when: ['>= 80', '>= 50'], points: 100}, {when: ['>= 40', '-'], points: 60}]
          else: 10
      signal: {weight: 1, value: paid, curve: [[0, 0], [100, 100]], decay: {from: seen, half_life: 30 days}}
      survey: {weight: 1, value: nps, curve: [[0, 0], [100, 100]], fresh: {on: seen, within: 90 days}, missing: worst}
      used: {weight: 2, value: usage, bands: [{at_least: 80, points: 100}, {at_least: 50, points: 50}, {else: 0}]}
  rest: {family: health, default: true, children: {used: {value: usage, curve: [[0, 0], [100, 100]]}}}
  worst: {semantics: thirds, aggregate: worst_of, children: {one: {value: usage}, two: {value: paid}}}
""",
    "rules/status.yaml": """\
version: 1
rgb:
  big: {green: {at_least: 75}, yellow: {at_least: 50}, red: else, roll_up: {points: weighted_mean, by: value}}
  rest:
    green: {at_least: 75}
    yellow: {at_least: 50}
    red: else
    hold: 20 days
    for: 2 runs
    exceptions: [{id: cap, when: nps < 50, at_most: 55, reason: Unhappy}]
""",
}


def run(root: Path, day: date) -> dict[tuple[str, str], Mapping[str, Any]]:
    """The published colours of a day, by account and card."""
    project = load_project(root, as_of=day)
    with load_run(project, flow.run(project).committed.run_id) as published:
        return {(row["account_id"], row["card"]): row for row in published.rows("colours")}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_project(tmp_path / "project", FILES)


def weighed(*parts: tuple[int, Fraction]) -> Fraction:
    return sum((weight * points for weight, points in parts), Fraction(0)) / sum(weight for weight, _ in parts)


def tenth(value: Fraction) -> Fraction:
    """Half up to one digit, as the default semantics round the total."""
    return Fraction((value * 20 + 1) // 2, 10)


def test_ageing_tables_bands_and_a_parent(root: Path) -> None:
    """Every term written out: 30 days halve a signal, a survey of 171 days is stale and then worst, C1 weighs three."""
    colours = run(root, date(2026, 6, 30))
    halved = {days: Fraction(0.5 ** (days / 30)) for days in (31, 20, 171)}
    one = tenth(weighed((2, Fraction(100)), (1, 80 * halved[20]), (1, Fraction(70)), (2, Fraction(100))))
    two = tenth(weighed((2, Fraction(10)), (1, 10 * halved[171]), (1, Fraction(0)), (2, Fraction(0))))
    assert (one, two) == (Fraction("86.7"), Fraction("3.4"))
    parent = tenth(weighed((3, one), (1, two)))
    assert parent == Fraction("65.9")
    for name, points in (("C1", one), ("C2", two), ("P", parent)):
        assert colours[name, "big"]["points"] == float(points)
    own = tenth(weighed((2, Fraction(60)), (1, 80 * halved[31]), (1, Fraction(40)), (2, Fraction(50))))
    with load_run(load_project(root)) as published:
        assert published.rows("score_big", "P")[0]["own_points"] == float(own) == 49.8
    assert [colours[name, "big"]["status"] for name in ("C1", "C2", "P")] == ["green", "red", "yellow"]


def test_the_worst_category_and_a_cap(root: Path) -> None:
    """60 and 90 reach fair at least: 60; 50 and 80 reach poor and fair: 0. A cap publishes 55 beside 60."""
    colours = run(root, date(2026, 6, 30))
    with load_run(load_project(root)) as published:
        worst = {row["account_id"]: row["points"] for row in published.rows("score_worst")}
    assert (worst["S1"], worst["P"], worst["C1"]) == (60, 0, 60)
    shop = colours["S1", "rest"]
    assert (shop["points"], shop["calculated_points"], shop["status"], shop["exception"]) == (55, 60, "yellow", "cap")


def test_patience_in_time_and_in_runs(root: Path) -> None:
    """Better points hold 20 days from the run that has them first, worse ones come on the second run in a row."""
    told = []
    for day, points in ((1, 40), (5, 95), (24, 95), (25, 95), (26, 40), (27, 95), (28, 40), (29, 40)):
        (root / "data/accounts.csv").write_text(ACCOUNTS.format(fan=points), "utf-8")
        row = run(root, date(2026, 6, day))["S2", "rest"]
        told.append((day, row["status"], row["why"]))
    assert told == [
        (1, "red", "score"), (5, "red", "hold"), (24, "red", "hold"), (25, "green", "score"), (26, "green", "wait"),
        (27, "green", "score"), (28, "green", "wait"), (29, "red", "score"),
    ]  # fmt: skip


def test_a_colour_by_hand_ends_and_is_told(root: Path) -> None:
    """It holds through its last day; the day after, the points decide again and its end is kept with the run."""
    project = load_project(root, as_of=date(2026, 6, 28))
    by_hand = Override("C1", "big", "red", date(2026, 6, 29))
    set_override(open_store(project), by_hand, Act("kim", date(2026, 6, 28), "x"))
    found = []
    for day in (29, 30):
        row = run(root, date(2026, 6, day))["C1", "big"]
        with load_run(load_project(root)) as published:
            states = [one["state"] for one in published.rows("overrides")]
        found.append((row["status"], row["calculated"], row["why"], states))
    assert found == [("red", "green", "override", ["active"]), ("green", "green", "score", ["expired"])]
