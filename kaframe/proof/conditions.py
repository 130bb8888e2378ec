"""Rules that nothing reaches: those that others hide, and conditions that never hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from kaframe.errors import Location, Problem
from kaframe.expression import Expression
from kaframe.project import Project
from kaframe.proof.finding import beside, finding
from kaframe.proof.leaves import all_leaves
from kaframe.proof.reading import HOLDS_ALWAYS, Hidden, Reading, hidden, limits
from kaframe.ranges import Condition, can_hold, sketch
from kaframe.rules.status import StatusException, StatusRule
from kaframe.rules.strategy import Strategy
from kaframe.strategy.choose import strategy_scope

NEVER = "take it out, or mend what contradicts itself"
BELOW = "put it above that one, make it narrower there, or take it out"


@dataclass(frozen=True, slots=True)
class Listed:
    """One of an ordered list of rules: what it is called, where it stands, when it holds, and of what it is one."""

    words: str
    at: Location
    when: Expression | None
    of: str = ""


def check_tiers(project: Project) -> list[Problem]:
    """Tiers that no account gets, ``stay`` that never holds, and candidates that are all key accounts."""
    rules, reading = project.rules.identify, Reading(project, "identify")
    listed = [Listed(f"tier '{tier.id}'", tier.at, tier.when) for tier in rules.tiers]
    problems = [*_unreached(reading, listed, "KF2310", "not_true")]
    problems += [
        finding(tier.stay.at, "KF2314", f"'stay' of tier '{tier.id}' never holds", NEVER,
                limits(reading.read(tier.stay)))
        for tier in rules.tiers
        if tier.stay is not None and reading.never(tier.stay)
    ]  # fmt: skip
    if rules.candidates is None or reading.never(rules.candidates.when):
        return problems + _never(reading, [("candidates", rules.candidates.when)] if rules.candidates else [])
    near = reading.read(rules.candidates.when)
    keys = [reading.read(tier.when) for tier in rules.tiers if tier.key]
    others_first = any(not tier.key for tier in rules.tiers[: len(keys)])
    passed = [item.not_true for item in keys if item is not None]
    if near and passed and not others_first and can_hold(near.true, *passed).is_possible is False:
        message = "nobody is ever a candidate: whoever meets the condition is a key account already"
        problems.append(finding(rules.candidates.at, "KF2310", message, "make it wider than the key tiers",
                                example=sketch(near.true)))  # fmt: skip
    return problems


def check_cases(project: Project) -> list[Problem]:
    """Cases of leaves that an earlier one hides."""
    reading = Reading(project, "score")
    problems: list[Problem] = []
    for leaf in all_leaves(project):
        of = f" of '{leaf.path}'"
        listed = [Listed(f"case {place}", case.at, case.when, of) for place, case in enumerate(leaf.node.cases, 1)]
        problems += _unreached(reading, listed, "KF2311", "false")
    return problems


def check_exceptions(project: Project) -> list[Problem]:
    """Exceptions that an earlier one hides."""
    reading = Reading(project, "status")
    problems: list[Problem] = []
    for rule in project.rules.status.rgb.values():
        problems += _exceptions(reading, rule)
    return problems


def check_strategies(project: Project) -> list[Problem]:
    """Strategies that no account gets."""
    rules = project.rules.strategy
    reading = Reading(project, scope=strategy_scope(project))
    read = [reading.read(item.when) for item in rules.strategies]
    problems: list[Problem] = []
    for place, (item, condition) in enumerate(zip(rules.strategies, read, strict=True)):
        others = [other for other, rule in zip(read, rules.strategies, strict=True) if not rule.otherwise and other]
        if condition is None:
            continue
        if item.otherwise:
            if can_hold(*(other.not_true for other in others)).is_possible is False:
                problems.append(_alone(item.at, f"strategy '{item.id}'", "another strategy holds for every account"))
        elif reading.never(item.when):
            problems.append(finding(item.at, "KF2313", f"strategy '{item.id}' never holds", NEVER, limits(condition)))
        elif _surely_before(condition, read[:place], rules.strategies[:place]) >= rules.most:
            why = f"a plan has room for {rules.most}, and wherever it holds as many come before it"
            problems.append(_alone(item.at, f"strategy '{item.id}'", why, sketch(condition.true)))
    return problems


def check_never(project: Project) -> list[Problem]:
    """All other conditions that never hold."""
    rules = project.rules
    later = Reading(project, scope=strategy_scope(project))
    cadences = [(f"cadence '{item.id}'", item.applies) for item in rules.maintain.cadences]
    staff = [(f"the assignment of {item.role}", item.when) for item in project.team.assignments]
    analyses = [(f"analysis '{item.id}'", getattr(item.settings, "when", None)) for item in rules.analyse.analyses]
    applies = [(f"analysis '{item.id}'", item.applies) for item in rules.analyse.analyses]
    groups = [(f"'where' in the roll-up of '{rule.id}'", rule.roll_up.where)
              for rule in rules.status.rgb.values() if rule.roll_up]  # fmt: skip
    return [
        *(problem for item in rules.strategy.strategies for problem in _parts(later, item)),
        *_never(Reading(project, "status"), groups),
        *_never(Reading(project, "maintain"), cadences),
        *_never(Reading(project, "assign"), staff),
        *_never(Reading(project, "analyse"), [*analyses, *applies]),
    ]


def _never(reading: Reading, listed: Sequence[tuple[str, Expression | None]]) -> list[Problem]:
    return [
        finding(when.at, "KF2314", f"the condition of {words} never holds", NEVER, limits(reading.read(when)))
        for words, when in listed
        if when is not None and reading.never(when)
    ]


def _unreached(
    reading: Reading, listed: Sequence[Listed], code: str, passes: Literal["not_true", "false"]
) -> Iterator[Problem]:
    """The problems of an ordered list in which the first that holds counts."""
    for found in hidden([reading.read(item.when) for item in listed], passes):
        yield _hidden_problem(code, listed, found)


def _hidden_problem(code: str, listed: Sequence[Listed], found: Hidden) -> Problem:
    item = listed[found.place]
    at = item.when.at if item.when else item.at
    if found.never:
        message = f"{item.words}{item.of} is never reached: its condition never holds"
        return finding(at, code, message, NEVER, found.example)
    if found.by is None:
        message = f"{item.words}{item.of} is never reached: those above it take all that it would"
        return finding(at, code, message, BELOW, example=found.example)
    above = listed[found.by]
    also = above.when.at if above.when else above.at
    message = f"{item.words}{item.of} is never reached: {above.words} takes all that it would"
    return beside(finding(at, code, message, BELOW, found.example), also)


def _exceptions(reading: Reading, rule: StatusRule) -> Iterator[Problem]:
    """A fact that decides hides all that follow; a limit hides limits of its kind that are no stricter."""
    before: list[tuple[StatusException, Listed, Condition]] = []
    for item in rule.exceptions:
        listed = Listed(f"exception '{item.id}'", item.at, item.when)
        condition = reading.read(item.when)
        if condition is None:
            continue
        stronger = [(one, other) for above, one, other in before if _comes_first(rule, above, item)]
        for found in hidden([*(other for _, other in stronger), condition], "not_true"):
            if found.place == len(stronger):
                yield _hidden_problem("KF2312", [*(one for one, _ in stronger), listed], found)
        before.append((item, listed, condition))


def _comes_first(rule: StatusRule, above: StatusException, item: StatusException) -> bool:
    """Whether the one above takes part in every account in which this one could, if both their conditions hold."""
    said = above.said[0]
    if said in ("status", "points"):
        return True
    if item.said[0] != said:
        return False
    if above.number is not None and item.number is not None:
        return item.number >= above.number if said == "at_most" else item.number <= above.number
    ranks = {name: rank for rank, name in enumerate(rule.names)}
    if above.colour not in ranks or item.colour not in ranks:
        return False
    own, other = ranks[item.colour], ranks[above.colour]
    return own <= other if said == "at_most" else own >= other


def _surely_before(condition: Condition, read: Sequence[Condition | None], strategies: Sequence[object]) -> int:
    """How many earlier strategies hold wherever this one does."""
    return sum(
        other is not None
        and not getattr(item, "otherwise", False)
        and (other is HOLDS_ALWAYS or can_hold(condition.true, other.not_true).is_possible is False)
        for other, item in zip(read, strategies, strict=True)
    )


def _alone(at: Location, words: str, why: str, example: str = "") -> Problem:
    return finding(at, "KF2313", f"{words} is never chosen: {why}", "take it out, or narrow the others",
                   example=example)  # fmt: skip


def _parts(reading: Reading, strategy: Strategy) -> Iterator[Problem]:
    """Goals, offers and actions whose condition never holds, or never where their strategy does."""
    own = reading.read(strategy.when)
    if own is None or reading.never(strategy.when):
        return
    for part in strategy.parts():
        words = f"'{part.id}' of strategy '{strategy.id}'"
        found = reading.read(part.when)
        if reading.never(part.when):
            yield from _never(reading, [(words, part.when)])
        elif part.when is not None and found is not None and not strategy.otherwise and (
            can_hold(own.true, found.true).is_possible is False
        ):
            message = f"the condition of {words} never holds where the strategy does"
            yield beside(finding(part.when.at, "KF2314", message, NEVER, sketch(own.true)), strategy.at)
