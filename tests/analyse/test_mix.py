"""What an account buys has shifted."""

from __future__ import annotations

from pathlib import Path

import pytest
from insights import accounts, found, on

MIX = "kind: mix, from: orders, time: day, value: amount, by: item, at_least: 2"
BEFORE = [on("A", 300, 80.0, item="soap"), on("A", 300, 20.0, item="paper")]


def test_the_thing_that_moved_most_is_named(tmp_path: Path) -> None:
    """Soap falls from 80 % to 30 %, so half of the spending has moved."""
    orders = [*BEFORE, on("A", 10, 30.0, item="soap"), on("A", 10, 50.0, item="paper"), on("A", 9, 20.0, item="paste")]
    [row] = found(tmp_path, MIX, {"accounts": accounts(["A"]), "orders": orders})
    assert row["subject"] == "soap"
    assert row["evidence"] == {"shift": 0.5, "share": 0.3, "before": 0.8, "change": -0.5}
    assert row["value"] == 50.0
    assert row["good"] is None


@pytest.mark.parametrize(
    "recent",
    [
        pytest.param([on("A", 10, 700.0, item="soap"), on("A", 10, 300.0, item="paper")], id="more of the same"),
        pytest.param([], id="nothing bought lately"),
    ],
)
def test_no_shift_is_told(tmp_path: Path, recent: list[dict[str, object]]) -> None:
    """A tenth of the spending is no shift, and without purchases there is no mix."""
    assert found(tmp_path, MIX, {"accounts": accounts(["A"]), "orders": [*BEFORE, *recent]}) == []


def test_a_few_orders_make_no_mix(tmp_path: Path) -> None:
    """With two rows before and two since, chance decides what they are."""
    orders = [*BEFORE, on("A", 10, 30.0, item="soap"), on("A", 10, 70.0, item="paste")]
    tables = {"accounts": accounts(["A"]), "orders": orders}
    assert found(tmp_path, MIX.replace("at_least: 2", "at_least: 3"), tables) == []
    assert len(found(tmp_path, MIX, tables)) == 1
