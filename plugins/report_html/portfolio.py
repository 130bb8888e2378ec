"""What the portfolio page shows: tiles, the table of managed accounts, tasks, tiers, near misses, data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from .facts import Facts, Row
from .saying import Colour

TOP_REASONS, TASKS_SHOWN, NEAR_MISSES_SHOWN, ACCOUNTS_NAMED = 2, 25, 60, 3


def urgent_first(facts: Facts) -> list[str]:
    """Managed accounts, worst colour first, and among those the ones that bring most."""

    def urgency(account_id: str) -> tuple[Any, ...]:
        colour = facts.shown(account_id)
        unknown = colour.id == "no_data"
        return (unknown, -colour.place, -facts.worth(account_id), account_id)

    return sorted(facts.accounts, key=urgency)


def owning_role(facts: Facts) -> str:
    """The role among whose members the accounts are divided: the one with most of them."""
    held = {(row["role"], row["member"]) for rows in facts.of["owners"].values() for row in rows}
    counted = Counter(role for role, _ in held)
    order = [key.removeprefix("role.") for key in facts.view.labels if key.startswith("role.")]
    roles = [role for role in order if role in counted] or sorted(counted)
    return max(roles, key=lambda role: counted[role], default="")


def tiles(facts: Facts) -> list[dict[str, Any]]:
    """The figures that come first: label, value, note, and a colour where the figure has one."""
    say = facts.say
    everybody = sum(row["accounts"] for row in facts.view.rows("tier_counts"))
    keys = sum(1 for row in facts.tiers.values() if row["key_account"])
    candidates = sum(1 for row in facts.tiers.values() if row["candidate"])
    counted = Counter(facts.status(account_id) for account_id in facts.accounts)
    managed = len(facts.accounts)
    shown: list[dict[str, Any]] = [
        _tile(say.word("accounts"), say.value(everybody, "count")),
        _tile(say.word("key_accounts"), say.value(keys, "count"), say.word("key_accounts_note", count=candidates)),
    ]
    *known, no_data = all_colours(facts)
    for colour in (*reversed(known), no_data):
        note = say.word("of_managed", count=managed)
        shown.append(_tile(colour.label, str(counted[colour.id]), note, colour))
    return [*shown, *_at_worst(facts), _late_tile(facts)]


def all_colours(facts: Facts) -> list[Colour]:
    """The colours that accounts can have from best to worst, each name once, and last the one of too little data."""
    view = facts.view
    known: dict[str, Colour] = {}
    for card in view.family or (view.primary,):
        for status in view.colours.get(card, ()):
            known.setdefault(status, facts.say.colour(card, status))
    no_data = known.pop("no_data", facts.say.colour(view.primary, "no_data"))
    return [*sorted(known.values(), key=lambda colour: colour.place), no_data]


def account_rows(facts: Facts, ordered: Sequence[str], role: str) -> list[dict[str, Any]]:
    """A row of the table a managed account."""
    return [_account_row(facts, account_id, role) for account_id in ordered]


def task_tables(facts: Facts) -> dict[str, Any]:
    """Open tasks that are due or late: how many a person has, and one person's same task for many accounts once."""
    tasks = [row for row in facts.view.rows("tasks") if row["state"] in ("late", "due")]
    by_member = Counter((row["member"] or "", row["state"]) for row in tasks)
    members = sorted({member for member, _ in by_member}, key=lambda member: (-by_member[member, "late"], member))
    grouped: dict[tuple[str, str], list[Row]] = {}
    for row in sorted(tasks, key=lambda row: (row["due_on"], row["task_key"])):
        grouped.setdefault((row["title"], row["member"] or ""), []).append(row)
    groups = sorted(grouped.values(), key=lambda rows: (-(rows[0]["days_late"] or 0), rows[0]["task_key"]))
    return {
        "members": [
            {"name": facts.say.member(member), "late": by_member[member, "late"], "due": by_member[member, "due"]}
            for member in members
        ],
        "most": max((by_member[member, "late"] + by_member[member, "due"] for member in members), default=1),
        "rows": [{**task_row(facts, rows[0]), **accounts_of(facts, rows)} for rows in groups[:TASKS_SHOWN]],
        "more": max(len(groups) - TASKS_SHOWN, 0),
    }


