"""The step analyse: what it writes, since when it knows, what it leaves out and what it refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from insights import accounts, analysed, found, on, problems, project_of, rules

from kaframe.bind import Label
from kaframe.rules.load import Expected, ExpectedColumn

LARGE = "kind: condition, about: size, when: money > 100, good: true, worth: money / 2"
TWICE = f"analyses: [{', '.join(['{id: x, kind: condition, when: true, sentence: s}'] * 2)}]"
TABLES = {"accounts": accounts(["A", "B", "c"], money={"A": 500.0, "B": None, "c": 900.0})}


def test_a_condition_tells_the_accounts_for_which_it_holds(tmp_path: Path) -> None:
    """A holds, of B nothing is known, c is not managed; the sentence shows the measure."""
    [row] = found(tmp_path, LARGE + ", sentence: 'has {money} and is worth {worth}'", TABLES)
    assert (row["account_id"], row["insight"], row["kind"], row["subject"]) == ("A", "x", "size", None)
    assert (row["value"], row["good"], row["since"]) == (250.0, True, date(2026, 6, 30))
    assert row["sentence"] == "has 500 and is worth CN¥250"
    assert row["evidence"] == {"money": 500.0}


def test_since_is_kept_while_the_insight_is_there(tmp_path: Path) -> None:
    """What the base run had already goes on from its first day."""
    past = [
        {"account_id": "A", "insight": "x", "subject": None, "value": 1.0, "since": date(2026, 3, 1)},
        {"account_id": "A", "insight": "y", "subject": None, "value": 1.0, "since": date(2025, 1, 1)},
    ]
    db = analysed(project_of(tmp_path, rules(LARGE), TABLES), TABLES, past)
    assert db.rows("SELECT since FROM insights") == [{"since": date(2026, 3, 1)}]


def test_applies_leaves_accounts_out(tmp_path: Path) -> None:
    """An account of which the condition is unknown is left out too."""
    assert found(tmp_path, LARGE + ", applies: money < 300", TABLES) == []


@pytest.mark.parametrize(
    "analysis",
    [
        pytest.param("kind: condition, when: wanted > 1", id="a column"),
        pytest.param("kind: mix, from: returns, time: day, value: amount, by: item", id="a table"),
        pytest.param("kind: mix, from: orders, time: day, value: amount, by: brand", id="a column of a table"),
    ],
)
def test_what_a_pack_speaks_of_and_the_project_lacks_is_left_out(tmp_path: Path, analysis: str) -> None:
    """No error, no insight."""
    tables = {**TABLES, "orders": [on("A", 1, item="soap")]}
    number, text, day = ExpectedColumn("number"), ExpectedColumn("text"), ExpectedColumn("date")
    columns = {"day": day, "amount": number, "item": text, "brand": text}
    expected = Expected({"wanted": number}, {"returns": columns, "orders": columns})
    assert problems(tmp_path, rules(analysis), tables), "without the pack it would be an error"
    project = project_of(tmp_path, rules(analysis), tables)
    absent = replace(project, rules=replace(project.rules, expected=expected))
    assert analysed(absent, tables).rows("SELECT * FROM insights") == []


def test_a_comparison_without_its_column_is_among_all_accounts(tmp_path: Path) -> None:
    """``like`` names a segment that the project does not have, so all buyers are comparable."""
    peers = ["b", "c", "d", "e", "f"]
    orders = [on(name, 5, 10.0, item=item) for name in peers for item in ("soap", "paste")] + [on("A", 5, item="soap")]
    tables = {"accounts": accounts(["A", *peers]), "orders": orders}
    text = "kind: white_space, from: orders, time: day, value: amount, by: item, like: [segment]"
    project = project_of(tmp_path, rules(text), tables)
    expected = Expected({"segment": ExpectedColumn("text", Label("Segment", "类型"))}, {})
    project = replace(project, rules=replace(project.rules, expected=expected))
    assert [row["subject"] for row in analysed(project, tables).rows("SELECT subject FROM insights")] == ["paste"]


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (rules("kind: condition, when: mony > 1"), "KF2010", "did you mean 'money'?"),
        (rules("kind: condition, when: money"), "KF2011", "boolean"),
        (rules("kind: mix, from: oders, time: day, value: amount, by: item"), "KF2161", "did you mean 'orders'?"),
        (rules("kind: mix, from: orders, time: day, value: amount, by: itm"), "KF2010", "did you mean 'item'?"),
        (rules("kind: condition, when: true, sentence: 'a {mony}'"), "KF2162", "did you mean 'money'?"),
        (rules("kind: condition, when: true, sentence: 'a {money:siz}'"), "KF2163", "did you mean 'size'?"),
        (TWICE, "KF2160", "stands twice"),
    ],
    ids=["name", "type", "table", "column", "place", "form", "twice"],
)  # fmt: skip
def test_problems_are_told_with_the_nearest_name(tmp_path: Path, text: str, code: str, words: str) -> None:
    """Found at check time, each at its line."""
    tables = {**TABLES, "orders": [on("A", 1, item="soap")]}
    [problem] = problems(tmp_path, text, tables)
    assert problem.code == code
    assert words in str(problem)
    assert problem.at is not None
    assert problem.at.file == "rules/analyse.yaml"


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    """``by`` means nothing to a condition; the message names what does."""
    with pytest.raises(Exception, match="KF1104 unknown key 'by' in an analysis of the kind condition"):
        project_of(tmp_path, rules("kind: condition, when: true, by: item"), TABLES)


ORDERS = "from: orders, time: day, value: amount"


@pytest.mark.parametrize(
    "text",
    [
        f"kind: mix, {ORDERS}, by: item, shift: 0, at_least: 1",
        f"kind: behaviour, {ORDERS}, direction: down, percent: 0, z: 0",
        f"kind: trend, {ORDERS}, direction: down, slope: 0, fit: 0",
        f"kind: behaviour, watch: frequency, {ORDERS}, times: 1",
    ],
    ids=["mix", "level", "trend", "frequency"],
)
def test_the_same_data_give_the_same_rows(tmp_path: Path, text: str) -> None:
    """Whatever the order of the rows: sums are exact."""
    orders = [on("A", ago, 0.1 * ago, item=f"item {ago % 3}") for ago in range(21, 460, 7)] + [on("b", 0, item="x")]
    names = accounts(["A", "b"])
    first = found(tmp_path / "one", text, {"accounts": names, "orders": orders})
    second = found(tmp_path / "two", text, {"accounts": names, "orders": orders[::-1]})
    assert json.dumps(first, default=str) == json.dumps(second, default=str)
    assert first
