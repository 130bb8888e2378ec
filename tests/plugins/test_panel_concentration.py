"""The panel that says how much of the business hangs on few accounts."""

from __future__ import annotations

from datetime import date

import pytest

import kaframe
from tests.plugins.loading import load_plugin

PLUGIN = load_plugin("panel_concentration")
SHARES = {"top1": 0.6, "top5": 1.0, "herfindahl": 0.44, "carry_80": 2, "accounts": 3}
ROW = {"measure": "revenue", "total": 2000.0, **SHARES}


def view(language: str, rows: list[dict[str, object]]) -> kaframe.RunView:
    return kaframe.RunView(
        "p", language, "EUR", date(2026, 6, 30), "r", lambda table: rows if table == "portfolio" else [],
        {"measure.revenue": "Revenue"}, {"revenue": "currency"},
    )  # fmt: skip


@pytest.mark.parametrize(("language", "heading", "total"), [("en", "Measure", "€2,000"), ("zh", "指标", "2,000欧元")])
def test_a_row_a_watched_measure(language: str, heading: str, total: str) -> None:
    """In the language of the project, with its currency."""
    content = PLUGIN.show(view(language, [ROW]), "")
    assert content.columns[0] == heading
    assert content.rows == [("Revenue", total, "60%", "100%", "0.440", "2 / 3")]


def test_nothing_watched_nothing_shown() -> None:
    """A project without ``concentration`` has no such panel."""
    assert PLUGIN.show(view("en", []), "") is None
