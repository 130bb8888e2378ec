"""Semantics: every choice that decides what a score means, named, and none of them left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from kaframe.bind import Label, bind
from kaframe.decimals import TAIL, rounded
from kaframe.errors import Location
from kaframe.yamlfile import Node

Aggregate = Literal["weighted_mean", "mean", "min", "max", "sum", "worst_of"]
Ends = Literal["clamp", "extend", "missing"]


@dataclass(frozen=True, slots=True)
class Rounding:
    """Where points are rounded and to how many digits; None: not there. ``display`` is for people and decides nothing.

    Ties go ``up``, away from zero, or to the ``even`` digit; in decimal, after cutting what a double has beyond
    nine digits.
    """

    at: Location
    leaf: int | None
    group: int | None
    total: int | None
    display: int | None
    half: Literal["up", "even"]
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)

    @classmethod
    def from_node(cls, node: Node) -> Rounding:
        """``none`` stands for no rounding."""
        assert isinstance(node.value, dict)
        values = {key: Node(None, item.at) if item.value == "none" else item for key, item in node.value.items()}
        return bind(Node(values, node.at, keys=node.keys), cls)

    @property
    def digits(self) -> int:
        """The digits that a score can differ by."""
        return TAIL if self.total is None else self.total

    @property
    def shown(self) -> int:
        """The digits that people see."""
        return self.digits if self.display is None else self.display

    def rounded(self, value: float, digits: int | None) -> float:
        """The value at so many digits; with None only its binary tail is cut."""
        return rounded(value, digits, self.half)


@dataclass(frozen=True, slots=True)
class RollUpChoices:
    """What a ``roll_up:`` of status.yaml leaves unsaid of parents and children; as there."""

    parent: Literal["left_out", "counted"]
    counts: Literal["calculated", "published"]
    missing: Literal["skip", "no_data"]
    none: Literal["own", "no_data"]


@dataclass(frozen=True, slots=True)
class Semantics:
    """Every choice that decides what a score means; the schema ``semantics`` tells what each key says."""

    at: Location
    id: str
    scale: tuple[float, float]
    categories: Mapping[str, float]
    edges: Literal["lower", "upper"]
    ends: Ends
    beyond_scale: Literal["clamp", "missing", "keep"]
    aggregate: Aggregate
    weights: Literal["relative", "percent", "points"]
    start: float
    clamp: Any
    missing: Any
    neutral: float
    renormalise: Literal["group", "scorecard"]
    minimum_coverage: float
    rounding: Rounding
    tie: Literal["first", "last"]
    compare: Literal["shown", "calculated"]
    match: Literal["first", "last"]
    roll_up: RollUpChoices
    label: Label | None = None
    note: Label | None = None
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)

    @property
    def worst(self) -> float:
        """The fewest points of the scale."""
        return self.scale[0]

    @property
    def best(self) -> float:
        """The most points of the scale."""
        return self.scale[1]

    def limits(self, clamp: Any) -> tuple[float, float] | None:
        """What ``clamp`` says: the scale, two numbers, or no limits."""
        if clamp == "scale":
            return self.scale
        return None if clamp in ("none", None) else (float(clamp[0]), float(clamp[1]))
