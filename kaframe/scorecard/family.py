"""Families of scorecards: alternatives by segment, of which an account gets exactly one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kaframe.bind import place_of
from kaframe.errors import Problem
from kaframe.expression import Compiled
from kaframe.rules.score import Scorecard, ScoreRules
from kaframe.scorecard.planned import PlannedCard


def with_families(planned: Sequence[PlannedCard]) -> tuple[PlannedCard, ...]:
    """The cards, each knowing the conditions of those of its family that an account gets rather than it.

    The default is for those to whom no other applies; of several that apply ``tie`` takes the first or the last.
    """
    return tuple(replace(card, before=_before(card, planned)) if card.card.family else card for card in planned)


def family_problems(rules: ScoreRules) -> list[Problem]:
    """A family has one default, the others say whom they are for, and all break ties alike."""
    alone = [
        Problem(place_of(card, "default"), "KF2219", f"'{card.id}' is a default and belongs to no family",
                "say family: with its name")
        for card in rules.scorecards
        if card.default and not card.family
    ]
    names = dict.fromkeys(card.family for card in rules.scorecards if card.family)
    families = [[card for card in rules.scorecards if card.family == name] for name in names]
    return alone + [problem for family in families for problem in _of_family(family, rules)]


def _of_family(family: Sequence[Scorecard], rules: ScoreRules) -> list[Problem]:
    name, defaults = family[0].family, [card for card in family if card.default]
    problems = []
    if len(defaults) != 1:
        at = place_of((defaults[1:] or list(family))[0], "default")
        what = "has no default" if not defaults else "has two defaults"
        problems.append(Problem(at, "KF2218", f"the family '{name}' {what}",
                                "say default: true at the one card for those to whom no other applies"))
    problems += [
        Problem(place_of(card, "family"), "KF2219", f"'{card.id}' of the family '{name}' takes every account",
                "say applies: with its segment, or default: true")
        for card in family
        if card.applies is None and not card.default
    ]
    ties = {meaning.tie for card in family if (meaning := rules.meaning(card))}
    if len(ties) > 1:
        problems.append(Problem(place_of(family[0], "semantics"), "KF2218",
                                f"the cards of the family '{name}' break ties in two ways",
                                "let their semantics say the same tie: first or last"))
    return problems


def _before(card: PlannedCard, planned: Sequence[PlannedCard]) -> tuple[Compiled, ...]:
    family = [one for one in planned if one.card.family == card.card.family]
    place = family.index(card)
    if card.card.default:
        rivals = family[:place] + family[place + 1 :]
    else:
        rivals = family[:place] if card.meaning.tie == "first" else family[place + 1 :]
        rivals = [one for one in rivals if not one.card.default]
    return tuple(one.applies for one in rivals if one.applies)
