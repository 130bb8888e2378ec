"""What the page of one account shows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from .facts import OPEN_TASKS, Facts, Row
from .group import group_of
from .movement import lines
from .panels import panels
from .portfolio import near_miss_rows, task_row
from .tree import cards, leaves, shown_value

REASONS_SHOWN = 6
NOT_FACTS = ("account_id", "name", "account", "parent")


def account_page(
    facts: Facts, account_id: str, children: Mapping[str, list[str]], render: Callable[[str], str]
) -> dict[str, Any]:
    """Everything that the page of an account says, as text and numbers ready to show."""
    say, row = facts.say, facts.accounts[account_id]
    tier, colour = facts.tiers.get(account_id, {}), facts.colour(account_id) or {}
    return {
        "id": account_id,
        "name": facts.name(account_id),
        "tier": say.label("tier", tier.get("tier")),
        "candidate": bool(tier.get("candidate")),
        "tier_note": say.word(f"kept.{tier['kept_by']}") if tier.get("kept_by") in ("stay", "dwell") else "",
        "tier_since": _since(facts, tier),
        "colour": facts.shown(account_id),
        "colour_since": _since(facts, colour),
        "why": _why(facts, account_id),
        "people": _people(facts, account_id),
        "cards": cards(facts, account_id),
        "reasons": _reasons(facts, account_id),
        "insights": [_insight(facts, item) for item in sorted(facts.rows("insights", account_id), key=_insight_order)],
        "measures": [(say.label("measure", name), say.measured(name, row[name]))
                     for name in facts.view.units if row.get(name) is not None],
        "facts": _account_facts(facts, row),
        "plan": _plan(facts, account_id, render),
        "goals": [_goal(facts, goal) for goal in facts.rows("goals", account_id)],
        "actions": _actions(facts, account_id),
        "tasks": _tasks(facts, account_id),
        "stage": _stage(facts, account_id),
        "contacts": [_contact(facts, contact) for contact in facts.rows("contacts", account_id)],
        "near_misses": near_miss_rows(facts, facts.rows("near_misses", account_id)),
        "group": group_of(facts, account_id, children),
        "changes": lines(facts, facts.rows("events", account_id)),
        "panels": panels(facts.view, account_id),
    }  # fmt: skip


def _since(facts: Facts, row: Mapping[str, Any]) -> str:
    return facts.say.word("since", day=facts.say.day(row["since"])) if row.get("since") else ""


def children_by_parent(facts: Facts) -> dict[str, list[str]]:
    """The managed accounts of every group of companies."""
    found: dict[str, list[str]] = {}
    for account_id, row in facts.accounts.items():
        if row.get("parent") and row["parent"] != account_id:
            found.setdefault(str(row["parent"]), []).append(account_id)
    return found


def _why(facts: Facts, account_id: str) -> list[str]:
    """Why the colour is what it is, when its points alone do not say so."""
    say, card, colour = facts.say, facts.card(account_id), facts.colour(account_id)
    if not colour:
        return []
    calculated = say.label("status", colour["calculated"])
    if colour["why"] == "override":
        mine = [row for row in facts.rows("overrides", account_id) if row["card"] == card]
        valid = [row for row in mine if row["state"] == "active"]
        said = say.word("why.override", author=say.member(valid[-1]["author"]), until=say.day(valid[-1]["expires_on"]),
                        reason=valid[-1]["reason"]) if valid else say.word("why.override_bare")  # fmt: skip
        return [said, say.word("calculated", status=calculated)]
    if colour["why"] in ("margin", "hold", "wait"):
        begun = [say.word("why.begun", day=say.day(colour["begun"]), runs=colour["runs"])] if colour["begun"] else []
        return [say.word(f"why.{colour['why']}", status=calculated), *begun]
    if colour["why"] == "exception" or colour["exception"]:
        said = [say.word("why.exception", reason=say.label("exception", colour["exception"]))]
        if colour["points"] == colour["calculated_points"]:
            return [*said, say.word("calculated", status=calculated)]
        points = say.points(card, colour["calculated_points"])
        return [*said, say.word("calculated_points", status=calculated, points=points)]
    return [say.word("why.no_data")] if colour["why"] == "no_data" else []


def _people(facts: Facts, account_id: str) -> list[dict[str, str]]:
    say = facts.say
    return [
        {
            "role": say.label("role", row["role"]),
            "member": say.member(row["member"]),
            "for": say.word("stands_in", holder=say.member(row["holder"])) if row["holder"] != row["member"] else "",
        }
        for row in facts.rows("owners", account_id)
    ]


def _reasons(facts: Facts, account_id: str) -> list[dict[str, str]]:
    say, card = facts.say, facts.card(account_id)
    nodes = {node["path"]: node for node in leaves(facts.view.cards.get(card, ()))}
    found = sorted(
        (row for row in facts.rows("reasons", account_id) if row["card"] == card), key=lambda row: row["rank"]
    )
    most = found[0]["lost"] if found else 1
    return [
        {
            "label": say.label("node", f"{card}.{row['node']}"),
            "group": say.label("node", f"{card}.{row['node'].rpartition('.')[0]}") if "." in row["node"] else "",
            "value": shown_value(facts, nodes[row["node"]], row["value"])
            if row["node"] in nodes
            else str(row["value"]),
            "lost": f"−{say.lost(row['lost'])}",
            "part": f"{100 * row['lost'] / most:.0f}" if most else "0",
            "line": say.word("reason_line", points=say.points(card, row["points"]), weight=say.percent(row["weight"])),
            "rule": say.word("rule_at", at=nodes[row["node"]]["rule"]) if row["node"] in nodes else "",
        }
        for row in found[:REASONS_SHOWN]
        if say.lost(row["lost"]) != "0"
    ]


def _insight_order(row: Row) -> tuple[Any, ...]:
    place = {False: 0, True: 1}.get(row["good"], 2)
    return (place, -(row["value"] or 0), row["insight"], str(row["subject"]))


def _insight(facts: Facts, row: Row) -> dict[str, Any]:
    say = facts.say
    worth = {False: "at_stake", True: "worth"}.get(row["good"], "worth")
    return {
        "label": say.label("insight", row["insight"]),
        "sentence": row["sentence"],
        "tone": {False: "bad", True: "good"}.get(row["good"], "neutral"),
        "tone_word": say.word({False: "warning", True: "chance"}.get(row["good"], "fact")),
        "worth": say.word(worth, value=say.value(row["value"], "currency")) if row["value"] else "",
        "since": say.word("since", day=say.day(row["since"])) if row["since"] else "",
        "new": row["since"] == facts.view.as_of and not facts.first_run,
        "evidence": _evidence(facts, row["evidence"]),
    }


def _evidence(facts: Facts, text: str | None) -> str:
    """Those numbers behind an insight that are measures, by name."""
    known = json.loads(text) if text else {}
    parts = [
        facts.say.word("named", role=facts.say.label("measure", name), name=facts.say.measured(name, value))
        for name, value in known.items()
        if name in facts.view.units and isinstance(value, float | int)
    ]
    return " · ".join(parts)


def _account_facts(facts: Facts, row: Row) -> list[tuple[str, str]]:
    """Columns of the account that have a label and are neither measures nor people, who stand above."""
    labels = facts.view.labels
    wanted = [name for name in row if f"column.{name}" in labels and name not in {*NOT_FACTS, *facts.view.units}]
    known = [(name, row[name]) for name in wanted if row[name] is not None]
    return [
        (facts.say.label("column", name), facts.say.value(value))
        for name, value in known
        if f"member.{value}" not in labels and "@" not in str(value)
    ]


def _plan(facts: Facts, account_id: str, render: Callable[[str], str]) -> dict[str, Any] | None:
    plan, say = facts.plans.get(account_id), facts.say
    if not plan:
        return None
    approves = say.word("approves", role=say.label("role", plan["approval"])) if plan["approval"] else ""
    is_needless = plan["state"] == "approved" and not plan["approval"]
    waits = plan["state"] in ("draft", "waiting")
    return {
        "title": plan["title"] or "",
        "state": plan["state"],
        "state_word": say.known("plan", "needless" if is_needless else plan["state"]),
        "version": say.word("plan_version", version=plan["version"]) if plan["version"] else "",
        "approves": approves if waits else "",
        "made_on": say.day(plan["made_on"]) if plan["made_on"] else "",
        "problem": say.word("plan_failed", problem=plan["problem"]) if plan["problem"] else "",
        "finding": plan["finding"] or "",
        "html": render(plan["markdown"]) if plan["markdown"] else "",
    }


def _goal(facts: Facts, goal: Row) -> dict[str, Any]:
    say, measure = facts.say, goal["measure"] or ""
    progress = goal["progress"]
    return {
        "label": goal["label"] or say.label("measure", measure),
        "start": say.measured(measure, goal["start_value"]),
        "now": say.measured(measure, goal["value"]),
        "target": say.measured(measure, goal["target"]),
        "progress": say.percent(progress),
        "part": f"{100 * min(max(progress or 0, 0), 1):.0f}",
        "due_on": say.day(goal["due_on"]),
        "state": goal["state"],
        "state_word": say.known("goal", goal["state"]),
    }


def _actions(facts: Facts, account_id: str) -> list[dict[str, str]]:
    """Actions of the plan that are not among the tasks."""
    listed = {task["task_key"] for task in facts.rows("tasks", account_id)}
    say = facts.say
    return [
        {
            "title": action["title"],
            "member": say.member(action["member"]),
            "due_on": say.day(action["due_on"]),
            "because": _because(facts, account_id, action["because"]),
        }
        for action in facts.rows("actions", account_id)
        if action["task_key"] not in listed
    ]


def _because(facts: Facts, account_id: str, because: str | None) -> str:
    """The label of the reason or insight that an action answers; as it is when it is neither."""
    for kind, key in (("insight", because), ("node", f"{facts.card(account_id)}.{because}"), ("strategy", because)):
        if because and f"{kind}.{key}" in facts.view.labels:
            return facts.say.label(kind, key)
    return str(because or "")


def _tasks(facts: Facts, account_id: str) -> list[dict[str, Any]]:
    order = {state: place for place, state in enumerate(OPEN_TASKS)}
    wanted = [row for row in facts.rows("tasks", account_id) if row["state"] in order or row["state"] == "done"]
    wanted.sort(key=lambda row: (order.get(row["state"], len(order)), row["due_on"], row["task_key"]))
    because = {action["task_key"]: action["because"] for action in facts.rows("actions", account_id)}
    return [
        {**task_row(facts, row), "because": _because(facts, account_id, because.get(row["task_key"]))} for row in wanted
    ]


def _stage(facts: Facts, account_id: str) -> dict[str, Any] | None:
    row, say = facts.stages.get(account_id), facts.say
    if not row or row["state"] == "done":
        return None
    order = [key.removeprefix("stage.") for key in facts.view.labels if key.startswith("stage.")]
    parked = row["state"] == "parked" and row["parked_until"]
    return {
        "steps": [{"label": say.label("stage", stage), "here": stage == row["stage"]} for stage in order],
        "state": row["state"],
        "state_word": say.known("state", row["state"]),
        "entered": say.word("entered", day=say.day(row["entered_on"])),
        "due": say.word("due_by", day=say.day(row["due_on"])) if row["due_on"] and not parked else "",
        "parked": say.word("parked_until", day=say.day(row["parked_until"])) if parked else "",
        "who": say.word("named", role=say.label("role", row["role"]), name=say.member(row["member"]))
        if row["role"]
        else "",
        "waits_for": say.word("waits_for", what=row["waits_for"]) if row["waits_for"] else "",
        "reason": row["reason"] or "",
    }


def _contact(facts: Facts, contact: Row) -> dict[str, Any]:
    return {
        "name": contact.get("contact") or "",
        "position": contact.get("role") or "",
        "decides": bool(contact.get("decision_maker")),
        "last": facts.say.day(contact.get("last_contact_on")),
    }
