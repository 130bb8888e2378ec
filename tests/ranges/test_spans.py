"""Sets of values, against membership itself."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaframe.ranges import REAL, WHOLE, Spans
from kaframe.ranges.spans import Step

EDGES = st.sampled_from([-math.inf, -3, -1.5, -1, 0, 0.1, 0.3, 1, 2, 2.5, 3, math.inf])
PROBES = [-1e300, -3, -2, -1.5, -1, 0, 5e-324, 0.1, 0.2, 0.3, math.nextafter(0.3, 1), 1, 2, 2.5, 3, 4, 1e300]


@pytest.mark.parametrize("step", [REAL, WHOLE], ids=["real", "whole"])
@given(data=st.data())
def test_sets_are_what_their_members_say(step: Step, data: st.DataObject) -> None:
    """Meeting, joining and the rest, for values on and beside every edge."""
    parts = st.lists(st.tuples(EDGES, EDGES), max_size=4)
    one, two = (Spans.of(step, data.draw(parts)) for _ in range(2))
    for probe in PROBES:
        if step is WHOLE and probe != int(probe):
            continue
        inside = one.contains(probe), two.contains(probe)
        assert one.meet(two).contains(probe) is all(inside)
        assert one.join(two).contains(probe) is any(inside)
        assert one.complement().contains(probe) is not inside[0]
    assert one.complement().complement() == one
    if not one.is_empty:
        assert one.contains(one.example())


@pytest.mark.parametrize("sign", ["=", "<>", "<", "<=", ">", ">="])
@pytest.mark.parametrize("step", [REAL, WHOLE], ids=["real", "whole"])
@pytest.mark.parametrize("edge", [-1, 0, 0.3, 2.5, 3])
def test_a_comparison_is_the_set_of_values_for_which_it_holds(step: Step, sign: str, edge: float) -> None:
    """Also for an edge that a whole number cannot have."""
    test = {"=": "==", "<>": "!="}.get(sign, sign)
    found = Spans.compared(step, sign, edge)
    for probe in PROBES:
        if step is REAL or probe == int(probe):
            assert found.contains(probe) is eval(f"{probe!r} {test} {edge!r}")


@pytest.mark.parametrize(
    ("low", "high", "plain"),
    [(-5, 5, 0), (75, 100, 75), (math.nextafter(75, 100), 100, 76), (0.25, 0.3, 0.3), (-9, -2.5, -3),
     (0.121, 0.18, 0.13), (0.3, 0.3, 0.3), (math.nextafter(0.3, 1),) * 2 + (math.nextafter(0.3, 1),)],
)  # fmt: skip
def test_examples_are_easy_to_read(low: float, high: float, plain: float) -> None:
    """The plainest value, the nearest to 0."""
    assert Spans.of(REAL, [(low, high)]).example() == plain
