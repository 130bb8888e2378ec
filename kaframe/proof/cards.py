"""Scorecards that no account can get, key accounts that get none, and families in which order decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from kaframe.errors import Problem
from kaframe.expression import Expression
from kaframe.project import Project
from kaframe.proof.finding import beside, finding
from kaframe.proof.reading import Reading, limits
from kaframe.proof.sources import shown_example
from kaframe.ranges import NEVER, Condition, Logic, can_hold, sketch
from kaframe.rules.score import Scorecard


def check_cards(project: Project) -> list[Problem]:
    """Cards that nobody gets, key accounts that get none, and cards of a family that share accounts."""
    cards, reading = project.rules.score.scorecards, Reading(project, "score")
    families = [family for card in cards if (family := project.rules.score.family(card))[0] is card]
    problems = [problem for card in cards for problem in _unreached(project, reading, card)]
    problems += [problem for family in families for problem in _shared(project, reading, family)]
    read = [reading.read(card.applies) for card in cards if not card.default]
    if len(read) < len(cards) or any(item is None for item in read) or not cards:
        return problems  # a default takes the rest
    key = reading.read(Expression("key_account", cards[0].at))
    example = shown_example(project, can_hold(key.true if key else NEVER, *(item.not_true for item in read if item)))
    if example:
        problems.append(finding(cards[0].at, "KF2331", "key accounts can be without any scorecard",
                                "let one card apply to the rest", example=example))  # fmt: skip
    return problems


def card_conditions(project: Project, reading: Reading, card: Scorecard) -> list[Logic]:
    """What holds for the accounts that get a card; empty when a condition cannot be read."""
    read = [reading.read(one.applies) for one in _rivals(project, card)]
    own = reading.read(card.applies)
    if own is None or None in read:
        return []
    return [own.true, *(item.not_true for item in read if item)]


def _rivals(project: Project, card: Scorecard) -> list[Scorecard]:
    """The cards of a family that an account gets rather than this one, where they apply."""
    family = project.rules.score.family(card)
    others = [one for one in family if one is not card and not one.default]
    if card.default:
        return others
    meaning = project.rules.score.meaning(card)
    first = meaning is None or meaning.tie == "first"
    before = family[: family.index(card)] if first else family[family.index(card) + 1 :]
    return [one for one in others if one in before]


def _unreached(project: Project, reading: Reading, card: Scorecard) -> Iterator[Problem]:
    """A card whose condition never holds, or that the others of its family leave no account."""
    own = reading.read(card.applies)
    if own is None:
        return
    what, at = f"no account can get the scorecard '{card.id}'", card.applies.at if card.applies else card.at
    if reading.never(card.applies):
        yield finding(at, "KF2330", what, "its 'applies' never holds: mend it, or take the card out", limits(own))
        return
    read = [(one, condition) for one in _rivals(project, card) if (condition := reading.read(one.applies))]
    if not read or can_hold(own.true, *(condition.not_true for _, condition in read)).is_possible is not False:
        return
    alone = next((one for one, condition in read if can_hold(own.true, condition.not_true).is_possible is False), None)
    who = f"'{alone.id}' takes" if alone else "the others of its family take"
    hint = "make that one narrower, change their order, or take this card out"
    if card.default:
        hint = "make the others narrower, or let the last of them be the default"
    example = sketch(own.true) if card.applies else sketch(read[0][1].true)
    found = finding(at, "KF2330", f"{what}: {who} all that it would", hint, example)
    yield beside(found, alone.applies.at) if alone and alone.applies else found


def _shared(project: Project, reading: Reading, family: Sequence[Scorecard]) -> Iterator[Problem]:
    """Two cards of a family for one account, of which neither is just the rest of the other: the order decides."""
    read: list[tuple[Scorecard, Expression, Condition]] = [
        (card, card.applies, condition)
        for card in family
        if card.applies and not card.default and (condition := reading.read(card.applies))
    ]
    for (one, above, first), (other, below, second) in combinations(read, 2):
        nested = [can_hold(a.true, b.not_true).is_possible is False for a, b in ((first, second), (second, first))]
        example = "" if any(nested) else shown_example(project, can_hold(first.true, second.true))
        if example:
            meaning = project.rules.score.meaning(one)
            tie = meaning.tie if meaning else "first"
            gets = other if tie == "last" else one
            message = f"'{one.id}' and '{other.id}' can both apply to an account: it gets '{gets.id}' (tie: {tie})"
            hint = "let one condition exclude the other, if that is not meant"
            yield beside(finding(below.at, "KF2344", message, hint, example), above.at)
