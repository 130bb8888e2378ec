"""Versions of a plan: a new one when what was agreed changes, not when the figures of the day do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kaframe.rules.strategy import Strategy
from kaframe.strategy.actions import IMPROVE, PlannedAction
from kaframe.strategy.goals import PlannedGoal

CENTS = 2


@dataclass(frozen=True, slots=True)
class PastPlan:
    """The latest version of an account's plan, with what people have decided about it."""

    version: int
    strategies: frozenset[str]
    state: str
    content_hash: str
    made_on: date


@dataclass(frozen=True, slots=True)
class Version:
    """The version that a plan has in this run."""

    number: int
    state: str
    content_hash: str
    approval: str | None
    made_on: date


def approval_of(strategies: Sequence[Strategy]) -> str | None:
    """The role that approves a plan: that of its first strategy which asks for approval."""
    return next((strategy.approval for strategy in strategies if strategy.approval), None)


def hash_content(
    strategies: Sequence[Strategy], goals: Sequence[PlannedGoal], offers: Sequence[str],
    actions: Sequence[PlannedAction],
) -> str:  # fmt: skip
    """The hash of what is agreed: strategies, goals with targets and days, offers, actions, who approves.

    Figures of the day, people and their due days are no part of it, nor is the improvement plan: it follows the
    score from run to run.
    """
    content: dict[str, Any] = {
        "strategies": [strategy.id for strategy in strategies],
        "approval": approval_of(strategies),
        "goals": [
            [goal.goal, goal.measure, round(goal.target, CENTS), goal.due_on.isoformat()]
            for goal in goals
            if goal.is_current
        ],
        "offers": list(offers),
        "actions": [
            [item.strategy, item.action, item.role, item.title] for item in actions if item.strategy != IMPROVE
        ],
    }
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def hash_edit(content_hash: str, changes: tuple[Sequence[str], Sequence[str]]) -> str:
    """The hash of what is agreed and what a person has changed by hand: who approved the one never saw the other."""
    return hashlib.sha256(json.dumps([content_hash, *changes], ensure_ascii=False).encode()).hexdigest()


def next_version(past: PastPlan | None, content_hash: str, approval: str | None, today: date) -> Version:
    """The version of the last plan when nothing has changed, with its approval; else a new one that waits for it."""
    if past is not None and past.content_hash == content_hash:
        return Version(past.version, past.state, content_hash, approval, past.made_on)
    number = past.version + 1 if past else 1
    return Version(number, "waiting" if approval else "approved", content_hash, approval, today)
