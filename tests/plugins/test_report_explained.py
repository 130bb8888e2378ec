"""Where a score comes from, on the page of an account: as the run keeps it, escaped, in the page's language."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kaframe.records import RunView
from tests.plugins.runviews import small_view
from tests.plugins.test_report_html import HOSTILE, account, part, report

LEAF = {"path": "sales", "label": "Sales", "rule": "score.yaml:4", "how": "curve 0:0 10:100", "effective": 0.25,
        "points": 30.0, "lost": 17.5, "value": 3.0, "formula": "growth"}  # fmt: skip
ORDERS = {"name": "growth", "label": "Growth", "value": 3.0, "formula": "sum(amount)", "rule": "measure.yaml:2",
          "table": "orders", "sources": ["orders.csv"], "row_count": 1, "column": "amount", "total": 3.0,
          "rows": [{"amount": 3.0, "note": HOSTILE}]}  # fmt: skip


def explained(leaf: dict[str, Any], **more: Any) -> RunView:
    """A run that keeps an explanation with one leaf."""
    one = {"score": 82.5, "best": 100.0, "other": 0.0, "nodes": [LEAF | leaf],
           "target": {"status": "green", "points": 85.0}, **more}  # fmt: skip
    return small_view(explanations=[{"account_id": "A0", "card": "health", "content": json.dumps(one)}])


def test_the_way_from_the_data_to_the_score(tmp_path: Path) -> None:
    """How it adds up, exceptions, each leaf with the rows behind it, and what stands in the data is never markup."""
    considered = [{"id": "silent", "reason": "No order", "state": "does_not_hold", "rule": "status.yaml:9"}]
    view = explained({"evidence": [ORDERS], "reach": {"value": 4.5}}, decision={"considered": considered})
    report(view, tmp_path)
    text = " ".join(account(tmp_path, "A0").text.split())
    assert "82.5 points + 17.5 lost = 100" in text
    assert "Exceptions that do not hold: No order" in text
    assert "3 → 30 points · 25% of this score · 17.5 lost" in text
    assert "1 row of orders (orders.csv) · amount: 3 in all" in text
    assert "green with this alone at 4.5 (now 3)" in text
    page = (tmp_path / "accounts" / part("facts").page_name("A0")).read_text(encoding="utf-8")
    assert "<script" not in page
    assert "onerror=alert(2)&gt;" in page
    assert "Where the score comes from" not in account(tmp_path, "A1").text


@pytest.mark.parametrize(
    ("leaf", "said"),
    [
        ({"reach": {"why": "decays"}}, "No single value brings green: its points fade with age"),
        ({"reach": {"why": "stale"}, "stale": True}, "No value brings green while its day is this old"),
        ({"reach": {}}, "This alone cannot bring green"),
        ({"reach": {"options": [{"when": "gold"}, {"when": "tin", "unless": ["clay", "lead"]}]}},
         "green with this alone being gold | tin unless clay or lead"),
        ({"imputed": True, "left": 0.5}, "Missing, counted as the rules say · 50% of its points left"),
        ({"decided": [{"rule": "table.csv:7", "reason": "Big"}]}, "Decided by table.csv:7 · Big"),
    ],
)
def test_what_is_said_of_a_leaf(tmp_path: Path, leaf: dict[str, Any], said: str) -> None:
    """What would change it, or why nothing does; what its points rest on."""
    report(explained(leaf), tmp_path)
    assert said in " ".join(account(tmp_path, "A0").text.split())


def test_a_measure_stands_once(tmp_path: Path) -> None:
    """Several leaves rest on the same rows."""
    other = LEAF | {"path": "other", "label": "Other", "evidence": [ORDERS]}
    report(explained({"evidence": [ORDERS]}, nodes=[LEAF | {"evidence": [ORDERS]}, other]), tmp_path)
    text = account(tmp_path, "A0").text
    assert text.count("1 row of orders") == 1
    assert "(see above)" in text


def test_the_cheapest_way(tmp_path: Path) -> None:
    """Its moves with their efforts."""
    move = {"measure": "growth", "label": "Growth", "now": 3.0, "value": 5.0, "effort": 4.0}
    report(explained({}, cheapest={"moves": [move], "effort": 4.0, "is_cheapest": True}), tmp_path)
    text = account(tmp_path, "A0").text
    assert "The cheapest way to green (effort 4)" in text
    assert "Growth: 3 → 5 (effort 4)" in text
