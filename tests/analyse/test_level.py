"""Behaviour: the level of purchases against the account's own history."""

from __future__ import annotations

from pathlib import Path

import pytest
from insights import accounts, found, monthly

LEVEL = "kind: behaviour, watch: level, from: orders, time: day, value: amount, direction: {direction}, period: month"
STEADY = [100.0, 110.0, 90.0, 105.0, 95.0, 100.0, 110.0, 90.0, 105.0, 95.0, 100.0, 100.0, 100.0]


@pytest.mark.parametrize(
    ("direction", "last", "percent", "good"),
    [("down", [50, 50, 50], -0.5, False), ("up", [200, 200, 200], 1.0, True)],
    ids=["down", "up"],
)
def test_a_clear_change_is_told_with_its_size(
    tmp_path: Path, direction: str, last: list[float], percent: float, good: bool
) -> None:
    """Three months at half or double the usual level; worth the difference over a year."""
    tables = {"accounts": accounts(["A"]), "orders": monthly("A", [*STEADY, *last])}
    [row] = found(tmp_path, LEVEL.format(direction=direction), tables)
    assert row["kind"] == "behaviour"
    assert row["good"] is good
    assert row["evidence"]["percent"] == pytest.approx(percent, abs=0.02)
    assert row["value"] == pytest.approx(abs(percent) * 100 * 12, rel=0.03)


@pytest.mark.parametrize(
    "amounts",
    [
        pytest.param([*STEADY, 95, 90, 95], id="within what is usual"),
        pytest.param(
            [100, 300, 20, 250, 60, 200, 10, 350, 80, 150, 30, 280, 90, 60, 70], id="an account of ups and downs"
        ),
        pytest.param([100, 100, 20], id="too little history"),
        pytest.param([600, *[0] * 5, 600, *[0] * 8], id="an account that buys twice a year"),
        pytest.param([-5.0] * 12 + [-9.0] * 3, id="only returns"),
    ],
)
def test_what_is_no_change_is_not_told(tmp_path: Path, amounts: list[float]) -> None:
    """Small, usual or unfounded changes say nothing."""
    tables = {"accounts": accounts(["A"]), "orders": monthly("A", amounts)}
    assert found(tmp_path, LEVEL.format(direction="down"), tables) == []


def test_only_managed_accounts_are_looked_at(tmp_path: Path) -> None:
    """The same fall in an account that nobody manages is no insight."""
    tables = {"accounts": accounts(["a"]), "orders": monthly("a", [*STEADY, 1, 1, 1])}
    assert found(tmp_path, LEVEL.format(direction="down"), tables) == []


def test_counting_rows_is_worth_no_money(tmp_path: Path) -> None:
    """With ``value: 1`` the change is in orders, so nothing is at stake in money."""
    rows = [row for row in monthly("A", [1] * 16) for _ in range(1 if row["day"].year == 2026 else 4)]
    text = LEVEL.format(direction="down").replace("value: amount", "value: 1") + ", z: 0"
    [row] = found(tmp_path, text, {"accounts": accounts(["A"]), "orders": rows})
    assert row["value"] is None


def test_what_all_accounts_share_is_not_told(tmp_path: Path) -> None:
    """Everybody buys half as much in these months; B falls further than that."""
    orders = [row for name in ("A", "b", "d", "e") for row in monthly(name, [*STEADY, 50, 50, 50])]
    orders += monthly("B", [*STEADY, 20, 20, 20])
    tables = {"accounts": accounts(["A", "B", "b", "d", "e"]), "orders": orders}
    rows = found(tmp_path, LEVEL.format(direction="down"), tables)
    assert [row["account_id"] for row in rows] == ["B"]
    assert rows[0]["evidence"]["others"] == pytest.approx(-0.5, abs=0.02)


def test_one_large_order_is_no_rise(tmp_path: Path) -> None:
    """Two months without an order and one with everything: nothing lasting."""
    tables = {"accounts": accounts(["A"]), "orders": monthly("A", [*STEADY, 900, 0, 0])}
    assert found(tmp_path, LEVEL.format(direction="up"), tables) == []
