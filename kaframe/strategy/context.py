"""What a template of a plan can say: plain data, everything under the name that docs/templates.md gives it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kaframe.bind import Label
from kaframe.decimals import rounded
from kaframe.labels import labels
from kaframe.project import Project
from kaframe.rules.analyse import WhiteSpace
from kaframe.rules.strategy import Strategy
from kaframe.shades import is_good
from kaframe.strategy.actions import IMPROVE, PlannedAction
from kaframe.strategy.choose import Chosen
from kaframe.strategy.goals import PlannedGoal
from kaframe.strategy.situation import Row, Situation
from kaframe.strategy.versions import approval_of

TITLE = Label("Account plan: {name}", "客户经营方案：{name}")
BY_HAND = Label("set by hand", "人工设定")
GOAL_STATES = {
    "new": Label("new", "新设"),
    "on_track": Label("on track", "正常"),
    "behind": Label("behind", "落后"),
    "reached": Label("reached", "已达成"),
    "missed": Label("missed", "未达成"),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that the account is offered: by rule, or because comparable accounts buy it."""

    id: str
    label: str
    role: str = ""
    sentence: str = ""
    worth: float | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One account's plan before it is written down."""

    chosen: Chosen
    situation: Situation = field(default_factory=Situation)
    goals: Sequence[PlannedGoal] = ()
    offers: Sequence[Offer] = ()
    actions: Sequence[PlannedAction] = ()


def offers_of(project: Project, chosen: Chosen, situation: Situation) -> list[Offer]:
    """What the strategies offer this account, then what comparable accounts buy and it does not."""
    found = {
        offer.id: Offer(offer.id, project.text(offer.label), offer.role)
        for strategy in chosen.strategies
        for offer in strategy.offers
        if chosen.holds(strategy, offer)
    }
    spaces = {item.id for item in project.rules.analyse.analyses if isinstance(item.settings, WhiteSpace)}
    if any(strategy.white_space for strategy in chosen.strategies):
        for row in situation.insights:
            if row["insight"] in spaces and row["subject"]:
                name = f"{row['insight']}:{row['subject']}"
                found[name] = Offer(name, row["subject"], "", row["sentence"], row["value"])
    return list(found.values())


class Contexts:
    """Makes the context of every account's plan."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._labels = labels(project)
        self._measures = project.rules.measure.measures
        primary = project.rules.score.primary()
        self._card = primary.id if primary else ""
        self._members = {member.id: member.name for member in project.team.members}

    def title(self, case: Case) -> str:
        """The title of the plan."""
        return self._project.text(TITLE).format(name=self._name(case))

    def context(self, case: Case) -> dict[str, Any]:
        """Everything that the template of the whole plan can say, but the sections of the strategies."""
        project, situation = self._project, case.situation
        approval = approval_of(case.chosen.strategies)
        insights = [self._insight(row) for row in situation.insights]
        return {
            "project": project.config.project,
            "language": project.config.language,
            "as_of": project.as_of,
            "title": self.title(case),
            "account": self._account(case),
            "measures": self._measured(case.chosen.facts),
            "reasons": [{"node": item.node, "label": item.label, "lost": item.lost} for item in situation.reasons],
            "insights": insights,
            "warnings": [item for item in insights if item["good"] is False],
            "chances": [item for item in insights if item["good"] is True],
            "strategies": [self.strategy(item, case) for item in case.chosen.strategies],
            "goals": [self._goal(goal) for goal in case.goals if goal.is_current],
            "last_goals": [self._goal(goal) for goal in case.goals if not goal.is_current],
            "offers": [self._offer(offer) for offer in case.offers],
            "actions": [self._action(item) for item in case.actions if item.strategy != IMPROVE],
            "improvements": [self._action(item) for item in case.actions if item.strategy == IMPROVE],
            "team": [self._person(row) for row in situation.owners],
            "approval": self._label("role", approval) if approval else "",
        }

    def strategy(self, strategy: Strategy, case: Case) -> dict[str, Any]:
        """One strategy; ``section`` is filled when its template has been rendered."""
        text = self._project.text
        return {
            "id": strategy.id,
            "label": text(strategy.label),
            "aim": text(strategy.aim),
            "section": "",
            "goals": [self._goal(goal) for goal in case.goals if goal.is_current and goal.strategy == strategy.id],
            "actions": [self._action(item) for item in case.actions if item.strategy == strategy.id],
        }

    def _account(self, case: Case) -> dict[str, Any]:
        facts, colour = case.chosen.facts, case.situation.colour
        card, score = str(colour.get("card") or self._card), facts.get("score")
        return {
            **{name: facts.get(name) for name in self._project.rules.expected.accounts},
            **{name: facts.get(name) for name in self._project.catalog.accounts},
            "id": case.chosen.account_id,
            "name": self._name(case),
            "parent": facts.get("parent"),
            "tier": facts.get("tier"),
            "tier_label": self._label("tier", facts.get("tier")),
            "status": facts.get("status"),
            "status_label": self._label("status", facts.get("status")),
            "status_why": self._why(colour),
            "is_good": is_good(self._project, card, facts.get("status")),
            "since": colour.get("since"),
            "points": None if score is None else rounded(score, *self._project.rules.score.display(card)),
            "weakest": self._labels.get(f"node.{card}.{facts.get('weakest')}", facts.get("weakest") or ""),
            "stage": facts.get("stage"),
            "stage_label": self._label("stage", facts.get("stage")),
        }

    def _measured(self, facts: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        return {
            item.id: {
                "label": self._label("measure", item.id),
                "value": facts.get(item.id),
                "unit": item.unit,
            }
            for item in self._measures
        }

    def _insight(self, row: Row) -> dict[str, Any]:
        names = ("kind", "subject", "sentence", "value", "good", "since")
        return {
            "id": row["insight"],
            "label": self._label("insight", row["insight"]),
            **{n: row[n] for n in names},
        }

    def _goal(self, goal: PlannedGoal) -> dict[str, Any]:
        unit = next((item.unit for item in self._measures if item.id == goal.measure), "")
        values = {"start": goal.start_value, "now": goal.value, "target": goal.target}
        return {
            "label": goal.label,
            **{name: {"label": name, "value": value, "unit": unit} for name, value in values.items()},
            "progress": goal.progress,
            "set_on": goal.set_on,
            "due_on": goal.due_on,
            "state": goal.state,
            "state_label": self._project.text(GOAL_STATES[goal.state]),
        }

    def _offer(self, offer: Offer) -> dict[str, Any]:
        role = self._label("role", offer.role) if offer.role else ""
        return {"label": offer.label, "role": role, "sentence": offer.sentence, "worth": offer.worth}

    def _action(self, action: PlannedAction) -> dict[str, Any]:
        return {
            "title": action.title,
            "role": self._label("role", action.role),
            "person": self._members.get(action.member or "", ""),
            "due_on": action.due_on,
            "because": action.because,
            "is_done": action.is_done,
            "strategy": self._label("strategy", action.strategy),
        }

    def _person(self, row: Row) -> dict[str, Any]:
        return {
            "role": self._label("role", row["role"]),
            "name": self._members.get(row["member"], row["member"]),
        }

    def _why(self, colour: Row) -> str:
        if colour.get("why") == "exception":
            return self._label("exception", colour.get("exception"))
        return self._project.text(BY_HAND) if colour.get("why") == "override" else ""

    def _label(self, kind: str, name: str | None) -> str:
        return self._labels.get(f"{kind}.{name}", name or "")

    def _name(self, case: Case) -> str:
        return str(case.chosen.facts.get("name") or case.chosen.account_id)
