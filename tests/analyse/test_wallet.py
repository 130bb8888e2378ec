"""Share of wallet against comparable accounts."""

from __future__ import annotations

from pathlib import Path

import pytest
from insights import accounts, found

WALLET = "kind: wallet, share: part, wallet: buys, like: [kind], min_peers: 3"
NAMES = ["A", "b", "c", "d", "e"]


@pytest.mark.parametrize(("share", "told"), [(0.2, True), (0.55, False)], ids=["far below", "near the median"])
def test_a_low_share_is_worth_the_gap(tmp_path: Path, share: float, told: bool) -> None:
    """The median of shops is 0.6; the account buys for 1,000 in all, so 0.2 leaves 400 to win."""
    columns = {
        "part": {"A": share, "b": 0.6, "c": 0.6, "d": 0.7, "e": 0.5},
        "buys": {"A": 1000.0, "b": 1.0, "c": 1.0, "d": 1.0, "e": 1.0},
        "kind": dict.fromkeys(NAMES, "shop"),
    }
    rows = found(tmp_path, WALLET, {"accounts": accounts(NAMES, **columns)})
    assert [(row["account_id"], row["value"], row["evidence"]["peers"]) for row in rows] == [("A", 400.0, 4)] * told