def accounts_of(facts: Facts, rows: Sequence[Row]) -> dict[str, Any]:
    """The accounts of several rows, the first ones by name and how many more."""
    ids = list(dict.fromkeys(row["account_id"] for row in rows if row["account_id"]))
    links = [{"name": facts.name(account_id), "link": facts.link(account_id)} for account_id in ids[:ACCOUNTS_NAMED]]
    return {"accounts": links, "more_accounts": max(len(ids) - ACCOUNTS_NAMED, 0), "count": len(rows)}


def task_row(facts: Facts, task: Row) -> dict[str, Any]:
    """A task as both kinds of pages show it."""
    say, late = facts.say, task["days_late"] or 0
    return {
        "title": task["title"],
        "account": facts.name(task["account_id"]),
        "link": facts.link(task["account_id"]),
        "member": say.member(task["member"]),
        "role": say.label("role", task["role"]),
        "due_on": say.day(task["done_on"] if task["state"] == "done" else task["due_on"]),
        "kind": say.known("kind", task["kind"]),
        "state": task["state"],
        "state_word": say.known("task", task["state"]),
        "late": say.word("day_late") if late == 1 else say.word("days_late", count=late) if late > 0 else "",
    }


def tier_table(facts: Facts) -> dict[str, Any]:
    """Accounts of every tier and their share of each watched measure, over all accounts."""
    say, totals = facts.say, {(row["tier"], row["measure"]): row["total"] for row in facts.view.rows("tier_totals")}
    counts = {row["tier"]: row["accounts"] for row in facts.view.rows("tier_counts")}
    measures = sorted({name for _, name in totals}, key=lambda name: (name != facts.value_measure, name))
    whole = {name: sum(total or 0 for (_, of), total in totals.items() if of == name) for name in measures}
    order = [key.removeprefix("tier.") for key in facts.view.labels if key.startswith("tier.")]
    order += sorted(set(counts) - set(order))
    rows = [
        {
            "tier": say.label("tier", tier),
            "accounts": say.value(counts[tier], "count"),
            "shares": [
                say.percent((totals.get((tier, name)) or 0) / whole[name] if whole[name] > 0 else None)
                for name in measures
            ],
        }
        for tier in order
        if tier in counts
    ]
    return {"measures": [say.label("measure", name) for name in measures], "rows": rows}


def near_miss_rows(facts: Facts, rows: Sequence[Row]) -> list[dict[str, str]]:
    """What candidates lack, as text."""
    say = facts.say
    return [
        {
            "account": facts.name(row["account_id"]),
            "link": facts.link(row["account_id"]),
            "tier": say.label("tier", row["tier"]),
            "measure": say.label("measure", row["measure"]),
            "value": say.measured(row["measure"], row["value"]),
            "needed": say.measured(row["measure"], row["needed"]),
            "gap": say.measured(row["measure"], row["gap"]),
        }
        for row in rows
    ]


def near_misses(facts: Facts) -> dict[str, Any]:
    """Candidates whose gap is the smallest share of what they need come first."""
    missed = [row for rows in facts.of["near_misses"].values() for row in rows]
    missed.sort(
        key=lambda row: (abs(row["gap"] or 0) / (abs(row["needed"] or 0) or 1), row["account_id"], row["condition"])
    )
    return {"rows": near_miss_rows(facts, missed[:NEAR_MISSES_SHOWN]), "more": max(len(missed) - NEAR_MISSES_SHOWN, 0)}


