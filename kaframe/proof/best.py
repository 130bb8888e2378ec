"""Facts that give a leaf its best points: what a probe must know for one leaf to be as good as it can be."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from kaframe.decisiontable import Axis, make_axis, parse_cell
from kaframe.decisiontable.axis import show_part
from kaframe.expression import Expression, Type
from kaframe.names import account_columns, plan_measures
from kaframe.project import Project
from kaframe.proof.bands import band_values
from kaframe.proof.domains import domain_of
from kaframe.proof.reading import Reading
from kaframe.ranges import REAL, Domain, Spans, can_hold
from kaframe.ranges.domain import place_of_day
from kaframe.rules.score import ScoreNode
from kaframe.rules.table import DecisionTable

PLAIN = (Type.NUMBER, Type.TEXT, Type.BOOLEAN)  # of inputs of tables: what a cell says is what an expression says


def best_facts(project: Project, reading: Reading, leaf: ScoreNode, most: float) -> dict[str, str]:
    """Names with values, as they are written, that give a leaf its best points; a signal is of today.

    ``most`` are the most points of the scale: the value itself of a leaf that has no bands or the like.
    Nothing where that is not a matter of names alone.
    """
    best = _best(project, reading, leaf, most)
    today = Domain.of(Type.DATE).written(place_of_day(project.as_of))
    for day in _days(leaf):
        if known_types(project).get(day.text.strip()) is not Type.DATE:
            return {}
        best = {**best, day.text.strip(): today} if best else {}
    return best


def expressions_of(leaf: ScoreNode) -> Iterator[Expression]:
    """Everything that a leaf asks of the data."""
    inputs = (one.value for one in leaf.table.inputs) if leaf.table else ()
    parts = (leaf.value, *(case.when for case in leaf.cases), *inputs, *_days(leaf))
    return (part for part in parts if part is not None)


@lru_cache(maxsize=8)
def known_types(project: Project) -> dict[str, Type]:
    """The columns of ``measures``, with their types."""
    found = {name: known.type for name, known in account_columns(project).items() if not known.absent}
    return found | {item.measure.id: item.value.type for item in plan_measures(project) if not item.absent}


def _days(leaf: ScoreNode) -> Iterator[Expression]:
    """The days from which the age of a leaf is counted."""
    if leaf.fresh is not None:
        yield leaf.fresh.on
    if leaf.decay is not None:
        yield leaf.decay.day


def _best(project: Project, reading: Reading, leaf: ScoreNode, most: float) -> dict[str, str]:
    if leaf.cases:
        return _best_case(reading, leaf)
    if leaf.table is not None:
        return _best_row(project, leaf.table)
    name = leaf.value.text.strip() if leaf.value else ""
    kind = known_types(project).get(name)
    if kind is None:
        return {}
    if leaf.map:
        words = {word: points for word, points in leaf.map.items() if word != "else"}
        best = max(words, key=words.__getitem__, default=None)
        return {} if best is None or kind is not Type.TEXT else {name: Domain.of(Type.TEXT).written(best)}
    domain = domain_of(project, name, kind) or Domain.of(kind)
    value = _best_number(leaf, domain, most)
    return {} if value is None else {name: Domain.of(Type.NUMBER).written(value)}


def _best_number(leaf: ScoreNode, domain: Domain, most: float) -> float | None:
    possible = domain.values.known
    if not isinstance(possible, Spans):
        return None
    if leaf.curve:
        return float(max(leaf.curve, key=lambda corner: corner[1])[0])
    if not leaf.bands:
        within = possible.meet(Spans.compared(possible.step, "<=", most))
        return None if within.is_empty else float(within.parts[-1][1])
    taken, best = Spans.of(REAL, []), (float("-inf"), Spans.of(REAL, []))
    for band in leaf.bands:
        values = taken.complement() if band.otherwise else band_values(band).meet(taken.complement())
        values = Spans.of(possible.step, values.parts).meet(possible)
        if not values.is_empty and band.points > best[0]:
            best = (band.points, values)
        taken = taken.join(taken.complement() if band.otherwise else band_values(band))
    return None if best[1].is_empty else float(best[1].example())


def _best_case(reading: Reading, leaf: ScoreNode) -> dict[str, str]:
    conditions = [reading.read(case.when) for case in leaf.cases]
    ordered = sorted(range(len(conditions)), key=lambda place: -leaf.cases[place].points)
    for place in ordered:
        condition = conditions[place]
        before = [item.false for item in conditions[:place] if item]
        verdict = can_hold(condition.true, *before) if condition else None
        if verdict and verdict.is_possible:
            given = verdict.example.items()
            return {term.name: term.domain.written(value) for term, value in given if value is not None}
    return {}


def _best_row(project: Project, table: DecisionTable) -> dict[str, str]:
    """Values that the row with the most points takes and, if there are such, no row above it."""
    kinds = {one.value.text.strip(): known_types(project).get(one.value.text.strip()) for one in table.inputs}
    if len(kinds) < len(table.inputs) or any(kind not in PLAIN for kind in kinds.values()):
        return {}
    best = max(range(len(table.rows)), key=lambda place: table.rows[place].points)
    facts = {}
    for place, (name, kind) in enumerate(kinds.items()):
        assert kind is not None
        axis = make_axis(name, kind, [[parse_cell(row.cells[place], kind)] for row in table.rows])
        value = _taken(axis, kind, best)
        if value:
            facts[name] = value
    return facts


def _taken(axis: Axis, kind: Type, row: int) -> str:
    """A known value of the axis that a row takes, as few of those above it as can be; nothing where any will do."""
    own = axis.taken[row] & axis.known
    if own == axis.known:
        return ""
    for above in range(row):
        own = own & ~axis.taken[above] or own
    if not own:
        return ""
    part = axis.parts[(own & -own).bit_length() - 1]
    if kind is Type.TEXT:
        return Domain.of(kind).written(part.low if part.is_point else "other")
    return show_part(part)
