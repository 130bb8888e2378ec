"""Conditions of the rules as sets of values, step by step, and which of an ordered list nothing reaches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kaframe.expression import Expression, Scope, Type
from kaframe.names import account_scope
from kaframe.project import Project
from kaframe.proof.domains import domain_of
from kaframe.ranges import ALWAYS, NEVER, Condition, Domain, Logic, can_hold, read_condition, sketch, terms_of

MOST_LIMITS = 3
MOST_COMPARED = 50_000  # pairs of conditions of one list: of more than 316 those just above each are looked at
HOLDS_ALWAYS = Condition(ALWAYS, NEVER)


@dataclass(frozen=True, slots=True)
class Hidden:
    """A condition of an ordered list that nothing reaches; ``by`` is the place of the one that takes everything.

    ``by`` is None when it can never hold at all, or when only several others together take everything: ``never``
    tells them apart.
    """

    place: int
    by: int | None = None
    never: bool = False
    example: str = ""


def limits(condition: Condition | None) -> str:
    """What the names of a condition can be, where it is less than everything: ``tier is one of 'key', 'none'``."""
    found = sorted(set(terms_of(condition.true)), key=lambda term: term.name) if condition else []
    known = [f"{term.name} is {term.domain.described()}" for term in found if term.domain.is_limited]
    return "; ".join(known[:MOST_LIMITS])


class Reading:
    """Reads the conditions of one step; ``known`` are domains that only hold there."""

    def __init__(
        self, project: Project, step: str = "", scope: Scope | None = None, known: Mapping[str, Domain] | None = None
    ) -> None:
        self._project = project
        self._scope = scope or account_scope(project, step)
        self._known = known or {}

    def read(self, expression: Expression | None) -> Condition | None:
        """The condition; one that is left out always holds, one that does not compile is told elsewhere."""
        if expression is None:
            return HOLDS_ALWAYS
        return read_condition(expression, self._scope, self._domain)

    def _domain(self, name: str, kind: Type) -> Domain | None:
        return self._known.get(name) or domain_of(self._project, name, kind)

    def never(self, expression: Expression | None) -> bool:
        """Whether it is proven that the condition never holds. One that says ``false`` is meant so."""
        found = self.read(expression)
        switched_off = expression is not None and expression.text.strip().lower() == "false"
        return found is not None and not switched_off and can_hold(found.true).is_possible is False


def hidden(conditions: Sequence[Condition | None], passes: Literal["not_true", "false"]) -> Iterator[Hidden]:
    """Those of an ordered list that nothing reaches; ``passes`` is what an earlier one must be to go on.

    What takes everything is looked for among all above, or in a list without measure among those just above.
    """
    size = len(conditions)
    near = size if size * size <= 2 * MOST_COMPARED else max(1, MOST_COMPARED // size)
    before: list[tuple[int, Condition]] = []
    for place, condition in enumerate(conditions):
        if condition is None:
            continue
        found = _hidden(place, condition, before[-near:], passes)
        if found is not None:
            yield found
        before.append((place, condition))


def _hidden(
    place: int, condition: Condition, before: Sequence[tuple[int, Condition]], passes: Literal["not_true", "false"]
) -> Hidden | None:
    if can_hold(condition.true).is_possible is False:
        return Hidden(place, never=True, example=limits(condition))
    passed: list[tuple[int, Condition, Logic]] = [(number, item, getattr(item, passes)) for number, item in before]
    if can_hold(condition.true, *(logic for _, _, logic in passed)).is_possible is not False:
        return None
    for number, item, logic in passed:
        if can_hold(condition.true, logic).is_possible is False:
            return Hidden(place, by=number, example=sketch(condition.true, item.true))
    return Hidden(place, example=sketch(condition.true))
