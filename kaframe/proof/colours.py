"""Colours that nobody gets, exceptions that change nothing, and shares of a roll-up that no group reaches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kaframe.errors import Problem
from kaframe.project import Project
from kaframe.proof.finding import beside, finding
from kaframe.proof.reach import colours_by_points, points_of_card
from kaframe.rules.rollup import RollUp, Share
from kaframe.rules.status import NO_DATA, StatusException, StatusRule
from kaframe.scorecard.planned import UNBOUND, Span
from kaframe.scorecard.tree import plan_cards

TOGETHER = 1.0  # all children


def check_reach(project: Project) -> list[Problem]:
    """What the thresholds of every card say of points that it never gives."""
    problems: list[Problem] = []
    for planned in plan_cards(project):
        rule = project.rules.status.of(planned.card.id)
        if rule is None:
            continue
        span = points_of_card(project, planned)
        problems += [*_colours(rule, span), *_exceptions(rule, span)]
        if rule.roll_up is not None:
            problems += _shares(rule.roll_up, rule)
    return problems


def _colours(rule: StatusRule, span: Span) -> Iterator[Problem]:
    """Colours that neither points nor shares nor exceptions give."""
    by_points = colours_by_points(rule, span)
    given = {*by_points, *_shared(rule), *(item.colour for item in rule.exceptions)}
    numbers = [item.number for item in rule.exceptions if item.number is not None]
    given |= {next(colour.id for colour in rule.colours if colour.takes(number)) for number in numbers}
    for colour in rule.colours:
        if colour.id not in given:
            message = f"no account of '{rule.id}' is ever {colour.id}: its scorecard gives {_written(span)}"
            hint = "move the edge to where points are, or mend weights, points and 'missing' of the scorecard"
            shown = f"{span.high:g} points are {by_points[0]}, {span.low:g} points are {by_points[-1]}"
            yield finding(colour.at, "KF2346", message, hint, shown)


def _exceptions(rule: StatusRule, span: Span) -> Iterator[Problem]:
    """Caps above all that accounts have, floors below it."""
    for item in rule.exceptions:
        kind = item.said[0]
        if kind not in ("at_most", "at_least"):
            continue
        shown = _needless(rule, item, span)
        if shown:
            word = "better" if kind == "at_most" else "worse"
            limit = item.colour or f"{item.number:g} points"
            message = f"exception '{item.id}' changes nothing: no account of '{rule.id}' is {word} than {limit}"
            hint = "make the limit stricter, or take the exception out"
            yield finding(item.at, "KF2345", message, hint, shown)


def _needless(rule: StatusRule, item: StatusException, span: Span) -> str:
    """The best or the worst there is, where a limit lies beyond it; else nothing."""
    is_cap = item.said[0] == "at_most"
    if item.number is not None:
        beyond = span.high <= item.number if is_cap else span.low >= item.number
        return f"the scorecard gives {_written(span)}" if beyond else ""
    if (rule.wait if is_cap else rule.hold or rule.recover):
        return ""  # a colour of former days may last
    there = [rule.names.index(name) for name in {*colours_by_points(rule, span), *_shared(rule)}]
    place = rule.names.index(str(item.colour))
    extreme = min(there) if is_cap else max(there)
    beyond = place <= extreme if is_cap else place >= extreme
    word = "best" if is_cap else "worst"
    return f"the {word} colour is {rule.names[extreme]}, from {_written(span)}" if beyond else ""


def _shared(rule: StatusRule) -> set[str]:
    return {share.status for share in rule.roll_up.shares} if rule.roll_up else set()


def _shares(roll_up: RollUp, rule: StatusRule) -> Iterator[Problem]:
    """Shares that those above them always take, and shares of children that do not count."""
    counted = {*rule.names, *([] if roll_up.missing == "skip" else [NO_DATA])}
    before: list[Share] = []
    for share in roll_up.shares:
        if not share.rest and not counted.intersection(share.of):
            message = f"the share of '{share.status}' is always 0: children without data are left out"
            yield finding(share.at, "KF2347", message, "say 'missing: count', or name other colours",
                          f"of 3 children 1 is {NO_DATA}: counted are 2")  # fmt: skip
            continue
        above = _taking(share, before, counted)
        if above:
            what = f"'else: {share.status}'" if share.rest else f"the share of '{share.status}'"
            message = f"{what} is never reached: what stands above it takes every group that it would"
            found = finding(share.at, "KF2347", message, "order shares from the strictest on, or take it out",
                            _example(share, above[0]))  # fmt: skip
            yield beside(found, above[0].at)
        before.append(share)


def _taking(share: Share, before: Sequence[Share], counted: set[str]) -> list[Share]:
    """The shares above that leave a share no group: one that is wider, or two that are all children together."""
    for above in before:
        is_wider = not share.rest and set(share.of) <= set(above.of) and _as_low(above, share)
        if counted <= set(above.of) or is_wider:
            return [above]
        for other in before:
            every = counted <= {*above.of, *other.of}
            both = above.edge + other.edge
            if other is not above and every and (both < TOGETHER or (both == TOGETHER and _any_at_least(above, other))):
                return [other, above]
    return []


def _as_low(above: Share, share: Share) -> bool:
    same = above.edge == share.edge and (above.at_least is not None or share.at_least is None)
    return above.edge < share.edge or same


def _any_at_least(above: Share, other: Share) -> bool:
    """Whether exactly half and half is taken by one of the two."""
    return above.at_least is not None or other.at_least is not None


def _example(share: Share, above: Share) -> str:
    if share.rest:
        return f"every group has {above.edge:.0%} that are {' or '.join(above.of)}, or is taken by another share"
    return f"all children {' or '.join(share.of)}: the parent is {above.status}"


def _written(span: Span) -> str:
    if span == UNBOUND:
        return "any points"
    if span.low == float("-inf"):
        return f"at most {span.high:g} points"
    return f"{span.low:g} points and more" if span.high == float("inf") else f"{span.low:g} to {span.high:g} points"
