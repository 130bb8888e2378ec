"""What several rows that hold decide: every hit policy on DuckDB against its meaning, spelled out in plain Python."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaframe.database import Database
from kaframe.decisiontable import Outcome, Policy, clash_sql, points_sql, row_sql

ORDER = (60.0, 100.0, 0.0)
POLICIES = [
    Policy("unique"), Policy("first"), Policy("any"), Policy("priority", order=ORDER),
    *(Policy("collect", collect) for collect in ("sum", "min", "max", "count")),
]  # fmt: skip
NAMES = [f"{policy.hit} {policy.collect or ''}".strip() for policy in POLICIES]
CLASH = "clash"
Truth = bool | None


def decide(policy: Policy, holds: Sequence[bool], points: Sequence[float], rest: float | None) -> object:
    """What a table of which everything is known decides: (whether a row does, the points), or a clash."""
    found = [worth for does, worth in zip(holds, points, strict=True) if does]
    if not found:
        return False, rest
    if policy.hit == "unique":
        return (True, found[0]) if len(found) == 1 else CLASH
    if policy.hit == "any":
        return (True, found[0]) if len(set(found)) == 1 else CLASH
    if policy.hit == "first":
        return list(holds).index(True), found[0]
    if policy.hit == "priority":
        return True, min(found, key=ORDER.index)
    made = {"sum": sum, "min": min, "max": max, "count": len}[policy.collect or ""](found)
    return True, float(made)


def meaning(policy: Policy, holds: Sequence[Truth], points: Sequence[float], rest: float | None) -> float | None:
    """The points, if they are the same however the unknown rows turn out; else missing."""
    ways = [[truth] if truth is not None else [True, False] for truth in holds]
    found = {repr(decided): decided for one in product(*ways) for decided in [decide(policy, one, points, rest)]}
    (decided,) = found.values() if len(found) == 1 else (CLASH,)
    return decided[1] if isinstance(decided, tuple) else None


def asked(sql: Iterator[str], holds: Sequence[Truth]) -> list[object]:
    columns = ", ".join(f"CAST(? AS BOOLEAN) AS c{place}" for place in range(len(holds)))
    with Database() as db:
        row = db.rows(f"SELECT {', '.join(f'{one} AS r{place}' for place, one in enumerate(sql))} "
                      f"FROM (SELECT {columns})", list(holds))[0]  # fmt: skip
    return list(row.values())


def rows_of(points: Sequence[float]) -> list[Outcome]:
    return [Outcome(f"c{place}", worth) for place, worth in enumerate(points)]


@pytest.mark.parametrize("policy", POLICIES, ids=NAMES)
@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.sampled_from(ORDER), st.sampled_from([True, False, None, None])), min_size=1, max_size=6
    ),
    rest=st.sampled_from([None, 0.0, 60.0]),
)
def test_points_are_what_the_policy_means(policy: Policy, rows: list[tuple[float, Truth]], rest: float | None) -> None:
    """On random rows, known and unknown: the result of SQL is the one that no unknown row could change."""
    points, holds = [worth for worth, _ in rows], [truth for _, truth in rows]
    (found,) = asked(iter([points_sql(policy, rows_of(points), rest)]), holds)
    assert found == meaning(policy, holds, points, rest)


@pytest.mark.parametrize("policy", POLICIES, ids=NAMES)
@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(st.sampled_from(ORDER), st.sampled_from([True, False, None])), min_size=1, max_size=6))
def test_the_row_that_decides_gives_the_points(policy: Policy, rows: list[tuple[float, Truth]]) -> None:
    """The row holds and has those points; one behind the last says that none did; without points there is no row."""
    points, holds = [worth for worth, _ in rows], [truth for _, truth in rows]
    given = rows_of(points)
    result, row = asked(iter([points_sql(policy, given, 60.0), row_sql(policy, given, 60.0)]), holds)
    if policy.adds_up or result is None:
        assert row is None
    elif row == len(rows) + 1:
        assert result == 60.0
        assert True not in holds
    else:
        assert isinstance(row, int)
        assert (holds[row - 1], points[row - 1]) == (True, result)


@pytest.mark.parametrize(
    ("policy", "points", "holds", "clashes"),
    [
        (Policy("unique"), [60, 60], [True, True], True),
        (Policy("unique"), [60, 0], [True, None], False),
        (Policy("unique"), [60, 0, 0], [True, None, True], True),
        (Policy("any"), [60, 60], [True, True], False),
        (Policy("any"), [60, 0], [True, True], True),
        (Policy("first"), [60, 0], [True, True], False),
        (Policy("collect", "sum"), [60, 0], [True, True], False),
    ],
)
def test_contradictions(policy: Policy, points: list[float], holds: list[Truth], clashes: bool) -> None:
    """Two rows that hold contradict each other under ``unique``, and under ``any`` when their points differ."""
    given = rows_of(points)
    assert asked(iter([clash_sql(policy, given)]), holds) == [clashes]
    if clashes:
        assert asked(iter([points_sql(policy, given, 1.0)]), holds) == [None]


def test_hundreds_of_rows() -> None:
    """A table of 500 rows binds under every policy: long chains are balanced trees."""
    for policy in POLICIES:
        given = rows_of([ORDER[place % 3] for place in range(500)])
        holds = [place == 400 for place in range(500)]
        expected = 1.0 if policy.collect == "count" else ORDER[400 % 3]
        assert asked(iter([points_sql(policy, given, None)]), holds) == [expected]
