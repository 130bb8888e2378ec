"""A scorecard made ready: leaves whose data are absent left out, weights as shares, every expression compiled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from kaframe.errors import Problem, RuleError, nearest
from kaframe.expression import Compiled, Scope, Type, compile_expression
from kaframe.names import account_scope
from kaframe.project import Project
from kaframe.rules.score import Scorecard, ScoreNode, ScoreRules, Semantics

OWN_COLUMNS = ("account_id", "points", "exact", "coverage", "low", "high")
EVENLY = ("mean", "min", "max", "sum")


@dataclass(frozen=True, slots=True)
class PlannedNode:
    """A node of a scorecard: its path, its weight as a share of its sisters', and what it is made of.

    A group has ``children``; a leaf has a ``value`` (or only ``cases``) and the compiled conditions of its cases.
    """

    path: str
    node: ScoreNode
    weight: float
    children: tuple[PlannedNode, ...] = ()
    value: Compiled | None = None
    cases: tuple[Compiled | None, ...] = ()

    def leaves(self) -> Iterator[PlannedNode]:
        """Every leaf below, or this one."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()

    def groups(self) -> Iterator[PlannedNode]:
        """Every group from the deepest up, this one last."""
        for child in self.children:
            yield from child.groups()
        if self.children:
            yield self


@dataclass(frozen=True, slots=True)
class PlannedCard:
    """A scorecard ready to be computed. ``root`` holds the top-level nodes; ``absent`` are leaves left out."""

    card: Scorecard
    meaning: Semantics
    root: PlannedNode
    applies: Compiled | None
    absent: tuple[str, ...]

    def names(self) -> frozenset[str]:
        """Every name that the card's expressions use."""
        parts = [self.applies]
        for leaf in self.root.leaves():
            parts += [leaf.value, *leaf.cases]
        return frozenset(name for part in parts if part for name in part.names)


@lru_cache(maxsize=8)
def plan_cards(project: Project) -> tuple[PlannedCard, ...]:
    """Every scorecard, compiled once a project; raises all problems of all cards at once."""
    planned: list[PlannedCard] = []
    problems: list[Problem] = []
    for card in project.rules.score.scorecards:
        try:
            planned.append(plan_card(project, card))
        except RuleError as error:
            problems += error.problems
    if problems:
        raise RuleError(problems)
    return tuple(planned)


def plan_card(project: Project, card: Scorecard) -> PlannedCard:
    """Compile one scorecard."""
    rules = project.rules.score
    meaning = rules.meaning(card)
    scope = account_scope(project, "score")
    problems = _semantics_problems(card, meaning, rules)
    problems += [
        Problem(child.at, "KF2139", f"'{child.id}' is a column of every scorecard", f"call it 'own_{child.id}' or so")
        for child in card.children
        if child.id in OWN_COLUMNS
    ]
    absent: list[str] = []
    top = ScoreNode(card.at, card.id, children=card.children, aggregate=card.aggregate)
    root = _plan_node(top, "", scope, absent, problems)
    applies = _compiled(card.applies, Type.BOOLEAN, scope, problems) if card.applies else None
    if problems or meaning is None:
        raise RuleError(problems)
    return PlannedCard(card, meaning, root or PlannedNode("", top, 1.0), applies, tuple(absent))


def _semantics_problems(card: Scorecard, meaning: Semantics | None, rules: ScoreRules) -> list[Problem]:
    """A card names semantics that exist, on a scale that goes upwards."""
    if meaning is None:
        known = [item.id for item in rules.semantics]
        hint = nearest(card.semantics, known) or f"known: {', '.join(known)}"
        none = f"there are none yet: semantics: {{{card.semantics}: {{scale: [0, 100]}}}}"
        message = f"scorecard '{card.id}' rests on the semantics '{card.semantics}', which nobody declares"
        return [Problem(card.at, "KF2130", message, hint if known else none)]
    if meaning.scale[0] >= meaning.scale[-1]:
        message = f"the scale of '{meaning.id}' does not go from few to many points"
        return [Problem(meaning.at, "KF2148", message, "write it like scale: [0, 100]")]
    return []


