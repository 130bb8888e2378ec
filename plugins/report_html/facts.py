"""What a run says, by account: read once, so that a page costs a look-up."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import kaframe

from .saying import Colour, Saying

Row = Mapping[str, Any]
Rows = Sequence[Row]
SLUG_LENGTH = 40
BY_ACCOUNT = ("reasons", "owners", "insights", "tasks", "actions", "goals", "near_misses", "events", "handovers",
             "overrides", "roll_ups", "explanations")  # fmt: skip
OPEN_TASKS = ("late", "due", "planned", "snoozed")


@dataclass(frozen=True, slots=True)
class Facts:
    """The tables of a run, reduced to managed accounts.

    ``accounts``, ``tiers``, ``stages``, ``plans`` have a row an account; ``colours`` a row an account and card;
    ``of[table][account_id]`` are the rows of a table. ``value_measure`` says how large an account is;
    ``first_run`` that there is no earlier run to compare with.
    """

    view: kaframe.RunView
    say: Saying
    accounts: Mapping[str, Row]
    tiers: Mapping[str, Row]
    stages: Mapping[str, Row]
    plans: Mapping[str, Row]
    colours: Mapping[tuple[str, str], Row]
    points: Mapping[str, Mapping[str, Row]]
    of: Mapping[str, Mapping[str, Rows]]
    value_measure: str
    first_run: bool

    def name(self, account_id: str | None) -> str:
        """The name of an account, or its id."""
        row = self.accounts.get(account_id or "")
        return str(row["name"] if row and row.get("name") else account_id or "")

    def link(self, account_id: str | None) -> str:
        """The page of an account as the portfolio page links it; empty when it has none."""
        return f"accounts/{page_name(account_id)}" if account_id in self.accounts and account_id else ""

    def rows(self, table: str, account_id: str) -> Rows:
        return self.of.get(table, {}).get(account_id, ())

    def card(self, account_id: str) -> str:
        """The card that bare score and status mean of an account: the primary one, or its own of that one's family."""
        own = (card for card in self.view.family if (card, account_id) in self.colours)
        return next(own, self.view.primary)

    def colour(self, account_id: str) -> Row | None:
        """The row of the account's colour by that card."""
        return self.colours.get((self.card(account_id), account_id))

    def status(self, account_id: str) -> str | None:
        """The published colour by that card."""
        row = self.colour(account_id)
        return str(row["status"]) if row else None

    def shown(self, account_id: str) -> Colour:
        """How that colour is shown."""
        return self.say.colour(self.card(account_id), self.status(account_id))

    def worth(self, account_id: str) -> float:
        """How much an account brings, by the measure that the rules watch."""
        value = self.accounts[account_id].get(self.value_measure)
        return float(value) if isinstance(value, float | int) else 0.0

    def owner(self, account_id: str, role: str) -> str | None:
        """Who acts for an account in a role."""
        found = [row["member"] for row in self.rows("owners", account_id) if row["role"] == role]
        return found[0] if found else None


def read_facts(view: kaframe.RunView, say: Saying) -> Facts:
    """Read every table that the pages show."""
    of = {table: _grouped(view.rows(f"managed.{table}")) for table in (*BY_ACCOUNT, "past_points", "past_scores")}
    of["contacts"] = _grouped(view.rows("managed.contacts"))
    return Facts(
        view=view,
        say=say,
        accounts=_single(view.rows("managed.measures")),
        tiers=_single(view.rows("managed.tiers")),
        stages=_single(view.rows("managed.stages")),
        plans=_single(view.rows("managed.plans")),
        colours=_colours(view),
        points={card: _single(view.rows(f"managed.score_{card}")) for card in view.cards},
        of=of,
        value_measure=_value_measure(view),
        first_run=_is_first(view),
    )


def page_name(account_id: str) -> str:
    """The file of an account's page: never more of the id than plain letters and digits, and always another one."""
    slug = re.sub(r"[^a-z0-9]+", "-", account_id.lower()).strip("-")[:SLUG_LENGTH].strip("-")
    digest = sha256(account_id.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{slug or 'account'}-{digest[:8]}.html"


def _is_first(view: kaframe.RunView) -> bool:
    """Whether every account has its tier since today, which only a first run says; so it is known of a snapshot too."""
    tiers = view.rows("managed.tiers")
    return bool(tiers) and all(row["since"] == view.as_of for row in tiers)


def _single(rows: Rows) -> dict[str, Row]:
    return {row["account_id"]: row for row in rows}


def _grouped(rows: Iterable[Row]) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row["account_id"]].append(row)
    return dict(grouped)


def _colours(view: kaframe.RunView) -> dict[tuple[str, str], Row]:
    return {(row["card"], row["account_id"]): row for row in view.rows("managed.colours")}


def _value_measure(view: kaframe.RunView) -> str:
    """The watched measure with the largest total, money before everything else."""
    watched = view.rows("portfolio")
    ranked = sorted(watched, key=lambda row: (view.units.get(row["measure"]) != "currency", -(row["total"] or 0)))
    return str(ranked[0]["measure"]) if ranked else ""
