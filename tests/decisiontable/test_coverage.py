"""Overlaps, gaps and rows that never decide: what is proved without data agrees with trying every value."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaframe.decisiontable import Cell, Finding, Grid, Policy, describe, find_doubts, make_axis, parse_cell
from kaframe.decisiontable.axis import Part
from kaframe.decisiontable.coverage import MOST_STEPS, TangledError
from kaframe.errors import Location
from kaframe.expression import Expression, Type

AT = Location("t", 1, 1)
KINDS = (Type.NUMBER, Type.TEXT, Type.BOOLEAN)
VALUES = {Type.NUMBER: ["1", "2", "3"], Type.TEXT: ['"a"', '"b"', '"c"'], Type.BOOLEAN: ["true", "false"]}
# every value that can make a difference: those of the cells, between them and beyond; and a missing one
DOMAIN: dict[Type, list[object]] = {
    Type.NUMBER: [Decimal(n) / 2 for n in range(1, 8)] + [None],
    Type.TEXT: ["", "a", "ab", "b", "bb", "c", "cc", None],
    Type.BOOLEAN: [True, False, None],
}


def plain_holds(cell: str, value: object, kind: Type) -> bool:  # noqa: PLR0911
    """Whether a cell holds, read in another way than kaframe reads it."""
    if cell == "-":
        return True
    if cell == "null":
        return value is None
    if value is None:
        return False
    if cell.startswith("not("):
        return not plain_holds(cell[4:-1], value, kind)
    if ", " in cell:
        return any(plain_holds(part, value, kind) for part in cell.split(", "))
    reads = {Type.NUMBER: Decimal, Type.TEXT: lambda text: text.strip('"'), Type.BOOLEAN: lambda text: text == "true"}
    read = reads[kind]
    if ".." in cell:
        low, high = cell[1:-1].split("..")
        above = value >= read(low) if cell[0] == "[" else value > read(low)  # type: ignore[operator]
        below = value <= read(high) if cell[-1] == "]" else value < read(high)  # type: ignore[operator]
        return bool(above and below)
    sign, _, text = cell.rpartition(" ")
    edge = read(text)
    tests = {"": value == edge, "!=": value != edge}
    if kind is not Type.BOOLEAN:
        tests |= {"<": value < edge, "<=": value <= edge, ">": value > edge, ">=": value >= edge}  # type: ignore[operator]
    return bool(tests[sign])


def cells_of(kind: Type) -> st.SearchStrategy[str]:
    value = st.sampled_from(VALUES[kind])
    plain = [value, st.just("-"), st.just("null"), value.map(lambda one: f"not({one})"),
             st.lists(value, min_size=2, max_size=2).map(", ".join)]  # fmt: skip
    if kind is Type.BOOLEAN:
        return st.one_of(plain)
    compared = st.tuples(st.sampled_from(["<", "<=", ">", ">=", "!="]), value).map(" ".join)
    ranged = st.tuples(st.sampled_from("[("), value, value, st.sampled_from("])")).map(
        lambda parts: f"{parts[0]}{parts[1]}..{parts[2]}{parts[3]}"
    )
    return st.one_of([*plain, compared, ranged])


ROW = st.tuples(*(cells_of(kind) for kind in KINDS))


def grid_of(rows: Sequence[Sequence[str]], kinds: Sequence[Type] = KINDS, whole: bool = False) -> Grid:
    parsed = [[parse_cell(Expression(cell, AT), kind) for cell, kind in zip(row, kinds, strict=True)] for row in rows]
    columns: list[list[tuple[Cell]]] = [[(row[place],) for row in parsed] for place in range(len(kinds))]
    names = [f"x{place}" for place in range(len(kinds))]
    axes = [make_axis(name, kind, cells, whole) for name, kind, cells in zip(names, kinds, columns, strict=True)]
    return Grid(tuple(axes), len(rows))


def holding(rows: Sequence[Sequence[str]], unknown: bool = True) -> dict[frozenset[int], bool]:
    """Every set of rows that hold together for some values, and whether for values of which none is missing.

    Without ``unknown`` a value is missing only where a cell asks for that: elsewhere rows would be unknown.
    """
    found: dict[frozenset[int], bool] = {}
    asked = [unknown or any(row[place] == "null" for row in rows) for place in range(len(KINDS))]
    domains = [[value for value in DOMAIN[kind] if may or value is not None]
               for kind, may in zip(KINDS, asked, strict=True)]  # fmt: skip
    for values in product(*domains):
        held = frozenset(
            place
            for place, row in enumerate(rows)
            if all(plain_holds(cell, value, kind) for cell, value, kind in zip(row, values, KINDS, strict=True))
        )
        found[held] = found.get(held, False) or None not in values
    return found


@settings(max_examples=150, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=4))
def test_what_holds_together(rows: list[tuple[str, ...]]) -> None:
    """The sets of rows that can hold together are exactly those found by trying all values."""
    tried = holding(rows)
    proved = {frozenset(place for place in range(len(rows)) if bits >> place & 1) for bits, _ in grid_of(rows).together}
    with_missing = any(cell == "null" for row in rows for cell in row)
    wanted = {held for held, known in tried.items() if known or (held and with_missing)}
    assert {held for held in wanted if tried[held]} <= proved
    assert proved <= set(tried)
    assert (frozenset() in proved) == tried.get(frozenset(), False)


@settings(max_examples=150, deadline=None)
@given(st.lists(ROW, min_size=2, max_size=4), st.sampled_from(["unique", "any"]))
def test_contradictions_are_found(rows: list[tuple[str, ...]], hit: str) -> None:
    """Two rows are told exactly when some values make both hold, and the example does."""
    points = [float(place % 2) for place in range(len(rows))]
    policy = Policy(hit)  # type: ignore[arg-type]
    told = {(one.other, one.row) for one in find_doubts(grid_of(rows), policy, points, True) if one.kind == "clash"}
    tried = {
        (first, second)
        for held in holding(rows)
        for first in held
        for second in held
        if first < second and (hit == "unique" or points[first] != points[second])
    }
    assert told == tried


@settings(max_examples=150, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=4))
def test_gaps_are_found(rows: list[tuple[str, ...]]) -> None:
    """A gap is told exactly when some known values make no row hold; ``else`` closes it."""
    points = [1.0] * len(rows)
    told = [one for one in find_doubts(grid_of(rows), Policy("first"), points, False) if one.kind == "gap"]
    assert bool(told) == holding(rows).get(frozenset(), False)
    assert not [one for one in find_doubts(grid_of(rows), Policy("first"), points, True) if one.kind == "gap"]


POLICIES = [Policy("first"), Policy("priority", order=(2.0, 0.0, 1.0)), Policy("collect", "min"),
            Policy("collect", "max")]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=4), st.sampled_from(POLICIES))
def test_rows_that_never_decide_are_found(rows: list[tuple[str, ...]], policy: Policy) -> None:
    """A row is told exactly when, whatever the values, it does not hold or another row goes before it."""
    points = [float(place % 3) for place in range(len(rows))]
    doubts = find_doubts(grid_of(rows), policy, points, True)
    told = {one.row for one in doubts if one.kind in ("unreachable", "impossible")}
    order = {"first": lambda row: row, "priority": lambda row: policy.order.index(points[row])}
    rank = order.get(policy.hit, lambda row: points[row] if policy.collect == "min" else -points[row])
    sets = [held for held in holding(rows, unknown=False) if held]
    deciding = {row for held in sets for row in held if rank(row) == min(rank(other) for other in held)}
    assert told == set(range(len(rows))) - deciding


@pytest.mark.parametrize(
    ("rows", "kinds", "policy", "told"),
    [
        ([[">= 50"], ["[20..60)"]], [Type.NUMBER], Policy("unique"), ["clash 1 0 x0 = 50", "gap -1 -1 x0 = 19"]),
        ([["< 10"], ["> 10"]], [Type.NUMBER], Policy("unique"), ["gap -1 -1 x0 = 10"]),
        ([["< 10"], [">= 10"]], [Type.NUMBER], Policy("unique"), []),
        ([["<= 2026-03-31"], [">= 2026-04-01"]], [Type.DATE], Policy("unique"), []),
        ([["<= 2026-03-30"], [">= 2026-04-01"]], [Type.DATE], Policy("unique"), ["gap -1 -1 x0 = 2026-03-31"]),
        ([['"a"'], ['not("a")']], [Type.TEXT], Policy("unique"), []),
        ([['"a"']], [Type.TEXT], Policy("unique"), ["gap -1 -1 x0 = (another text)"]),
        ([["true", "-"], ["false", "> 0"]], [Type.BOOLEAN, Type.NUMBER], Policy("unique"),
         ["gap -1 -1 x0 = false, x1 = -1"]),
        ([["-"], ["> 5"]], [Type.NUMBER], Policy("first"), ["unreachable 1 0 x0 = 6"]),
        ([["< 5"], [">= 5"], ["= 7"]], [Type.NUMBER], Policy("first"), ["unreachable 2 1 x0 = 7"]),
        ([["< 5"], [">= 4"], ["3..7"]], [Type.NUMBER], Policy("first"), ["unreachable 2 -1 x0 = 3"]),
        ([["[20..10]"]], [Type.NUMBER], Policy("any"), ["impossible 0 -1 ", "gap -1 -1 x0 = 9"]),
    ],
)  # fmt: skip
def test_examples(rows: list[list[str]], kinds: list[Type], policy: Policy, told: list[str]) -> None:
    """Each doubt names its rows and values that show it."""
    found = find_doubts(grid_of(rows, kinds), policy, [float(place) for place in range(len(rows))], False)

    def shown(one: Finding) -> str:
        return f"{one.kind} {one.row} {one.other} {describe(one.example)}"

    assert [shown(one) for one in found] == told


def test_whole_numbers_have_nothing_between_them() -> None:
    """A measure that counts has no value between 10 and 11."""
    rows = [["<= 10"], [">= 11"]]
    assert grid_of(rows, [Type.NUMBER], whole=True).gap() is None
    gap = grid_of(rows, [Type.NUMBER]).gap()
    assert gap is not None
    assert describe(gap) == "x0 = 10.5"


def test_a_tangled_table_is_left_unproved() -> None:
    """Clashes are told all the same, and the search ends."""
    size = 40
    rows = [["-"] * place + ["> 5"] + ["-"] * (size - place - 1) for place in range(size)]
    grid = grid_of(rows, [Type.NUMBER] * size)
    with pytest.raises(TangledError):
        assert len(grid.together) < MOST_STEPS
    assert {one.kind for one in find_doubts(grid, Policy("unique"), [0.0] * size, False)} == {"clash"}


def test_parts_have_an_example() -> None:
    """Days and numbers between two others are named."""
    assert describe((("d", Part(date(2026, 1, 1), date(2026, 1, 9))),)) == "d = 2026-01-02"
    assert describe((("n", Part(Decimal(1), Decimal(9))), ("m", Part(None, None, True)))) == "n = 5, m = (missing)"