def _plan_node(
    node: ScoreNode, path: str, scope: Scope, absent: list[str], problems: list[Problem]
) -> PlannedNode | None:
    """The node with its weight not yet a share; None when all its data are absent."""
    if not node.children:
        return _plan_leaf(node, path, scope, absent, problems)
    below = [
        _plan_node(child, f"{path}.{child.id}" if path else child.id, scope, absent, problems)
        for child in node.children
    ]
    children = [child for child in below if child is not None]
    if not children:
        return None
    raw = [1.0 if node.aggregate in EVENLY else child.node.weight for child in children]
    total = sum(raw)
    if total <= 0:
        message = f"the weights below '{node.id}' are all 0"
        problems.append(Problem(node.at, "KF2131", message, "give one of them a weight"))
        return None
    shared = tuple(
        PlannedNode(child.path, child.node, weight / total, child.children, child.value, child.cases)
        for child, weight in zip(children, raw, strict=True)
    )
    return PlannedNode(path, node, 1.0, shared)


def _plan_leaf(
    node: ScoreNode, path: str, scope: Scope, absent: list[str], problems: list[Problem]
) -> PlannedNode | None:
    before = len(problems)
    problems += _shape_problems(node)
    expects = Type.NUMBER if node.bands or node.curve or not (node.map or node.cases) else None
    value = _compiled(node.value, expects, scope, problems) if node.value else None
    cases = tuple(_compiled(case.when, Type.BOOLEAN, scope, problems) if case.when else None for case in node.cases)
    parts = [part for part in (value, *cases) if part]
    if any(part.absent and "coalesce" not in part.functions for part in parts):
        absent.append(path)
        return None
    return None if len(problems) > before else PlannedNode(path, node, node.weight, (), value, cases)


def _compiled(expression: object, expects: Type | None, scope: Scope, problems: list[Problem]) -> Compiled | None:
    try:
        return compile_expression(expression, scope, expects)  # type: ignore[arg-type]
    except RuleError as error:
        problems += error.problems
        return None


def _shape_problems(node: ScoreNode) -> list[Problem]:
    """A leaf has one way to its points, and its bands leave no value without points."""
    ways = [name for name in ("bands", "curve", "cases", "map") if getattr(node, name)]
    if len(ways) > 1:
        return [Problem(node.at, "KF2132", f"leaf '{node.id}' has {' and '.join(ways)}", "keep one of them")]
    if node.value is None and not node.cases:
        return [Problem(node.at, "KF2133", f"'{node.id}' has neither children nor a value",
                        "give it a value, cases or children")]
    return _curve_problems(node) + _band_problems(node)


def _curve_problems(node: ScoreNode) -> list[Problem]:
    inputs = [corner[0] for corner in node.curve]
    if inputs != sorted(set(inputs)):
        return [Problem(node.at, "KF2134", f"the curve of '{node.id}' does not go from small to large values",
                        "order its corners by their first number, each once")]
    return []


def _band_problems(node: ScoreNode) -> list[Problem]:
    """Open-ended bands must come from high to low (or low to high) and end with ``else``."""
    problems = []
    if node.bands and not node.bands[-1].otherwise:
        problems.append(Problem(node.bands[-1].at, "KF2135", f"the bands of '{node.id}' leave values without points",
                                "end them with {else: points}"))
    seen: list[tuple[float, float, bool]] = []
    for band in node.bands:
        if band.otherwise and band is not node.bands[-1]:
            problems.append(Problem(band.at, "KF2136", f"bands of '{node.id}' after 'else' are never reached",
                                    "put 'else' last"))
            break
        low = band.at_least if band.at_least is not None else band.above
        high = band.at_most if band.at_most is not None else band.below
        span = (float("-inf") if low is None else low, float("inf") if high is None else high, band.otherwise)
        if not band.otherwise and any(span[0] >= one[0] and span[1] <= one[1] for one in seen):
            problems.append(Problem(band.at, "KF2137", f"this band of '{node.id}' is never reached",
                                    "a band above it takes all its values: order them from the narrowest on"))
        seen.append(span)
    return problems
