"""People with whom nobody has spoken for long."""

from __future__ import annotations

from pathlib import Path

from insights import accounts, day, found

SILENT = "kind: silent_contact, from: people, contact: person, last: spoken, where: decides, after: 90 days"


def test_the_latest_contact_counts_and_the_future_does_not(tmp_path: Path) -> None:
    """Wang was reached again, Li never since, Chen decides nothing, Zhao's talk is only planned."""
    people = [
        {"account_id": "A", "person": person, "spoken": day(ago), "decides": decides}
        for person, ago, decides in [
            ("Wang", 200, True), ("Wang", 30, True), ("Li", 91, True), ("Chen", 300, False), ("Zhao", -5, True),
            ("Qian", 89, True),
        ]
    ]  # fmt: skip
    [row] = found(tmp_path, SILENT, {"accounts": accounts(["A"]), "people": people})
    assert (row["subject"], row["good"], row["evidence"]) == ("Li", False, {"days": 91.0, "last": "2026-03-31"})
