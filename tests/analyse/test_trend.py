"""A steady rise or fall."""

from __future__ import annotations

from pathlib import Path

import pytest
from insights import accounts, found, monthly

TREND = "kind: trend, from: orders, time: day, value: amount, direction: {direction}"
NOISE = [100, 20, 180, 40, 160, 60, 140, 30, 170, 50, 150, 90, 110, 100]


@pytest.mark.parametrize(("direction", "factor", "good"), [("down", 0.95, False), ("up", 1.04, True)])
def test_a_steady_change_is_told(tmp_path: Path, direction: str, factor: float, good: bool) -> None:
    """A few percent a month for a year, which no single month shows."""
    tables = {"accounts": accounts(["A"]), "orders": monthly("A", [1000 * factor**month for month in range(15)])}
    [row] = found(tmp_path, TREND.format(direction=direction), tables)
    assert row["good"] is good
    assert row["evidence"]["percent"] == pytest.approx(factor - 1, abs=0.012)
    assert row["evidence"]["fit"] > 0.9
    assert row["value"] > 0


@pytest.mark.parametrize("amounts", [NOISE, [50, 100, 200, 400]], ids=["noise", "a newcomer"])
def test_no_line_is_drawn_through_noise_or_a_start(tmp_path: Path, amounts: list[float]) -> None:
    """Ups and downs are no trend, and four months no year."""
    tables = {"accounts": accounts(["A"]), "orders": monthly("A", amounts)}
    assert found(tmp_path, TREND.format(direction="up"), tables) == []
    assert found(tmp_path, TREND.format(direction="down"), tables) == []
