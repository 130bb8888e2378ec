"""The worlds between two published runs, each differing from the last in one thing: data, day, rules, card."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from kaframe.errors import RuleError
from kaframe.explain import explain_account
from kaframe.explain.published import Step, computed
from kaframe.explain.records import Explanation
from kaframe.expression import Expression
from kaframe.project import Project

Cause = Literal["late_data", "behaviour", "card", "rules", "data_since", "decision", "new", "gone", "untold"]
World = Mapping[str, Explanation]  # by family, or by scorecard where it belongs to none


@dataclass(frozen=True, slots=True)
class Stage:
    """A world and what makes it another than the one before."""

    cause: Cause
    world: World
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is computed in every world: these scorecards (none: all) of an account of the data of now."""

    steps: tuple[Step, ...]
    account_id: str
    cards: tuple[str, ...]

    def world(self, project: Project) -> World | None:
        """The explanations of the account by its rules, on its day, with the data of now; None when it is not there."""
        with computed(project, self.steps) as db:
            if not db.rows("SELECT 1 FROM measures WHERE account_id = ?", [self.account_id]):
                return None
            return by_family(project, explain_account(project, db, self.account_id, self.cards))


def find_stages(asked: Asked, old: Project, new: Project, end: World) -> list[Stage]:
    """From the first run to the ``end``, the second as published: late data, behaviour, rules, card, data since.

    One stage alone, ``untold``, when the data of now do not have the account, or do not fit the rules of a run.
    """
    later = old.on(new.as_of)
    try:
        known_now = asked.world(old)
        if known_now is None:
            return [Stage("untold", end)]
        moved, ruled = asked.world(later) or {}, asked.world(new) or {}
        moved_on, ruled_on = _kept_on(asked, later, moved, known_now), _kept_on(asked, new, ruled, known_now)
    except RuleError as error:
        return [Stage("untold", end, error.problems[0].message)]
    return [
        Stage("late_data", known_now),
        Stage("behaviour", moved_on),
        Stage("rules", ruled_on),
        Stage("card", ruled),
        Stage("data_since", end),
    ]


def by_family(project: Project, explained: Iterable[Explanation]) -> dict[str, Explanation]:
    """The explanations of an account by family, or by scorecard where it belongs to none."""
    families = {card.id: card.family or card.id for card in project.rules.score.scorecards}
    return {families[one.card]: one for one in explained}


def _kept_on(asked: Asked, project: Project, own: World, before: World) -> World:
    """The world with every score on the card that the account had before, as far as the rules still have it."""
    known = {card.id for card in project.rules.score.scorecards}
    kept = [
        before[name].card
        for name, one in own.items()
        if name in before and before[name].card != one.card and before[name].card in known
    ]
    if not kept:
        return own
    on_old = asked.world(_with_cards(project, kept)) or {}
    return {**own, **{name: one for name, one in on_old.items() if one.card in kept}}


def _with_cards(project: Project, kept: Sequence[str]) -> Project:
    """The project in which everybody of a family gets the card that is kept; its sisters still have their names."""
    score = project.rules.score
    families = {card.family for card in score.scorecards if card.id in kept}
    cards = tuple(
        card
        if card.family not in families
        else replace(card, default=True, applies=None)
        if card.id in kept
        else replace(card, default=False, applies=Expression("false", card.at))
        for card in score.scorecards
    )
    return replace(project, rules=replace(project.rules, score=replace(score, scorecards=cards)))
