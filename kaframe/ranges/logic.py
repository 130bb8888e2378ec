"""Conditions without a third value: names that lie in sets, put together with and, or."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kaframe.ranges.domain import Domain, Values


@dataclass(frozen=True, slots=True)
class Term:
    """Something that has a value for an account: a name, or a part of an expression that is not looked into.

    ``key`` is how it is printed: equal keys have equal values. ``name`` is the name, or the text as people know it.
    ``is_free``: a name, whose value nothing else in the condition decides; only free terms make an example.
    ``is_place``: a place among all accounts (``pareto(revenue)``), which is no proof but can be shown.
    """

    key: str
    name: str
    domain: Domain
    is_free: bool = True
    is_place: bool = False

    def described(self, value: object) -> str:
        """``status = 'red'`` or ``growth is null``."""
        return f"{self.name} is null" if value is None else f"{self.name} = {self.domain.written(value)}"


@dataclass(frozen=True, slots=True)
class In:
    """The term has one of the values."""

    term: Term
    values: Values


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; without parts it always does."""

    parts: tuple[Logic, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of the parts holds; without parts it never does."""

    parts: tuple[Logic, ...] = ()


Logic = In | All | AnyOf
ALWAYS, NEVER = All(), AnyOf()


def terms_of(logic: Logic) -> Iterator[Term]:
    """Every term that a condition speaks of."""
    if isinstance(logic, In):
        yield logic.term
    else:
        for part in logic.parts:
            yield from terms_of(part)


def negate(logic: Logic) -> Logic:
    """What holds exactly where the other does not."""
    if isinstance(logic, In):
        return In(logic.term, logic.values.complement())
    parts = tuple(negate(part) for part in logic.parts)
    return AnyOf(parts) if isinstance(logic, All) else All(parts)
