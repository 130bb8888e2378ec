"""What comparable accounts buy and this one does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from insights import accounts, found, on

SPACE = "kind: white_space, from: orders, time: day, value: amount, by: item, like: [kind]"
PEERS = ["b", "c", "d", "e", "f"]
KINDS = {"kind": dict.fromkeys(["A", *PEERS], "shop")}


def orders(paste: float = 25.0) -> list[dict[str, Any]]:
    """A buys soap for 1,000; five shops buy soap and paste, paste making up a quarter."""
    rows = [on("A", 5, 1000.0, item="soap")]
    for name in PEERS:
        rows += [on(name, 5, 75.0, item="soap"), on(name, 5, paste, item="paste")]
    return rows


def test_the_gap_is_named_and_valued(tmp_path: Path) -> None:
    """All five peers buy paste, a quarter of their spending: worth 250 of the account's 1,000."""
    [row] = found(tmp_path, SPACE, {"accounts": accounts(["A", *PEERS], **KINDS), "orders": orders()})
    assert (row["account_id"], row["subject"], row["value"], row["good"]) == ("A", "paste", 250.0, True)
    assert row["evidence"] == {"peers": 5, "buyers": 5, "percent": 1.0, "share": 0.25, "spent": 1000.0}


def test_other_kinds_of_accounts_do_not_count(tmp_path: Path) -> None:
    """Of the five only two are shops: too few to say what a shop buys."""
    kinds = {"kind": {**dict.fromkeys(["A", "b", "c"], "shop"), **dict.fromkeys(["d", "e", "f"], "hotel")}}
    assert found(tmp_path, SPACE, {"accounts": accounts(["A", *PEERS], **kinds), "orders": orders()}) == []


def test_what_was_only_returned_is_not_bought(tmp_path: Path) -> None:
    """Peers whose paste came back entirely are no buyers of it."""
    tables = {"accounts": accounts(["A", *PEERS], **KINDS), "orders": orders(paste=-25.0)}
    assert found(tmp_path, SPACE, tables) == []


def test_the_most_valuable_come_first_and_no_more_than_asked(tmp_path: Path) -> None:
    """With ``most: 1`` only the largest gap is told."""
    more = [on(name, 5, 50.0, item="towels") for name in PEERS]
    tables = {"accounts": accounts(["A", *PEERS], **KINDS), "orders": [*orders(), *more]}
    assert [row["subject"] for row in found(tmp_path, SPACE + ", most: 1", tables)] == ["towels"]
    assert [row["subject"] for row in found(tmp_path, SPACE, tables)] == ["towels", "paste"]
