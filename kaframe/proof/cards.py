"""Scorecards that no account can get, and key accounts that get none."""

from __future__ import annotations

from kaframe.errors import Problem
from kaframe.expression import Expression
from kaframe.project import Project
from kaframe.proof.finding import finding
from kaframe.proof.reading import Reading, limits
from kaframe.proof.sources import shown_example
from kaframe.ranges import NEVER, can_hold


def check_cards(project: Project) -> list[Problem]:
    """Cards whose ``applies`` never holds, and key accounts for which that of none does."""
    cards, reading = project.rules.score.scorecards, Reading(project, "score")
    problems = [
        finding(card.applies.at, "KF2330", f"no account can get the scorecard '{card.id}'",
                "its 'applies' never holds: mend it, or take the card out", limits(reading.read(card.applies)))
        for card in cards
        if card.applies is not None and reading.never(card.applies)
    ]  # fmt: skip
    read = [reading.read(card.applies) for card in cards]
    if not cards or any(item is None for item in read):
        return problems
    key = reading.read(Expression("key_account", cards[0].at))
    example = shown_example(project, can_hold(key.true if key else NEVER, *(item.not_true for item in read if item)))
    if example:
        problems.append(finding(cards[0].at, "KF2331", "key accounts can be without any scorecard",
                                "let one card apply to the rest", example=example))  # fmt: skip
    return problems
