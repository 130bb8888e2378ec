"""What the sheets show: managed accounts worst colour first, their tasks, insights and actions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import kaframe

from .words import WORDS
from .workbook import Column, Sheet

Row = Mapping[str, Any]
NO_DATA = "no_data"
UNIT_FORMS = {"currency": "money", "percent": "percent"}


class Portfolio:
    """The tables of a run by account, with words and labels in its language."""

    def __init__(self, view: kaframe.RunView) -> None:
        self.view = view
        self.measures = {row["account_id"]: row for row in view.rows("managed.measures")}
        self.tiers = {row["account_id"]: row for row in view.rows("managed.tiers")}
        self.stages = {row["account_id"]: row for row in view.rows("managed.stages")}
        self.colours = self._of_primary(view.rows("managed.colours"))
        self.owners: dict[str, dict[str, str]] = defaultdict(dict)
        for row in view.rows("managed.owners"):
            if row["member"]:
                self.owners[row["role"]].setdefault(row["account_id"], row["member"])
        self.order = sorted(self.measures, key=self._urgency)

    def word(self, key: str) -> str:
        """A word of the workbook."""
        return WORDS[key][int(self.view.language == "zh")]

    def known(self, kind: str, key: str | None) -> str | None:
        """The word for an id of kaframe itself, or the id."""
        return None if key is None else self.word(f"{kind}.{key}") if f"{kind}.{key}" in WORDS else key

    def label(self, kind: str, key: str | None) -> str | None:
        """What people read for an id of the rules or the team; nothing for none."""
        return None if key is None else self.view.labels.get(f"{kind}.{key}", key)

    def name(self, account_id: str | None) -> str | None:
        """The name of an account, or its id."""
        row = self.measures.get(account_id or "")
        return row["name"] if row and row.get("name") else account_id

    def status(self, account_id: str) -> str:
        """The colour of an account on the card that the bare word means of it."""
        row = self.colours.get(account_id)
        return str(row["status"] or NO_DATA) if row else NO_DATA

    def fills(self) -> dict[str, str]:
        """The CSS colour of every status by its label."""
        cards = self.view.family or (self.view.primary,)
        return {
            self.label("status", status) or status: css
            for card in cards
            for status, css in self.view.colours.get(card, {}).items()
        }

    def _of_primary(self, rows: Sequence[Row]) -> dict[str, Row]:
        cards = set(self.view.family or (self.view.primary,))
        return {row["account_id"]: row for row in rows if row["card"] in cards}

    def _urgency(self, account_id: str) -> tuple[Any, ...]:
        row = self.colours.get(account_id)
        status, card = self.status(account_id), row["card"] if row else self.view.primary
        places = [name for name in self.view.colours.get(card, {}) if name != NO_DATA]
        place = -places.index(status) if status in places else 1
        points = row["points"] if row and row["points"] is not None else float("inf")
        return (place, points, account_id)


def all_sheets(view: kaframe.RunView) -> list[Sheet]:
    """Accounts, tasks, insights and actions."""
    found = Portfolio(view)
    return [_accounts(found), _tasks(found), _insights(found), _actions(found)]


def _accounts(found: Portfolio) -> Sheet:
    view, word = found.view, found.word
    watched = [row["measure"] for row in view.rows("portfolio")]
    roles = sorted(found.owners)
    reasons = defaultdict(list)
    for row in view.rows("managed.reasons"):
        colour = found.colours.get(row["account_id"])
        if colour and row["card"] == colour["card"] and row["rank"] <= 3:
            reasons[row["account_id"]].append(found.label("node", f"{row['card']}.{row['node']}") or "")
    columns = [
        *_account(found),
        Column(word("status"), width=10),
        Column(word("points"), "points", 9),
        Column(word("tier")),
        Column(word("why"), width=44),
        *(
            Column(found.label("measure", name) or name, UNIT_FORMS.get(view.units.get(name, ""), "number"))
            for name in watched
        ),
        Column(word("stage")),
        Column(word("state"), width=10),
        Column(word("since"), "date", 12),
        *(Column(found.label("role", role) or role) for role in roles),
    ]
    rows = []
    for key in found.order:
        colour, stage, tier = found.colours.get(key), found.stages.get(key), found.tiers.get(key)
        exception = found.label("exception", colour["exception"]) if colour else None
        rows.append(
            [
                key,
                found.name(key),
                found.label("status", found.status(key)),
                view.shown(colour["card"], colour["points"]) if colour else None,
                found.label("tier", tier["tier"]) if tier else None,
                "; ".join(filter(None, [exception, *reasons[key]])) or None,
                *(_number(found.measures[key].get(name)) for name in watched),
                found.label("stage", stage["stage"]) if stage else None,
                found.known("state", stage["state"]) if stage else None,
                colour["since"] if colour else None,
                *(found.label("member", found.owners[role].get(key)) for role in roles),
            ]
        )
    return Sheet(word("accounts"), columns, rows, filled=2, fills=found.fills())


def _tasks(found: Portfolio) -> Sheet:
    word = found.word
    columns = [
        *_account(found),
        Column(word("title"), width=40),
        Column(word("state"), width=10),
        Column(word("due_on"), "date", 12),
        Column(word("days_late"), "number", 10),
        Column(word("member")),
        Column(word("role")),
    ]
    listed = sorted(found.view.rows("tasks"), key=lambda row: (row["due_on"], row["task_key"]))
    rows = [
        [
            row["account_id"],
            found.name(row["account_id"]),
            row["title"],
            found.known("task", row["state"]),
            row["due_on"],
            row["days_late"] or None,
            found.label("member", row["member"]),
            found.label("role", row["role"]),
        ]
        for row in listed
    ]
    return Sheet(word("tasks"), columns, rows)


def _insights(found: Portfolio) -> Sheet:
    word = found.word
    columns = [
        *_account(found),
        Column(word("insight"), width=24),
        Column(word("sentence"), width=70),
        Column(word("value"), "money"),
        Column(word("since"), "date", 12),
    ]
    listed = sorted(
        found.view.rows("managed.insights"), key=lambda row: (row["account_id"], row["insight"], row["subject"] or "")
    )
    rows = [
        [
            row["account_id"],
            found.name(row["account_id"]),
            found.label("insight", row["insight"]),
            row["sentence"],
            _number(row["value"]),
            row["since"],
        ]
        for row in listed
    ]
    return Sheet(word("insights"), columns, rows)


def _actions(found: Portfolio) -> Sheet:
    word = found.word
    columns = [
        *_account(found),
        Column(word("strategy"), width=24),
        Column(word("title"), width=44),
        Column(word("due_on"), "date", 12),
        Column(word("member")),
        Column(word("role")),
    ]
    listed = sorted(
        found.view.rows("managed.actions"),
        key=lambda row: (row["account_id"], row["due_on"], row["strategy"], row["action"]),
    )
    rows = [
        [
            row["account_id"],
            found.name(row["account_id"]),
            found.label("strategy", row["strategy"]),
            row["title"],
            row["due_on"],
            found.label("member", row["member"]),
            found.label("role", row["role"]),
        ]
        for row in listed
    ]
    return Sheet(word("actions"), columns, rows)


def _account(found: Portfolio) -> list[Column]:
    """The first columns of every sheet, which stay in sight."""
    return [Column(found.word("account_id"), width=14), Column(found.word("account"), width=28)]


def _number(value: Any) -> float | None:
    """A number that a cell can hold."""
    return float(value) if isinstance(value, int | float) and isfinite(value) else None
