"""Several sources appended: the columns of all of them, and where two do not agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from kaframe.data.plan import SourcePlan
from kaframe.errors import Problem
from kaframe.expression import Type
from kaframe.expression.types import DAYS


def append_columns(sources: Sequence[SourcePlan]) -> tuple[dict[str, Type], dict[str, Problem]]:
    """The columns of several sources together, and where two sources do not agree."""
    together: dict[str, Type] = {}
    homes: dict[str, SourcePlan] = {}
    spelt: dict[str, str] = {}
    problems: dict[str, Problem] = {}
    for source in sources:
        for name, column in source.columns.items():
            known, first = together.get(name, Type.MISSING), homes.setdefault(name, source)
            merged = _merge(known, column.type)
            if merged is None:
                problems[name] = _conflict(name, (first, known), (source, column.type))
            together[name] = merged or known
            other = spelt.setdefault(name.casefold(), name)
            if other != name:
                problems[name] = Problem(
                    source.source.at,
                    "KF1344",
                    f"'{name}' is '{other}' in another source",
                    f"rename it: columns: {{{other}: {name}}}",
                    also=homes[other].source.at,
                )
    return together, problems


def tell_apart(sources: Sequence[SourcePlan]) -> tuple[SourcePlan, ...]:
    """Sources of one label, such as two queries of a database, get a number behind it."""
    seen: Counter[str] = Counter()
    told = []
    for plan in sources:
        label = plan.source.label
        seen[label] += 1
        number = f" #{seen[label]}" if seen[label] > 1 else ""
        told.append(replace(plan, source=replace(plan.source, label=label + number)))
    return tuple(told)


def _merge(one: Type, other: Type) -> Type | None:
    if Type.MISSING in (one, other):
        return other if one is Type.MISSING else one
    if one is other:
        return one
    return Type.TIMESTAMP if {one, other} == DAYS else None


def _conflict(name: str, first: tuple[SourcePlan, Type], second: tuple[SourcePlan, Type]) -> Problem:
    (one, kind), (two, other) = first, second
    message = f"column '{name}' is {kind} in '{one.source.label}' and {other} in '{two.source.label}'"
    return Problem(two.source.at, "KF1344", message, f"declare one type: types: {{{name}: {kind}}}", also=one.source.at)