def data_tables(facts: Facts) -> dict[str, Any]:
    """The row arithmetic of every source, and what is odd in the data."""
    say, counts = facts.say, ("rows_read", "kept", "quarantined", "left_out", "after_as_of", "orphans")
    table = facts.say.label
    return {
        "counts": counts,
        "sources": [
            {"table": table("data", row["table_name"]), "source": row["source"],
             "counts": [(name, row[name], say.value(row[name], "count")) for name in counts]}
            for row in facts.view.rows("sources")
        ],
        "quality": [
            {"table": table("data", row["table_name"]), "column": say.label("column", row["column_name"]),
             "kind": say.known("quality", row["kind"]), "rows": say.value(row["row_count"], "count")}
            for row in facts.view.rows("quality")
        ],
    }  # fmt: skip


def _account_row(facts: Facts, account_id: str, role: str) -> dict[str, Any]:
    say, card = facts.say, facts.card(account_id)
    colour, stage = facts.colour(account_id), facts.stages.get(account_id)
    tier = facts.tiers.get(account_id)
    reasons = [row for row in facts.rows("reasons", account_id) if row["card"] == card][:TOP_REASONS]
    return {
        "name": facts.name(account_id),
        "id": account_id,
        "link": facts.link(account_id),
        "colour": facts.shown(account_id),
        "exception": say.label("exception", colour["exception"]) if colour and colour["exception"] else "",
        "tier": say.label("tier", tier["tier"]) if tier else "",
        "candidate": bool(tier and tier["candidate"]),
        "worth": say.measured(facts.value_measure, facts.accounts[account_id].get(facts.value_measure)),
        "points": say.points(card, colour["points"] if colour else None),
        "weakest": say.label("node", f"{card}.{colour['weakest']}") if colour and colour["weakest"] else "",
        "reasons": [(say.label("node", f"{card}.{row['node']}"), say.word("lost", points=say.lost(row["lost"])))
                    for row in reasons if say.lost(row["lost"]) != "0"],
        "stage": say.label("stage", stage["stage"]) if stage else "",
        "stage_state": stage["state"] if stage else "",
        "stage_word": say.known("state", stage["state"]) if stage else "",
        "owner": say.member(facts.owner(account_id, role)),
        "owned": facts.owner(account_id, role) is not None,
        "task": _next_task(facts, account_id),
    }  # fmt: skip


def _next_task(facts: Facts, account_id: str) -> dict[str, Any] | None:
    waiting = [row for row in facts.rows("tasks", account_id) if row["state"] in ("late", "due", "planned")]
    first = min(waiting, key=lambda row: (row["due_on"], row["task_key"]), default=None)
    return task_row(facts, first) if first else None


def _at_worst(facts: Facts) -> list[dict[str, Any]]:
    """What the accounts of the worst colour bring."""
    colours = all_colours(facts)
    if not facts.value_measure or len(colours) < 2:
        return []
    worst = colours[-2]
    at_risk = sum(facts.worth(key) for key in facts.accounts if facts.status(key) == worst.id)
    whole = sum(facts.worth(key) for key in facts.accounts)
    say = facts.say
    name = {"measure": say.label("measure", facts.value_measure), "status": worst.label}
    label = say.word("at_worst", **name)
    note = say.word("at_worst_note", share=say.percent(at_risk / whole if whole > 0 else None))
    return [_tile(label, say.measured(facts.value_measure, at_risk), note, wide=True)]


def _late_tile(facts: Facts) -> dict[str, Any]:
    states = Counter(row["state"] for row in facts.view.rows("tasks"))
    note = facts.say.word("tasks_late_note", count=states["due"])
    return _tile(facts.say.word("tasks_late"), str(states["late"]), note, alarm=states["late"] > 0)


def _tile(label: str, value: str, note: str = "", colour: Colour | None = None, **marks: bool) -> dict[str, Any]:
    return {"label": label, "value": value, "note": note, "colour": colour, "alarm": False, "wide": False, **marks}
