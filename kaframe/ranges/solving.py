"""Whether conditions can hold together: an example, a proof that they cannot, or neither."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kaframe.ranges.domain import Values
from kaframe.ranges.logic import All, AnyOf, In, Logic, Term

# A rule that people can read splits into a few dozen alternatives; beyond this nobody waits for the answer.
MOST_STEPS = 20_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """``is_possible``: True with an example, False proven, None when it cannot be decided.

    ``example`` has a value for every term that matters, None for missing.
    """

    is_possible: bool | None
    example: Mapping[Term, Any] = field(default_factory=dict)

    def described(self) -> str:
        """The example in the words of the expression language: ``status = 'red' and stage_days = 91``."""
        return " and ".join(term.described(value) for term, value in sorted(self.example.items(), key=_by_name))


def can_hold(*conditions: Logic) -> Verdict:
    """Whether all conditions can hold for one account.

    A part that cannot be looked into is taken for whatever suits: so "no" is a proof, and "yes" is only said of
    examples that rest on names alone.
    """
    search = _Search()
    found = search.run(conditions)
    if found is not None:
        return Verdict(True, found)
    return Verdict(None if search.is_open else False)


def sketch(*conditions: Logic) -> str:
    """An example in words, places among all accounts included: to show a proof, never to be one."""
    found = _Search(shows_places=True).run(conditions)
    return Verdict(True, found).described() if found is not None else ""


def _by_name(item: tuple[Term, Any]) -> str:
    return item[0].name


class _Search:
    """One search through the alternatives; ``is_open`` once one was met that nobody can decide."""

    __slots__ = ("is_open", "shows_places", "steps")

    def __init__(self, shows_places: bool = False) -> None:
        self.shows_places = shows_places
        self.is_open = False
        self.steps = 0

    def run(self, conditions: Iterable[Logic]) -> dict[Term, Any] | None:
        """The values of an example, if there is one."""
        return self._try({}, list(conditions))

    def _try(self, known: dict[Term, Values], waiting: list[Logic]) -> dict[Term, Any] | None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            self.is_open = True
            return None
        branches = _narrow(known, waiting)
        if branches is None:
            return None
        if not branches:
            return self._example(known)
        branches.sort(key=len)
        first, *rest = branches
        for part in first:
            found = self._try(dict(known), [part, *(AnyOf(tuple(parts)) for parts in rest)])
            if found is not None:
                return found
        return None

    def _example(self, known: Mapping[Term, Values]) -> dict[Term, Any] | None:
        if not all(term.is_free or (self.shows_places and term.is_place) for term in known):
            self.is_open = True
            return None
        return {term: values.example() for term, values in known.items()}


def _narrow(known: dict[Term, Values], waiting: list[Logic]) -> list[list[Logic]] | None:
    """Note what must hold in ``known``; what is left are lists of alternatives. None: it cannot be."""
    alternatives: list[list[Logic]] = []
    while waiting:
        logic = waiting.pop()
        if isinstance(logic, In):
            before = known.get(logic.term, logic.term.domain.values)
            values = before.meet(logic.values)
            if values.is_empty:
                return None
            known[logic.term] = values
        elif isinstance(logic, All):
            waiting += logic.parts
        elif len(logic.parts) == 1:
            waiting.append(logic.parts[0])
        elif not logic.parts:
            return None
        else:
            alternatives.append(list(logic.parts))
    return _pruned(known, alternatives)


def _pruned(known: Mapping[Term, Values], alternatives: list[list[Logic]]) -> list[list[Logic]] | None:
    """The alternatives without parts that contradict what is known, and without those that hold already."""
    left: list[list[Logic]] = []
    for parts in alternatives:
        if any(_holds(known, part) for part in parts):
            continue
        possible = [part for part in parts if _may_hold(known, part)]
        if not possible:
            return None
        left.append(possible)
    return left


def _may_hold(known: Mapping[Term, Values], logic: Logic) -> bool:
    if not isinstance(logic, In):
        return True
    return not known.get(logic.term, logic.term.domain.values).meet(logic.values).is_empty


def _holds(known: Mapping[Term, Values], logic: Logic) -> bool:
    if not isinstance(logic, In):
        return logic == All()
    return known.get(logic.term, logic.term.domain.values).meet(logic.values.complement()).is_empty
