"""SQL for the groups of a scorecard: points, coverage, low and high from their children's, height by height."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kaframe.database import quoted
from kaframe.scorecard.leafquery import known
from kaframe.scorecard.planned import MEANS, PlannedCard, PlannedNode, Span
from kaframe.scorecard.points import balanced, clamped, extreme, number, rounded
from kaframe.scorecard.spans import EDGE, group_span

RAW = {"": "~r", "~l": "~rl", "~h": "~rh"}  # what is still to be limited or rounded


def group_stages(card: PlannedCard) -> Iterator[list[str]]:
    """The columns of every stage: first the deepest groups, the root last."""
    for height in _heights(card.root):
        groups = [_Group(group, card) for group in height]
        for columns in ([part for one in groups for part in one.sums()],
                        [part for one in groups for part in one.joined()],
                        [part for one in groups for part in one.finished()]):
            if columns:
                yield columns


def _heights(root: PlannedNode) -> list[list[PlannedNode]]:
    """Groups by height: every group stands in a later stage than the groups below it; the root is alone at the end."""
    stages: list[list[PlannedNode]] = []

    def height(node: PlannedNode) -> int:
        if not node.children:
            return -1
        own = 1 + max(height(child) for child in node.children)
        while len(stages) <= own:
            stages.append([])
        if node is not root:
            stages[own].append(node)
        return own

    height(root)
    return [stage for stage in stages if stage] + ([[root]] if root.children else [])


@dataclass(frozen=True, slots=True)
class _Group:
    """One group of a card, to be printed."""

    node: PlannedNode
    card: PlannedCard

    def sums(self) -> list[str]:
        """What is known of a plain group: its weighted points (``~n``) and its weight (``~c``, a share of 1)."""
        if not self._is_plain:
            return []
        top, bottom = _weighted_sums([(quoted(child.path), child.weight) for child in self.node.children])
        return [f"{top} AS {self._name('~n')}", f"{bottom} AS {self._name('~c')}"]

    def joined(self) -> list[str]:
        """Points, coverage, low and high; those that must still be limited or rounded under names of their own."""
        if self._is_plain:
            values = self._of_sums()
        else:
            values = {"": self._points(), "~l": self._bound("~l"), "~h": self._bound("~h")}
        columns = [f"{sql} AS {self._column(RAW[kind] if self._is_adjusted else kind)}" for kind, sql in values.items()]
        return columns if self._is_plain else [*columns, f"{self._coverage()} AS {self._name('~c')}"]

    def finished(self) -> list[str]:
        """Points, low and high within the group's limits, rounded where groups are."""
        if not self._is_adjusted:
            return []
        return [f"{self._adjusted(quoted(raw + self.node.path))} AS {self._column(kind)}" for kind, raw in RAW.items()]

    @property
    def _is_plain(self) -> bool:
        """Whether two sums say everything about the group: a mean of leaves that can give the same points."""
        node = self.node
        first = node.children[0]
        return (
            bool(node.path)
            and node.how in MEANS
            and not any(child.children or child.instead is not None for child in node.children)
            and all(child.span == first.span and abs(child.span.low) < 1e300 > child.span.high
                    for child in node.children)
        )

    @property
    def _digits(self) -> int | None:
        return self.card.meaning.rounding.group if self.node.path else None

    @property
    def _is_adjusted(self) -> bool:
        return self.node.limits is not None or self._digits is not None

    def _name(self, kind: str) -> str:
        return quoted(kind + self.node.path)

    def _column(self, kind: str) -> str:
        return self._name(kind) if kind or self.node.path else quoted("points")

    def _of_sums(self) -> dict[str, str]:
        known_points, weight = self._name("~n"), self._name("~c")
        span = self.node.children[0].span
        ends = {
            kind: f"{known_points} + ({number(1)} - {weight}) * {number(end)}" if end else known_points
            for kind, end in (("~l", span.low), ("~h", span.high))
        }
        return {"": f"{known_points} / NULLIF({weight}, 0)", **ends}

    def _points(self) -> str:
        """The points of what is known; missing when nothing is."""
        node, how = self.node, self.node.how
        if how in MEANS:
            top, bottom = _weighted_sums([(quoted(unit.path), share) for unit, share in self.card.units(node)])
            return f"{top} / NULLIF({bottom}, 0)"
        names = [quoted(child.path) for child in node.children]
        if how != "sum":
            return self._extreme(names)
        known_points = balanced([f"CASE WHEN {name} IS NULL THEN {number(0)} ELSE {name} END" for name in names])
        nothing = balanced([f"{name} IS NULL" for name in names], "AND")
        return f"CASE WHEN {nothing} THEN NULL ELSE {number(node.node.start or 0.0)} + {known_points} END"

    def _bound(self, kind: str) -> str:
        """The group's points when every child has some: its own, or the worst or best."""
        node = self.node
        parts = [_end(child, kind) for child in node.children]
        if node.how == "sum":
            return f"{number(node.node.start or 0.0)} + {balanced(parts)}"
        if node.how not in MEANS:
            return self._extreme(parts)
        weighted = zip(parts, node.children, strict=True)
        return balanced([f"{part} * {number(child.weight)}" for part, child in weighted if child.weight])

    def _extreme(self, parts: Sequence[str]) -> str:
        if self.node.how == "worst_of":
            return extreme([self._category(part) for part in parts], "least")
        return extreme(parts, "least" if self.node.how == "min" else "greatest")

    def _category(self, part: str) -> str:
        """The points of the category that points are in; missing stays missing."""
        edges = sorted(self.card.meaning.categories.values(), reverse=True)
        arms = " ".join(f"WHEN {part} >= {number(edge - EDGE)} THEN {number(edge)}" for edge in edges)
        return f"CASE {arms} WHEN {part} IS NOT NULL THEN {number(edges[-1])} END"

    def _coverage(self) -> str:
        parts = [
            f"{quoted('~c' + child.path)} * {number(child.weight)}" if child.children
            else f"CASE WHEN {known(child)} THEN {number(child.weight)} ELSE {number(0)} END"
            for child in self.node.children
        ]
        return balanced(parts)

    def _adjusted(self, value: str) -> str:
        span = group_span(self.node, self.card.meaning)
        if self.node.limits is not None:
            value = clamped(value, *self.node.limits)
        digits = self._digits
        return value if digits is None else rounded(value, digits, self.card.meaning.rounding, Span(*span))


def _end(child: PlannedNode, kind: str) -> str:
    """A child's points if what is missing were worst (``~l``) or best (``~h``)."""
    if child.children:
        return quoted(kind + child.path)
    worst = number(child.span.low if kind == "~l" else child.span.high)
    if child.instead is None:
        return f"coalesce({quoted(child.path)}, {worst})"
    return f"CASE WHEN {known(child)} THEN {quoted(child.path)} ELSE {worst} END"


def _weighted_sums(children: Sequence[tuple[str, float]]) -> tuple[str, str]:
    """The weighted points and the weight of the children that are known."""
    known = [f"CASE WHEN {name} IS NULL THEN {number(0)} ELSE" for name, _ in children]
    parts = list(zip(known, children, strict=True))
    top = balanced([f"{start} {name} * {number(weight)} END" for start, (name, weight) in parts])
    bottom = balanced([f"{start} {number(weight)} END" for start, (_, weight) in parts])
    return top, bottom
