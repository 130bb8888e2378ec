"""What a score lacks besides what its leaves lose: starts and limits are told apart from the rounding of groups."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kaframe.explain import Explanation
from kaframe.yamlfile import dump_yaml
from tests.explain.test_really_reached import World
from tests.scorecard.test_arithmetic import explained_leaves

LEAVES = {name: {"value": name, "clamp": [0, 100], "weight": weight} for name, weight in (("a", 1), ("b", 2))}
MEANS = {"g": {"children": LEAVES}, "c": {"value": "c"}}
SUMS = {"g": {"aggregate": "sum", "start": 10, "children": LEAVES}, "c": {"value": "c"}}
LIMITED = {"g": {"aggregate": "sum", "start": 10, "clamp": [0, 30], "children": LEAVES}, "c": {"value": "c"}}


def explained(folder: Path, children: dict[str, Any], rounding: dict[str, Any], row: dict[str, float]) -> Explanation:
    """One account on a card of these nodes."""
    meaning = {"scale": [0, 100], "minimum_coverage": 0, "rounding": {"leaf": "none", **rounding}}
    score = {"semantics": {"own": meaning}, "scorecards": {"main": {"semantics": "own", "children": children}}}
    status = {"rgb": {"main": {"good": {"at_least": 60}, "bad": "else"}}}
    rules = {"score": dump_yaml(score), "status": dump_yaml(status),
             "identify": "tiers: [{id: key, key: true, when: true}]\n"}  # fmt: skip
    return World(rules, {"account_id": "A", "d": 0.0, "grade": "tin", "seen": None, **row}).explained(folder)


@pytest.mark.parametrize(
    ("children", "rounding", "row", "score", "other", "rounded"),
    [
        # g is 20 + 25 / 3 = 28.33, 28 when rounded; the whole (g + 50) / 2
        (MEANS, {"group": "none", "total": 2}, {"a": 20, "b": 32.5, "c": 50}, 39.17, 0, 0),
        (MEANS, {"group": 0, "total": 2}, {"a": 20, "b": 32.5, "c": 50}, 39, 0, 0.17),
        (MEANS, {"group": 0, "total": 0}, {"a": 20, "b": 32.5, "c": 50}, 39, 0, 0),
        # g is 10 + 6.25 + 7.5 = 23.75, which its leaves and the start make of 10: two leaves could lose 100 each
        (SUMS, {"group": "none", "total": 2}, {"a": 6.25, "b": 7.5, "c": 50}, 36.88, -55, 0),
        (SUMS, {"group": 0, "total": 2}, {"a": 6.25, "b": 7.5, "c": 50}, 37, -55, -0.12),
        # ... of which 30 are the most
        (LIMITED, {"group": "none", "total": 2}, {"a": 26.25, "b": 7.5, "c": 50}, 40, -48.13, 0),
    ],
)  # fmt: skip
def test_starts_and_limits_are_told_apart_from_rounded_groups(
    tmp_path: Path, children: Any, rounding: Any, row: Any, score: float, other: float, rounded: float
) -> None:
    """Each has its own name, and all add up to the best points."""
    one = explained(tmp_path, children, rounding, row)
    assert (one.score, one.other, one.rounded) == (score, other, rounded)
    lost = sum(Decimal(repr(leaf.lost)) for leaf in explained_leaves(one.nodes))
    assert sum(Decimal(repr(term)) for term in (score, other, rounded)) + lost == 100
