"""``measure.yaml``: a value per account, aggregated from a table or computed from other measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kaframe.bind import Label, bind
from kaframe.errors import Location
from kaframe.expression import Expression
from kaframe.yamlfile import Node


@dataclass(frozen=True, slots=True)
class Effort:
    """What it takes to move a measure ``per`` so much, in whatever unit the company thinks: days of work, say."""

    cost: float
    per: float = 1.0

    @classmethod
    def from_node(cls, node: Node) -> Effort:
        """``effort: 2``, or ``effort: {cost: 5, per: 0.01}``."""
        return bind(node, cls) if isinstance(node.value, dict) else cls(float(node.plain()))


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: ``from_table`` with an aggregate, or an expression over account columns and other measures.

    ``empty`` is the value of an account without a single such row; left out, it is missing. ``effort`` is what it
    takes to move it, for the cheapest way to a better colour.
    """

    at: Location
    id: str
    value: Expression
    from_table: str = field(default="", metadata={"key": "from"})
    where: Expression | None = None
    empty: Expression | None = None
    label: Label | None = None
    unit: str = ""
    good: str = ""
    effort: Effort | None = None
    note: Label | None = None
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class MeasureRules:
    """All measures, in the order they are written."""

    measures: tuple[Measure, ...] = ()
