"""``measure.yaml``: a value per account, aggregated from a table or computed from other measures."""

from __future__ import annotations

from dataclasses import dataclass, field

from kaframe.bind import Label
from kaframe.errors import Location
from kaframe.expression import Expression


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: ``from_table`` with an aggregate, or an expression over account columns and other measures.

    ``empty`` is the value of an account without a single such row; left out, it is missing.
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
    note: Label | None = None


@dataclass(frozen=True, slots=True)
class MeasureRules:
    """All measures, in the order they are written."""

    measures: tuple[Measure, ...] = ()
