"""The points that a card can give, whatever is missing, and the colours that its accounts can have."""

from __future__ import annotations

from collections.abc import Sequence

from kaframe.project import Project
from kaframe.rules.status import StatusRule
from kaframe.scorecard.planned import MEANS, UNBOUND, PlannedCard, PlannedNode, Span
from kaframe.scorecard.spans import category

OWN_POINTS = ("", "skip", "no_data")  # what a roll-up does with children without points, and brings in no others


def points_of_card(project: Project, planned: PlannedCard) -> Span:
    """Between which points every account of the card lies that has some."""
    rule = project.rules.status.of(planned.card.id)
    if rule is None or not planned.root.children or _brings_others(rule):
        return UNBOUND
    low, high = _span(planned.root, planned)
    digits = planned.meaning.rounding.total
    ends = [end if abs(end) == float("inf") else planned.meaning.rounding.rounded(end, digits) for end in (low, high)]
    return Span(min(low, ends[0]), max(high, ends[1]))


def colours_by_points(rule: StatusRule, span: Span) -> tuple[str, ...]:
    """The colours that points of the span give, the best first."""
    best = next((place for place, colour in enumerate(rule.colours) if colour.takes(span.high)), 0)
    worst = next((place for place, colour in enumerate(rule.colours) if colour.takes(span.low)), len(rule.colours) - 1)
    return rule.names[best : worst + 1]


def _brings_others(rule: StatusRule) -> bool:
    return rule.roll_up is not None and bool(rule.roll_up.points) and rule.roll_up.missing not in OWN_POINTS


def _span(node: PlannedNode, card: PlannedCard) -> Span:
    if not node.children:
        known = node.span if node.instead is None else (*node.span, node.instead)
        return Span(min(known), max(known))
    below = [_span(child, card) for child in node.children]
    low, high = (_limited(node, end) for end in _joined(node, below, card))
    digits = card.meaning.rounding.group if node.path else None
    if digits is None or abs(low) == float("inf") or abs(high) == float("inf"):
        return Span(low, high)
    return Span(card.meaning.rounding.rounded(low, digits), card.meaning.rounding.rounded(high, digits))


def _joined(node: PlannedNode, below: Sequence[Span], card: PlannedCard) -> Span:
    """The least and the most of a group, of which any children may be missing."""
    lows, highs = [span.low for span in below], [span.high for span in below]
    if node.how == "sum":
        start = node.node.start or 0.0
        return Span(start + sum(min(low, 0.0) for low in lows), start + sum(max(high, 0.0) for high in highs))
    if node.how == "worst_of":
        low, high = (end(category(one, card.meaning) for one in ends) for end, ends in ((min, lows), (max, highs)))
        return Span(low, high)
    if node.how in MEANS and all(map(_always_known, node.children)):
        shares = [child.weight for child in node.children]
        return Span(*(sum(end * share for end, share in zip(ends, shares, strict=True)) for ends in (lows, highs)))
    return Span(min(lows), max(highs))


def _always_known(node: PlannedNode) -> bool:
    """Whether a node has points even when its data are missing."""
    if node.children:
        return all(map(_always_known, node.children))
    return node.instead is not None or node.needed


def _limited(node: PlannedNode, value: float) -> float:
    return value if node.limits is None else min(max(value, node.limits[0]), node.limits[1])
