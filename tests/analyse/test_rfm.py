"""Quintiles of all buyers and the segments that they make."""

from __future__ import annotations

from pathlib import Path

from insights import accounts, analysed, on, problems, project_of, rules

IDS = [*"abcdefghi", "J"]
# a buys long ago, seldom and little; J lately, often and much.
ORDERS = [on(name, 300 - 30 * place + number, 10.0 * (place + 1))
          for place, name in enumerate(IDS) for number in range(place + 1)]  # fmt: skip
RFM = """kind: rfm, from: orders, time: day, value: amount, sentence: "{segment}, {days} days", segments: [
  {id: best, label: {en: Best, zh: 最佳}, when: recency = 5 and frequency = 5 and monetary = 5, tell: true, good: true},
  {id: long_ago, label: Long ago, when: days > 200, tell: true}, {id: rest, label: Rest, when: true}]"""


def test_every_buyer_gets_quintiles_and_a_segment(tmp_path: Path) -> None:
    """Ten buyers in five fifths; one who bought nothing is not among them."""
    tables = {"accounts": accounts([*IDS, "Z"]), "orders": ORDERS}
    db = analysed(project_of(tmp_path, rules(RFM), tables), tables)
    rows = {row["account_id"]: row for row in db.rows("SELECT * FROM segments_rfm")}
    assert sorted(rows) == sorted(IDS)
    assert [rows[name]["monetary"] for name in IDS] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert (rows["a"]["segment"], rows["J"]["segment"], rows["e"]["segment"]) == ("long_ago", "best", "rest")
    [insight] = db.rows("SELECT account_id, sentence, good FROM insights")
    assert insight == {"account_id": "J", "sentence": "Best, 30 days", "good": True}


def test_equal_accounts_share_their_quintile(tmp_path: Path) -> None:
    """No order of the rows may decide who is better."""
    tables = {"accounts": accounts(IDS), "orders": [on(name, 10) for name in IDS]}
    db = analysed(project_of(tmp_path, rules(RFM), tables), tables)
    assert db.rows("SELECT DISTINCT recency, frequency, monetary FROM segments_rfm") == [
        {"recency": 1, "frequency": 1, "monetary": 1}
    ]


def test_a_second_rfm_is_refused(tmp_path: Path) -> None:
    """An account has one segment."""
    text = rules(RFM)[:-1] + ", " + rules(RFM).removeprefix("analyses: [").replace("id: x", "id: y", 1)
    [problem] = problems(tmp_path, text, {"accounts": accounts(IDS), "orders": ORDERS})
    assert (problem.code, problem.message) == ("KF2164", "'y' is a second analysis of the kind rfm")
