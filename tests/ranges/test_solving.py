"""The search through alternatives ends, whatever the rules are."""

from __future__ import annotations

from itertools import combinations

from kaframe.expression import Type
from kaframe.ranges import ALWAYS, NEVER, AnyOf, Domain, In, Term, Values, WordSet, can_hold, negate
from kaframe.ranges.solving import MOST_STEPS


def pigeons(count: int) -> list[AnyOf]:
    """So many birds in one hole less, no two in the same: impossible, and long to try out."""
    holes = [f"hole {number}" for number in range(count - 1)]
    birds = [Term(f"bird{number}", f"bird{number}", Domain.words(holes, missing=False)) for number in range(count)]
    return [
        AnyOf(tuple(negate(In(bird, Values(WordSet(frozenset({hole}))))) for bird in pair))
        for pair in combinations(birds, 2)
        for hole in holes
    ]


def test_what_takes_too_long_is_left_open() -> None:
    """Nothing is claimed of it."""
    assert can_hold(*pigeons(4)).is_possible is False
    assert can_hold(*pigeons(12)).is_possible is None
    assert MOST_STEPS <= 100_000  # some seconds


def test_always_and_never() -> None:
    """They need no example."""
    assert can_hold(ALWAYS).described() == ""
    assert can_hold(ALWAYS).is_possible is True
    assert can_hold(NEVER).is_possible is False
    assert can_hold().is_possible is True
    assert negate(ALWAYS) == NEVER


def test_an_example_needs_free_terms() -> None:
    """What a part of an expression gives is not for us to choose."""
    term = Term("a + b", "a + b", Domain.of(Type.BOOLEAN), is_free=False)
    name = Term("c", "c", Domain.of(Type.BOOLEAN))
    holds = Values(WordSet(frozenset({True})))
    assert can_hold(In(term, holds)).is_possible is None
    assert can_hold(AnyOf((In(term, holds), In(name, holds)))).described() == "c = true"
