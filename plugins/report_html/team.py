"""What the portfolio page says of the team: findings, hand-overs, load."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .facts import Facts
from .portfolio import accounts_of


def team(facts: Facts) -> dict[str, Any]:
    """Findings, hand-overs and the load of every member."""
    findings = sorted(
        facts.view.rows("findings"), key=lambda row: (row["kind"], str(row["account_id"]), row["sentence"])
    )
    return {
        "findings": [{"sentence": row["sentence"], "link": facts.link(row["account_id"])} for row in findings],
        "overrides": [
            {"sentence": row["sentence"], "link": facts.link(row["account_id"])} for row in facts.view.rows("overrides")
        ],
        "undelivered": [_undelivered(facts, row) for row in facts.view.rows("undelivered")],
        "handovers": _handovers(facts),
        "members": [_member(facts, row) for row in facts.view.rows("members")],
    }


def _undelivered(facts: Facts, row: Mapping[str, Any]) -> dict[str, Any]:
    """A notice that was given up: about what, to whom, why."""
    say = facts.say
    who, day = say.member(row["member"]), say.day(row["decided_on"])
    told = {"subject": row["subject"], "channel": row["channel"], "reason": row["last_error"] or ""}
    return {**told, "who": who, "day": day, "state": say.known("outbox", row["state"])}


def _handovers(facts: Facts) -> list[dict[str, Any]]:
    """Hand-overs between the same two people for the same reason, with their accounts."""
    say, alike = facts.say, ("from_member", "to_member", "role", "reason", "from_day", "until")
    grouped: dict[tuple[str, ...], list[Any]] = {}
    for row in facts.view.rows("handovers"):
        grouped.setdefault(tuple(str(row[name]) for name in alike), []).append(row)
    return [
        {
            "role": say.label("role", rows[0]["role"]),
            "change": say.word("from_to", old=say.member(rows[0]["from_member"]), new=say.member(rows[0]["to_member"])),
            "reason": say.known("handover", rows[0]["reason"]),
            "when": _when(facts, rows[0]),
            **accounts_of(facts, rows),
        }
        for _, rows in sorted(grouped.items())
    ]


def _when(facts: Facts, row: Any) -> str:
    begins = facts.say.word("from_day", day=facts.say.day(row["from_day"])) if row["from_day"] else ""
    ends = facts.say.word("until_day", day=facts.say.day(row["until"])) if row["until"] else ""
    return ("" if facts.say.place else " ").join(part for part in (begins, ends) if part)


def _member(facts: Facts, row: Any) -> dict[str, Any]:
    say, capacity = facts.say, row["capacity"]
    load = row["load"] if capacity else None
    return {
        "name": row["name"] or row["member"],
        "roles": ("、" if say.place else ", ").join(
            say.label("role", role) for role in json.loads(row["roles"] or "[]")
        ),
        "accounts": say.word("capacity", accounts=row["accounts"], capacity=capacity)
        if capacity
        else str(row["accounts"]),
        "load": say.percent(load) if load is not None else "",
        "share": min(load, 1.0) if load is not None else 0,
        "over": bool(load is not None and load > 1),
    }
