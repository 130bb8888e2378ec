"""What has changed since the last run, in groups that a team talks about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .facts import Facts, Row

SHOWN = 8
GROUPS = {
    "account_new": "tier_moves",
    "account_gone": "tier_moves",
    "tier_changed": "tier_moves",
    "stage_changed": "stage_moves",
    "stage_stuck": "stage_moves",
    "owner_changed": "owner_moves",
    "plan_new": "plan_moves",
    "plan_changed": "plan_moves",
    "override_expired": "expired",
    "insight_gone": "gone_insights",
}
ORDER = ("worse", "better", "recoloured", "tier_moves", "new_warnings", "new_chances", "stage_moves", "owner_moves",
         "plan_moves", "expired", "gone_insights")  # fmt: skip


def movement(facts: Facts) -> dict[str, Any]:
    """Groups of changes with their first lines and what is left, the most urgent group first."""
    events = () if facts.first_run else facts.view.rows("events")
    grouped: dict[str, list[Row]] = {}
    for event in events:
        grouped.setdefault(_group(facts, event), []).append(event)
    groups = [_shown(facts, name, grouped[name]) for name in ORDER if name in grouped]
    return {"first": facts.first_run, "nothing": not (groups or facts.first_run), "groups": groups}


def lines(facts: Facts, events: Sequence[Row]) -> list[dict[str, Any]]:
    """Changes of one account, as its page shows them."""
    wanted = [] if facts.first_run else [event for event in events if _group(facts, event)]
    wanted.sort(key=lambda event: (ORDER.index(_group(facts, event)), event["event_key"]))
    return [_line(facts, event) for event in wanted]


def _group(facts: Facts, event: Row) -> str:
    kind = event["kind"]
    if kind == "insight_new":
        return "new_warnings" if event["new"] == "bad" else "new_chances"
    if kind != "status_changed":
        return GROUPS.get(kind, "")
    old = facts.say.colour(event["card"], event["old"])
    new = facts.say.colour(event["card"], event["new"])
    if "no_data" in (old.id, new.id) or old.place == new.place:
        return "recoloured"
    return "worse" if new.place > old.place else "better"


def _shown(facts: Facts, name: str, events: list[Row]) -> dict[str, Any]:
    events.sort(key=lambda event: (-_weight(facts, event), str(event["account_id"]), event["event_key"]))
    shown = [_line(facts, event) for event in events]
    return {
        "name": name,
        "title": facts.say.word(name),
        "count": len(events),
        "lines": shown[:SHOWN],
        "rest": shown[SHOWN : SHOWN * 8],
        "more": max(len(shown) - SHOWN, 0),
    }


def _weight(facts: Facts, event: Row) -> float:
    known = event["account_id"] in facts.accounts
    return abs(event["value"] or 0) or (facts.worth(event["account_id"]) if known else 0)


def _line(facts: Facts, event: Row) -> dict[str, Any]:
    coloured = event["kind"] in ("status_changed", "override_expired")
    return {
        "account": facts.name(event["account_id"]) if event["account_id"] else "",
        "link": facts.link(event["account_id"]),
        "sentence": event["sentence"],
        "old": facts.say.colour(event["card"], event["old"]) if coloured and event["old"] else None,
        "new": facts.say.colour(event["card"], event["new"]) if coloured and event["new"] else None,
    }
