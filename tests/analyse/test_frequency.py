"""Behaviour: silence against the account's own rhythm."""

from __future__ import annotations

from pathlib import Path

import pytest
from insights import accounts, found, on

RHYTHM = "kind: behaviour, watch: frequency, from: orders, time: day, value: amount"


def test_a_broken_habit_is_told(tmp_path: Path) -> None:
    """Bought every ten days, then not for fifty: five times the usual pause, four orders missed."""
    orders = [on("A", 50 + 10 * number, 100.0) for number in range(8)] + [on("b", 0)]
    [row] = found(tmp_path, RHYTHM, {"accounts": accounts(["A", "b"]), "orders": orders})
    assert row["evidence"] == {"days": 50.0, "usual": 10.0, "longest": 10, "times": 5.0, "last": "2026-05-11"}
    assert row["value"] == 400.0
    assert row["good"] is False


@pytest.mark.parametrize(
    "days",
    [
        pytest.param([20, 30, 40, 50, 60, 70, 80], id="within three usual pauses"),
        pytest.param([60, 70, 80], id="too few orders to make a habit"),
        pytest.param([50, 60, 70, 130, 190, 200, 210, 220], id="has paused as long before"),
    ],
)
def test_no_habit_is_broken(tmp_path: Path, days: list[int]) -> None:
    """Nothing is said where the silence is usual or nobody can say what is."""
    tables = {"accounts": accounts(["A", "b"]), "orders": [on("b", 0), *(on("A", ago) for ago in days)]}
    assert found(tmp_path, RHYTHM, tables) == []


def test_data_that_have_not_come_yet_are_no_silence(tmp_path: Path) -> None:
    """Nobody has bought for fifty days: the last export is that old."""
    orders = [on(name, 50 + 10 * number) for number in range(8) for name in ("A", "b")]
    assert found(tmp_path, RHYTHM, {"accounts": accounts(["A", "b"]), "orders": orders}) == []
