"""What the page of an account says of its group of companies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .facts import Facts

MOST_MEMBERS = 20  # companies of a group told on a page


def group_of(facts: Facts, account_id: str, children: Mapping[str, list[str]]) -> dict[str, Any] | None:
    """The parent and the other companies below it, and those below the account itself."""
    parent = facts.accounts[account_id].get("parent")
    sisters = [key for key in children.get(str(parent), ()) if key != account_id] if parent else []
    below = children.get(account_id, [])
    rolled = _rolled(facts, account_id)
    if not (parent and parent != account_id) and not below and not rolled:
        return None
    members = [_member(facts, key) for key in sorted({*sisters, *below}, key=lambda key: (-facts.worth(key), key))]
    above = _member(facts, str(parent)) if parent and parent != account_id else None
    return {"parent": above, "members": members, "rolled": rolled}


def _rolled(facts: Facts, account_id: str) -> list[str]:
    """Which companies the account has its points or colour from, the largest share first."""
    say = facts.say
    mine = [row for row in facts.rows("roll_ups", account_id) if row["card"] == facts.card(account_id)]
    ordered = sorted(mine, key=lambda row: (-(row["share"] or 0.0), row["member"]))
    told = [
        say.word(
            "rolled_member",
            name=facts.name(row["member"]),
            has=say.label("status", row["status"]) if row["status"] else say.points(row["card"], row["points"]),
            share=say.percent(row["share"]),
        )
        for row in ordered[:MOST_MEMBERS]
    ]
    left = len(ordered) - len(told)
    return [*told, say.word("rolled_more", count=left)] if left else told


def _member(facts: Facts, account_id: str) -> dict[str, Any]:
    if account_id not in facts.accounts:
        return {"name": account_id, "link": "", "colour": None, "worth": ""}
    return {
        "name": facts.name(account_id),
        "link": facts.link(account_id).removeprefix("accounts/"),
        "colour": facts.shown(account_id),
        "worth": facts.say.measured(facts.value_measure, facts.worth(account_id)),
    }
