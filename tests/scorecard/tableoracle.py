"""What a decision table means, from its text alone: every way in which unknown rows could turn out is tried.

Cells are the few forms that random cards use: ``-``, ``null``, ``>= 3``, ``< 3``, ``[1..3)``, ``not(tin)`` and texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

Outcome = tuple[object, Fraction | None]  # which row decides, or what kind of result it is, and the points
CLASH: Outcome = ("clash", None)


def table_points(table: Mapping[str, Any], row: Mapping[str, Any]) -> Fraction | None:
    """The points of an account; None where it is missing, unknown or contradictory."""
    points = [Fraction(str(one["points"])) for one in table["rows"]]
    rest = Fraction(str(table["else"])) if "else" in table else None
    held = [_row_holds(one["when"], [row[name] for name in table["inputs"]]) for one in table["rows"]]
    ways = product(*([True, False] if holds is None else [holds] for holds in held))
    outcomes = {_decided(table, [place for place, holds in enumerate(way) if holds], points, rest) for way in ways}
    return outcomes.pop()[1] if len(outcomes) == 1 else None


def table_span(table: Mapping[str, Any]) -> list[Fraction]:
    """Points that the table can give, the fewest and the most among them."""
    points = [Fraction(str(one["points"])) for one in table["rows"]]
    rest = [Fraction(str(table["else"]))] if "else" in table else []
    how = table.get("collect")
    if how == "count":
        return [Fraction(1), Fraction(len(points)), *rest]
    if how == "sum":
        return [sum((one for one in points if one < 0), Fraction(0)) or min(points),
                sum((one for one in points if one > 0), Fraction(0)) or max(points), *rest]  # fmt: skip
    return [*points, *rest]


def _decided(table: Mapping[str, Any], held: Sequence[int], points: list[Fraction], rest: Fraction | None) -> Outcome:
    hit, how = table["hit"], table.get("collect")
    worth = [points[place] for place in held]
    if not held:
        return "else", rest
    if hit == "first":
        return held[0], worth[0]
    if hit == "unique":
        return (held[0], worth[0]) if len(held) == 1 else CLASH
    if hit == "any":
        return ("any", worth[0]) if len(set(worth)) == 1 else CLASH
    if hit == "priority":
        order = (Fraction(str(text)) for text in table["order"])
        return "priority", next(one for one in order if one in worth)
    collected = {"sum": sum(worth), "min": min(worth), "max": max(worth), "count": Fraction(len(worth))}
    return "collect", Fraction(collected[str(how)])


def _row_holds(cells: Sequence[str], values: Sequence[Any]) -> bool | None:
    """False where a cell is, else unknown where one is, else true."""
    found = [_cell_holds(cell, value) for cell, value in zip(cells, values, strict=True)]
    return False if False in found else None if None in found else True


def _cell_holds(cell: str, value: Any) -> bool | None:
    if cell == "-" or value is None:
        return {"-": True, "null": True}.get(cell)
    if cell[0] in "[><":
        return _in_range(cell, Fraction(value))
    return bool(value != cell[4:-1] if cell.startswith("not(") else value == cell)  # "null" is no text of an account


def _in_range(cell: str, value: Fraction) -> bool:
    if cell[0] == "[":
        low, _, high = cell[1:-1].partition("..")
        return Fraction(low) <= value < Fraction(high)
    sign, _, edge = cell.rpartition(" ")
    return value >= Fraction(edge) if sign == ">=" else value < Fraction(edge)
