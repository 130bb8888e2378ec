"""Random decision tables for random scorecards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st


@st.composite
def tables(draw: Any, scale: Sequence[int], columns: Sequence[str]) -> dict[str, Any]:
    """A decision table of any hit policy over a number and a text."""
    low, high = scale
    points, edge = st.integers(low - 2, high + 2), st.integers(0, 100)
    number = st.one_of(
        st.sampled_from(["-", "null"]),
        st.builds("{} {}".format, st.sampled_from([">=", "<"]), edge),
        st.tuples(edge, st.integers(1, 40)).map(lambda ends: f"[{ends[0]}..{sum(ends)})"),
    )
    text = st.sampled_from(["-", "gold", "not(tin)", "null"])
    rows = draw(st.lists(st.fixed_dictionaries({"when": st.tuples(number, text).map(list), "points": points}),
                         min_size=1, max_size=4))  # fmt: skip
    hit = draw(st.sampled_from(["unique", "first", "any", "priority", "sum", "min", "max", "count"]))
    table = {"hit": "collect", "collect": hit} if hit in ("sum", "min", "max", "count") else {"hit": hit}
    table |= {"order": draw(st.permutations(sorted({row["points"] for row in rows})))} if hit == "priority" else {}
    table |= {"inputs": [draw(st.sampled_from(columns)), "grade"], "rows": rows}
    return table | ({"else": draw(points)} if draw(st.booleans()) else {})
