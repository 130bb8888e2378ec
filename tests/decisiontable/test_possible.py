"""Axes without the values that an input can never have."""

from __future__ import annotations

import pytest

from kaframe.decisiontable import make_axis, parse_cell
from kaframe.decisiontable.axis import show_part
from kaframe.decisiontable.possible import limited
from kaframe.errors import Location
from kaframe.expression import Expression, Type
from kaframe.ranges import Domain

NOWHERE = Location("")
COUNT, SHARE = Domain.whole(0), Domain.between(0, 1)
TIERS = Domain.words(["key", "standard"], missing=False)


@pytest.mark.parametrize(
    ("cells", "domain", "parts", "taken"),
    [
        (["< 0", ">= 2"], COUNT, ["0", "1", "2", "3"], [[], ["2", "3"]]),
        (["(0..1)", "1"], COUNT, ["0", "1", "2"], [[], ["1"]]),
        (["< 0.5", "> 1"], SHARE, ["0", "0.5", "0.6", "1"], [["0"], []]),
        (["key", "gold"], TIERS, ['"key"', '"standard"'], [['"key"'], []]),
        (['not("key")', "-"], TIERS, ['"key"', '"standard"'], [['"standard"'], ['"key"', '"standard"']]),
        (["null", ">= 0"], COUNT, ["0", "1", "(missing)"], [["(missing)"], ["0", "1"]]),
        (["null", "key"], TIERS, ['"key"', '"standard"'], [[], ['"key"']]),
    ],
)  # fmt: skip
def test_what_can_be_is_left(cells: list[str], domain: Domain, parts: list[str], taken: list[list[str]]) -> None:
    """Each part is shown by a value that there can be; a cell takes those of its parts that are left."""
    read = [[parse_cell(Expression(cell, NOWHERE), domain.type)] for cell in cells]
    axis = limited(make_axis("x", domain.type, read), domain)
    shown = [show_part(part) for part in axis.parts]
    assert shown == parts
    assert [[shown[place] for place in range(len(shown)) if bits >> place & 1] for bits in axis.taken] == taken


def test_of_anything_nothing_is_taken_away() -> None:
    """Without a domain, or with one that is everything, the axis stays as it is."""
    axis = make_axis("x", Type.NUMBER, [[parse_cell(Expression("> 5", NOWHERE), Type.NUMBER)]])
    assert limited(axis, None) is axis
    assert limited(axis, Domain.of(Type.NUMBER)) is axis
