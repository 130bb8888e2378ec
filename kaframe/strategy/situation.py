"""Everything that the plan of an account is made from, read once for all accounts."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kaframe.database import Database
from kaframe.labels import labels
from kaframe.names import of_primary
from kaframe.project import Project
from kaframe.strategy.actions import PastAction, Reason
from kaframe.strategy.goals import PastGoal
from kaframe.strategy.versions import PastPlan

Row = Mapping[str, Any]
INSIGHT_ORDER = "coalesce(good, TRUE), value DESC NULLS LAST, insight, subject"  # warnings first
FEW_REASONS = 8  # what a plan can talk about; the report shows them all


@dataclass(frozen=True, slots=True)
class Situation:
    """What earlier steps found out about a key account, and what the last plan said."""

    colour: Row = field(default_factory=dict)
    insights: Sequence[Row] = ()
    reasons: Sequence[Reason] = ()
    owners: Sequence[Row] = ()
    past_plan: PastPlan | None = None
    past_goals: Mapping[str, PastGoal] = field(default_factory=dict)
    past_actions: Mapping[str, PastAction] = field(default_factory=dict)
    insight_labels: Mapping[str, str] = field(default_factory=dict)


class Situations:
    """The situations of all key accounts of a run."""

    def __init__(self, project: Project, db: Database) -> None:
        of_card = of_primary(project)
        self._labels = labels(project)
        self._colours = _by_account(db, f"SELECT * FROM colours SEMI JOIN managed USING (account_id) WHERE {of_card}")
        self._insights = _by_account(db, f"SELECT * FROM insights ORDER BY {INSIGHT_ORDER}")
        self._reasons = _by_account(
            db, f"SELECT * FROM reasons WHERE {of_card} AND rank <= {FEW_REASONS} ORDER BY rank, node"
        )
        self._owners = _by_account(db, "SELECT * FROM owners WHERE member IS NOT NULL ORDER BY role, member")
        self._plans = _by_account(db, "SELECT * FROM past_plans")
        self._goals = _by_account(db, "SELECT * FROM past_goals ORDER BY goal")
        self._actions = _by_account(db, "SELECT * FROM past_tasks WHERE kind = 'action' ORDER BY opened_on, task_key")

    def of(self, account_id: str) -> Situation:
        """The situation of one account."""
        plans = self._plans.get(account_id, [])
        return Situation(
            colour=next(iter(self._colours.get(account_id, [])), {}),
            insights=self._insights.get(account_id, []),
            reasons=[self._reason(row) for row in self._reasons.get(account_id, [])],
            owners=self._owners.get(account_id, []),
            past_plan=_past_plan(plans[0]) if plans else None,
            past_goals={row["goal"]: _past_goal(row) for row in self._goals.get(account_id, []) if _is_dated(row)},
            past_actions={row["rule"]: _past_action(row) for row in self._actions.get(account_id, [])},
            insight_labels={name: self._labels.get(f"insight.{name}", name) for name in self._found(account_id)},
        )

    def _found(self, account_id: str) -> list[str]:
        return [row["insight"] for row in self._insights.get(account_id, [])]

    def _reason(self, row: Row) -> Reason:
        node = str(row["node"])
        return Reason(node, self._labels.get(f"node.{row['card']}.{node}", node), round(row["lost"], 1))


def _by_account(db: Database, query: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in db.rows(query):
        found[row["account_id"]].append(row)
    return found


def _past_plan(row: Row) -> PastPlan:
    strategies = frozenset(json.loads(row["strategies"] or "[]"))
    return PastPlan(int(row["version"]), strategies, row["state"], row["content_hash"], row["made_on"])


def _is_dated(row: Row) -> bool:
    return row["set_on"] is not None and row["due_on"] is not None


def _past_goal(row: Row) -> PastGoal:
    return PastGoal(row["goal"], row["measure"], row["start_value"], row["target"], row["set_on"], row["due_on"])


def _past_action(row: Row) -> PastAction:
    """The day that the obligation began stands in the task's key."""
    began = date.fromisoformat(row["task_key"].rpartition(":")[2])
    return PastAction(row["rule"], began, row["state"], row["done_on"])
